package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the thorough model is asked, with the models of the jar. */
class DoubtsTest {
    private static final IntPredicate EVERYWHERE = any -> true;

    private static final AtomicInteger thorough = new AtomicInteger();

    private static FlowMatching matching;
    private static FlowIndex index;
    private static List<String> texts;

    @BeforeAll
    static void load() throws IOException {
        matching =
                new FlowMatching(
                        InProcessEmbedding::open,
                        () ->
                                new AnnouncedEmbedding(
                                        InProcessEmbedding.openThorough(),
                                        thorough::incrementAndGet),
                        true,
                        Optional.empty(),
                        Duration.ofSeconds(1));
        List<Entry> entries = new ArrayList<>();
        for (JsonNode flow : rows("langflow_catalog")) {
            entries.add(
                    new Entry(
                            flow.get("id").asText(),
                            flow.get("name").asText(),
                            flow.get("description").asText(),
                            List.of(),
                            List.of()));
        }
        index = Settled.index(matching, entries);
        texts = rows("langflow_queries").stream().map(row -> row.get("query").asText()).toList();
    }

    @AfterAll
    static void close() {
        matching.close();
    }

    @BeforeEach
    void forget() {
        thorough.set(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.3, 0.5, 0.8, 0.99})
    void whoWantsAMatchHasTheOneThatARankingShows(double threshold) {
        int matches = 0;
        for (String text : texts) {
            Optional<Candidate> match = first(text, Doubts.ofMatch(threshold), threshold);
            assertThat(match).isEqualTo(first(text, Doubts.ofRanking(threshold), threshold));
            matches += match.isPresent() ? 1 : 0;
        }
        assertThat(matches).isBetween(1, texts.size());
    }

    @Test
    void manyMatchesAreDecidedWithoutTheThoroughModel() {
        texts.forEach(text -> index.match("now " + text, EVERYWHERE, 2, Doubts.ofRanking(0.5)));
        int forRankings = thorough.get();
        thorough.set(0);
        texts.forEach(text -> index.match("then " + text, EVERYWHERE, 2, Doubts.ofMatch(0.5)));
        assertThat(thorough.get()).isBetween(1, forRankings * 2 / 3);
    }

    private static Optional<Candidate> first(String text, Doubts doubts, double threshold) {
        return index.match(text, EVERYWHERE, 2, doubts).candidates().stream()
                .findFirst()
                .filter(candidate -> candidate.confidence() >= threshold);
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
