package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.matching.meaning.InProcessEmbedding;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must hold for any text and catalog: run over all texts of a set, with seeded chance. */
class MatchingPropertiesTest {
    private static final List<Entry> UNRELATED =
            List.of(
                    entry("Greenhouse Climate", "Regulates humidity for tomato plants"),
                    entry("Tide Tables", "Tells high and low water at every harbour"),
                    entry("Choir Rehearsals", "Assigns voices and rooms to singers"));

    private static List<Entry> catalog;
    private static List<String> texts;
    private static FlowMatching matching;
    private static FlowIndex index;

    @TempDir Path folder;

    @BeforeAll
    static void load() throws IOException {
        catalog = new ArrayList<>();
        for (JsonNode row : rows("langflow_catalog.jsonl")) {
            catalog.add(entry(row.get("name").asText(), row.get("description").asText()));
        }
        texts =
                rows("langflow_queries.jsonl").stream()
                        .map(row -> row.get("query").asText())
                        .toList();
        matching = FlowMatching.inProcess(Optional.empty(), () -> {});
        index = Settled.index(matching, catalog);
    }

    @AfterAll
    static void close() {
        matching.close();
    }

    @Test
    void theOrderOfTheCatalogChangesNoBitOfAnyAnswer() {
        for (int seed = 0; seed < 3; seed++) {
            List<Entry> shuffled = new ArrayList<>(catalog);
            Collections.shuffle(shuffled, new Random(seed));
            FlowIndex other = Settled.index(matching, shuffled);
            for (String text : texts) {
                assertThat(answer(shuffled, other, text))
                        .as(text)
                        .isEqualTo(answer(catalog, index, text));
            }
        }
    }

    @Test
    void anotherProcessGivesTheSameBits() throws IOException, InterruptedException {
        Path said = folder.resolve("answers");
        Process replica =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dfile.encoding=" + StandardCharsets.UTF_8,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Replica.class.getName(),
                                said.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        try {
            assertThat(replica.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            replica.destroyForcibly();
        }
        assertThat(replica.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
        List<String> here =
                texts.stream().map(text -> answer(catalog, index, text).toString()).toList();
        assertThat(Files.readAllLines(said)).isEqualTo(here);
    }

    /** Asked in another order. */
    static final class Replica {
        private Replica() {}

        public static void main(String[] arguments) throws IOException {
            load();
            List<String> answers = new ArrayList<>();
            for (int i = texts.size() - 1; i >= 0; i--) {
                answers.add(0, answer(catalog, index, texts.get(i)).toString());
            }
            close();
            Files.write(Path.of(arguments[0]), answers);
        }
    }

    @Test
    void anUnrelatedFlowDoesNotChangeAClearWinner() {
        List<String> clear =
                texts.stream().filter(text -> first(index, text).confidence() >= 0.7).toList();
        assertThat(clear).hasSizeGreaterThan(texts.size() / 4);
        for (Entry one : UNRELATED) {
            List<Entry> more = new ArrayList<>(catalog);
            more.add(0, one);
            FlowIndex other = Settled.index(matching, more);
            for (String text : clear) {
                Candidate now = first(other, text);
                assertThat(more.get(now.position()))
                        .as(text)
                        .isEqualTo(catalog.get(first(index, text).position()));
                assertThat(now.confidence()).as(text).isGreaterThan(0.5);
            }
        }
    }

    @Test
    void caseWidthAndDecompositionChangeNothing() {
        for (String text : texts) {
            List<Candidate> plain = index.rank(text, any -> true, 3);
            StringBuilder wide = new StringBuilder();
            text.chars().forEach(c -> wide.append((char) (c > 0x20 && c < 0x7f ? c + 0xFEE0 : c)));
            assertThat(index.rank(text.toUpperCase(Locale.ROOT), any -> true, 3))
                    .as(text)
                    .isEqualTo(plain);
            assertThat(index.rank(wide.toString(), any -> true, 3)).as(text).isEqualTo(plain);
            assertThat(index.rank(Normalizer.normalize(text, Normalizer.Form.NFD), any -> true, 3))
                    .as(text)
                    .isEqualTo(plain);
        }
    }

    @Test
    void confidencesFallAlongARankingAndStayInTheirBounds() {
        Random random = new Random(5);
        for (String text : texts) {
            int limit = 1 + random.nextInt(50);
            double before = 1;
            for (Candidate candidate : index.rank(text, any -> true, limit)) {
                assertThat(candidate.confidence()).as(text).isBetween(0.0, before);
                before = candidate.confidence();
            }
        }
    }

    @Test
    void anyCharactersAreAnsweredAndNeverAMatch() {
        Random random = new Random(6);
        for (int round = 0; round < 60; round++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(60);
            for (int i = 0; i < length; i++) {
                text.append(random.nextInt(3) == 0 ? ' ' : (char) random.nextInt(0x10000));
            }
            List<Candidate> ranking = index.rank(text.toString(), any -> true, 5);
            if (Words.split(text.toString()).isEmpty()) {
                assertThat(ranking).as(text.toString()).isEmpty();
            } else if (InProcessEmbedding.canRead(text.toString())) {
                assertThat(ranking).as(text.toString()).hasSize(5);
            }
            assertThat(ranking).extracting(Candidate::position).doesNotHaveDuplicates();
            assertThat(ranking).allMatch(candidate -> candidate.confidence() < 0.5);
        }
    }

    private static Candidate first(FlowIndex from, String text) {
        return from.rank(text, any -> true, 1).get(0);
    }

    private record Answer(List<String> names, List<Double> confidences) {}

    /** Without twins, whose order is that of the catalog. */
    private static Answer answer(List<Entry> entries, FlowIndex from, String text) {
        List<Candidate> ranking = from.rank(text, any -> true, 3);
        return new Answer(
                ranking.stream().map(one -> entries.get(one.position()).name()).toList(),
                ranking.stream().map(Candidate::confidence).toList());
    }

    private static List<JsonNode> rows(String file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("benchmarks/matching/sets", file))) {
            rows.add(new ObjectMapper().readTree(line));
        }
        return rows;
    }

    private static Entry entry(String name, String description) {
        return new Entry(name, name, description, List.of(), List.of());
    }
}
