package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.FakeLangflow.Row;
import io.agentruntime.settings.InvalidSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            try (RunningService service = RunningService.withModels(langflow.settings())) {
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

    /** Among the back office's flows alone, nothing is nearer to documents than the translation. */
    @Test
    void aFlowOfTheHintedProjectIsNoMatchWhereOneOutsideSurelyIsWhatIsAskedFor() {
        String documents = "document list for a work permit, Indian software engineer, Germany";
        try (FakeLangflow langflow = FakeLangflow.start()) {
            langflow.hasProjects(Map.of("p-i", "Immigration", "p-b", "Back Office"));
            langflow.lists(
                    new Row("f-1", "invoice_v2_FINAL (copy)", "", "p-b"),
                    new Row(
                            "f-2",
                            "timesheet bot",
                            "fills narrative for billable hours from calendar + mails",
                            "p-b"),
                    new Row(
                            "f-3",
                            "Visa checklist",
                            "lists the documents for a visa or work permit application",
                            "p-i"),
                    new Row(
                            "f-4",
                            "Legal translation DE-EN",
                            "translates legal documents between German and English",
                            "p-b"),
                    new Row("f-5", "New Flow", "", "p-b"),
                    new Row("f-6", "Untitled document (3)", "", "p-b"),
                    new Row("f-7", "test", "", "p-b"));
            Map<String, String> strict = new HashMap<>(langflow.settings());
            strict.put("PROJECT_HINT_MODE", "strict");
            try (RunningService service = RunningService.withModels(langflow.settings())) {
                service.provision(documents, "Back Office")
                        .isMatch("f-3")
                        .notes("no flow of the hinted project fits");
                service.provision("translate this contract into English", "Back Office")
                        .isMatch("f-4")
                        .notesNothing();
            }
            try (RunningService service = RunningService.withModels(strict)) {
                service.provision(documents, "Back Office").isMatch("f-4");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5, true", "1, false"})
    void aRankingIsOfFiveFlowsUnlessToldOtherwiseAndItsBestScoreDecides(
            double threshold, boolean matched) throws IOException {
        try (FakeLangflow langflow = FakeLangflow.start()) {
            langflow.lists(
                    IntStream.range(0, 7)
                            .mapToObj(
                                    i ->
                                            Row.of(
                                                    "f-" + i,
                                                    "Invoice Reader " + "ABCDEFG".charAt(i),
                                                    "Extracts totals from invoices."))
                            .toList());
            Map<String, String> settings = new HashMap<>(langflow.settings());
            settings.put("MATCH_THRESHOLD", String.valueOf(threshold));
            try (RunningService service = RunningService.with(settings)) {
                String task = "{\"description\": \"extract totals from invoices\"%s}";
                var five = service.post("/api/v1/agents/candidates", task.formatted(""));
                var ranking = new ObjectMapper().readTree(five.body());
                assertThat(ranking.path("candidates")).hasSize(5);
                assertThat(ranking.path("catalog_version").asText())
                        .isEqualTo(five.header("X-Catalog-Version"));
                assertThat(ranking.path("threshold").asDouble()).isEqualTo(threshold);
                assertThat(ranking.path("matched").asBoolean()).isEqualTo(matched);
                assertThat(ranking.at("/candidates/0/score").asDouble() >= threshold)
                        .isEqualTo(matched);

                var six =
                        service.post("/api/v1/agents/candidates", task.formatted(", \"limit\": 6"));
                assertThat(new ObjectMapper().readTree(six.body()).path("candidates")).hasSize(6);
                service.provision("extract totals from invoices").hasStatus(matched ? 200 : 404);
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
            try (RunningService service = RunningService.withModels(settings)) {
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
            try (RunningService well = RunningService.withModels(langflow.settings())) {
                well.provision("extract totals from invoices").isMatch("f-1");
                assertThat(well.send(well.request("/health").GET()).body())
                        .doesNotContain("matching");
            }
        }
    }

    @Test
    void anAnswerByWordsAloneSaysSoUntilTheEndpointIsBackAndItIsBackThoughNobodyAsks() {
        String task = "extract the totals from invoices";
        try (FakeLangflow langflow = FakeLangflow.start();
                FakeEmbedding embedding = FakeEmbedding.start()) {
            langflow.lists(Row.of("f-1", "Invoice Reader", "Extracts totals from invoices."));
            try (RunningService service = RunningService.with(settings(langflow, embedding));
                    LogLines log = LogLines.open()) {
                service.provision("read totals of invoices").isMatch("f-1").notesNothing();
                assertThat(byMeaning(service)).isEqualTo("1.0");

                embedding.answers(aResponse().withStatus(401));
                String version =
                        service.provision(task)
                                .isMatch("f-1")
                                .notes(
                                        "matched by words alone: the embedding model cannot be asked now")
                                .header("X-Catalog-Version");
                service.provision(task + " please").notes("matched by words alone");
                service.provision("read totals of invoices").isMatch("f-1").notesNothing();
                service.send(service.request("/health").GET()).hasField("status", "\"degraded\"");
                assertThat(byMeaning(service)).isEqualTo("0.0");
                assertThat(log.warnings())
                        .singleElement(STRING)
                        .contains("AGENT_RUNTIME_SERVICE_EMBEDDING_API_KEY");

                embedding.isWell();
                await().untilAsserted(
                                () ->
                                        service.send(service.request("/health").GET())
                                                .hasField("status", "\"ok\""));
                assertThat(byMeaning(service)).isEqualTo("1.0");
                var answer = service.provision(task).isMatch("f-1").notesNothing();
                assertThat(answer.header("X-Catalog-Version")).isEqualTo(version);
            }
        }
    }

    @Test
    void theDefaultFlowOrNoFlowByWordsAloneSaysSoToo() {
        try (FakeLangflow langflow = FakeLangflow.start();
                FakeEmbedding embedding = FakeEmbedding.start()) {
            langflow.lists(Row.of("f-1", "Invoice Reader", "Extracts totals from invoices."));
            embedding.answers(aResponse().withStatus(503));
            Map<String, String> settings = settings(langflow, embedding);
            try (RunningService service = RunningService.with(settings)) {
                service.provision("water the plants")
                        .isProblem(404, "no-match")
                        .hasField(
                                "detail",
                                "\"No flow fits this description; matched by words alone: the embedding model cannot be asked now.\"");
            }
            settings.put("DEFAULT_FLOW_ID", "f-1");
            try (RunningService service = RunningService.with(settings)) {
                service.provision("water the plants")
                        .hasField(
                                "note",
                                "\"no flow fits, so this is the default flow; matched by words alone: the embedding model cannot be asked now\"");
            }
            settings.put("EMBEDDING", "off");
            try (RunningService service = RunningService.with(settings)) {
                service.provision("water the plants")
                        .hasField("note", "\"no flow fits, so this is the default flow\"");
                service.provision("extract the totals from invoices").notesNothing();
            }
        }
    }

    @Test
    void whatWordsAloneDecideWhileTheFlowsOfALongListAreReadSaysSo() {
        String task = "extract the totals from invoices";
        try (FakeLangflow langflow = FakeLangflow.start();
                FakeEmbedding embedding = FakeEmbedding.start()) {
            langflow.lists(list(201));
            embedding.holds();
            try (RunningService service = RunningService.with(settings(langflow, embedding))) {
                saysThatFlowsAreRead(service, task);

                embedding.isWell();
                await().untilAsserted(() -> service.provision(task).isMatch("f-0").notesNothing());

                embedding.holds();
                langflow.lists(list(402));
                await().untilAsserted(() -> saysThatFlowsAreRead(service, task));
            }
        }
    }

    /** An index is built while other providers wait for their turn. */
    @Test
    void aFewFlowsThatTakeTheModelLongAreOfferedMeanwhileByTheirWords() {
        String task = "extract the totals from invoices";
        try (FakeLangflow langflow = FakeLangflow.start();
                FakeEmbedding embedding = FakeEmbedding.start()) {
            langflow.lists(list(3));
            embedding.holds();
            Map<String, String> settings = settings(langflow, embedding);
            settings.put("PROVIDER_TIMEOUT_MS", "60000");
            settings.put("CATALOG_TTL_SECONDS", "3600");
            try (RunningService service = RunningService.with(settings)) {
                saysThatFlowsAreRead(service, task);
                embedding.isWell();
                await().untilAsserted(() -> service.provision(task).isMatch("f-0").notesNothing());
                assertThat(service.send(service.request("/health").GET()).body())
                        .doesNotContain("matching");
            }
        }
    }

    private static void saysThatFlowsAreRead(RunningService service, String task) {
        String reason = "matched by words alone: the embedding model has not read all flows yet";
        service.provision(task).isMatch("f-0").hasField("note", '"' + reason + '"');
        service.provision("water the plants")
                .isProblem(404, "no-match")
                .hasField("detail", "\"No flow fits this description; %s.\"".formatted(reason));
        service.send(service.request("/health").GET())
                .hasField("status", "\"ok\"")
                .hasField("matching", "\"warming\"");
    }

    private static List<Row> list(int flows) {
        return IntStream.range(0, flows)
                .mapToObj(
                        i ->
                                i == 0
                                        ? Row.of(
                                                "f-0",
                                                "Invoice Reader",
                                                "Extracts totals from invoices.")
                                        : Row.of("f-" + i, "Flow " + i, "Does chore " + i + "."))
                .toList();
    }

    @Test
    void textsThatAreLongerThanTheEndpointTakesAreNoOutage() {
        try (FakeLangflow langflow = FakeLangflow.start();
                FakeEmbedding embedding = FakeEmbedding.start()) {
            embedding.takes(500, 413);
            langflow.lists(
                    Row.of("f-1", "Invoice Reader", "Extracts totals from invoices."),
                    Row.of("f-2", "Chatty", "This flow does many things. ".repeat(70)));
            try (RunningService service = RunningService.with(settings(langflow, embedding))) {
                assertThat(
                                service.provision("extract the totals from invoices")
                                        .isMatch("f-1")
                                        .body())
                        .doesNotContain("words alone");
                service.post(
                                "/api/v1/agents/candidates",
                                "{\"description\": \"%s\"}"
                                        .formatted("extract the totals ".repeat(200)))
                        .hasStatus(200);
                assertThat(service.send(service.request("/health").GET()).body())
                        .doesNotContain("matching");
                assertThat(byMeaning(service)).isEqualTo("1.0");
            }
        }
    }

    private static Map<String, String> settings(FakeLangflow langflow, FakeEmbedding embedding) {
        Map<String, String> settings = new HashMap<>(langflow.settings());
        settings.putAll(embedding.settings());
        return settings;
    }

    private static @Nullable String byMeaning(RunningService service) {
        return service.metric("agent_runtime_matching_by_meaning");
    }
}
