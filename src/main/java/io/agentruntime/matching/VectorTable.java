package io.agentruntime.matching;

import io.agentruntime.matching.TextEmbedding.EmbeddingFailure;
import java.util.Arrays;

/**
 * The vectors of a whole catalog, laid out so that one text is compared with many flows at once.
 *
 * <p>Flows stand side by side in blocks, dimension by dimension: the inner loop adds to
 * neighbouring cells, which the compiler turns into vector instructions without changing the order
 * of any flow's sum. The bits are the same on every machine and for every order of the flows.
 */
final class VectorTable {

    /**
     * Flows in a block, the last one aside: enough that the inner loop is mostly vector
     * instructions, and few enough that its sums stay in the fastest cache. With 64 it takes 2.5
     * times as long.
     */
    private static final int LANES = 512;

    private final FlowVectors[] flows;
    private final float[][] blocks;
    private final int width;

    /**
     * @throws EmbeddingFailure the vectors are of different lengths
     */
    VectorTable(FlowVectors[] flows) {
        this.flows = flows;
        width = flows.length == 0 ? 0 : flows[0].text().length;
        blocks = new float[(flows.length + LANES - 1) / LANES][];
        for (int block = 0; block < blocks.length; block++) {
            blocks[block] = new float[width * lanes(block)];
        }
        for (int position = 0; position < flows.length; position++) {
            float[] vector = flows[position].text();
            if (vector.length != width) {
                throw new EmbeddingFailure("flows have vectors of different lengths");
            }
            float[] block = blocks[position / LANES];
            int lanes = lanes(position / LANES);
            for (int i = 0; i < width; i++) {
                block[i * lanes + position % LANES] = vector[i];
            }
        }
    }

    private int lanes(int block) {
        return Math.min(LANES, flows.length - block * LANES);
    }

    /** The length of the vectors it can compare with; 0 when there are no flows. */
    int width() {
        return width;
    }

    FlowVectors flow(int position) {
        return flows[position];
    }

    /** How near a text is to each flow, as a cosine. */
    double[] similarities(float[] query) {
        double[] similarities = new double[flows.length];
        float[] sums = new float[LANES];
        for (int block = 0; block < blocks.length; block++) {
            int from = block * LANES;
            int lanes = lanes(block);
            addUp(blocks[block], lanes, query, sums);
            for (int lane = 0; lane < lanes; lane++) {
                similarities[from + lane] = flows[from + lane].similarity(query, sums[lane]);
            }
        }
        return similarities;
    }

    private static void addUp(float[] block, int lanes, float[] query, float[] sums) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < query.length; i++) {
            float factor = query[i];
            int row = i * lanes;
            for (int lane = 0; lane < lanes; lane++) {
                sums[lane] += factor * block[row + lane];
            }
        }
    }
}
