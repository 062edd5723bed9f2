package io.agentruntime.matching.meaning;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The vectors of a whole catalog, in the order of its flows. */
public final class VectorTable {
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
    public int width() {
        return pool.width();
    }

    VectorPool pool() {
        return pool;
    }

    FlowVectors flow(int position) {
        return pool.flow(slots[position]);
    }

    /**
     * Which of a flow's examples is nearest to a text, in their order from 0; empty when what is
     * said of the flow is as near, less the margin.
     *
     * @param query of length {@link #width}, in fixed point
     */
    public OptionalInt nearestExample(int position, short[] query) {
        FlowVectors flow = flow(position);
        double nearest = Vectors.cosine(flow.text(), query);
        int example = -1;
        for (int i = 0; i < flow.examples().size(); i++) {
            double near = Vectors.cosine(flow.examples().get(i), query) - exampleMargin;
            if (near > nearest) {
                nearest = near;
                example = i;
            }
        }
        return example < 0 ? OptionalInt.empty() : OptionalInt.of(example);
    }

    /**
     * How near a text is to each flow, as a cosine, in the order of the flows.
     *
     * @param query of length {@link #width}, in fixed point
     */
    public double[] similarities(short[] query) {
        double[] bySlot = pool.similarities(query, blocks, exampleMargin);
        double[] similarities = new double[slots.length];
        for (int position = 0; position < slots.length; position++) {
            similarities[position] = bySlot[slots[position]];
        }
        return similarities;
    }
}
