package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.agentruntime.FakeLangflow.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What an answer says beside the flow, and what is answered when there is none. */
@ExtendWith(OutputCaptureExtension.class)
class NotesTest {
    private static final String TASK = "summarize financial documents";
    private static final String REFUND = "refund a customer";
    private static final Row SUMMARIZER =
            new Row(
                    "f-1",
                    "Financial Report Summarizer",
                    "Summarizes financial documents into one page.",
                    "p-fin");
    private static final Row TRIAGE =
            new Row("f-2", "Ticket Triage", "Sorts support tickets by urgency.", "p-sup");

    private FakeLangflow langflow;

    @BeforeEach
    void start() {
        langflow = FakeLangflow.start();
        langflow.hasProjects(Map.of("p-fin", "Finance", "p-sup", "Kundensupport Zürich"));
        langflow.lists(SUMMARIZER, TRIAGE);
    }

    @AfterEach
    void stop() {
        langflow.close();
    }

    @Test
    void aHintedProjectIsTriedFirstAndTheRestIsSaid() {
        try (var service = service(Map.of())) {
            for (String hint :
                    new String[] {
                        "p-fin", "Finance", "FINANCE", "finánce", "Fi-nance", "Finanse"
                    }) {
                service.provision(TASK, hint).isMatch("f-1").notesNothing();
            }
            service.provision(TASK, "kundensupport zurich")
                    .isJson(
                            """
                            {"flow_id": "f-1", "matched": true, "source": "discovery",
                             "note": "no flow of the hinted project fits, so all flows were tried"}""");
            service.provision(TASK, "Marketing")
                    .isJson(
                            """
                            {"flow_id": "f-1", "matched": true, "source": "discovery",
                             "note": "the hinted project was not found, so all flows were tried"}""");
            service.provision("hello there", "Finance")
                    .isProblem(404, "no-match")
                    .hasField(
                            "detail",
                            "\"No flow fits this description, in the hinted project or elsewhere.\"");
        }
    }

    /** One for each customer, and one that is tried out beside the live one. */
    @Test
    void aHintChoosesAmongFlowsThatDoTheSame() {
        Map<String, String> projects = new HashMap<>();
        List<Row> rows = new ArrayList<>();
        for (int customer = 1; customer <= 20; customer++) {
            projects.put("p-" + customer, "Customer " + customer);
            rows.add(
                    new Row(
                            "f-" + customer,
                            SUMMARIZER.name(),
                            SUMMARIZER.description(),
                            "p-" + customer));
        }
        projects.put("p-stage", "Staging");
        rows.add(
                new Row(
                        "f-stage",
                        "[TEST] " + SUMMARIZER.name(),
                        SUMMARIZER.description(),
                        "p-stage"));
        langflow.hasProjects(projects);
        try (var service = service(Map.of())) {
            langflow.lists(rows);
            service.awaitFlows(21);
            for (int customer = 1; customer <= 20; customer++) {
                service.provision(TASK, "Customer " + customer).isMatch("f-" + customer);
            }
            service.provision(TASK, "Staging").isMatch("f-stage");
        }
    }

    @Test
    void aHintMayBeTypedWithoutTheLettersOfItsLanguage() {
        langflow.hasProjects(Map.of("p-fin", "Straße", "p-sup", "Łódź"));
        try (var service = service(Map.of())) {
            for (String hint : new String[] {"Straße", "strasse", "STRASSE", "Strase"}) {
                service.provision(TASK, hint).isMatch("f-1").notesNothing();
            }
            for (String hint : new String[] {"Łódź", "lodz", "Łodz"}) {
                service.provision("sort support tickets by urgency", hint)
                        .isMatch("f-2")
                        .notesNothing();
            }
        }
    }

    static Stream<Arguments> answersWithoutNames() {
        return Stream.of(
                arguments(named("an error", aResponse().withStatus(500)), 4),
                arguments(named("silence", aResponse().withFixedDelay(5_000)), 1),
                arguments(named("drip", okJson("[]").withChunkedDribbleDelay(2, 5_000)), 1),
                arguments(
                        named("a reset", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)), 2),
                arguments(named("40 MiB", okJson("[" + " ".repeat(40 * 1024 * 1024) + "]")), 1));
    }

    /**
     * @param calls for the names, by four refreshes
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("answersWithoutNames")
    void projectsKeepTheirNamesAndFlowsComeWhileTheProviderDoesNotTellNames(
            ResponseDefinitionBuilder answer, int calls) {
        try (var service =
                        service(
                                Map.of(
                                        "CATALOG_TTL_SECONDS",
                                        "3600",
                                        "PROVIDER_TIMEOUT_MS",
                                        "3000"));
                var log = LogLines.open()) {
            String version =
                    service.provision(TASK, "Finance").isMatch("f-1").header("X-Catalog-Version");
            for (String path : new String[] {FakeLangflow.PROJECTS, "/api/v1/folders/"}) {
                langflow.server().stubFor(get(urlPathEqualTo(path)).willReturn(answer));
            }
            int before = langflow.projectCalls();
            refreshesWell(service);
            var known = service.provision(TASK, "Finance").isMatch("f-1").notesNothing();
            assertThat(known.header("X-Catalog-Version")).isEqualTo(version);

            langflow.lists(
                    SUMMARIZER,
                    TRIAGE,
                    new Row("f-3", "Haiku Writer", "Writes a haiku about the sea.", "p-fin"));
            for (int refresh = 0; refresh < 3; refresh++) {
                refreshesWell(service);
            }
            service.provision("write a haiku about the sea", "Finance")
                    .isMatch("f-3")
                    .notesNothing();
            // A call that is cut off is counted when the fake notices
            await().untilAsserted(
                            () -> assertThat(langflow.projectCalls() - before).isEqualTo(calls));
            assertThat(log.warnings()).isEmpty();
        }
    }

    private static void refreshesWell(RunningService service) {
        service.refresh("langflow")
                .hasField("status", "\"up\"")
                .hasField("breaker", "\"closed\"")
                .hasField("last_error", "null");
    }

    @Test
    void aListThatIsTooOldBeforeItsTimeIsAskedForAgainAndAnswered() {
        try (var service =
                service(Map.of("CATALOG_TTL_SECONDS", "3600", "CATALOG_MAX_STALE_SECONDS", "1"))) {
            service.provision(TASK).isMatch("f-1");
            await().pollDelay(Duration.ofMillis(1_500))
                    .untilAsserted(() -> service.provision(TASK).isMatch("f-1"));
            langflow.isDown();
            await().untilAsserted(
                            () -> service.provision(TASK).isProblem(503, "provider-unavailable"));
        }
    }

    @Test
    void aStrictHintKeepsToTheProject() {
        try (var service =
                service(Map.of("PROJECT_HINT_MODE", "strict", "DEFAULT_FLOW_ID", "langflow/f-2"))) {
            service.provision(TASK, "Finance").isMatch("f-1").notesNothing();
            service.provision(TASK, "p-sup")
                    .isJson(
                            """
                            {"flow_id": "f-2", "matched": false, "source": "default",
                             "note": "no flow fits, so this is the default flow; no flow of the hinted project fits"}""");
            service.provision(TASK, "Marketing")
                    .isJson(
                            """
                            {"flow_id": "f-2", "matched": false, "source": "default",
                             "note": "no flow fits, so this is the default flow; the hinted project was not found"}""");
        }
        try (var service = service(Map.of("PROJECT_HINT_MODE", "strict"))) {
            service.provision(TASK, "p-sup")
                    .isProblem(404, "no-match")
                    .hasField("detail", "\"No flow of the hinted project fits this description.\"");
            service.provision(TASK, "Marketing")
                    .isProblem(404, "no-match")
                    .hasField("detail", "\"The hinted project was not found.\"");
        }
    }

    @Test
    void aStrictHintOfAnotherTeamOrYearIsNoTypo() {
        langflow.hasProjects(Map.of("p-fin", "Finance 2025", "p-sup", "Team A"));
        try (var service = service(Map.of("PROJECT_HINT_MODE", "strict"))) {
            service.provision(TASK, "Finanse 2025").isMatch("f-1").notesNothing();
            service.provision("sort support tickets by urgency", "team a").isMatch("f-2");
            service.provision(TASK, "Finance 2026")
                    .isProblem(404, "no-match")
                    .hasField("detail", "\"The hinted project was not found.\"");
            service.provision("sort support tickets by urgency", "Team B")
                    .isProblem(404, "no-match")
                    .hasField("detail", "\"The hinted project was not found.\"");
        }
    }

    @Test
    void theDefaultFlowIsAnsweredOnlyWhileTheCatalogHasIt(CapturedOutput log) {
        try (var service = service(Map.of("DEFAULT_FLOW_ID", "f-2"))) {
            var answer = service.provision("hello there");
            answer.hasStatus(200)
                    .isJson(
                            """
                            {"flow_id": "f-2", "matched": false, "source": "default",
                             "note": "no flow fits, so this is the default flow"}""");
            assertThat(answer.header("X-Flow-Provider")).isEqualTo("langflow");
            assertThat(warningsOfDefaults(log)).isEmpty();

            langflow.lists(SUMMARIZER);
            await().untilAsserted(
                            () -> service.provision("hello there").isProblem(404, "no-match"));
            service.provision("hello again").isProblem(404, "no-match");
            assertThat(warningsOfDefaults(log))
                    .singleElement(STRING)
                    .contains("the default flow f-2 is in no provider's list");
        }
    }

    @Test
    void aDefaultFlowThatIsNowhereIsToldBeforeAnybodyGoesEmptyHanded(CapturedOutput log) {
        try (var service = service(Map.of("DEFAULT_FLOW_ID", "f-22"))) {
            service.provision(TASK).isMatch("f-1");
            assertThat(warningsOfDefaults(log))
                    .singleElement(STRING)
                    .contains("the default flow f-22 is in no provider's list");
        }
    }

    @ParameterizedTest
    @CsvSource({"langflow, flowise", "flowise, langflow"})
    void aDefaultFlowThatSeveralProvidersHaveIsThatOfThePreferredOne(
            String preferred, String other, CapturedOutput log) {
        langflow.lists(TRIAGE);
        try (var flowise = flowise("f-2", "Ticket Triage")) {
            Map<String, String> both = and(flowise, "PROVIDERS", preferred + "," + other);
            both.put("DEFAULT_FLOW_ID", other + "/f-2");
            answersByDefaultWith(other, both);
            assertThat(warningsOfDefaults(log)).isEmpty();

            both.put("DEFAULT_FLOW_ID", "f-2");
            answersByDefaultWith(preferred, both);
            assertThat(warningsOfDefaults(log))
                    .singleElement(STRING)
                    .contains(
                            "f-2 is a flow of " + preferred + " and " + other,
                            "set AGENT_RUNTIME_SERVICE_DEFAULT_FLOW_ID to " + preferred + "/f-2");
        }
    }

    private void answersByDefaultWith(String provider, Map<String, String> settings) {
        try (var service = service(settings)) {
            for (int time = 0; time < 2; time++) {
                var answer = service.provision("hello there").hasStatus(200);
                assertThat(answer.header("X-Flow-Provider")).isEqualTo(provider);
            }
        }
    }

    private static List<String> warningsOfDefaults(CapturedOutput log) {
        return log.toString()
                .lines()
                .filter(line -> line.contains("AGENT_RUNTIME_SERVICE_DEFAULT_FLOW_ID"))
                .toList();
    }

    @Test
    void anotherFlowOfTheSameNameIsToldByItsProvider() {
        langflow.lists(SUMMARIZER);
        try (var flowise = flowise("g-1", "Financial Report Summarizer");
                var service = service(and(flowise, "PROVIDERS", "langflow,flowise"))) {
            service.provision(TASK)
                    .isMatch("g-1")
                    .notes("Financial Report Summarizer of langflow fits about as well");
        }
    }

    @Test
    void anotherFlowOfTheSameNameAndProviderIsToldByItsProject() {
        langflow.lists(
                SUMMARIZER, new Row("f-3", SUMMARIZER.name(), SUMMARIZER.description(), "p-sup"));
        try (var service = service(Map.of())) {
            service.provision(TASK)
                    .isMatch("f-1")
                    .notes(
                            "Financial Report Summarizer of the project Kundensupport Zürich fits about as well");
            langflow.lists(
                    SUMMARIZER,
                    new Row("f-3", SUMMARIZER.name(), SUMMARIZER.description(), "p-fin"));
            await().untilAsserted(
                            () ->
                                    service.provision(TASK)
                                            .isMatch("f-1")
                                            .notes(
                                                    "another Financial Report Summarizer fits about as well"));
        }
    }

    /** A Flowise with one flow, which is newer than all of Langflow's. */
    private static RawProvider flowise(String id, String name) {
        var flowise = RawProvider.start();
        flowise.on(
                "/api/v1/chatflows",
                RawProvider.list(
                        """
                        [{"id": "%s", "name": "%s", "type": "CHATFLOW", "flowData": "{}",
                          "description": "Summarizes financial documents into one page.",
                          "updatedDate": "2026-01-01T00:00:00.000Z"}]"""
                                .formatted(id, name)));
        return flowise;
    }

    private static Map<String, String> and(RawProvider flowise, String setting, String value) {
        return new HashMap<>(Map.of("FLOWISE_API_URL", flowise.url(), setting, value));
    }

    @Test
    void whatWasMadeAMomentAgoIsFoundAndRankedWhenNothingElseFits() {
        String haiku = "write a haiku about the sea";
        String task = "{\"description\": \"translate contracts into German\"}";
        Row writer = Row.of("f-4", "Haiku Writer", "Writes a haiku about the sea.");
        // Within its hour nothing but the second look can bring a new flow
        try (var service = service(Map.of("CATALOG_TTL_SECONDS", "3600"))) {
            service.provision(haiku).isProblem(404, "no-match");
            langflow.lists(SUMMARIZER, TRIAGE, writer);
            await().untilAsserted(() -> service.provision(haiku).isMatch("f-4"));

            service.post("/api/v1/agents/candidates", task)
                    .hasStatus(200)
                    .hasField("matched", "false");
            langflow.lists(
                    SUMMARIZER,
                    TRIAGE,
                    writer,
                    Row.of("f-3", "Contract Translator", "Translates contracts into German."));
            await().untilAsserted(
                            () ->
                                    service.post("/api/v1/agents/candidates", task)
                                            .hasStatus(200)
                                            .hasField("matched", "true")
                                            .hasField("candidates[0].flow_id", "\"f-3\""));
        }
    }

    @Test
    void aProviderThatTakesLongToTellOfNewFlowsIsNamedWhenNothingElseFits() {
        String haiku = "write a haiku about the sea";
        Map<String, String> settings =
                new HashMap<>(
                        Map.of("CATALOG_TTL_SECONDS", "3600", "PROVIDER_TIMEOUT_MS", "60000"));
        try (var service = service(settings)) {
            langflow.hangs(20_000);
            await().untilAsserted(
                            () -> {
                                var none = service.provision(haiku).isProblem(404, "no-match");
                                none.hasField(
                                        "detail",
                                        "\"No flow fits this description; langflow was asked for new flows and has not answered yet.\"");
                                assertThat(none.header("Retry-After")).isEqualTo("2");
                            });
            service.provision(TASK).isMatch("f-1").notesNothing();
        }
        langflow.recovers();
        settings.put("DEFAULT_FLOW_ID", "f-2");
        try (var service = service(settings)) {
            langflow.hangs(20_000);
            await().untilAsserted(
                            () ->
                                    service.provision(haiku)
                                            .isJson(
                                                    """
                                                    {"flow_id": "f-2", "matched": false, "source": "default",
                                                     "note": "no flow fits, so this is the default flow; langflow was asked for new flows and has not answered yet"}"""));
        }
    }

    @Test
    void theCatalogsVersionChangesWithItsContentAndWithNothingElse() {
        try (var service = service(Map.of())) {
            String version = service.provision(TASK).header("X-Catalog-Version");
            service.refresh("langflow");
            langflow.lists(TRIAGE, SUMMARIZER);
            service.refresh("langflow");
            assertThat(service.provision(TASK).header("X-Catalog-Version")).isEqualTo(version);

            langflow.lists(
                    TRIAGE,
                    new Row(
                            "f-1",
                            "Financial Report Summarizer",
                            "Summarizes financial documents.",
                            "p-fin"));
            service.refresh("langflow");
            assertThat(service.provision(TASK).header("X-Catalog-Version")).isNotEqualTo(version);

            langflow.lists(SUMMARIZER, TRIAGE);
            service.refresh("langflow");
            assertThat(service.provision(TASK).header("X-Catalog-Version")).isEqualTo(version);
        }
    }

    @Test
    void aProviderThatIsAwayIsNamedAndItsFlowsAreNotSaidToBeNone() {
        try (var nobody = RawProvider.start();
                var service =
                        service(
                                Map.of(
                                        "PROVIDERS",
                                        "langflow,flowise",
                                        "FLOWISE_API_URL",
                                        nobody.url()))) {
            nobody.hangsUp();
            await().untilAsserted(
                            () ->
                                    service.provision(TASK)
                                            .isJson(
                                                    """
                                                    {"flow_id": "f-1", "matched": true, "source": "discovery",
                                                     "note": "flowise could not be asked: it is unreachable"}"""));
            service.provision(REFUND)
                    .isProblem(404, "no-match")
                    .hasField(
                            "detail",
                            "\"No flow fits this description; flowise could not be asked: it is unreachable.\"");
            await().untilAsserted(
                            () ->
                                    service.get("/api/v1/health")
                                            .isJson(
                                                    """
                                                    {"status": "degraded", "providers": {"langflow": "up", "flowise": "down"}}"""));

            langflow.lists();
            service.awaitFlows(0);
            service.provision(REFUND)
                    .isProblem(503, "provider-unavailable")
                    .hasField("detail", "\"The flows of flowise are not known: unreachable.\"");
        }
    }

    @Test
    void withoutATtlEveryRequestAsks() {
        try (var service = service(Map.of("CATALOG_TTL_SECONDS", "0"))) {
            int before = langflow.listCalls();
            for (int request = 0; request < 3; request++) {
                service.provision(TASK).isMatch("f-1").notesNothing();
            }
            assertThat(langflow.listCalls()).isEqualTo(before + 3);

            langflow.lists(TRIAGE, Row.of("f-3", "Haiku Writer", "Writes a haiku about the sea."));
            service.provision("write a haiku about the sea").isMatch("f-3");
            langflow.isDown();
            service.provision("write a haiku about the sea").isMatch("f-3").notes("unreachable");
        }
    }

    @Test
    void aProviderThatSaysWhenToComeBackIsLeftAloneEvenWithoutATtl() {
        ResponseDefinitionBuilder later =
                aResponse().withStatus(429).withHeader("Retry-After", "60");
        try (var service = service(Map.of("CATALOG_TTL_SECONDS", "0"))) {
            langflow.answersList(later);
            int before = langflow.listCalls();
            for (int request = 0; request < 3; request++) {
                service.provision(TASK).isMatch("f-1").notes("is being asked too often");
            }
            assertThat(langflow.listCalls()).isEqualTo(before + 1);
        }
        var settings = new HashMap<>(langflow.settings());
        settings.put("CATALOG_TTL_SECONDS", "0");
        int before = langflow.listCalls();
        try (var service = RunningService.with(settings)) {
            for (int request = 0; request < 3; request++) {
                var refused = service.provision(TASK).isProblem(503, "provider-unavailable");
                assertThat(refused.header("Retry-After")).matches("60|5\\d");
            }
            assertThat(langflow.listCalls()).isEqualTo(before + 1);
        }
    }

    private RunningService service(Map<String, String> more) {
        var settings = new HashMap<>(langflow.settings());
        settings.putAll(more);
        var service = RunningService.with(settings);
        service.awaitFlows(2);
        return service;
    }
}
