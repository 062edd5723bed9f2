package io.agentruntime.matching.words;

import io.agentruntime.memory.HeapRoom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Counts the terms of one field, entry by entry, in arrays that grow: with a map for each entry
 * 100,000 flows would take ten times the memory.
 *
 * <p>Counts and lengths are multiples of 0.5: their sums are exact in any order, also as floats.
 */
final class PostingsBuilder {

    /** How fast a repeated word stops adding; the usual value. */
    private static final double K1 = 1.2;

    /**
     * How much longer texts are held back; short catalog texts vary less in length than documents
     * do. By judgement; 0.75 is usual.
     */
    private static final double B = 0.5;

    private final Map<String, Counts> counts = new HashMap<>();
    private final double[] lengths;

    /**
     * @param size how many entries there are
     */
    PostingsBuilder(int size) {
        lengths = new double[size];
    }

    /** The entries that hold one term, and how often; to be told of entries in their order. */
    final class Counts {
        private int[] positions = new int[2];
        private float[] numbers = new float[2];
        private int length;

        void add(int position, double number) {
            lengths[position] += number;
            if (length > 0 && positions[length - 1] == position) {
                numbers[length - 1] += (float) number;
                return;
            }
            if (length == positions.length) {
                positions = Arrays.copyOf(positions, length + (length >> 1) + 1);
                numbers = Arrays.copyOf(numbers, positions.length);
            }
            positions[length] = position;
            numbers[length++] = (float) number;
        }

        /** BM25's share of the term in each entry's score. */
        private Postings postings(double weight, double average, double rarity) {
            int[] where = Arrays.copyOf(positions, length);
            float[] impacts = Arrays.copyOf(numbers, length);
            for (int i = 0; i < length; i++) {
                double count = impacts[i];
                double longer = 1 - B + B * lengths[where[i]] / average;
                impacts[i] = (float) (weight * rarity * count * (K1 + 1) / (count + K1 * longer));
            }
            return new Postings(lengths.length, where, impacts, rarity);
        }
    }

    Counts counts(String term) {
        return counts.computeIfAbsent(term, key -> new Counts());
    }

    /**
     * The postings of every term that an entry holds. The counts are given away as they are turned.
     *
     * @param weight of the whole field
     * @param rarity by the number of entries that hold a term
     */
    Map<String, Postings> build(double weight, IntToDoubleFunction rarity) {
        double total = 0;
        for (double length : lengths) {
            total += length;
        }
        double average = total > 0 ? total / lengths.length : 1;
        Map<String, Postings> built = new HashMap<>(counts.size() * 2);
        HeapRoom room = HeapRoom.now();
        counts.entrySet()
                .removeIf(
                        entry -> {
                            room.take();
                            Counts held = entry.getValue();
                            if (held.length > 0) {
                                double rare = rarity.applyAsDouble(held.length);
                                built.put(entry.getKey(), held.postings(weight, average, rare));
                            }
                            return true;
                        });
        return built;
    }
}
