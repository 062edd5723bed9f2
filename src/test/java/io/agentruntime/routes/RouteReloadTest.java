package io.agentruntime.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.FakeLangflow;
import io.agentruntime.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Editing a provider's file while requests are answered. */
class RouteReloadTest {
    private static final int EDITS = 8;

    @TempDir Path routes;

    @Test
    void goodEditsTakeEffectAndBrokenOnesChangeNothingWhileRequestsAreAnswered()
            throws IOException {
        Path file = routes.resolve("provider-langgraph.camel.yaml");
        String shipped = Files.readString(Path.of("routes/provider-langgraph.camel.yaml"));
        Files.writeString(file, shipped);
        try (FakeLangflow fake = FakeLangflow.start();
                RunningService service = RunningService.with(settings(fake))) {
            var answers = new ConcurrentLinkedQueue<Integer>();
            var over = new AtomicBoolean();
            CompletableFuture<Void> load =
                    CompletableFuture.runAsync(() -> ask(service, answers, over));
            for (int edit = 1; edit <= EDITS; edit++) {
                String path = "/assistants/search-" + edit;
                String name = "Invoice Reader " + edit;
                fake.server()
                        .stubFor(
                                post(urlPathEqualTo(path))
                                        .willReturn(
                                                okJson(
                                                                "[{\"assistant_id\": \"a\", \"name\": \""
                                                                        + name
                                                                        + "\"}]")
                                                        .withHeader("x-pagination-total", "1")));
                String good = shipped.replace("/assistants/search", path);
                Files.writeString(
                        file,
                        edit % 2 == 0
                                ? good.replace("pattern: \"*\"", "pattern: \"X\"")
                                : good.replace(
                                        "          httpMethod: POST",
                                        "          httpMethodd: POST"));
                Files.writeString(file, good);
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> service.get("/api/v1/flows").body().contains(name));
                Files.writeString(
                        file,
                        edit % 2 == 0
                                ? good.replace("    uri: direct:langgraph-get-page\n              - bean", "    uri: direct:nowhere\n              - bean")
                                : good.replace("- loop:", "- loopp:"));
                await().pollDelay(Duration.ofMillis(1500))
                        .untilAsserted(
                                () ->
                                        assertThat(
                                                        service.post(
                                                                        "/api/v1/providers/langgraph/refresh",
                                                                        "")
                                                                .body())
                                                .contains("\"status\":\"up\""));
            }
            over.set(true);
            load.join();
            assertThat(answers).hasSizeGreaterThan(100).containsOnly(200);
        }
    }

    private static void ask(RunningService service, Queue<Integer> answers, AtomicBoolean over) {
        while (!over.get()) {
            answers.add(service.provision("summarize financial documents").status());
        }
    }

    private Map<String, String> settings(FakeLangflow fake) {
        fake.lists(
                FakeLangflow.Row.of(
                        "f-1",
                        "Financial Report Summarizer",
                        "Summarizes financial documents into one page."));
        fake.server()
                .stubFor(
                        post(urlPathEqualTo("/assistants/search"))
                                .willReturn(
                                        okJson(
                                                        "[{\"assistant_id\": \"a\", \"name\": \"Invoice Reader\"}]")
                                                .withHeader("x-pagination-total", "1")));
        Map<String, String> settings = new HashMap<>(fake.settings());
        settings.put("ENVIRONMENT", "development");
        settings.put("PROVIDERS", "langflow,langgraph");
        settings.put("ROUTES_DIR", routes.toString());
        settings.put("LANGGRAPH_API_URL", fake.url());
        return settings;
    }
}
