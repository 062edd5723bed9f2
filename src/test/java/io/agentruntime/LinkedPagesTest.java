package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.matching.StringValuePattern;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider of the routes' README, with pages that are linked, and one whose list is nested. */
class LinkedPagesTest {
    private static final String REFRESH = "/api/v1/providers/%s/refresh";
    private static final String FIRST = "/v2/bots?limit=50";

    @TempDir private static Path routes;

    private static FakeLangflow fake;
    private static FakeLangflow elsewhere;
    private static WireMockServer bots;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(
                routes.resolve("provider-bots.camel.yaml"),
                ReadmeExamples.file(ReadmeExamples.FIRST, ReadmeExamples.LINKS));
        Files.writeString(
                routes.resolve("provider-graph.camel.yaml"),
                ReadmeExamples.file(ReadmeExamples.FIRST, ReadmeExamples.GRAPHQL)
                        .replace("bots-", "graph-"));
        Files.writeString(
                routes.resolve("provider-whole.camel.yaml"),
                """
                - route:
                    id: whole-flows
                    description: A list that comes whole, and is nested
                    nodePrefixId: whole-flows-
                    routeConfigurationId: provider-retries
                    from:
                      uri: direct:whole-flows
                      steps:
                        - removeHeaders:
                            id: strip
                            pattern: "*"
                        - to:
                            id: get
                            uri: "{{agent-runtime.bots-api-url}}/whole"
                            parameters:
                              httpMethod: GET
                - beans:
                    - name: whole-mapping
                      type: io.agentruntime.catalog.FlowMapping
                      properties:
                        list: data.items
                """);
        fake = FakeLangflow.start();
        elsewhere = FakeLangflow.start();
        bots = fake.server();
        page(FIRST, 1, "");
        graph(
                matchingJsonPath("$.variables[?(@.after == null)]"),
                """
                {"hasNextPage": true, "endCursor": "a=&+/\\"\\\\{2}$1é"}""",
                "{\"id\": 1, \"title\": \"One\"}");
        graph(
                matchingJsonPath("$.variables.after", equalTo("a=&+/\"\\{2}$1é")),
                "{\"hasNextPage\": false, \"endCursor\": \"b\"}",
                "{\"id\": 2, \"title\": \"Two\"}");
        bots.stubFor(
                get(urlEqualTo("/whole"))
                        .willReturn(
                                okJson(
                                        """
                                        {"data": {"count": 2, "items": [{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}]}}""")));
        service =
                RunningService.with(
                        Map.of(
                                "PROVIDERS",
                                "bots,whole,graph",
                                "ROUTES_DIR",
                                routes.toString(),
                                "BOTS_API_URL",
                                fake.url(),
                                "BOTS_TOKEN",
                                "fake-bots-token",
                                "GRAPH_API_URL",
                                fake.url(),
                                "GRAPH_TOKEN",
                                "fake-bots-token",
                                "CATALOG_TTL_SECONDS",
                                "3600"));
    }

    @AfterAll
    static void stop() {
        service.close();
        fake.close();
        elsewhere.close();
    }

    /**
     * @param next the link to the next page; empty for null
     */
    private static void page(String url, int row, String next) {
        bots.stubFor(
                get(urlEqualTo(url))
                        .withHeader("X-Token", equalTo("fake-bots-token"))
                        .willReturn(
                                okJson(
                                        """
                                        {"bots": [{"id": %d, "title": "Bot %d"}], "links": {"next": %s}}"""
                                                .formatted(
                                                        row,
                                                        row,
                                                        next.isEmpty()
                                                                ? "null"
                                                                : "\"" + next + "\""))));
    }

    @Test
    void linksAreFollowedToTheLastPage() {
        page(FIRST, 1, "?page%5Bnumber%5D=2&a=%26");
        page("/v2/bots?page%5Bnumber%5D=2&a=%26", 2, fake.url() + "/v2/more/?page=3");
        page("/v2/more/?page=3", 3, "");
        service.post(REFRESH.formatted("bots"), "")
                .hasField("status", "\"up\"")
                .hasField("flows", "3");
    }

    @Test
    void noTokenGoesToWhereALinkLeadsElsewhere() {
        page(FIRST, 1, elsewhere.url() + "/v2/bots?page=2");
        try (var log = LogLines.open()) {
            service.post(REFRESH.formatted("bots"), "").hasField("last_error", "\"malformed\"");
            assertThat(log.warnings())
                    .anyMatch(line -> line.contains("leads to another origin"))
                    .noneMatch(line -> line.contains(elsewhere.url()));
        }
        elsewhere.server().verify(0, getRequestedFor(anyUrl()));
    }

    private static void graph(StringValuePattern asked, String pageInfo, String nodes) {
        bots.stubFor(
                post(urlEqualTo("/graphql"))
                        .withHeader("X-Token", equalTo("fake-bots-token"))
                        .withHeader("Content-Type", containing("application/json"))
                        .withRequestBody(asked)
                        .willReturn(
                                okJson(
                                        """
                                        {"data": {"bots": {"pageInfo": %s, "nodes": [%s]}}}"""
                                                .formatted(pageInfo, nodes))));
    }

    @Test
    void aCursorGoesIntoABodyAsItCameUntilAnAnswerSaysThatThereIsNoMore() {
        service.post(REFRESH.formatted("graph"), "")
                .hasField("status", "\"up\"")
                .hasField("flows", "2");
    }

    @Test
    void anErrorInGraphqlIsToldAsOne() {
        StubMapping error =
                bots.stubFor(
                        post(urlEqualTo("/graphql"))
                                .willReturn(
                                        okJson(
                                                """
                                        {"errors": [{"message": "no such field"}], "data": null}""")));
        try (var log = LogLines.open()) {
            service.post(REFRESH.formatted("graph"), "").hasField("last_error", "\"malformed\"");
            assertThat(log.warnings())
                    .anyMatch(line -> line.contains("the answer tells of an error"))
                    .noneMatch(line -> line.contains("no such field"));
        }
        bots.removeStub(error);
    }

    @Test
    void aListThatComesWholeMayBeNested() {
        service.post(REFRESH.formatted("whole"), "")
                .hasField("status", "\"up\"")
                .hasField("flows", "2");
    }
}
