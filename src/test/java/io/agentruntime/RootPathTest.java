package io.agentruntime;

import static io.agentruntime.RawProvider.list;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The API may begin anywhere, at the very root too. */
class RootPathTest {
    private static final String TASK = "{\"description\": \"summarize financial documents\"}";
    private static final String FLOW =
            """
            [{"id": "f-1", "name": "Financial Report Summarizer", "is_component": false,
              "description": "Summarizes financial documents into one page."}]""";

    @Test
    void theApiMayBeginAtTheRoot() {
        try (var langflow = RawProvider.start()) {
            langflow.lists(RawProvider.silence());
            try (var service =
                    RunningService.with(
                            Map.of(
                                    "ROOT_PATH", "/",
                                    "PROVIDERS", "langflow",
                                    "LANGFLOW_API_URL", langflow.url(),
                                    "PROVIDER_TIMEOUT_MS", "2000",
                                    "MAX_CONCURRENT_REQUESTS", "1"))) {
                probesHaveRoomWhileTheServiceIsFull(service);
                langflow.lists(list(FLOW));
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(
                                () -> service.post("/agents/provision", TASK).isMatch("f-1"));
                service.post("/agents/candidates", TASK).hasStatus(200);
                service.get("/flows").hasStatus(200);
                service.get("/providers").hasStatus(200);
                service.post("/providers/langflow/refresh", "").hasStatus(200);
                service.send(service.request("/flows")).isProblem(401, "unauthenticated");
                service.get("/api/v1/flows").isProblem(404, "not-found");
                assertThat(service.metric("agent_runtime_provider_up{provider=\"langflow\"}"))
                        .isEqualTo("1.0");
                service.send(service.request("/actuator/prometheus"))
                        .isProblem(401, "unauthenticated");
                service.send(service.request("/docs")).hasStatus(200);
                var document = service.send(service.request("/openapi.json")).hasStatus(200);
                assertThatJson(document.body())
                        .node("paths")
                        .isObject()
                        .containsOnlyKeys(
                                "/agents/provision",
                                "/agents/candidates",
                                "/flows",
                                "/providers",
                                "/providers/{name}/refresh",
                                "/health",
                                "/health/live",
                                "/health/ready");
            }
        }
    }

    /** Or a caller whose address is wrong could be found in no log. */
    @Test
    void whatIsAskedForOutsideOfTheApiIsLoggedOnceInASecondWithTheNumberOfTheOthers() {
        try (var service = RunningService.with(Map.of("PROVIDERS", "sample"));
                var log = LogLines.open()) {
            service.get("/docs/none.js").isProblem(404, "not-found");
            assertThat(log.all()).noneMatch(line -> line.contains("/docs/none.js"));
            for (int i = 0; i < 4; i++) {
                service.post("/agents/provision", TASK).isProblem(404, "not-found");
            }
            assertThat(strays(log)).hasSizeBetween(1, 3).first().asString().contains("INFO", "404");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> {
                                service.post("/agents/provision", TASK);
                                assertThat(strays(log))
                                        .anyMatch(line -> line.contains("others_refused"));
                            });
        }
    }

    private static List<String> strays(LogLines log) {
        return log.all().stream().filter(line -> line.contains("/agents/provision")).toList();
    }

    private static void probesHaveRoomWhileTheServiceIsFull(RunningService service) {
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            var waiting =
                                    HttpClient.newHttpClient()
                                            .sendAsync(
                                                    service.authorised("/agents/provision")
                                                            .header(
                                                                    "Content-Type",
                                                                    "application/json")
                                                            .POST(BodyPublishers.ofString(TASK))
                                                            .build(),
                                                    BodyHandlers.ofString());
                            var full = service.post("/agents/provision", TASK);
                            for (String open :
                                    new String[] {
                                        "/health", "/health/live", "/health/ready", "/docs"
                                    }) {
                                service.send(service.request(open)).hasStatus(200);
                            }
                            waiting.cancel(true);
                            return full.body().contains("overloaded");
                        });
    }

    @Test
    void aTrailingSlashIsForgiven() {
        try (var service =
                RunningService.with(Map.of("ROOT_PATH", "/health/", "PROVIDERS", "sample"))) {
            assertThat(service.get("/health/flows?limit=1").body()).contains("\"total\"");
            service.send(service.request("/health/health")).hasStatus(200);
            service.send(service.request("/health/live")).hasStatus(200);
            service.send(service.request("/health")).hasStatus(200);
        }
    }
}
