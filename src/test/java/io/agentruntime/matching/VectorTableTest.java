package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.agentruntime.matching.TextEmbedding.EmbeddingFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows around a text: which is how near. */
class VectorTableTest {
    /** Rounding to 16 bits moves a cosine by no more. */
    private static final double ROUNDING = 1e-4;

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

    @ParameterizedTest
    @CsvSource({"1,384", "511,16", "512,16", "513,384", "1300,7", "3,1", "2,3072"})
    void aTextIsAsNearToEachFlowAsTheirVectorsAre(int flows, int width) {
        List<String> keys = new ArrayList<>();
        Map<String, float[]> vectors = new HashMap<>();
        for (int i = 0; i < flows; i++) {
            keys.add("flow " + i);
            vectors.put("flow " + i, drawn(width));
        }
        VectorTable table =
                VectorTable.of(
                        keys, key -> FlowVectors.of(List.of(vectors.get(key), vectors.get(key))));
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
        VectorTable table =
                VectorTable.of(List.of("one"), key -> FlowVectors.of(List.of(one, one)));

        assertThat(table.similarities(Vectors.fixed(one))[0]).isCloseTo(1, within(ROUNDING));
        assertThat(table.similarities(Vectors.fixed(new float[] {-0.6f, -0.8f}))[0])
                .isCloseTo(-1, within(ROUNDING));
    }

    @Test
    void anExampleDrawsTheFlowNearer() {
        float[] description = {1, 0};
        float[] example = {0, 1};
        VectorTable table =
                VectorTable.of(
                        List.of("without", "with"),
                        key ->
                                FlowVectors.of(
                                        key.equals("with")
                                                ? List.of(description, description, example)
                                                : List.of(description, description)));

        double[] similarities = table.similarities(Vectors.fixed(example));

        assertThat(similarities[0]).isZero();
        // Half of it to the example itself, half to the middle of both
        assertThat(similarities[1]).isCloseTo(0.5 + 0.5 * Math.sqrt(0.5), within(ROUNDING));
    }

    @Test
    void vectorsOfDifferentLengthsAreNoTable() {
        assertThatThrownBy(
                        () ->
                                VectorTable.of(
                                        List.of("1", "22"),
                                        key -> {
                                            float[] vector = drawn(key.length());
                                            return FlowVectors.of(List.of(vector, vector));
                                        }))
                .isInstanceOf(EmbeddingFailure.class)
                .hasMessageContaining("different lengths");
    }

    @Test
    void noFlowsAreATableToo() {
        VectorTable table = VectorTable.of(List.of(), key -> null);

        assertThat(table.width()).isZero();
        assertThat(table.similarities(new short[0])).isEmpty();
    }
}
