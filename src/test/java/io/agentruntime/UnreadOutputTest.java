package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that nobody reads any more: a pager that stands still, a collector that hangs. */
class UnreadOutputTest {
    /** More lines than a pipe and the service hold. */
    private static final int REQUESTS = 3_000;

    @TempDir Path folder;

    @Test
    void aServiceWhoseLogNobodyReadsAnswersAndCanBeStopped() throws Exception {
        try (var service = StartedProcess.in(folder, Map.of(), Redirect.PIPE)) {
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(service.get("/api/v1/agents/flows").statusCode()).isEqualTo(401);
            }

            assertThat(service.metric("agent_runtime_log_lines_lost_total")).isPositive();
            assertThat(service.stop()).isZero();
        }
    }
}
