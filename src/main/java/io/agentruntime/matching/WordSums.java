package io.agentruntime.matching;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The postings whose impacts make up the scores of one text, in the order in which they are added.
 *
 * <p>In a large catalog most flows share some word or 3-gram with any text, and nearly none of them
 * can be among the best. {@link #best} adds up what tells most first, and looks at the rest of the
 * postings only for flows that the rest could still lift that far (known as MaxScore). It leaves
 * out nothing that {@link #all} would put among the best; the tests hold it to that.
 */
final class WordSums {

    /** Fewer additions than this are made sooner than they are avoided. */
    private static final int FEW_ADDITIONS = 8_192;

    /**
     * Flows that may be left when the rest is done for each of them alone, as a share of the
     * catalog.
     */
    private static final int SMALL_PART = 64;

    /**
     * Bounds are sums in another order than scores, and a score is rounded once more before it is
     * compared: what comes nearer than this share of all that could be had to the least of the best
     * is never ruled out.
     */
    private static final double ROUNDING = 1e-9;

    private final int size;
    private final List<Addend> addends;

    /**
     * @param credit times the impacts is added
     */
    record Addend(Postings postings, double credit) {

        /** No entry's score gets more from it. */
        double most() {
            return credit * postings.most();
        }

        private double mostForEachAddition() {
            return most() / postings.length();
        }
    }

    /** Some entries with their scores; positions ascend. */
    record Scored(int[] positions, double[] scores) {}

    /**
     * @param size how many entries the catalog has
     * @param addends in the order of the sum
     */
    WordSums(int size, List<Addend> addends) {
        this.size = size;
        this.addends = addends;
    }

    /** The score of every entry, 0 for those that share nothing with the text. */
    double[] all() {
        double[] scores = new double[size];
        for (Addend addend : addends) {
            addend.postings.addTo(scores, addend.credit);
        }
        return scores;
    }

    /**
     * The scores of some entries, to the same bits.
     *
     * @param positions ascending
     */
    Scored of(int[] positions) {
        double[] scores = new double[positions.length];
        for (Addend addend : addends) {
            addend.postings.addTo(scores, positions, positions.length, addend.credit);
        }
        return new Scored(positions, scores);
    }

    /**
     * The scores of entries among which are the {@code count} best in scope, or all in scope that
     * share anything with the text if those are fewer.
     */
    Scored best(IntPredicate scope, int count) {
        long additions = 0;
        for (Addend addend : addends) {
            additions += addend.postings.length();
        }
        if (additions > FEW_ADDITIONS) {
            return of(hopeful(scope, count));
        }
        Hopeful touched = Hopeful.of(all(), scope, 0);
        return new Scored(touched.positions(), touched.sums());
    }

    /** Entries among which are the {@code count} best in scope. */
    private int[] hopeful(IntPredicate scope, int count) {
        Addend[] order = addends.toArray(Addend[]::new);
        Arrays.sort(order, Comparator.comparingDouble(Addend::mostForEachAddition).reversed());
        double bound = 0;
        for (Addend addend : order) {
            bound += addend.most();
        }
        double rounding = ROUNDING * bound;
        // A look at the sums costs about as much as so many additions.
        int pause = size / 2 + 8 * count * order.length;
        double[] sums = new double[size];
        double open = bound;
        double least = 0;
        int additions = 0;
        for (int next = 0; next < order.length; next++) {
            order[next].postings.addTo(sums, order[next].credit);
            open -= order[next].most();
            additions += order[next].postings.length();
            if (open > bound / 2 || additions < pause) {
                continue;
            }
            additions = 0;
            least = Math.max(least, leastOfBest(sums, scope, count));
            double bar = least - open - rounding;
            if (bar > 0 && Hopeful.areFew(sums, scope, bar)) {
                Hopeful hopeful = Hopeful.of(sums, scope, bar);
                while (++next < order.length && hopeful.count > 4 * count) {
                    hopeful.add(order[next]);
                    open -= order[next].most();
                    hopeful.keep(least - open - rounding);
                }
                return hopeful.positions();
            }
        }
        return Hopeful.of(sums, scope, leastOfBest(sums, scope, count) - rounding).positions();
    }

    /** A score that {@code count} entries in scope reach; 0 when none is known. */
    private double leastOfBest(double[] sums, IntPredicate scope, int count) {
        int[] best = Ranking.best(sums, scope, count);
        if (best.length < count) {
            return 0;
        }
        Arrays.sort(best);
        double least = Double.POSITIVE_INFINITY;
        for (double score : of(best).scores()) {
            least = Math.min(least, score);
        }
        return least;
    }

    /** Entries that may be among the best, with what they have by now; positions ascend. */
    private static final class Hopeful {
        private int[] positions = new int[64];
        private double[] sums = new double[64];
        private int count;

        /** Whether so few have that much that the rest is done for each of them alone. */
        static boolean areFew(double[] all, IntPredicate scope, double bar) {
            int most = all.length / SMALL_PART;
            int found = 0;
            for (int position = 0; position < all.length && found <= most; position++) {
                if (all[position] >= bar && scope.test(position)) {
                    found++;
                }
            }
            return found <= most;
        }

        /**
         * @param all the sum of every entry
         * @param bar what a sum must reach, beside being positive
         */
        static Hopeful of(double[] all, IntPredicate scope, double bar) {
            double least = Math.max(bar, Double.MIN_VALUE);
            Hopeful hopeful = new Hopeful();
            for (int position = 0; position < all.length; position++) {
                if (all[position] >= least && scope.test(position)) {
                    hopeful.put(position, all[position]);
                }
            }
            return hopeful;
        }

        private void put(int position, double sum) {
            if (count == positions.length) {
                positions = Arrays.copyOf(positions, 2 * count);
                sums = Arrays.copyOf(sums, 2 * count);
            }
            positions[count] = position;
            sums[count++] = sum;
        }

        void add(Addend addend) {
            addend.postings.addTo(sums, positions, count, addend.credit);
        }

        /** Gives up those with less. */
        void keep(double bar) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (sums[i] >= bar) {
                    positions[kept] = positions[i];
                    sums[kept++] = sums[i];
                }
            }
            count = kept;
        }

        int[] positions() {
            return Arrays.copyOf(positions, count);
        }

        double[] sums() {
            return Arrays.copyOf(sums, count);
        }
    }
}
