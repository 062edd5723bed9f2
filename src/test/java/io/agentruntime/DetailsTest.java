package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.moreThan;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that tells only by single calls what its flows are for, and does that badly. */
class DetailsTest {
    private static final String WORKFLOWS = "/api/v1/workflows";
    private static final String VERSION = "X-Catalog-Version";

    private static final String ANSWER =
            """
            - setBody:
                id: answer
                expression:
                  simple:
                    expression: "${variable.pages.list}"
            """
                    .indent(14);

    private static final String ADD_DETAILS =
            """
            - to:
                id: add-details
                uri: direct:bots-details
            """
                    .indent(14);

    private FakeLangflow fake;
    private WireMockServer server;

    @BeforeEach
    void start() {
        fake = FakeLangflow.start();
        server = fake.server();
        lists(20, 0);
    }

    /**
     * @param changed how many of the rows say that they were changed today
     */
    private void lists(int rows, int changed) {
        String list =
                IntStream.rangeClosed(1, rows)
                        .mapToObj(
                                n ->
                                        """
                                        {"id": "w%d", "name": "Workflow %d", "active": true,
                                         "updatedAt": "2026-01-0%dT00:00:00.000Z"}"""
                                                .formatted(n, n, n <= changed ? 2 : 1))
                        .collect(Collectors.joining(","));
        server.stubFor(
                get(urlPathEqualTo(WORKFLOWS))
                        .willReturn(okJson("{\"data\": [" + list + "], \"nextCursor\": null}")));
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private void details(String id, ResponseDefinitionBuilder answer) {
        server.stubFor(get(urlPathMatching(WORKFLOWS + "/" + id)).willReturn(answer));
    }

    private Map<String, String> settings() {
        return Map.of(
                "PROVIDERS", "n8n",
                "N8N_API_URL", fake.url(),
                "N8N_API_KEY", "fake-n8n-key",
                "CATALOG_TTL_SECONDS", "3600");
    }

    private Map<String, String> settings(Path state) {
        Map<String, String> settings = new HashMap<>(settings());
        settings.put("STATE_DIR", state.toString());
        return settings;
    }

    private static void refresh(RunningService service) {
        service.refresh("n8n").hasField("status", "\"up\"");
    }

    private static int flowsWith(RunningService service, String description) {
        String flows = service.get("/api/v1/flows?limit=500").body();
        return flows.split(Pattern.quote("\"" + description + "\""), -1).length - 1;
    }

    private Set<String> askedByARefresh(RunningService service) {
        server.resetRequests();
        service.refresh("n8n").hasField("flows", "20");
        return server.findAll(getRequestedFor(urlPathMatching(WORKFLOWS + "/.+"))).stream()
                .map(LoggedRequest::getUrl)
                .map(url -> url.substring(WORKFLOWS.length() + 1))
                .collect(Collectors.toSet());
    }

    @Test
    void theExampleOfTheReadmeWorks(@TempDir Path routes) throws IOException {
        String file = ReadmeExamples.file(ReadmeExamples.FIRST, ReadmeExamples.DETAILS);
        String withDetails = file.replace(ANSWER, ADD_DETAILS);
        assertThat(withDetails).isNotEqualTo(file);
        Files.writeString(routes.resolve("provider-bots.camel.yaml"), withDetails);
        server.stubFor(
                get(urlPathEqualTo("/v2/bots"))
                        .willReturn(
                                okJson(
                                        """
                                        {"bots": [{"id": "a/b", "title": "One"}, {"id": 7, "title": "Two"}]}""")));
        server.stubFor(
                get(urlEqualTo("/v2/bots/a%2Fb"))
                        .withHeader("X-Token", equalTo("fake-bots-token"))
                        .willReturn(okJson("{\"about\": {\"summary\": \"Sorts the mail\"}}")));
        server.stubFor(get(urlEqualTo("/v2/bots/7")).willReturn(aResponse().withStatus(404)));
        var settings =
                Map.of(
                        "PROVIDERS", "bots",
                        "ROUTES_DIR", routes.toString(),
                        "BOTS_API_URL", fake.url(),
                        "BOTS_TOKEN", "fake-bots-token",
                        "CATALOG_TTL_SECONDS", "3600");
        try (var service = RunningService.with(settings)) {
            service.provision("sort the mail").isMatch("a/b");
            service.refresh("bots").hasField("flows", "2");
        }
        server.verify(1, getRequestedFor(urlEqualTo("/v2/bots/a%2Fb")));
        server.verify(moreThan(1), getRequestedFor(urlEqualTo("/v2/bots/7")));
    }

    @Test
    void whatFailsIsLeftToTheNextRefreshWhichAsksForTheOthersFirst() {
        details(".+", aResponse().withStatus(500));
        try (var service = RunningService.with(settings())) {
            // Or the calls of the start's own refresh are counted with those of the first
            service.awaitFlows(20);
            assertThat(askedByARefresh(service)).hasSizeBetween(3, 6);

            details(".+", okJson("{\"description\": \"Sorts the mail\"}"));
            details("w1[78]", aResponse().withStatus(500));
            assertThat(askedByARefresh(service)).hasSize(20);
            assertThat(service.get("/api/v1/flows?limit=50").body())
                    .contains("Sorts the mail")
                    .contains("\"total\":20");
            assertThat(askedByARefresh(service)).containsExactlyInAnyOrder("w17", "w18");
        }
    }

    /** Or every hiccup of the list costs a call for each of its flows. */
    @Test
    void aListThatIsNotBelievedForgetsNothing() {
        details(".+", okJson("{\"description\": \"Sorts the mail\"}"));
        try (var service = RunningService.with(settings())) {
            service.awaitFlows(20);
            lists(2, 0);
            service.post("/api/v1/providers/n8n/refresh", "").hasField("flows", "20");
            service.post("/api/v1/providers/n8n/refresh", "").hasField("flows", "20");
            lists(20, 0);
            assertThat(askedByARefresh(service)).isEmpty();
        }
    }

    @Test
    void aRestartTakesNoDescriptionThatTheProviderDoesNotTellAgain(@TempDir Path state) {
        details(".+", okJson("{\"description\": \"Sorts the mail\"}"));
        details("w7", okJson("{\"description\": \"Sends.\\nExamples: where is my parcel\"}"));
        String version;
        try (var before = RunningService.with(settings(state))) {
            refresh(before);
            version = before.provision("where is my parcel").isMatch("w7").header(VERSION);
        }
        details(".+", aResponse().withStatus(500));
        try (var after = RunningService.with(settings(state))) {
            refresh(after);
            var found = after.provision("where is my parcel").isMatch("w7");
            assertThat(found.header(VERSION)).isEqualTo(version);
            assertThat(flowsWith(after, "Sorts the mail")).isEqualTo(19);

            lists(20, 2);
            refresh(after);
            assertThat(flowsWith(after, "Sorts the mail")).isEqualTo(17);
            details(".+", okJson("{\"description\": \"Sorts the post\"}"));
            refresh(after);
            assertThat(flowsWith(after, "Sorts the post")).isEqualTo(20);
        }
    }

    /** A refresh asks for a hundred. */
    @Test
    void aRestartTakesNoDescriptionThatIsYetToBeAskedForAgain(@TempDir Path state) {
        lists(250, 0);
        details(".+", okJson("{\"description\": \"Sorts the mail\"}"));
        try (var before = RunningService.with(settings(state))) {
            await().untilAsserted(
                            () -> {
                                refresh(before);
                                assertThat(flowsWith(before, "Sorts the mail")).isEqualTo(250);
                            });
        }
        try (var after = RunningService.with(settings(state))) {
            refresh(after);
            assertThat(flowsWith(after, "Sorts the mail")).isEqualTo(250);
        }
    }
}
