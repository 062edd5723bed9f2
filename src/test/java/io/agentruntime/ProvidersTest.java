package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.agentruntime.FakeLangflow.Row;
import io.agentruntime.catalog.Pages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.component.bean.BeanComponent;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;

/**
 * Every provider beside Langflow, all in one service: each lists, and maps each failure to its
 * cause. Two of them exist only as files made here: the worked example of the routes' README, and a
 * second Langflow.
 */
class ProvidersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> PATHS =
            Map.of(
                    "langflow", FakeLangflow.FLOWS,
                    "flowise", "/api/v1/chatflows",
                    "n8n", "/api/v1/workflows",
                    "langgraph", "/assistants/search",
                    "bots", "/v2/bots");

    /** Lists what the first one does. */
    private static final String SECOND_LANGFLOW = "langflow-two";

    @TempDir static Path routes;
    @TempDir static Path exported;

    private static FakeLangflow langflow;
    private static WireMockServer server;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(
                routes.resolve("provider-bots.camel.yaml"),
                ReadmeExamples.file(ReadmeExamples.FIRST));
        Files.writeString(
                routes.resolve("provider-langflow-two.camel.yaml"),
                Files.readString(Path.of("routes/provider-langflow.camel.yaml"))
                        .replace("langflow", "langflow-two")
                        .replace("LANGFLOW", "LANGFLOW_TWO"));
        exportedFlows();
        langflow = FakeLangflow.start();
        server = langflow.server();
        Map<String, String> settings = new HashMap<>(langflow.settings());
        settings.put("PROVIDERS", "langflow,flowise,n8n,langgraph,files,bots,langflow-two");
        settings.put("ROUTES_DIR", routes.toString());
        settings.put("CATALOG_TTL_SECONDS", "3600");
        for (String name : List.of("FLOWISE", "N8N", "LANGGRAPH", "BOTS", "LANGFLOW_TWO")) {
            settings.put(name + "_API_URL", langflow.url());
        }
        settings.put("FLOWISE_API_KEY", "fake-flowise-key");
        settings.put("N8N_API_KEY", "fake-n8n-key");
        settings.put("LANGGRAPH_API_KEY", "fake-langgraph-key");
        settings.put("FILES_DIR", exported.toString());
        settings.put("BOTS_TOKEN", "fake-bots-token");
        allAreWell();
        service = RunningService.with(settings);
    }

    @AfterAll
    static void stop() {
        service.close();
        langflow.close();
    }

    @BeforeEach
    void well() {
        server.resetMappings();
        langflow.isWell();
        langflow.hasProjects(Map.of());
        allAreWell();
        for (String provider : PATHS.keySet()) {
            isAskedUntilItIsUp(provider);
        }
        isAskedUntilItIsUp(SECOND_LANGFLOW);
    }

    /** It may have been asked last while nothing was there to answer it. */
    private static void isAskedUntilItIsUp(String provider) {
        await().until(() -> "up".equals(refresh(provider).path("status").asText()));
    }

    /** Bodies over the size limit would otherwise stay in memory for as long as the tests run. */
    @AfterEach
    void forget() {
        server.resetMappings();
        server.resetRequests();
    }

    @Test
    void flowiseListsAllPages() {
        assertThat(names("flowise"))
                .containsExactlyInAnyOrder(
                        "Customer support triage", "Market research team", "Third");
        assertThat(flow("flowise", "Customer support triage").path("tags"))
                .containsExactly(JSON.getNodeFactory().textNode("support"));
    }

    @Test
    void flowisesTagsAreOneTextWithSemicolonsBetween() {
        server.stubFor(
                get(urlPathEqualTo(PATHS.get("flowise")))
                        .willReturn(
                                okJson(
                                        """
                                        [{"id": 1, "name": "One", "category": "finance;documents; "},
                                         {"id": 2, "name": "Two", "category": null}]""")));
        await().untilAsserted(
                        () -> assertThat(refresh("flowise").path("flows").asInt()).isEqualTo(2));
        assertThat(flow("flowise", "One").path("tags"))
                .extracting(JsonNode::asText)
                .containsExactly("finance", "documents");
    }

    @Test
    void anOlderFlowiseAnswersWithTheWholeListAtOnce() {
        server.stubFor(
                get(urlPathEqualTo(PATHS.get("flowise")))
                        .willReturn(okJson(recorded("flowise/list"))));
        await().untilAsserted(
                        () -> assertThat(refresh("flowise").path("flows").asInt()).isEqualTo(5));
    }

    @Test
    void n8nTellsDescriptionsAndProjectsOneByOneAndOnlyOnce() {
        assertThat(names("n8n")).containsExactlyInAnyOrder("Support triage", "Zahlungen");
        JsonNode flow = flow("n8n", "Support triage");
        assertThat(flow.path("description").asText())
                .isEqualTo("Classifies inbound tickets and routes them");
        assertThat(flow.path("project").asText()).isEqualTo("Team Support");
        server.resetRequests();
        refresh("n8n");
        server.verify(0, getRequestedFor(urlMatching("/api/v1/workflows/.+")));
    }

    @Test
    void anAssistantThatLanggraphMadeIsOfferedOnlyWhereThereIsNoOther() {
        assertThat(names("langgraph"))
                .containsExactlyInAnyOrder("Invoice summariser", "Customer support triage");
        server.stubFor(
                post(urlPathEqualTo(PATHS.get("langgraph")))
                        .withRequestBody(equalToJson("{\"limit\": 100, \"offset\": 0}"))
                        .willReturn(
                                okJson(
                                                """
                                                [{"assistant_id": "a-1", "graph_id": "g", "name": "g", "metadata": {"created_by": "system"}}]""")
                                        .withHeader("x-pagination-total", "1")));
        refreshTwice("langgraph");
        assertThat(refresh("langgraph").path("last_error").isNull()).isTrue();
        assertThat(names("langgraph")).containsExactly("g");
    }

    @Test
    void filesAreReadAndBrokenOnesLeftOut() {
        assertThat(names("files")).containsExactlyInAnyOrder("Contract Reader", "Payroll Checker");
        assertThat(flow("files", "Payroll Checker").path("project").asText()).isEqualTo("People");
    }

    @Test
    void aHintIsTheProjectOfThatNameAndTheFolderOfThatName() {
        langflow.hasProjects(Map.of("p-9", "People"));
        langflow.lists(
                List.of(
                        new Row(
                                "f-1",
                                "Financial Report Summarizer",
                                "Summarizes financial documents into one page.",
                                "p-9")));
        refresh("langflow");

        service.provision("summarize financial documents", "People").isMatch("f-1").notesNothing();
        service.provision("check the payroll before it is paid", "People")
                .isMatch("file-2")
                .notesNothing();
    }

    @Test
    void theWorkedExampleOfTheReadmeWorks() {
        assertThat(names("bots")).containsExactlyInAnyOrder("Travel Planner", "Recipe Finder");
        JsonNode flow = flow("bots", "Travel Planner");
        assertThat(flow.path("flow_id").asText()).isEqualTo("7");
        assertThat(flow.path("description").asText()).isEqualTo("Plans business trips.");
        assertThat(flow("bots", "Recipe Finder").path("flow_id").asText()).isEqualTo("team/8");
    }

    @Test
    void allAreRankedTogetherAndTheAnswerSaysWhereTheFlowLives() {
        assertThat(service.provision("plan a business trip").isMatch("7").header("X-Flow-Provider"))
                .isEqualTo("bots");
        assertThat(
                        service.provision("check the payroll before it is paid")
                                .isMatch("file-2")
                                .header("X-Flow-Provider"))
                .isEqualTo("files");
    }

    @Test
    void ofEqualFlowsThePreferredProviderWins() {
        assertThat(names("langflow")).isEqualTo(names(SECOND_LANGFLOW)).isNotEmpty();
        assertThat(
                        service.provision("summarize financial documents")
                                .isMatch("f-1")
                                .header("X-Flow-Provider"))
                .isEqualTo("langflow");
    }

    @Test
    void oneThatFailsCostsItsOwnFreshnessAndANote() {
        answers("n8n", aResponse().withStatus(500));
        await().untilAsserted(
                        () ->
                                assertThat(refresh("n8n").path("status").asText())
                                        .isEqualTo("stale"));
        service.provision("plan a business trip").isMatch("7").notes("n8n answers with an error");
        assertThat(refresh("bots").path("status").asText()).isEqualTo("up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"langflow", "flowise", "n8n", "langgraph", "bots"})
    void everyFailureIsTheContractsCauseWithAHintInTheLog(String provider) {
        fails(provider, aResponse().withStatus(401), "auth-rejected");
        fails(provider, aResponse().withStatus(403), "auth-rejected");
        fails(provider, aResponse().withStatus(404), "upstream-error");
        fails(
                provider,
                aResponse()
                        .withHeader("Content-Type", "text/html; charset=utf-8")
                        .withBody("<!DOCTYPE html><p>hello"),
                "malformed");
        fails(provider, okJson("{\"message\": \"hello\"}"), "malformed");
        fails(provider, okJson("[{\"id\": 1, \"na"), "malformed");
        fails(provider, okJson("[]{\"detail\": \"Internal Server Error\"}"), "malformed");
        fails(
                provider,
                okJson("{\"data\": [], \"bots\": [], \"error\": \"no rights\"}"),
                "malformed");
        fails(provider, aResponse().withStatus(429), "rate-limited");
        fails(provider, okJson("[\"" + "x".repeat(33 * 1024 * 1024) + "\"]"), "too-large");
        fails(provider, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), "unreachable");
        fails(
                provider,
                aResponse().withStatus(301).withHeader("Location", "https://elsewhere.invalid/"),
                "upstream-error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"langflow", "flowise", "n8n", "langgraph", "bots"})
    void idsMayBeNumbersOrHoldASlash(String provider) {
        String row =
                "{\"id\": %1$s, \"assistant_id\": %1$s, \"name\": \"%2$s\", \"title\": \"%2$s\"}";
        String rows =
                "[" + row.formatted("7", "One") + "," + row.formatted("\"a/b c\"", "Two") + "]";
        boolean isTheList = Set.of("langflow", "langgraph").contains(provider);
        answers(
                provider,
                okJson(
                                isTheList
                                        ? rows
                                        : "{\"data\": %1$s, \"bots\": %1$s, \"total\": 2}"
                                                .formatted(rows))
                        .withHeader("x-pagination-total", "2"));
        refresh(provider);
        assertThat(flow(provider, "One").path("flow_id").asText()).isEqualTo("7");
        assertThat(flow(provider, "Two").path("flow_id").asText()).isEqualTo("a/b c");
    }

    /** What may be exchanged while running is so in development only. */
    @Test
    void nothingStandsInARequestsWayOutsideOfDevelopment() {
        var gate = service.context().getBean("routeGateFilter", FilterRegistrationBean.class);
        assertThat(gate.isEnabled()).isFalse();
    }

    @Test
    void theSecondLangflowNeedsItsAddressAndNothingElse() {
        assertThat(refresh(SECOND_LANGFLOW).path("status").asText()).isEqualTo("up");
        assertThat(names(SECOND_LANGFLOW)).containsExactly("Financial Report Summarizer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flowise", "n8n", "langgraph", "bots"})
    void pagesThatDoNotEndAreMalformed(String provider) {
        String row =
                "{\"id\": \"1\", \"assistant_id\": \"1\", \"name\": \"One\", \"title\": \"One\", \"active\": true}";
        fails(
                provider,
                okJson(
                                provider.equals("langgraph")
                                        ? "[" + row + "]"
                                        : "{\"data\": [%s], \"bots\": [%s], \"total\": 900, \"nextCursor\": \"again\", \"next\": \"again\"}"
                                                .formatted(row, row))
                        .withHeader("x-pagination-total", "900"),
                "malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flowise", "langgraph"})
    void noRowsOfSomeAreNoEmptyList(String provider) {
        fails(
                provider,
                okJson(provider.equals("langgraph") ? "[]" : "{\"data\": [], \"total\": 5}")
                        .withHeader("x-pagination-total", "5"),
                "malformed");
    }

    private static void fails(String provider, ResponseDefinitionBuilder answer, String cause) {
        answers(provider, answer);
        try (LogLines log = LogLines.open()) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () ->
                                    assertThat(refresh(provider).path("last_error").asText())
                                            .isEqualTo(cause));
            assertThat(log.warnings())
                    .anySatisfy(
                            line ->
                                    assertThat(line)
                                            .contains(
                                                    provider + " not refreshed: " + cause + " ("));
        }
    }

    private static void answers(String provider, ResponseDefinitionBuilder answer) {
        server.stubFor(any(urlPathEqualTo(PATHS.get(provider))).atPriority(1).willReturn(answer));
    }

    /** Camel's component of beans keeps objects that routes read, each or only their class. */
    @Test
    void aRefreshLeavesNoListInMemory() throws Exception {
        CamelContext camel = service.context().getBean(CamelContext.class);
        BeanComponent beans = camel.getComponent("bean", BeanComponent.class);
        var lists = new PagesSeen();
        camel.getManagementStrategy().addEventNotifier(lists);
        lists.start();
        try {
            for (String provider : PATHS.keySet()) {
                refresh(provider);
            }
            int kept = beans.getCurrentBeanCacheSize();
            for (String provider : PATHS.keySet()) {
                refreshTwice(provider);
            }
            assertThat(beans.getCurrentBeanCacheSize()).isEqualTo(kept);
            assertThat(kept).isLessThan(beans.getBeanInfoCacheSize() / 4);
            assertThat(lists.seen).hasSize(4 * 3);
            assertThat(lists.seen)
                    .allSatisfy(it -> assertThat(it.getList()).asString().isEqualTo("[]"));
        } finally {
            camel.getManagementStrategy().removeEventNotifier(lists);
        }
    }

    private static final class PagesSeen extends EventNotifierSupport {
        final Set<Pages> seen = ConcurrentHashMap.newKeySet();

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeCompletedEvent completed) {
                Pages pages = completed.getExchange().getVariable("pages", Pages.class);
                if (pages != null) {
                    assertThat(pages.getOffset()).isPositive();
                    seen.add(pages);
                }
            }
        }
    }

    private static void refreshTwice(String provider) {
        refresh(provider);
        refresh(provider);
    }

    /** Asks one provider now, however often it failed before, and answers its state. */
    private static JsonNode refresh(String provider) {
        service.closeBreaker(provider);
        return read(service.refresh(provider).body());
    }

    private static List<JsonNode> flows(String provider) {
        List<JsonNode> flows = new ArrayList<>();
        for (JsonNode flow : read(service.get("/api/v1/flows?limit=200").body()).path("flows")) {
            if (flow.path("provider").asText().equals(provider)) {
                flows.add(flow);
            }
        }
        return flows;
    }

    private static List<String> names(String provider) {
        return flows(provider).stream().map(flow -> flow.path("name").asText()).toList();
    }

    private static JsonNode flow(String provider, String name) {
        return flows(provider).stream()
                .filter(flow -> flow.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void allAreWell() {
        langflow.lists(
                Row.of(
                        "f-1",
                        "Financial Report Summarizer",
                        "Summarizes financial documents into one page."));
        var flowise =
                get(urlPathEqualTo(PATHS.get("flowise")))
                        .withHeader("Authorization", equalTo("Bearer fake-flowise-key"));
        server.stubFor(
                flowise.withQueryParam("page", equalTo("1"))
                        .willReturn(
                                okJson(
                                        recorded("flowise/list-paged")
                                                .replace("\"total\":5", "\"total\":3"))));
        server.stubFor(
                get(urlPathEqualTo(PATHS.get("flowise")))
                        .withQueryParam("page", equalTo("2"))
                        .willReturn(
                                okJson(
                                        "{\"data\": [{\"id\": 3, \"name\": \"Third\"}], \"total\": 3}")));
        server.stubFor(
                get(urlPathEqualTo(PATHS.get("n8n")))
                        .withHeader("X-N8N-API-KEY", equalTo("fake-n8n-key"))
                        .withQueryParam("limit", equalTo("100"))
                        .willReturn(
                                okJson(
                                        """
                                        {"data": [{"id": "w/1", "name": "Support triage", "active": true, "isArchived": false, "updatedAt": "2026-11-23T15:05:05.967Z"},
                                                  {"id": "w2", "name": "Old", "active": true, "isArchived": true}],
                                         "nextCursor": "a+b=="}""")));
        server.stubFor(
                get(urlPathEqualTo(PATHS.get("n8n")))
                        .withQueryParam("cursor", equalTo("a+b=="))
                        .willReturn(
                                okJson(
                                        """
                                        {"data": [{"id": "w3", "name": "Draft", "active": false}, {"id": "w4", "name": "Zahlungen", "active": true}],
                                         "nextCursor": null}""")));
        server.stubFor(
                get(urlPathMatching("/api/v1/workflows/.+"))
                        .willReturn(okJson("{\"description\": null}")));
        server.stubFor(
                get(urlMatching("/api/v1/workflows/w%2F1"))
                        .willReturn(
                                okJson(
                                        """
                                        {"id": "w/1", "description": "Classifies inbound <b>tickets</b> and routes them",
                                         "shared": [{"projectId": "p1", "project": {"name": "Team Support"}}]}""")));
        server.stubFor(
                post(urlPathEqualTo(PATHS.get("langgraph")))
                        .withHeader("x-api-key", equalTo("fake-langgraph-key"))
                        .withRequestBody(equalToJson("{\"limit\": 100, \"offset\": 0}"))
                        .willReturn(
                                okJson(recorded("langgraph/search-page1"))
                                        .withHeader("x-pagination-total", "4")));
        server.stubFor(
                post(urlPathEqualTo(PATHS.get("langgraph")))
                        .withRequestBody(equalToJson("{\"limit\": 100, \"offset\": 2}"))
                        .willReturn(
                                okJson(recorded("langgraph/search-page2"))
                                        .withHeader("x-pagination-total", "6")));
        server.stubFor(
                post(urlPathEqualTo(PATHS.get("langgraph")))
                        .withRequestBody(equalToJson("{\"limit\": 100, \"offset\": 4}"))
                        .willReturn(
                                okJson(recorded("langgraph/search-past-end"))
                                        .withHeader("x-pagination-total", "40")));
        server.stubFor(
                get(urlPathEqualTo(PATHS.get("bots")))
                        .withHeader("X-Token", equalTo("fake-bots-token"))
                        .withQueryParam("limit", matching("[1-9]\\d*"))
                        .willReturn(
                                okJson(
                                        """
                                        {"bots": [{"id": 7, "title": "Travel Planner", "about": {"summary": "Plans business trips."}}], "next": "n1"}""")));
        server.stubFor(
                get(urlPathEqualTo(PATHS.get("bots")))
                        .withQueryParam("after", equalTo("n1"))
                        .willReturn(
                                okJson(
                                        """
                                        {"bots": [{"id": "team/8", "title": "Recipe Finder", "about": {"summary": "Finds recipes for what is in the fridge."}}]}""")));
    }

    private static void exportedFlows() throws IOException {
        Files.writeString(
                exported.resolve("contract.json"),
                """
                {"id": "file-1", "name": "Contract Reader", "description": "Reads contracts.", "is_component": false, "data": {"nodes": []}}""");
        Path people = Files.createDirectory(exported.resolve("People"));
        Files.writeString(
                people.resolve("payroll.json"),
                """
                {"id": "file-2", "name": "Payroll Checker", "description": "Checks the payroll before it is paid.", "data": {"nodes": []}}""");
        Files.writeString(people.resolve("broken.json"), "{\"id\": ");
        Files.writeString(people.resolve("list.json"), "[]");
        Files.writeString(people.resolve("notes.txt"), "not a flow");
        Files.writeString(
                exported.resolve("component.json"),
                "{\"id\": \"c\", \"name\": \"Part\", \"is_component\": true}");
    }

    private static String recorded(String name) {
        try (InputStream in =
                ProvidersTest.class.getResourceAsStream("/recorded/" + name + ".json")) {
            return JSON.readTree(in).path("response").path("body").toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }
}
