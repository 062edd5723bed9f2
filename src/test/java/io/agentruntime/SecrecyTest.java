package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.agentruntime.FakeLangflow.Row;
import io.agentruntime.RunningService.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Tokens and secrets are in no answer, in no log line (not at the finest level either), and in no
 * call but the one they are for.
 */
class SecrecyTest {
    private static final String PASSWORD = "fake-password-0123456789";
    private static final String API_KEY = "fake-flowise-key-0123456789";
    private static final String DESCRIPTION = "summarize financial documents of Mrs Example";
    private static final List<String> OWN =
            List.of(
                    RunningService.M2M_TOKEN,
                    RunningService.USER_TOKEN,
                    RunningService.M2M_SECRET,
                    RunningService.USER_SECRET);

    @Test
    void nothingSecretIsSaid() {
        try (var provider = FakeLangflow.start()) {
            provider.server()
                    .stubFor(
                            post(urlPathEqualTo("/api/v1/login"))
                                    .willReturn(
                                            okJson(
                                                    "{\"access_token\": \""
                                                            + FakeLangflow.TOKEN
                                                            + "\"}")));
            provider.server()
                    .stubFor(
                            get(urlPathEqualTo("/api/v1/chatflows"))
                                    .willReturn(okJson("[{\"id\": \"c-1\", \"name\": \"Chat\"}]")));
            provider.lists(
                    Row.of("f-1", "Financial Summarizer", "Summarizes financial documents."));
            try (var service =
                    RunningService.withModels(
                            Map.of(
                                    "LOGGING_LEVEL",
                                    "TRACE",
                                    "PROVIDERS",
                                    "langflow,flowise",
                                    "LANGFLOW_API_URL",
                                    provider.url(),
                                    "LANGFLOW_USERNAME",
                                    "fake-user",
                                    "LANGFLOW_PASSWORD",
                                    PASSWORD,
                                    "FLOWISE_API_URL",
                                    provider.url(),
                                    "FLOWISE_API_KEY",
                                    API_KEY,
                                    "CATALOG_TTL_SECONDS",
                                    "1"))) {
                try (var log = LogLines.open()) {
                    service.awaitFlows(2);
                    List<Answer> answers = asksEverything(service);
                    provider.isDown();
                    await().until(
                                    () ->
                                            log.warnings().stream()
                                                            .filter(
                                                                    it ->
                                                                            it.contains(
                                                                                    "not refreshed"))
                                                            .count()
                                                    >= 2);
                    answers.addAll(asksEverything(service));

                    answers.forEach(SecrecyTest::saysNothing);
                    assertThat(log.all())
                            .isNotEmpty()
                            .allSatisfy(
                                    line ->
                                            assertThat(line)
                                                    .doesNotContain(OWN)
                                                    .doesNotContain(
                                                            FakeLangflow.TOKEN,
                                                            PASSWORD,
                                                            API_KEY,
                                                            DESCRIPTION,
                                                            "Mrs Example"));
                }
                provider.server().getAllServeEvents().forEach(SecrecyTest::holdsItsOwnAlone);
            }
        }
    }

    private static List<Answer> asksEverything(RunningService service) {
        List<Answer> answers = new ArrayList<>();
        String body = "{\"description\": \"" + DESCRIPTION + "\"}";
        for (String token : new String[] {RunningService.M2M_TOKEN, RunningService.USER_TOKEN}) {
            for (String path :
                    new String[] {
                        "/api/v1/agents/provision",
                        "/api/v1/agents/candidates",
                        "/api/v1/providers/langflow/refresh",
                        "/api/v1/providers/nobody/refresh",
                        "/api/v1/flows",
                        "/api/v1/providers",
                        "/api/v1/health",
                        "/api/v1/nothing",
                        "/health",
                        "/health/live",
                        "/health/ready",
                        "/openapi.json",
                        "/docs",
                        "/nothing"
                    }) {
                for (HttpRequest.Builder request :
                        new HttpRequest.Builder[] {
                            service.request(path).GET(),
                            service.request(path + "?access_token=x&description=x").GET(),
                            service.request(path)
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(body)),
                            service.request(path)
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"description\": \"" + token)),
                            service.request(path)
                                    .header("Content-Type", "text/plain")
                                    .header("Cookie", "token=" + token)
                                    .POST(BodyPublishers.ofString(token))
                        }) {
                    answers.add(service.send(request.header("Authorization", "Bearer " + token)));
                }
                answers.add(
                        service.send(
                                service.request(path)
                                        .header("Authorization", "Bearer " + token + "x")
                                        .GET()));
            }
        }
        assertThat(answers).extracting(Answer::status).contains(200, 400, 401, 404, 405, 415);
        return answers;
    }

    private static void saysNothing(Answer answer) {
        String all = answer.response().headers().map() + answer.body();
        assertThat(all).doesNotContain(OWN).doesNotContain(FakeLangflow.TOKEN, PASSWORD, API_KEY);
        // An address of a provider is nobody's business either
        assertThat(all).doesNotContain("127.0.0.1");
    }

    private static void holdsItsOwnAlone(ServeEvent event) {
        var call = event.getRequest();
        String all = call.getUrl() + call.getHeaders() + call.getBodyAsString();
        assertThat(all).doesNotContain(OWN).doesNotContain("Mrs Example", "X-Request-ID");
        boolean login = call.getUrl().startsWith("/api/v1/login");
        boolean flowise = call.getUrl().startsWith("/api/v1/chatflows");
        assertThat(all.contains(PASSWORD)).as(all).isEqualTo(login);
        assertThat(all.contains(API_KEY)).as(all).isEqualTo(flowise);
        assertThat(all.contains(FakeLangflow.TOKEN)).as(all).isEqualTo(!login && !flowise);
    }
}
