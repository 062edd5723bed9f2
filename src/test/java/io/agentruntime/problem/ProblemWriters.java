package io.agentruntime.problem;

import com.fasterxml.jackson.databind.ObjectMapper;

/** A writer of problems for tests of what stands alone. */
public final class ProblemWriters {
    private ProblemWriters() {}

    public static ProblemWriter of(ObjectMapper json) {
        return new ProblemWriter(json);
    }
}
