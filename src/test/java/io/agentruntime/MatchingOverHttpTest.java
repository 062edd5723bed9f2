package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentruntime.FakeLangflow.Row;
import io.agentruntime.settings.InvalidSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How matching shows in the API: reasons, close calls, examples, and the lack of a model. */
class MatchingOverHttpTest {
    @TempDir Path folder;

    @Test
    void twoFlowsThatFitAlikeAreSaidInTheNoteAndStandCloseInTheRanking() {
        try (FakeLangflow langflow = FakeLangflow.start()) {
            langflow.lists(
                    Row.of("f-1", "Invoice Reader", "Extracts totals from supplier invoices."),
                    Row.of("f-2", "Invoices Reader", "Extracts totals from suppliers' invoices."),
                    Row.of("f-3", "Travel Planner", "Plans trips with flights and hotels."));
            try (RunningService service = RunningService.with(langflow.settings())) {
                var close = service.provision("extract totals from supplier invoices");
                close.hasStatus(200).notes("fits about as well");
                var clear = service.provision("plan a trip with flights and hotels");
                clear.isMatch("f-3").notesNothing();
                service.post(
                                "/api/v1/agents/candidates",
                                "{\"description\": \"plan a trip with flights and hotels\"}")
                        .hasStatus(200)
                        .hasField("candidates[0].why", "\"words: plan, trip, flights, hotels\"");
            }
        }
    }

    @Test
    void examplesOfTheFileLeadToTheirFlow() throws IOException {
        Path examples =
                Files.writeString(
                        folder.resolve("examples.yaml"),
                        """
                        - flow: Ledger Robot
                          phrases: [who still owes us money]
                        """);
        try (FakeLangflow langflow = FakeLangflow.start()) {
            langflow.lists(
                    Row.of("f-1", "Ledger Robot", "Works on the books."),
                    Row.of("f-2", "Travel Planner", "Plans trips."));
            Map<String, String> settings = new HashMap<>(langflow.settings());
            settings.put("EXAMPLES_FILE", examples.toString());
            try (RunningService service = RunningService.with(settings)) {
                service.provision("Who still owes us money?").isMatch("f-1");
                service.post(
                                "/api/v1/agents/candidates",
                                "{\"description\": \"which customers still owe us money\"}")
                        .hasField("candidates[0].flow_id", "\"f-1\"")
                        .hasField(
                                "candidates[0].why",
                                "\"like the example \\\"who still owes us money\\\"\"");
            }
        }
    }

    @Test
    void aWrongExamplesFileStopsTheStartWithOneLine() throws IOException {
        Path examples =
                Files.writeString(folder.resolve("examples.yaml"), "- flow: a\n  phrases: text\n");
        assertThatThrownBy(
                        () ->
                                RunningService.with(
                                        Map.of(
                                                "PROVIDERS",
                                                "sample",
                                                "EXAMPLES_FILE",
                                                examples.toString())))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("AGENT_RUNTIME_SERVICE_EXAMPLES_FILE")
                .hasMessageContaining("examples.yaml line 2: a list of phrases is expected here")
                .hasMessageNotContaining("\n");
    }

    @Test
    void withoutItsModelTheServiceMatchesByWordsAndHealthSaysSo() {
        try (FakeLangflow langflow = FakeLangflow.start()) {
            langflow.lists(Row.of("f-1", "Invoice Reader", "Extracts totals from invoices."));
            Map<String, String> settings = new HashMap<>(langflow.settings());
            settings.put("EMBEDDING", "http://127.0.0.1:1/v1/embeddings");
            settings.put("EMBEDDING_MODEL", "some-model");
            try (RunningService service = RunningService.with(settings)) {
                service.provision("extract totals from invoices").isMatch("f-1");
                await().untilAsserted(
                                () ->
                                        service.send(service.request("/health").GET())
                                                .hasStatus(200)
                                                .hasField("status", "\"degraded\"")
                                                .hasField("matching", "\"failed\""));
            }
            try (RunningService well = RunningService.with(langflow.settings())) {
                well.provision("extract totals from invoices").isMatch("f-1");
                assertThat(well.send(well.request("/health").GET()).body())
                        .doesNotContain("matching");
            }
        }
    }
}
