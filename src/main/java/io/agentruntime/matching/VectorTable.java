package io.agentruntime.matching;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** The vectors of a whole catalog, in the order of its flows. */
final class VectorTable {
    private final VectorPool pool;

    /** By the flow's position. */
    private final int[] slots;

    private final BitSet blocks;
    private final double exampleMargin;

    /**
     * @param keys of the flows, in their order
     * @param pool has them all
     * @param exampleMargin as {@link TextEmbedding#exampleMargin}
     */
    VectorTable(List<VectorKey> keys, VectorPool pool, double exampleMargin) {
        this.pool = pool;
        this.exampleMargin = exampleMargin;
        Map<VectorKey, Integer> all = pool.slots();
        slots = keys.stream().mapToInt(all::get).toArray();
        blocks = pool.blocksOf(slots);
    }

    /** The length of the vectors it can compare with. */
    int width() {
        return pool.width();
    }

    double exampleMargin() {
        return exampleMargin;
    }

    FlowVectors flow(int position) {
        return pool.flow(slots[position]);
    }

    /**
     * How near a text is to each flow, as a cosine.
     *
     * @param query of length {@link #width}, in fixed point
     */
    double[] similarities(short[] query) {
        double[] bySlot = pool.similarities(query, blocks, exampleMargin);
        double[] similarities = new double[slots.length];
        for (int position = 0; position < slots.length; position++) {
            similarities[position] = bySlot[slots[position]];
        }
        return similarities;
    }
}
