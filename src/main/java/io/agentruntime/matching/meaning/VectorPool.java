package io.agentruntime.matching.meaning;

import io.agentruntime.matching.meaning.TextEmbedding.EmbeddingFailure;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One model's vectors of many flows, each in a slot, laid out so that one text is compared with
 * many flows at once.
 *
 * <p>Slots stand side by side in blocks, two dimensions at a time. So the compiler makes of the
 * inner loop the instruction that multiplies sixteen numbers and adds the products up in pairs; it
 * takes six tenths of the time that floating point takes, and half of the room. Sums are whole
 * numbers: the bits are the same on every machine and for every order of the flows.
 *
 * <p>A pool never changes. The next one shares all blocks in which nothing is new: with 100,000
 * flows they take 77 MB, and both are in use for a while.
 */
final class VectorPool {

    /**
     * Slots in a block, the last one aside: enough that the inner loop is mostly vector
     * instructions, and few enough that its sums stay in the fastest cache.
     */
    private static final int LANES = 512;

    private final int width;

    /** By slot. */
    private final VectorKey[] keys;

    private final short[][] blocks;

    /** By slot; null for those that have none, whose vectors are in the blocks whole. */
    private final @Nullable FlowVectors[] withExamples;

    private VectorPool(
            int width, VectorKey[] keys, short[][] blocks, @Nullable FlowVectors[] withExamples) {
        this.width = width;
        this.keys = keys;
        this.blocks = blocks;
        this.withExamples = withExamples;
    }

    /**
     * A pool that is still empty.
     *
     * @param width the length of the vectors it will take
     */
    static VectorPool empty(int width) {
        return new VectorPool(width, new VectorKey[0], new short[0][], new FlowVectors[0]);
    }

    /** The length of the vectors it can compare with. */
    int width() {
        return width;
    }

    /** How many slots there are. */
    int size() {
        return keys.length;
    }

    VectorKey key(int slot) {
        return keys[slot];
    }

    /** Where the vectors of each key are. */
    Map<VectorKey, Integer> slots() {
        Map<VectorKey, Integer> slots = new HashMap<>(2 * keys.length);
        for (int slot = 0; slot < keys.length; slot++) {
            slots.put(keys[slot], slot);
        }
        return slots;
    }

    FlowVectors flow(int slot) {
        FlowVectors kept = withExamples[slot];
        if (kept != null) {
            return kept;
        }
        short[] block = blocks[slot / LANES];
        short[] vector = new short[width];
        for (int i = 0; i < width; i++) {
            vector[i] = block[cell(keys.length, slot, i)];
        }
        return new FlowVectors(vector, vector, List.of());
    }

    /**
     * A pool that has all of these. What is not wanted any more stays, in case it comes back, until
     * something new takes its slot.
     *
     * @param wanted may hold a key twice
     * @param made the vectors for a key that this pool does not have
     * @throws EmbeddingFailure the vectors are of another length
     */
    VectorPool with(Collection<VectorKey> wanted, Function<VectorKey, FlowVectors> made) {
        Map<VectorKey, Integer> slots = slots();
        Set<VectorKey> missing = new LinkedHashSet<>();
        BitSet used = new BitSet(keys.length);
        for (VectorKey key : wanted) {
            Integer slot = slots.get(key);
            if (slot == null) {
                missing.add(key);
            } else {
                used.set(slot);
            }
        }
        if (missing.isEmpty()) {
            return this;
        }
        int needed = used.cardinality() + missing.size();
        if (keys.length - needed > Math.max(LANES, keys.length / 4)) {
            return empty(width)
                    .with(
                            wanted,
                            key -> {
                                Integer slot = slots.get(key);
                                return slot == null ? made.apply(key) : flow(slot);
                            });
        }
        Change change = new Change(this, Math.max(keys.length, needed));
        int slot = -1;
        for (VectorKey key : missing) {
            slot = used.nextClearBit(slot + 1);
            change.put(slot, key, made.apply(key));
        }
        return change.done();
    }

    /** What is new in the next pool. Every slot that the pool did not have must be filled. */
    static final class Change {
        private final int width;
        private final VectorKey[] keys;
        private final short[][] blocks;
        private final @Nullable FlowVectors[] withExamples;

        /** Blocks that no other pool has. */
        private final BitSet own = new BitSet();

        /**
         * @param size as large as the pool, or larger
         */
        Change(VectorPool pool, int size) {
            width = pool.width;
            keys = Arrays.copyOf(pool.keys, size);
            withExamples = Arrays.copyOf(pool.withExamples, size);
            blocks = Arrays.copyOf(pool.blocks, (size + LANES - 1) / LANES);
            for (int block = 0; block < blocks.length; block++) {
                int lanes = lanes(size, block);
                int before = lanes(pool.keys.length, block);
                if (before < lanes) {
                    blocks[block] = widened(blocks[block], before, lanes);
                    own.set(block);
                }
            }
        }

        /** The same block with room for more slots. */
        private short[] widened(short @Nullable [] block, int before, int lanes) {
            short[] wider = new short[2 * pairs(width) * lanes];
            for (int pair = 0; block != null && pair < pairs(width); pair++) {
                System.arraycopy(block, 2 * pair * before, wider, 2 * pair * lanes, 2 * before);
            }
            return wider;
        }

        /**
         * @throws EmbeddingFailure the vectors are of another length
         */
        void put(int slot, VectorKey key, FlowVectors flow) {
            short[] vector = flow.text();
            if (vector.length != width) {
                throw new EmbeddingFailure("flows have vectors of different lengths");
            }
            int block = slot / LANES;
            if (!own.get(block)) {
                blocks[block] = blocks[block].clone();
                own.set(block);
            }
            for (int i = 0; i < width; i++) {
                blocks[block][cell(keys.length, slot, i)] = vector[i];
            }
            keys[slot] = key;
            withExamples[slot] = flow.examples().isEmpty() ? null : flow;
        }

        VectorPool done() {
            return new VectorPool(width, keys, blocks, withExamples);
        }
    }

    private static int pairs(int width) {
        return (width + 1) / 2;
    }

    private static int lanes(int size, int block) {
        return Math.max(0, Math.min(LANES, size - block * LANES));
    }

    /** Where in its block a slot's number for a dimension is. */
    private static int cell(int size, int slot, int dimension) {
        int row = dimension / 2 * lanes(size, slot / LANES) + slot % LANES;
        return 2 * row + dimension % 2;
    }

    /** The blocks that hold any of these slots. */
    BitSet blocksOf(int[] slots) {
        BitSet used = new BitSet(blocks.length);
        for (int slot : slots) {
            used.set(slot / LANES);
        }
        return used;
    }

    /**
     * How near a text is to the flow in each slot, as a cosine.
     *
     * @param query of length {@link #width}, in fixed point
     * @param used the blocks that matter; what is said of other slots means nothing
     * @param margin as {@link TextEmbedding#exampleMargin}
     */
    double[] similarities(short[] query, BitSet used, double margin) {
        double[] similarities = new double[keys.length];
        short[] factors = new short[2 * LANES];
        int[] sums = new int[LANES];
        for (int block = used.nextSetBit(0); block >= 0; block = used.nextSetBit(block + 1)) {
            int lanes = lanes(keys.length, block);
            Arrays.fill(sums, 0);
            for (int pair = 0; pair < pairs(width); pair++) {
                short one = query[2 * pair];
                short other = 2 * pair + 1 < width ? query[2 * pair + 1] : 0;
                fill(factors, one, other, lanes);
                addProducts(blocks[block], 2 * pair * lanes, factors, sums, lanes);
            }
            for (int lane = 0; lane < lanes; lane++) {
                int slot = block * LANES + lane;
                double toText = Vectors.cosine(sums[lane]);
                FlowVectors flow = withExamples[slot];
                similarities[slot] = flow == null ? toText : flow.similarity(query, toText, margin);
            }
        }
        return similarities;
    }

    /**
     * Copies what is there behind itself, again and again: written one by one, they would take as
     * long as the products.
     */
    private static void fill(short[] factors, short one, short other, int lanes) {
        factors[0] = one;
        factors[1] = other;
        for (int filled = 2; filled < 2 * lanes; filled *= 2) {
            System.arraycopy(factors, 0, factors, filled, Math.min(filled, 2 * lanes - filled));
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
