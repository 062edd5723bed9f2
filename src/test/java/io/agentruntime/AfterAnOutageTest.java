package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.agentruntime.FakeLangflow.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the provider is well again, or is another one, nothing is held against it. */
class AfterAnOutageTest {
    private static final Row SUMMARIZER =
            Row.of("f-1", "Financial Summarizer", "Summarizes financial documents.");
    private static final Row TRIAGE = Row.of("f-2", "Ticket Triage", "Sorts support tickets.");
    private static final String TASK = "summarize financial documents";
    private static final String UP = "agent_runtime_provider_up{provider=\"langflow\"}";

    @TempDir private Path state;
    private FakeLangflow langflow;

    @BeforeEach
    void start() {
        langflow = FakeLangflow.start();
        langflow.lists(SUMMARIZER, TRIAGE);
    }

    @AfterEach
    void stop() {
        langflow.close();
    }

    private RunningService service(FakeLangflow of, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(of.settings());
        settings.put("CATALOG_TTL_SECONDS", "3600");
        settings.put("STATE_DIR", state.toString());
        settings.putAll(more);
        return RunningService.with(settings);
    }

    /** Two failures and the success after them are enough calls to open a breaker on. */
    @Test
    void theFirstGoodAnswerClosesTheBreaker() {
        langflow.answersList(WireMock.aResponse().withStatus(500));
        try (var service = service(langflow, Map.of())) {
            // May be the one of the start, which is as long ago as the machine is busy
            service.refresh("langflow").hasField("last_error", "\"upstream-error\"");
            service.closeBreaker("langflow");
            service.refresh("langflow").hasField("last_error", "\"upstream-error\"");
            service.refresh("langflow").hasField("last_error", "\"upstream-error\"");
            langflow.lists(SUMMARIZER);
            service.refresh("langflow")
                    .hasField("status", "\"up\"")
                    .hasField("breaker", "\"closed\"");
            langflow.lists(SUMMARIZER, TRIAGE);
            service.refresh("langflow").hasField("status", "\"up\"").hasField("flows", "2");
        }
    }

    @Test
    void aProviderWhoseListIsNotFreshIsNotUpForMonitoring() {
        try (var service = service(langflow, Map.of())) {
            service.refresh("langflow").hasField("status", "\"up\"");
            assertThat(service.metric(UP)).isEqualTo("1.0");
            langflow.answersList(WireMock.aResponse().withStatus(500));
            service.refresh("langflow").hasField("status", "\"stale\"");
            assertThat(service.metric(UP)).isEqualTo("0.0");
            langflow.lists(SUMMARIZER, TRIAGE);
            service.refresh("langflow").hasField("status", "\"up\"");
            assertThat(service.metric(UP)).isEqualTo("1.0");
        }
    }

    /** With a TTL of zero nobody else asks. */
    @Test
    void aProviderThatIsWellAgainIsUpForMonitoringWithoutARequest() {
        try (var service = service(langflow, Map.of("CATALOG_TTL_SECONDS", "0"))) {
            service.provision(TASK).isMatch("f-1");
            langflow.answersList(WireMock.aResponse().withStatus(500));
            service.provision(TASK).isMatch("f-1");
            assertThat(service.metric(UP)).isEqualTo("0.0");
            langflow.lists(SUMMARIZER, TRIAGE);
            await().untilAsserted(() -> assertThat(service.metric(UP)).isEqualTo("1.0"));
        }
    }

    @Test
    void everyAnswerFromTheListsTellsHowOldTheyAre() {
        try (var service = service(langflow, Map.of())) {
            service.awaitFlows(2);
            String task = "{\"description\": \"" + TASK + "\"}";
            await().untilAsserted(
                            () -> {
                                assertThat(age(service.get("/api/v1/flows"))).isPositive();
                                assertThat(age(service.post("/api/v1/agents/candidates", task)))
                                        .isPositive();
                                assertThat(age(service.provision(TASK))).isPositive();
                            });
        }
    }

    private static int age(RunningService.Answer answer) {
        return Integer.parseInt(answer.header("X-Catalog-Age"));
    }

    @Test
    void whatAnOpenBreakerKeepsFromTheProviderIsNoNewsForTheLog() {
        langflow.answersList(WireMock.aResponse().withStatus(503));
        try (var service = service(langflow, Map.of());
                var log = LogLines.open()) {
            await().until(
                            () ->
                                    service.refresh("langflow")
                                            .hasField("last_error", "\"upstream-error\"")
                                            .body()
                                            .contains("\"open\""));
            int calls = langflow.listCalls();
            log.clear();
            for (int time = 0; time < 5; time++) {
                service.refresh("langflow")
                        .hasField("status", "\"down\"")
                        .hasField("breaker", "\"open\"")
                        .hasField("last_error", "\"upstream-error\"");
            }
            assertThat(langflow.listCalls()).isEqualTo(calls);
            assertThat(log.warnings()).isEmpty();
        }
    }

    @Test
    void aBreakerThatTriesWhetherTheProviderIsWellAgainIsHalfOpen() {
        try (var service = service(langflow, Map.of())) {
            // The start's own refresh closes the breaker when it ends
            service.refresh("langflow").hasField("flows", "2");
            ResilienceProcessor breaker =
                    service.context()
                            .getBean(CamelContext.class)
                            .getProcessor("langflow-flows-breaker", ResilienceProcessor.class);
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();
            service.get("/api/v1/providers").hasField("providers[0].breaker", "\"half_open\"");
            service.refresh("langflow")
                    .hasField("status", "\"up\"")
                    .hasField("breaker", "\"closed\"");
        }
    }

    @Test
    void aListThatWasKeptIsAnsweredFromWhereItIsFrom() {
        try (var first = service(langflow, Map.of())) {
            first.provision(TASK).isMatch("f-1");
        }
        langflow.isDown();
        try (var again = service(langflow, Map.of())) {
            again.provision(TASK).isMatch("f-1");
        }
    }

    @Test
    void anotherAddressIsBelievedAtOnceHoweverFewFlowsItHas() {
        langflow.lists(SUMMARIZER, TRIAGE, Row.of("f-3", "Travel Planner", "Plans trips."));
        try (var first = service(langflow, Map.of())) {
            first.provision(TASK).isMatch("f-1");
        }
        try (FakeLangflow other = FakeLangflow.start()) {
            other.lists(Row.of("z-1", "Financial Documents", "Summarizes financial documents."));
            try (var moved = service(other, Map.of())) {
                moved.refresh("langflow").hasField("status", "\"up\"").hasField("flows", "1");
                moved.provision(TASK).isMatch("z-1");
                moved.provision("sort support tickets").isProblem(404, "no-match");
            }
            other.isDown();
            try (var again = service(other, Map.of())) {
                again.provision(TASK).isMatch("z-1");
            }
        }
    }

    /** The same provider under another name, say: better an old list than none. */
    @Test
    void whileAnotherAddressCannotBeAskedTheListIsAnsweredFromAsStale() {
        try (var first = service(langflow, Map.of())) {
            first.provision(TASK).isMatch("f-1");
        }
        try (var moved = service(langflow, Map.of("LANGFLOW_API_URL", "http://127.0.0.1:1"))) {
            moved.refresh("langflow").hasField("status", "\"stale\"");
            moved.provision(TASK).isMatch("f-1").notes("s old");
        }
    }

    @Test
    void theListOfAnotherChoiceOfFlowsIsNotAnsweredFrom() {
        try (var first = service(langflow, Map.of("LANGFLOW_INCLUDE_EXAMPLES", "yes"))) {
            first.provision(TASK).isMatch("f-1");
        }
        langflow.isDown();
        try (var without = service(langflow, Map.of("LANGFLOW_INCLUDE_EXAMPLES", "no"))) {
            without.provision(TASK).isProblem(503, "provider-unavailable");
        }
    }

    @Test
    void aDefaultFlowOfAProviderThatIsNotKnownYetIsNotCalledWrong() {
        langflow.lists(SUMMARIZER);
        Map<String, String> two =
                Map.of(
                        "PROVIDERS", "langflow,flowise",
                        "FLOWISE_API_URL", "http://127.0.0.1:1",
                        "DEFAULT_FLOW_ID", "flowise/g-1");
        try (var service = service(langflow, two);
                var log = LogLines.open()) {
            var refusal = service.provision("hello there").isProblem(404, "no-match");
            assertThat(refusal.header("Retry-After")).isEqualTo("2");
            assertThat(refusal.body()).contains("the default flow is not known yet");
            assertThat(log.warnings())
                    .noneMatch(line -> line.contains("AGENT_RUNTIME_SERVICE_DEFAULT_FLOW_ID"));
        }
    }

    @Test
    void whatAKilledServiceLeftHalfWrittenIsRemovedAtTheNextStart() throws IOException {
        Path left = Files.createFile(state.resolve("langflow.json." + UUID.randomUUID() + ".part"));
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(3_700)));
        Path underWay =
                Files.createFile(state.resolve("vectors.bin." + UUID.randomUUID() + ".part"));
        Path foreign = Files.createFile(state.resolve("film.mkv.part"));
        Files.setLastModifiedTime(foreign, FileTime.from(Instant.EPOCH));
        try (var service = service(langflow, Map.of())) {
            service.provision(TASK).isMatch("f-1");
            assertThat(left).doesNotExist();
            assertThat(underWay).exists();
            assertThat(foreign).exists();
        }
    }

    @Test
    void theFileSaysWhereItsListIsFromWithoutNamingTheAddress() throws IOException {
        try (var first = service(langflow, Map.of())) {
            first.provision(TASK).isMatch("f-1");
        }
        assertThat(Files.readString(state.resolve("langflow.json")))
                .contains("\"origin\":\"")
                .doesNotContain("127.0.0.1");
    }
}
