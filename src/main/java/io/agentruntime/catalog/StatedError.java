package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Set;

/**
 * Whether an answer tells of an error: providers that answer 200 to whatever happens do so, beside
 * a list that is empty or in the place of one.
 */
final class StatedError {
    private static final Set<String> MEMBERS = Set.of("error", "errors");

    /** What is logged of an error beside rows; what it says may hold a secret. */
    static final String BESIDE_ROWS =
            "an answer of {} has an error beside its rows: the rows are offered, others may be missing; see the provider's own log, and check what its credential may read";

    private boolean stated;

    /** Whether an answer tells of an error. */
    static boolean isIn(JsonNode answer) {
        return MEMBERS.stream().anyMatch(member -> isError(answer.path(member)));
    }

    /** Passes the member whose name was read, and remembers what it says. */
    void pass(JsonParser parser) throws IOException {
        boolean beside =
                parser.getParsingContext().getParent().inRoot()
                        && MEMBERS.contains(parser.currentName());
        parser.nextToken();
        if (beside) {
            stated |= isError(parser.readValueAsTree());
        } else {
            parser.skipChildren();
        }
    }

    /** Whether one of the members passed was an error. */
    boolean isStated() {
        return stated;
    }

    /**
     * What an answer without a list is told as.
     *
     * @param stated whether it tells of an error
     * @param told what is told of it unless it does
     */
    static ProviderFailure withoutList(boolean stated, String told) {
        return ProviderFailure.of(
                Cause.MALFORMED,
                stated
                        ? "the answer tells of an error in the place of a flow list: see the provider's own log, and check what the route asks for and what its credential may read"
                        : told);
    }

    /** Nothing that happened is written as null, false, 0 or something empty. */
    private static boolean isError(JsonNode value) {
        return value.isContainerNode()
                ? !value.isEmpty()
                : value.isTextual() ? !value.textValue().isBlank() : value.asBoolean();
    }

    /**
     * What an error says may hold a secret.
     *
     * @throws ProviderFailure malformed, when a list without rows has an error beside it
     */
    static void refuse(boolean stated) {
        if (stated) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "the answer has an error beside an empty list: see the provider's own log, and check what its credential may read");
        }
    }
}
