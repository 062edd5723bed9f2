package io.agentruntime.matching;

import io.agentruntime.matching.meaning.InProcessEmbedding;
import io.agentruntime.matching.meaning.TextEmbedding;
import io.agentruntime.matching.text.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One text asked of catalogs of several sizes, and what a refresh costs.
 *
 * <p>Texts go through the real models. The flows' vectors are drawn at random, as making 100,000 real ones takes an
 * hour. Among them no flow stands out, so that every new text is read by both models: of real texts, half are.
 */
@Fork(value = 1, jvmArgsAppend = {"-Xmx6g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MatchingSpeed {

    private static final int WIDTH = 384;
    private static final java.util.function.IntPredicate EVERYWHERE = position -> true;

    private static final String[] WORDS =
            ("invoice report customer meeting travel budget supplier contract email support ticket summary translation press"
                            + " newsletter sales lead product review image audio transcript policy employee holiday payment order"
                            + " shipment stock warehouse forecast survey feedback training course exam patient doctor recipe garden"
                            + " weather flight hotel train music video photo code test release database query chart table document")
                    .split(" ");
    private static final String[] VERBS =
            "summarize extract translate classify compare plan write draft check find collect convert explain sort".split(" ");

    /** Texts of 11 words that were hardly ever asked before. */
    private static String text(Random random) {
        return "please " + VERBS[random.nextInt(VERBS.length)] + " the " + word(random) + " of our " + word(random) + " for the "
                + word(random) + " " + word(random);
    }

    private static String word(Random random) {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private static List<Entry> entries(int count, int changed) {
        Random random = new Random(1);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = word(random) + " " + word(random) + " " + VERBS[random.nextInt(VERBS.length)];
            StringBuilder description = new StringBuilder("flow ").append(i < changed ? "x" : "").append(i);
            for (int word = 0; word < 14; word++) {
                description.append(' ').append(word(random)).append(word % 5 == 0 ? String.valueOf(random.nextInt(3_000)) : "");
            }
            entries.add(new Entry("k" + i, name, description.toString(), List.of(word(random)), List.of()));
        }
        return entries;
    }

    /** A real model for texts, chance for flows. */
    private record HalfReal(TextEmbedding real) implements TextEmbedding {
        @Override
        public List<float[]> embed(List<String> texts) {
            return texts.stream().map(text -> text.contains("flow ") ? drawn(text) : real.embed(List.of(text)).get(0)).toList();
        }

        private static float[] drawn(String text) {
            long state = text.hashCode() * 0x9E3779B97F4A7C15L + 1;
            float[] vector = new float[WIDTH];
            for (int i = 0; i < WIDTH; i++) {
                state ^= state << 13;
                state ^= state >>> 7;
                state ^= state << 17;
                vector[i] = (state >> 40) / (float) (1 << 23);
            }
            return atLengthOne(vector);
        }

        private static float[] atLengthOne(float[] vector) {
            double squares = 0;
            for (float value : vector) {
                squares += (double) value * value;
            }
            for (int i = 0; i < vector.length; i++) {
                vector[i] /= (float) Math.sqrt(squares);
            }
            return vector;
        }

        @Override
        public String model() {
            return real.model();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static FlowMatching matching() {
        return new FlowMatching(
                () -> new HalfReal(InProcessEmbedding.open()), () -> new HalfReal(InProcessEmbedding.openThorough()), true, Optional.empty(), Duration.ofSeconds(5));
    }

    private static FlowIndex build(FlowMatching matching, List<Entry> entries) {
        FlowIndex index = matching.build(entries);
        matching.settled().toCompletableFuture().join();
        return index;
    }

    @State(Scope.Benchmark)
    public static class Catalog {
        @Param({"50", "1000", "10000", "100000"})
        int flows;

        FlowMatching matching;
        FlowIndex index;
        final Random random = new Random(2);
        int asked;

        @Setup
        public void setUp() {
            matching = matching();
            index = build(matching, entries(flows, 0));
        }

        @TearDown
        public void tearDown() {
            matching.close();
        }
    }

    @Benchmark
    public List<Candidate> queryNew(Catalog catalog) {
        return catalog.index.rank(text(catalog.random), EVERYWHERE, 5);
    }

    /** All but the models: the vectors of the text are known, its ranking in this scope is not. */
    @Benchmark
    public List<Candidate> rankingAlone(Catalog catalog) {
        int asked = catalog.asked++;
        return catalog.index.rank("please summarize the report of our customer", position -> asked >= 0, 5);
    }

    @Benchmark
    public List<Candidate> querySeenBefore(Catalog catalog) {
        return catalog.index.rank("please summarize the report of our customer", EVERYWHERE, 5);
    }

    @State(Scope.Benchmark)
    public static class Odd {
        @Param({"sentences", "word", "ideographs", "emoji", "marks"})
        String text;

        FlowMatching matching;
        FlowIndex index;
        int asked;

        @Setup
        public void setUp() {
            matching = matching();
            index = build(matching, entries(1_000, 0));
        }

        /** Texts of 4,000 characters, none like another. */
        String next() {
            String number = String.valueOf(asked++);
            String whole =
                    switch (text) {
                        case "sentences" -> number + " the quarterly figures of our suppliers must reach the board. ".repeat(80);
                        case "word" -> number + "abcdefghij".repeat(400);
                        case "ideographs" -> number + "\u6587\u4ef6\u6458\u8981".repeat(1_000);
                        case "emoji" -> number + "\ud83e\uddfe".repeat(2_000);
                        default -> number + "\u200f\u0000\u202e\u0301".repeat(1_000);
                    };
            return whole.substring(0, 4_000);
        }

        @TearDown
        public void tearDown() {
            matching.close();
        }
    }

    @Benchmark
    public List<Candidate> queryOdd(Odd odd) {
        return odd.index.rank(odd.next(), EVERYWHERE, 5);
    }

    @State(Scope.Benchmark)
    public static class Refresh {
        @Param({"1000", "10000"})
        int flows;

        FlowMatching matching;
        List<Entry> same;
        List<Entry> again;
        List<Entry> changed;
        int round;

        @Setup
        public void setUp() {
            matching = matching();
            same = entries(flows, 0);
            again = entries(flows, 0);
            changed = entries(flows, flows / 100);
            build(matching, same);
        }

        @TearDown
        public void tearDown() {
            matching.close();
        }
    }

    @Benchmark
    public FlowIndex refreshUnchanged(Refresh refresh) {
        return refresh.matching.build(refresh.round++ % 2 == 0 ? refresh.again : refresh.same);
    }

    /** Every second time back to the old list: each time 1 % of the flows are other than before. */
    @Benchmark
    public FlowIndex refreshOnePercentChanged(Refresh refresh) {
        return build(refresh.matching, refresh.round++ % 2 == 0 ? refresh.changed : refresh.same);
    }

    @State(Scope.Benchmark)
    public static class Models {
        TextEmbedding fast;
        TextEmbedding thorough;
        final Random random = new Random(3);

        @Setup(Level.Trial)
        public void setUp() {
            fast = InProcessEmbedding.open();
            thorough = InProcessEmbedding.openThorough();
        }

        @TearDown
        public void tearDown() {
            fast.close();
            thorough.close();
        }
    }

    @Benchmark
    public List<float[]> embeddingFast(Models models) {
        return models.fast.embed(List.of(text(models.random)));
    }

    @Benchmark
    public List<float[]> embeddingThorough(Models models) {
        return models.thorough.embed(List.of(text(models.random)));
    }
}
