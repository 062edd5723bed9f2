package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.InflightRepository;
import org.junit.jupiter.api.Test;

/** Many callers at once are one caller to a provider, and none of them waits for it. */
class ManyCallersTest {
    private static final int CALLERS = 400;
    private static final String TASK = "{\"description\": \"summarize financial documents\"}";
    private static final String FLOWS =
            """
            [{"id": "f-1", "name": "Financial Report Summarizer", "is_component": false,
              "description": "Summarizes financial documents into one page."}]""";

    @Test
    void fourHundredAtOnceAreAllAnsweredAndAskTheProviderAtMostOncePerTtl() {
        try (var langflow = RawProvider.start()) {
            langflow.lists(RawProvider.list(FLOWS));
            try (var service = service(langflow, "CATALOG_TTL_SECONDS", "1")) {
                service.awaitFlows(1);
                langflow.forget();
                long began = System.nanoTime();

                List<HttpResponse<String>> answers = atOnce(service);

                long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
                assertThat(answers).hasSize(CALLERS).allMatch(it -> it.statusCode() == 200);
                assertThat(answers).allMatch(it -> it.body().contains("\"flow_id\":\"f-1\""));
                assertThat(langflow.calls(FakeLangflow.FLOWS))
                        .isLessThanOrEqualTo((int) seconds + 2);
            }
        }
    }

    @Test
    void fourHundredWhoKnowNothingYetAskOnce() {
        try (var langflow = RawProvider.start()) {
            langflow.lists(RawProvider.list(FLOWS));
            try (var service = service(langflow, "CATALOG_TTL_SECONDS", "3600")) {
                assertThat(atOnce(service)).allMatch(it -> it.statusCode() == 200);
                assertThat(langflow.calls(FakeLangflow.FLOWS)).isEqualTo(1);
                assertThat(langflow.calls(FakeLangflow.LOGIN)).isEqualTo(1);
            }
        }
    }

    @Test
    void whoWantARefreshAtTheSameTimeShareOne() {
        var said = new CompletableFuture<Void>();
        try (var langflow = RawProvider.start()) {
            langflow.lists(RawProvider.list(FLOWS));
            try (var service = service(langflow, "CATALOG_TTL_SECONDS", "3600")) {
                service.awaitFlows(1);
                langflow.forget();
                langflow.lists(
                        connection -> {
                            said.join();
                            RawProvider.list(FLOWS).to(connection);
                        });
                var one = CompletableFuture.supplyAsync(() -> service.refresh("langflow"));
                var other = CompletableFuture.supplyAsync(() -> service.refresh("langflow"));
                InflightRepository underWay =
                        service.context().getBean(CamelContext.class).getInflightRepository();
                await().during(Duration.ofMillis(200))
                        .until(() -> underWay.size("provider-refresh") == 2);
                said.complete(null);

                one.join().hasField("status", "\"up\"");
                other.join().hasField("status", "\"up\"");
                assertThat(langflow.calls(FakeLangflow.FLOWS)).isEqualTo(1);
            }
        }
    }

    @Test
    void nobodyWaitsForAProviderThatHangs() {
        try (var langflow = RawProvider.start()) {
            langflow.lists(RawProvider.list(FLOWS));
            try (var service = service(langflow, "CATALOG_TTL_SECONDS", "1")) {
                service.awaitFlows(1);
                langflow.forget();
                langflow.lists(RawProvider.silence());
                await().until(() -> langflow.calls(FakeLangflow.FLOWS) == 1);

                assertThat(atOnce(service)).allMatch(it -> it.statusCode() == 200);
                for (String path :
                        new String[] {
                            "/health", "/api/v1/health", "/health/live", "/health/ready"
                        }) {
                    service.send(service.request(path)).hasStatus(200);
                }
                service.get("/api/v1/providers").hasStatus(200);
                assertThat(langflow.calls(FakeLangflow.FLOWS))
                        .as("the one call that hangs is still the only one")
                        .isEqualTo(1);
            }
        }
    }

    private static RunningService service(RawProvider langflow, String setting, String value) {
        return RunningService.with(
                Map.of(
                        "PROVIDERS",
                        "langflow",
                        "LANGFLOW_API_URL",
                        langflow.url(),
                        "PROVIDER_TIMEOUT_MS",
                        "120000",
                        // Longer than callers here wait: whom a provider keeps has no answer
                        "REQUEST_DEADLINE_MS",
                        "300000",
                        setting,
                        value));
    }

    private static List<HttpResponse<String>> atOnce(RunningService service) {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            answers.add(
                    http.sendAsync(
                            service.authorised("/api/v1/agents/provision")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(TASK))
                                    .timeout(Duration.ofSeconds(60))
                                    .build(),
                            BodyHandlers.ofString()));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
