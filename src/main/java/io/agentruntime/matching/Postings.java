package io.agentruntime.matching;

/** The entries that hold one word or 3-gram. */
final class Postings {

    /**
     * About so many postings stand between two marks, if they are spread evenly: with fewer the
     * marks take more memory, with more it takes longer to find one.
     */
    private static final int BETWEEN_MARKS = 4;

    private final int[] positions;
    private final float[] impacts;
    private final double rarity;
    private final float most;

    /** For positions from {@code i << shift} on, where their postings begin. */
    private final int[] marks;

    private final int shift;

    /**
     * @param size how many entries there are
     * @param positions of those that hold it, ascending
     * @param impacts what it adds to the score of each of them, positive
     * @param rarity how much it tells, by how few hold it
     */
    Postings(int size, int[] positions, float[] impacts, double rarity) {
        this.positions = positions;
        this.impacts = impacts;
        this.rarity = rarity;
        float greatest = 0;
        for (float impact : impacts) {
            greatest = Math.max(greatest, impact);
        }
        most = greatest;
        int parts = Math.max(1, positions.length / BETWEEN_MARKS);
        int bits = 0;
        while (size - 1 >> bits >= parts) {
            bits++;
        }
        shift = bits;
        marks = new int[(size - 1 >> shift) + 2];
        for (int position : positions) {
            marks[(position >> shift) + 1]++;
        }
        for (int i = 1; i < marks.length; i++) {
            marks[i] += marks[i - 1];
        }
    }

    int length() {
        return positions.length;
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

    /** Adds to the sums of all entries. */
    void addTo(double[] sums, double credit) {
        for (int i = 0; i < positions.length; i++) {
            sums[positions[i]] += credit * impacts[i];
        }
    }

    /**
     * Adds to the sums of some entries.
     *
     * @param chosen the entries
     * @param count how many of them
     */
    void addTo(double[] sums, int[] chosen, int count, double credit) {
        for (int i = 0; i < count; i++) {
            int at = find(chosen[i]);
            if (at >= 0) {
                sums[i] += credit * impacts[at];
            }
        }
    }

    /** Where a position stands, or a negative number. */
    private int find(int position) {
        int part = position >> shift;
        int at = marks[part];
        int left = marks[part + 1] - at;
        if (left == 0) {
            return -1;
        }
        while (left > 1) {
            int half = left >>> 1;
            // No branch: a processor would guess half of them wrong.
            at = positions[at + half] <= position ? at + half : at;
            left -= half;
        }
        return positions[at] == position ? at : -1;
    }
}
