package io.agentruntime.provision;

import org.jspecify.annotations.Nullable;

/**
 * A task that wants a flow.
 *
 * @param description 1 to 4,000 characters, trimmed
 * @param projectHint a project's id or name, trimmed, not blank; or null
 * @param limit how many candidates to answer, 1 to 50
 * @param ranking whether their order is asked for, and not a match alone
 */
public record ProvisionRequest(
        String description, @Nullable String projectHint, int limit, boolean ranking) {
    /** Longest description in characters (Unicode code points), after trimming. */
    static final int LONGEST_DESCRIPTION = 4_000;

    /** Longest project hint in characters, after trimming. */
    static final int LONGEST_HINT = 200;

    static final int DEFAULT_LIMIT = 5;
    static final int MOST_CANDIDATES = 50;

    /** Without the task, as steps and messages of Camel may log it. */
    @Override
    public String toString() {
        return "ProvisionRequest[limit=" + limit + "]";
    }
}
