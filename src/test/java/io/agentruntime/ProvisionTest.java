package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.FakeLangflow.Row;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The one job: a task in plain words in, the id of a flow out. */
class ProvisionTest {
    private static final Row SUMMARIZER =
            new Row(
                    "f-1",
                    "Financial Report Summarizer",
                    "Summarizes financial documents into one page.",
                    "p-fin");
    private static final Row TRIAGE =
            new Row("f-2", "Ticket Triage", "Sorts support tickets by urgency.", "p-sup");

    private static FakeLangflow langflow;
    private static RunningService service;

    @BeforeAll
    static void start() {
        langflow = FakeLangflow.start();
        langflow.hasProjects(Map.of("p-fin", "Finance", "p-sup", "Customer Support"));
        langflow.lists(SUMMARIZER, TRIAGE);
        service = RunningService.withModels(langflow.settings());
    }

    @AfterAll
    static void stop() {
        service.close();
        langflow.close();
    }

    @BeforeEach
    void well() {
        langflow.recovers();
        langflow.lists(SUMMARIZER, TRIAGE);
        service.awaitFlows(2);
    }

    @Test
    void theFlowThatFitsIsAnsweredWithExactlyFourFields() {
        service.provision("summarize financial documents")
                .hasStatus(200)
                .isJson(
                        """
                        {"flow_id": "f-1", "matched": true, "source": "discovery", "note": null}""");
    }

    @Test
    void whatNothingFitsIsRefused() {
        service.provision("hello there").isProblem(404, "no-match");
    }

    @Test
    void aRefusalSaysWhichCatalogItWasMadeFrom() {
        String version =
                service.provision("summarize financial documents").header("X-Catalog-Version");
        var refusal = service.provision("hello there").isProblem(404, "no-match");
        assertThat(refusal.header("X-Catalog-Version")).isEqualTo(version);
        assertThat(refusal.header("X-Catalog-Age")).matches("\\d+");
    }

    @Test
    void callersAreAnsweredFromTheLastCatalogWhileLangflowIsDown() {
        langflow.isDown();
        await().untilAsserted(
                        () ->
                                service.provision("summarize financial documents")
                                        .isMatch("f-1")
                                        .notes("langflow is unreachable"));
    }
}
