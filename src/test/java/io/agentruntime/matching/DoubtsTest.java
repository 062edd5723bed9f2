package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.matching.meaning.AnnouncedEmbedding;
import io.agentruntime.matching.meaning.InProcessEmbedding;
import io.agentruntime.matching.text.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the thorough model is asked, with the models of the jar. */
class DoubtsTest {
    private static final IntPredicate EVERYWHERE = any -> true;

    private static final FlowMatching matching = FlowMatching.inProcess(Optional.empty(), () -> {});

    private static List<Entry> langflow;
    private static List<String> texts;

    @BeforeAll
    static void load() throws IOException {
        langflow = entries("langflow");
        texts = rows("langflow_queries").stream().map(row -> row.get("query").asText()).toList();
    }

    @AfterAll
    static void close() {
        matching.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.3, 0.5, 0.8, 0.99})
    void whoWantsAMatchHasTheOneThatARankingShows(double threshold) {
        FlowIndex index = Settled.index(matching, langflow);
        int matches = 0;
        for (String text : texts) {
            Candidate match = first(index, text, Doubts.ofMatch(threshold));
            Candidate shown = first(index, text, Doubts.ofRanking(threshold));
            assertThat(match.confidence() >= threshold).isEqualTo(shown.confidence() >= threshold);
            if (match.confidence() >= threshold) {
                assertThat(match).isEqualTo(shown);
                matches++;
            }
        }
        assertThat(matches).isBetween(1, texts.size());
    }

    /** The thorough model alone is sure of a flow, and of a wrong one. */
    @Test
    void whatIsHopelessIsNoMatchInARankingEither() throws IOException {
        FlowIndex index = Settled.index(matching, entries("clinc"));
        String text = "please call me charlile from here on out ok";
        assertThat(first(index, text, new Doubts(0, 1, true)).confidence()).isGreaterThan(0.5);

        assertThat(first(index, text, Doubts.ofMatch(0.5)).confidence()).isLessThan(0.3);
        assertThat(first(index, text, Doubts.ofRanking(0.5)).confidence()).isEqualTo(0.3);
    }

    /** By both models it would be one as well, with .66 instead of .87. */
    @Test
    void whatIsSureStaysAMatch() throws IOException {
        FlowIndex index = Settled.index(matching, entries("clinc"));
        String text = "how do you get your visa card rewards";
        double both = first(index, text, new Doubts(0, 2, true)).confidence();
        Candidate match = first(index, text, Doubts.ofMatch(0.5));
        assertThat(match.confidence()).isGreaterThan(both).isGreaterThanOrEqualTo(0.8);
        assertThat(first(index, text, Doubts.ofRanking(0.5))).isEqualTo(match);
    }

    @Test
    void manyMatchesAreDecidedWithoutTheThoroughModel() {
        int forRankings = timesAsked(Doubts.ofRanking(0.5));
        assertThat(forRankings).isGreaterThan(texts.size() / 4);
        assertThat(timesAsked(Doubts.ofMatch(0.5))).isBetween(1, forRankings * 2 / 3);
    }

    private static int timesAsked(Doubts doubts) {
        AtomicInteger asked = new AtomicInteger();
        try (FlowMatching counted =
                new FlowMatching(
                        InProcessEmbedding::open,
                        () ->
                                new AnnouncedEmbedding(
                                        InProcessEmbedding.openThorough(), asked::incrementAndGet),
                        true,
                        Optional.empty(),
                        Duration.ofSeconds(1))) {
            FlowIndex index = Settled.index(counted, langflow);
            asked.set(0);
            texts.forEach(text -> index.match(text, EVERYWHERE, 2, doubts));
            return asked.get();
        }
    }

    private static Candidate first(FlowIndex index, String text, Doubts doubts) {
        return index.match(text, EVERYWHERE, 2, doubts).candidates().get(0);
    }

    private static List<Entry> entries(String set) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode flow : rows(set + "_catalog")) {
            String id = flow.get("id").asText();
            String name = flow.get("name").asText();
            entries.add(
                    new Entry(id, name, flow.path("description").asText(), List.of(), List.of()));
        }
        return entries;
    }

    private static List<JsonNode> rows(String name) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        Path file = Path.of("benchmarks/matching/sets", name + ".jsonl");
        for (String line : Files.readAllLines(file)) {
            rows.add(new ObjectMapper().readTree(line));
        }
        return rows;
    }
}
