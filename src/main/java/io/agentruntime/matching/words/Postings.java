package io.agentruntime.matching.words;

/** The entries that hold one word or 3-gram. */
final class Postings {

    /**
     * About so many postings stand between two marks, if they are spread evenly: with fewer the
     * marks take more memory, with more it takes longer to find one.
     */
    private static final int BETWEEN_MARKS = 4;

    /** As a power of two: a mark for so many positions where a bit tells of each. */
    private static final int BLOCK = 6;

    /**
     * Bits are kept where one of so many entries holds it; of rarer ones they would take too much.
     */
    private static final int DENSE = 16;

    private static final long[] NO_BITS = {};

    /** The position in the upper half, the impact's bits in the lower; ascending. */
    private final long[] postings;

    private final double rarity;
    private final float most;

    /** For positions from {@code i << shift} on, where their postings begin. */
    private final int[] marks;

    private final int shift;

    /**
     * One for each position, set where an entry holds it; none where few do. They take the place of
     * a search, and are so small that a processor keeps them at hand.
     */
    private final long[] bits;

    /**
     * @param size how many entries there are
     * @param positions of those that hold it, ascending
     * @param impacts what it adds to the score of each of them, positive
     * @param rarity how much it tells, by how few hold it
     */
    Postings(int size, int[] positions, float[] impacts, double rarity) {
        this.rarity = rarity;
        int length = positions.length;
        postings = new long[length];
        boolean dense = length >= size / DENSE;
        shift = dense ? BLOCK : shift(size, length);
        bits = dense ? new long[(size - 1 >> BLOCK) + 1] : NO_BITS;
        marks = new int[(size - 1 >> shift) + 2];
        float greatest = 0;
        for (int i = 0; i < length; i++) {
            int position = positions[i];
            postings[i] = (long) position << 32 | Float.floatToRawIntBits(impacts[i]);
            greatest = Math.max(greatest, impacts[i]);
            marks[(position >> shift) + 1]++;
            if (dense) {
                bits[position >> BLOCK] |= 1L << position;
            }
        }
        most = greatest;
        for (int i = 1; i < marks.length; i++) {
            marks[i] += marks[i - 1];
        }
    }

    private static int shift(int size, int length) {
        int parts = Math.max(1, length / BETWEEN_MARKS);
        int shift = 0;
        while (size - 1 >> shift >= parts) {
            shift++;
        }
        return shift;
    }

    private static int position(long posting) {
        return (int) (posting >> 32);
    }

    private static float impact(long posting) {
        return Float.intBitsToFloat((int) posting);
    }

    int length() {
        return postings.length;
    }

    double rarity() {
        return rarity;
    }

    /** The greatest of the impacts. */
    float most() {
        return most;
    }

    boolean holds(int position) {
        return find(position) >= 0;
    }

    /**
     * Adds to the sums of all entries that hold it.
     *
     * @param sums by position
     * @param begun takes the entries whose sums were 0, from {@code count} on; longer than the sums
     * @return how many are begun by now
     */
    int addTo(double[] sums, int[] begun, int count, double credit) {
        int after = count;
        for (long posting : postings) {
            int position = position(posting);
            double before = sums[position];
            // No branch: a processor would guess many of them wrong.
            begun[after] = position;
            after += Double.doubleToRawLongBits(before) == 0 ? 1 : 0;
            sums[position] = before + credit * impact(posting);
        }
        return after;
    }

    /**
     * Adds to the sums of some entries.
     *
     * @param sums by position
     * @param chosen the entries
     * @param count how many of them
     */
    void addToSome(double[] sums, int[] chosen, int count, double credit) {
        for (int i = 0; i < count; i++) {
            int at = find(chosen[i]);
            if (at >= 0) {
                sums[chosen[i]] += credit * impact(postings[at]);
            }
        }
    }

    /**
     * The same with the sums in the order of the chosen.
     *
     * @param chosen the entries
     */
    void addToEach(double[] sums, int[] chosen, double credit) {
        for (int i = 0; i < chosen.length; i++) {
            int at = find(chosen[i]);
            if (at >= 0) {
                sums[i] += credit * impact(postings[at]);
            }
        }
    }

    /** Where a position stands, or a negative number. */
    private int find(int position) {
        int part = position >> shift;
        int at = marks[part];
        if (bits.length > 0) {
            long block = bits[part];
            long bit = 1L << position;
            return (block & bit) == 0 ? -1 : at + Long.bitCount(block & bit - 1);
        }
        int left = marks[part + 1] - at;
        if (left == 0) {
            return -1;
        }
        // Above this position's posting, whatever its impact.
        long above = position + 1L << 32;
        while (left > 1) {
            int half = left >>> 1;
            // No branch: a processor would guess half of them wrong.
            at = postings[at + half] < above ? at + half : at;
            left -= half;
        }
        return position(postings[at]) == position ? at : -1;
    }
}
