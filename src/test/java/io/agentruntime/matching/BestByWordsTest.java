package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.matching.meaning.TextEmbedding;
import io.agentruntime.matching.meaning.UnitVector;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.StopWords;
import io.agentruntime.matching.text.Words;
import io.agentruntime.matching.words.Best;
import io.agentruntime.matching.words.LexicalIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is left out in large catalogs changes no bit: every answer is compared with BM25 written
 * down plainly, over drawn catalogs and texts.
 */
class BestByWordsTest {

    private static final int TEXTS = 120;

    private final Random random = new Random(11);
    private final List<String> vocabulary =
            IntStream.range(0, 400).mapToObj(i -> drawnWord()).distinct().toList();

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 150, 1_000, 6_000})
    void theBestByWordsAreThoseOfThePlainSum(int size) {
        List<Entry> entries = entries(size);
        Plain plain = new Plain(entries);
        CatalogIndex index = (CatalogIndex) FlowMatching.lexical().build(entries);
        for (int i = 0; i < TEXTS; i++) {
            String text = text(entries);
            IntPredicate scope = scope(i, size);
            int count = i % 3 == 0 ? 51 : 6;
            Evidence evidence = index.evidence(text, scope, count);
            double[] words = plain.saturated(evidence.query());
            Best best = evidence.bests().offered();
            List<Integer> wanted = best(words, scope, count, 0);
            areTheBest(best, wanted, words, text);
            assertThat(best.fused()).isEqualTo(best.words());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_500})
    void theBestByMeaningAndWordsAreThoseOfThePlainSum(int size) {
        List<Entry> entries = entries(size);
        Plain plain = new Plain(entries);
        try (FlowMatching matching = FlowMatching.semantic(Drawn::new, Optional.empty())) {
            CatalogIndex index = (CatalogIndex) matching.build(entries);
            matching.settled().toCompletableFuture().join();
            for (int i = 0; i < TEXTS; i++) {
                String text = text(entries);
                IntPredicate scope = scope(i, size);
                int count = i % 3 == 0 ? 51 : 6;
                Evidence evidence = index.evidence(text, scope, count);
                double[] words = plain.saturated(evidence.query());
                double[] fused =
                        StandardScores.of(evidence.similarity(), 0.15, 0.11).standardised().clone();
                for (int p = 0; p < size; p++) {
                    fused[p] += words[p];
                }
                List<Integer> wanted = best(fused, scope, count, Double.NEGATIVE_INFINITY);
                Best best = evidence.bests().offered();
                areTheBest(best, wanted, words, text);
                assertThat(best.fused())
                        .as(text)
                        .containsExactly(wanted.stream().mapToDouble(p -> fused[p]).toArray());
            }
        }
    }

    private static void areTheBest(Best best, List<Integer> wanted, double[] words, String text) {
        assertThat(best.positions())
                .as(text)
                .containsExactly(wanted.stream().mapToInt(p -> p).toArray());
        assertThat(best.words())
                .as(text)
                .containsExactly(wanted.stream().mapToDouble(p -> words[p]).toArray());
    }

    @Test
    void ofManyFlowsThatReadTheSameTheFirstAreOffered() {
        List<Entry> twins =
                IntStream.range(0, 5_000)
                        .mapToObj(
                                i -> new Entry("k" + i, "Invoice Reader", "", List.of(), List.of()))
                        .toList();
        assertThat(FlowMatching.lexical().build(twins).rank("read an invoice", p -> p > 9, 4))
                .extracting(Candidate::position)
                .containsExactly(10, 11, 12, 13);
    }

    private static List<Integer> best(
            double[] scores, IntPredicate scope, int count, double above) {
        return IntStream.range(0, scores.length)
                .filter(scope)
                .filter(position -> scores[position] > above)
                .boxed()
                .sorted(Comparator.comparing(position -> -scores[position]))
                .limit(count)
                .toList();
    }

    private IntPredicate scope(int round, int size) {
        int few = random.nextInt(size);
        int every = 2 + random.nextInt(9);
        return switch (round % 4) {
            case 0 -> position -> position % every == 0;
            case 1 -> position -> position >= few && position < few + 4;
            default -> position -> true;
        };
    }

    /** Frequent words and rare ones, twins, and flows that share nothing. */
    private List<Entry> entries(int size) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Entry entry =
                    new Entry(
                            "k" + i,
                            words(1 + random.nextInt(4)),
                            words(random.nextInt(25)),
                            random.nextBoolean() ? List.of() : List.of(words(1), words(2)),
                            random.nextInt(9) > 0 ? List.of() : List.of(words(5)));
            Entry before = i == 0 ? entry : entries.get(random.nextInt(i));
            boolean twin = random.nextInt(5) == 0;
            entries.add(
                    twin
                            ? new Entry(
                                    "k" + i,
                                    before.name(),
                                    before.description(),
                                    before.tags(),
                                    before.examples())
                            : entry);
        }
        return entries;
    }

    /** Some words of a flow, some others, some mistyped. */
    private String text(List<Entry> entries) {
        Entry entry = entries.get(random.nextInt(entries.size()));
        List<String> all = new ArrayList<>();
        for (String word : (entry.name() + " " + entry.description()).split(" ")) {
            if (random.nextInt(3) > 0 && !word.isEmpty()) {
                all.add(random.nextInt(6) > 0 ? word : word.charAt(0) + "x" + word.substring(1));
            }
        }
        all.addAll(List.of(words(random.nextInt(6)).split(" ")));
        return String.join(" ", all);
    }

    private String words(int count) {
        return String.join(
                " ",
                IntStream.range(0, count)
                        .mapToObj(
                                i -> {
                                    double skewed = Math.pow(random.nextDouble(), 3);
                                    return vocabulary.get((int) (skewed * vocabulary.size()));
                                })
                        .toList());
    }

    private String drawnWord() {
        StringBuilder word = new StringBuilder();
        for (int i = 3 + random.nextInt(7); i > 0; i--) {
            word.append("aeiorstlnmpc".charAt(random.nextInt(12)));
        }
        return word.toString();
    }

    /** Vectors by chance, the same for the same text. */
    private static final class Drawn implements TextEmbedding {
        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream().map(Drawn::vector).toList();
        }

        private static float[] vector(String text) {
            Random drawn = new Random(text.hashCode());
            float[] vector = new float[16];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) drawn.nextGaussian();
            }
            return UnitVector.of(vector);
        }

        @Override
        public String model() {
            return "drawn";
        }
    }

    /** BM25 of two fields, as it is written in books. */
    private static final class Plain {
        private final int size;
        private final Field stems;
        private final Field grams;

        Plain(List<Entry> entries) {
            size = entries.size();
            stems = new Field(size);
            grams = new Field(size);
            for (int i = 0; i < size; i++) {
                int position = i;
                Entry entry = entries.get(i);
                count(position, entry.name(), 2);
                entry.tags().forEach(tag -> count(position, tag, 1));
                entry.examples().forEach(example -> count(position, example, 1.5));
                count(position, entry.description(), 1);
            }
        }

        private void count(int position, String text, double weight) {
            for (String word : Words.split(text)) {
                if (!StopWords.contains(word)) {
                    stems.count(position, Words.stem(word), weight);
                    grams(word).forEach(gram -> grams.count(position, gram, weight));
                }
            }
        }

        private static List<String> grams(String word) {
            String bounded = "_" + word + "_";
            return IntStream.rangeClosed(0, bounded.length() - 3)
                    .mapToObj(i -> bounded.substring(i, i + 3))
                    .toList();
        }

        double[] saturated(LexicalIndex.Query query) {
            double[] scores = new double[size];
            Set<String> seen = new HashSet<>();
            for (LexicalIndex.Term term : query.terms()) {
                add(scores, stems, term.stem(), term.credit(), 1);
                for (String gram : grams(term.word())) {
                    if (seen.add(gram)) {
                        add(scores, grams, gram, 1, 0.25);
                    }
                }
            }
            return Arrays.stream(scores).map(score -> score / (score + 24)).toArray();
        }

        private void add(double[] scores, Field field, String term, double credit, double weight) {
            Map<Integer, Double> counts = field.counts.getOrDefault(term, Map.of());
            int holders = counts.size();
            double rarity = StrictMath.log(1 + (size + 50 - holders + 0.5) / (holders + 0.5));
            double average = field.total / size;
            counts.forEach(
                    (i, count) -> {
                        double longer = 1 - 0.5 + 0.5 * field.lengths[i] / average;
                        float impact =
                                (float) (weight * rarity * count * 2.2 / (count + 1.2 * longer));
                        scores[i] += credit * impact;
                    });
        }
    }

    /** How often each term is held by each entry that holds it. */
    private static final class Field {
        final Map<String, Map<Integer, Double>> counts = new HashMap<>();
        final double[] lengths;
        double total;

        Field(int size) {
            lengths = new double[size];
        }

        void count(int position, String term, double weight) {
            counts.computeIfAbsent(term, any -> new HashMap<>())
                    .merge(position, weight, Double::sum);
            lengths[position] += weight;
            total += weight;
        }
    }
}
