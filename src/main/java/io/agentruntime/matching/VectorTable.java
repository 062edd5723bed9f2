package io.agentruntime.matching;

import io.agentruntime.matching.TextEmbedding.EmbeddingFailure;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a whole catalog, laid out so that one text is compared with many flows at once.
 *
 * <p>Flows stand side by side in blocks, two dimensions at a time. So the compiler makes of the
 * inner loop the instruction that multiplies sixteen numbers and adds the products up in pairs; it
 * takes six tenths of the time that floating point takes, and half of the room. Sums are whole
 * numbers: the bits are the same on every machine and for every order of the flows.
 */
final class VectorTable {

    /**
     * Flows in a block, the last one aside: enough that the inner loop is mostly vector
     * instructions, and few enough that its sums stay in the fastest cache.
     */
    private static final int LANES = 512;

    private final List<String> keys;
    private final int width;
    private final short[][] blocks;

    /** Null for those that have none, whose vectors are in the blocks whole. */
    private final @Nullable FlowVectors[] withExamples;

    private VectorTable(List<String> keys, int width) {
        this.keys = List.copyOf(keys);
        this.width = width;
        withExamples = new FlowVectors[keys.size()];
        blocks = new short[(keys.size() + LANES - 1) / LANES][];
        for (int block = 0; block < blocks.length; block++) {
            blocks[block] = new short[2 * pairs() * lanes(block)];
        }
    }

    /**
     * @param keys of the flows, in their order
     * @param vectors the vectors for a key
     * @throws EmbeddingFailure the vectors are of different lengths
     */
    static VectorTable of(List<String> keys, Function<String, FlowVectors> vectors) {
        int width = keys.isEmpty() ? 0 : vectors.apply(keys.get(0)).text().length;
        VectorTable table = new VectorTable(keys, width);
        for (int position = 0; position < keys.size(); position++) {
            table.put(position, vectors.apply(keys.get(position)));
        }
        return table;
    }

    private void put(int position, FlowVectors flow) {
        short[] vector = flow.text();
        if (vector.length != width) {
            throw new EmbeddingFailure("flows have vectors of different lengths");
        }
        short[] block = blocks[position / LANES];
        for (int i = 0; i < width; i++) {
            block[cell(position, i)] = vector[i];
        }
        if (!flow.examples().isEmpty()) {
            withExamples[position] = flow;
        }
    }

    private int pairs() {
        return (width + 1) / 2;
    }

    private int lanes(int block) {
        return Math.min(LANES, keys.size() - block * LANES);
    }

    /** Where in its block a flow's number for a dimension is. */
    private int cell(int position, int dimension) {
        int row = dimension / 2 * lanes(position / LANES) + position % LANES;
        return 2 * row + dimension % 2;
    }

    /** The length of the vectors it can compare with; 0 when there are no flows. */
    int width() {
        return width;
    }

    List<String> keys() {
        return keys;
    }

    FlowVectors flow(int position) {
        FlowVectors kept = withExamples[position];
        if (kept != null) {
            return kept;
        }
        short[] block = blocks[position / LANES];
        short[] vector = new short[width];
        for (int i = 0; i < width; i++) {
            vector[i] = block[cell(position, i)];
        }
        return new FlowVectors(vector, vector, List.of());
    }

    /**
     * How near a text is to each flow, as a cosine.
     *
     * @param query of length {@link #width}, in fixed point
     */
    double[] similarities(short[] query) {
        double[] similarities = new double[keys.size()];
        short[] factors = new short[2 * LANES];
        int[] sums = new int[LANES];
        for (int block = 0; block < blocks.length; block++) {
            int lanes = lanes(block);
            Arrays.fill(sums, 0);
            for (int pair = 0; pair < pairs(); pair++) {
                short one = query[2 * pair];
                short other = 2 * pair + 1 < width ? query[2 * pair + 1] : 0;
                fill(factors, one, other, lanes);
                addProducts(blocks[block], 2 * pair * lanes, factors, sums, lanes);
            }
            for (int lane = 0; lane < lanes; lane++) {
                int position = block * LANES + lane;
                double toText = Vectors.cosine(sums[lane]);
                FlowVectors flow = withExamples[position];
                similarities[position] = flow == null ? toText : flow.similarity(query, toText);
            }
        }
        return similarities;
    }

    private static void fill(short[] factors, short one, short other, int lanes) {
        for (int lane = 0; lane < lanes; lane++) {
            factors[2 * lane] = one;
            factors[2 * lane + 1] = other;
        }
    }

    /** In this form, and as a method of its own, the compiler knows it. */
    private static void addProducts(
            short[] block, int from, short[] factors, int[] sums, int lanes) {
        for (int lane = 0; lane < lanes; lane++) {
            sums[lane] +=
                    block[from + 2 * lane] * factors[2 * lane]
                            + block[from + 2 * lane + 1] * factors[2 * lane + 1];
        }
    }
}
