package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.FakeLangflow.Row;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What monitoring reads, from the port it reads it at. */
class MetricsTest {
    private static final String TASK = "summarize financial documents";

    private static RunningService service;

    @TempDir Path folder;

    @BeforeAll
    static void start() {
        service = RunningService.with(Map.of("PROVIDERS", "sample"));
        await().untilAsserted(() -> service.provision(TASK).hasStatus(200));
        // Counted once it is sent
        await().until(() -> answered() > 0);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void probesHealthDocumentationAndPreflightsAreNoRequests() {
        double before = answered();

        for (String path :
                new String[] {
                    "/health",
                    "/health/live",
                    "/health/ready",
                    "/api/v1/health",
                    "/openapi.json",
                    "/docs"
                }) {
            service.send(service.request(path).GET()).hasStatus(200);
        }
        preflight().hasStatus(200);
        service.provision(TASK).hasStatus(200);

        await().untilAsserted(() -> assertThat(answered()).isEqualTo(before + 1));
    }

    private static RunningService.Answer preflight() {
        return service.send(
                service.request("/api/v1/agents/provision")
                        .header("Origin", "https://app.example.org")
                        .header("Access-Control-Request-Method", "POST")
                        .method("OPTIONS", BodyPublishers.noBody()));
    }

    private static double answered() {
        return Double.parseDouble(
                String.valueOf(
                        service.metric("agent_runtime_requests_seconds_count{outcome=\"ok\"}")));
    }

    @Test
    void howManyRequestsWereAnsweredInWhatTimeIsCounted() {
        for (String most :
                new String[] {
                    "0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5",
                    "5.0", "10.0", "+Inf"
                }) {
            assertThat(
                            service.metric(
                                    "agent_runtime_requests_seconds_bucket{outcome=\"ok\",le=\""
                                            + most
                                            + "\"}"))
                    .as(most)
                    .isNotNull();
        }
    }

    /** A series that appears with its first failure hides that failure from {@code increase}. */
    @Test
    void whatHasNotFailedYetIsCountedAsZero() {
        assertThat(service.metric("agent_runtime_requests_seconds_count{outcome=\"overloaded\"}"))
                .isEqualTo("0");
        for (String cause :
                new String[] {
                    "auth-unavailable",
                    "auth-rejected",
                    "unreachable",
                    "timeout",
                    "rate-limited",
                    "upstream-error",
                    "malformed",
                    "too-large",
                    "empty"
                }) {
            assertThat(
                            service.metric(
                                    "agent_runtime_refresh_seconds_count{cause=\""
                                            + cause
                                            + "\",outcome=\"failed\",provider=\"sample\"}"))
                    .as(cause)
                    .isEqualTo("0");
        }
    }

    @Test
    void nothingIsSaidOfWhatIsSwitchedOff() {
        assertThat(service.metric("agent_runtime_matching_by_meaning")).isNull();
        assertThat(writable(service)).isNull();
    }

    @Test
    void aProviderWithoutFlowsIsNamedInTheLogAndCounted() throws IOException {
        try (FakeLangflow langflow = FakeLangflow.start();
                LogLines log = LogLines.open()) {
            langflow.lists();
            try (RunningService service = RunningService.with(langflow.settings())) {
                for (int time = 0; time < 2; time++) {
                    service.refresh("langflow").hasField("last_error", "\"empty\"");
                }

                assertThat(log.warnings())
                        .filteredOn(line -> line.contains("langflow is empty"))
                        .singleElement()
                        .asString()
                        .contains("check what the credential may read");
                assertThat(
                                service.metric(
                                        "agent_runtime_refresh_seconds_count{cause=\"empty\",outcome=\"failed\",provider=\"langflow\"}"))
                        .isNotNull()
                        .isNotEqualTo("0");

                langflow.lists(Row.of("f-1", "Invoice Reader", "Extracts totals from invoices."));
                service.refresh("langflow").hasField("last_error", "null");
            }
        }
    }

    @Test
    void whetherListsCanBeKeptIsSaid() throws IOException {
        Path state = Files.createFile(folder.resolve("state"));
        try (FakeLangflow langflow = FakeLangflow.start()) {
            langflow.lists(Row.of("f-1", "Invoice Reader", "Extracts totals from invoices."));
            Map<String, String> settings = new HashMap<>(langflow.settings());
            settings.put("STATE_DIR", state.toString());
            try (RunningService keeping = RunningService.with(settings)) {
                await().untilAsserted(() -> assertThat(writable(keeping)).isEqualTo("0.0"));

                Files.delete(state);
                keeping.refresh("langflow");

                assertThat(writable(keeping)).isEqualTo("1.0");
            }
        }
    }

    private static @Nullable String writable(RunningService service) {
        return service.metric("agent_runtime_state_writable");
    }
}
