package io.agentruntime;

import io.agentruntime.FakeLangflow.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Langflow calls a new flow "New Flow (2)" and describes it by a slogan. Whoever makes a flow often
 * leaves either; what nobody has said about a flow is no reason to choose it.
 */
class UndescribedFlowsTest {
    private static FakeLangflow langflow;
    private static RunningService service;

    @BeforeAll
    static void start() {
        langflow = FakeLangflow.start();
        langflow.lists(
                Row.of("f-1", "New Flow", "Language Models, Unleashed."),
                Row.of("f-2", "New Flow (1)", "Conversation Catalyst Engine."),
                Row.of("f-3", "Untitled document (2)", ""),
                Row.of("f-4", "Invoice Reader", "Your Hub for Text Generation."),
                Row.of("f-5", "Lead Scoring", "Design Dialogues with LangFlow."),
                Row.of("f-6", "Ticket Triage", "Intelligente Ketten, intelligentere Gespräche."),
                Row.of("f-7", "New Flow (2)", "Plans trips with flights and hotels."));
        service = RunningService.withModels(langflow.settings());
        service.awaitFlows(7);
    }

    @AfterAll
    static void stop() {
        service.close();
        langflow.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "write a short text about language models",
                "what can language models do?",
                "generate text",
                "start a conversation",
                "design a dialogue between two characters",
                "create a new flow",
                "create a document",
                "new document please"
            })
    void aSloganAndAStockNameMatchNothing(String task) {
        service.provision(task).hasStatus(404).hasField("type", "\"urn:ars:problem:no-match\"");
    }

    @ParameterizedTest
    @CsvSource({
        "read the totals from this invoice, f-4",
        "score these leads, f-5",
        "triage the open tickets, f-6",
        "plan a trip with flights, f-7"
    })
    void whatSomebodyHasSaidIsFound(String task, String flow) {
        service.provision(task).isMatch(flow);
    }

    @Test
    void whoNamesOneGetsIt() {
        service.provision("new flow (1)").isMatch("f-2");
        service.provision("untitled document (2)").isMatch("f-3");
    }
}
