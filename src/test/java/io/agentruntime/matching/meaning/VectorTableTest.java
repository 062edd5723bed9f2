package io.agentruntime.matching.meaning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.agentruntime.matching.meaning.TextEmbedding.EmbeddingFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows around a text: which is how near. */
class VectorTableTest {
    /** Rounding to 16 bits moves a cosine by no more. */
    private static final double ROUNDING = 1e-4;

    private static final double MARGIN = 0.1;

    private final Random random = new Random(7);

    private float[] drawn(int width) {
        float[] vector = new float[width];
        for (int i = 0; i < width; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Vectors.unit(vector);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static VectorKey key(int flow) {
        return new VectorKey(flow, 0);
    }

    private static FlowVectors flow(float[] text, float[]... examples) {
        List<float[]> all = new ArrayList<>(List.of(text, text));
        all.addAll(List.of(examples));
        return FlowVectors.of(all);
    }

    private static VectorTable table(
            List<VectorKey> keys, Function<VectorKey, FlowVectors> vectors) {
        int width = vectors.apply(keys.get(0)).text().length;
        return new VectorTable(keys, VectorPool.empty(width).with(keys, vectors), MARGIN);
    }

    @ParameterizedTest
    @CsvSource({"1,384", "511,16", "512,16", "513,384", "1300,7", "3,1", "2,3072"})
    void aTextIsAsNearToEachFlowAsTheirVectorsAre(int flows, int width) {
        List<VectorKey> keys = new ArrayList<>();
        Map<VectorKey, float[]> vectors = new HashMap<>();
        for (int i = 0; i < flows; i++) {
            keys.add(key(i));
            vectors.put(key(i), drawn(width));
        }
        VectorTable table = table(keys, key -> flow(vectors.get(key)));
        float[] text = drawn(width);

        double[] similarities = table.similarities(Vectors.fixed(text));

        assertThat(similarities).hasSize(flows);
        for (int i = 0; i < flows; i++) {
            float[] vector = vectors.get(keys.get(i));
            assertThat(similarities[i]).isCloseTo(dot(vector, text), within(ROUNDING));
            assertThat(table.flow(i).text()).containsExactly(Vectors.fixed(vector));
        }
    }

    @Test
    void aFlowIsNearestToItself() {
        float[] one = {0.6f, 0.8f};
        VectorTable table = table(List.of(key(1)), key -> flow(one));

        assertThat(table.similarities(Vectors.fixed(one))[0]).isCloseTo(1, within(ROUNDING));
        assertThat(table.similarities(Vectors.fixed(new float[] {-0.6f, -0.8f}))[0])
                .isCloseTo(-1, within(ROUNDING));
    }

    @Test
    void anExampleDrawsTheFlowNearer() {
        float[] description = {1, 0};
        float[] example = {0, 1};
        VectorKey with = key(2);
        VectorTable table =
                table(
                        List.of(key(1), with),
                        key -> key.equals(with) ? flow(description, example) : flow(description));

        double[] similarities = table.similarities(Vectors.fixed(example));

        assertThat(similarities[0]).isZero();
        // Half of it to the example itself, less the margin, half to the middle of both
        assertThat(similarities[1]).isCloseTo(0.5 * 0.9 + 0.5 * Math.sqrt(0.5), within(ROUNDING));
    }

    @Test
    void anExampleThatIsNearerByLessThanTheMarginIsNotWhatCounts() {
        float[] text = {1, 0};
        float[] description = {0.8f, 0.6f};
        float[] example = {0.85f, -(float) Math.sqrt(1 - 0.85 * 0.85)};
        VectorTable table = table(List.of(key(1)), key -> flow(description, example));
        FlowVectors flow = table.flow(0);
        double toCentre = Vectors.cosine(flow.centre(), Vectors.fixed(text));

        assertThat(table.similarities(Vectors.fixed(text))[0])
                .isCloseTo(0.5 * toCentre + 0.5 * 0.8, within(ROUNDING));
    }

    @Test
    void flowsOfOneTextHaveOneVector() {
        float[] one = drawn(4);
        VectorPool pool = VectorPool.empty(4).with(List.of(key(1), key(1)), key -> flow(one));

        assertThat(pool.size()).isEqualTo(1);
        assertThat(
                        new VectorTable(List.of(key(1), key(1)), pool, MARGIN)
                                .similarities(Vectors.fixed(one)))
                .hasSize(2)
                .containsOnly(
                        new VectorTable(List.of(key(1)), pool, MARGIN)
                                .similarities(Vectors.fixed(one)));
    }

    /** Flows come, go, change places and come back; each table stays what it was. */
    @Test
    void aListMayChangeInAnyWay() {
        Map<VectorKey, FlowVectors> all = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            all.put(key(i), i % 97 == 0 ? flow(drawn(6), drawn(6)) : flow(drawn(6)));
        }
        short[] text = Vectors.fixed(drawn(6));
        VectorPool pool = VectorPool.empty(6);
        Map<VectorTable, double[]> before = new LinkedHashMap<>();
        for (int size : new int[] {600, 601, 599, 1_500, 1_024, 3, 2_900, 0, 40, 2_000}) {
            List<VectorKey> keys = new ArrayList<>(all.keySet());
            Collections.shuffle(keys, random);
            keys = keys.subList(0, size);

            pool = pool.with(keys, all::get);

            VectorTable table = new VectorTable(keys, pool, MARGIN);
            double[] similarities =
                    keys.stream().mapToDouble(key -> nearness(all.get(key), text)).toArray();
            assertThat(table.similarities(text)).containsExactly(similarities);
            for (int i = 0; i < size; i += 100) {
                assertThat(table.flow(i).text()).isEqualTo(all.get(keys.get(i)).text());
            }
            before.put(table, similarities);
        }
        before.forEach(
                (table, similarities) ->
                        assertThat(table.similarities(text)).containsExactly(similarities));
    }

    private static double nearness(FlowVectors flow, short[] text) {
        return flow.similarity(text, Vectors.cosine(flow.text(), text), MARGIN);
    }

    @Test
    void whatIsKnownIsNotAskedForAgainAlsoWhenItWasAwayForAWhile() {
        Map<VectorKey, FlowVectors> all = Map.of(key(1), flow(drawn(2)), key(2), flow(drawn(2)));
        VectorPool both = VectorPool.empty(2).with(all.keySet(), all::get);

        VectorPool none = both.with(List.of(), key -> null);

        assertThat(none.with(all.keySet(), key -> null)).isSameAs(both);
    }

    @Test
    void whatIsNewTakesThePlaceOfWhatIsGone() {
        float[] first = drawn(2);
        VectorPool before = VectorPool.empty(2).with(List.of(key(1), key(2)), key -> flow(first));

        VectorPool after = before.with(List.of(key(3), key(2)), key -> flow(first));

        assertThat(after.size()).isEqualTo(2);
        assertThat(after.slots()).containsOnlyKeys(key(2), key(3));
    }

    @Test
    void roomThatNobodyNeedsIsGivenBack() {
        float[] one = drawn(2);
        List<VectorKey> many = IntStream.range(0, 5_000).mapToObj(VectorTableTest::key).toList();
        VectorPool large = VectorPool.empty(2).with(many, key -> flow(one));

        VectorPool small = large.with(List.of(key(4_000), key(-1)), key -> flow(one));

        assertThat(small.slots()).containsOnlyKeys(key(4_000), key(-1));
    }

    @Test
    void vectorsOfDifferentLengthsAreNoTable() {
        assertThatThrownBy(
                        () -> table(List.of(key(1), key(2)), key -> flow(drawn((int) key.high()))))
                .isInstanceOf(EmbeddingFailure.class)
                .hasMessageContaining("different lengths");
    }

    @Test
    void noFlowsAreATableToo() {
        VectorTable table = new VectorTable(List.of(), VectorPool.empty(0), MARGIN);

        assertThat(table.width()).isZero();
        assertThat(table.similarities(new short[0])).isEmpty();
    }
}
