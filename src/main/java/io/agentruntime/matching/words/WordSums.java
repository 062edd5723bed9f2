package io.agentruntime.matching.words;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;

/**
 * The postings whose impacts make up the scores of one text, in the order in which they are added.
 *
 * <p>In a large catalog most flows share some word or 3-gram with any text, and nearly none of them
 * can be among the best. {@link #best} adds up what tells most first, and looks at the rest of the
 * postings only for flows that the rest could still lift that far (known as MaxScore). It leaves
 * out nothing that the whole sum would put among the best; the tests hold it to that.
 */
public final class WordSums {

    /** Fewer additions than this are made sooner than they are avoided. */
    private static final int FEW_ADDITIONS = 8_192;

    /** Finding one entry in a list costs about as much as so many additions of a whole list. */
    private static final int FINDING = 3;

    /** So many times what is wanted may be left when the rest is summed in full. */
    private static final int FEW_LEFT = 2;

    /**
     * Bounds are sums in another order than scores, and a score is rounded once more before it is
     * compared: what comes nearer than this share of all that could be had to the least of the best
     * is never ruled out.
     */
    private static final double ROUNDING = 1e-9;

    private final int size;
    private final List<Addend> addends;
    private final AtomicReference<Board> spare;

    /** Postings that are added. */
    static final class Addend {
        private final Postings postings;
        private final double credit;

        /** No entry's score gets more from it. */
        private final double most;

        private final double mostForEachAddition;

        /**
         * @param credit times the impacts is added
         */
        Addend(Postings postings, double credit) {
            this.postings = postings;
            this.credit = credit;
            most = credit * postings.most();
            mostForEachAddition = most / postings.length();
        }
    }

    /** Some entries with their scores; positions ascend. */
    public record Scored(int[] positions, double[] scores) {}

    /**
     * @param size how many entries the catalog has
     * @param addends in the order of the sum
     * @param spare holds a board of that size, unless another text is using it
     */
    WordSums(int size, List<Addend> addends, AtomicReference<Board> spare) {
        this.size = size;
        this.addends = addends;
        this.spare = spare;
    }

    /**
     * The scores of some entries, to the same bits; 0 for those that share nothing with the text.
     *
     * @param positions ascending
     */
    public Scored of(int[] positions) {
        double[] scores = new double[positions.length];
        for (Addend addend : addends) {
            addend.postings.addToEach(scores, positions, addend.credit);
        }
        return new Scored(positions, scores);
    }

    /**
     * The scores of entries among which are the {@code count} best in scope, or all in scope that
     * share anything with the text if those are fewer.
     */
    public Scored best(IntPredicate scope, int count) {
        Board found = spare.getAndSet(null);
        Board board = found == null ? new Board(size) : found;
        long additions = 0;
        for (Addend addend : addends) {
            additions += addend.postings.length();
        }
        boolean inOrder = additions <= FEW_ADDITIONS;
        if (inOrder) {
            addends.forEach(board::add);
            board.keep(0, scope);
        } else {
            keepHopeful(board, scope, count);
        }
        Scored taken = board.take();
        spare.set(board);
        return inOrder ? taken : of(taken.positions());
    }

    /** Leaves entries among which are the {@code count} best in scope. */
    private void keepHopeful(Board board, IntPredicate scope, int count) {
        Addend[] order = addends.toArray(Addend[]::new);
        Arrays.sort(order, (a, b) -> Double.compare(b.mostForEachAddition, a.mostForEachAddition));
        double bound = 0;
        for (Addend addend : order) {
            bound += addend.most;
        }
        double rounding = ROUNDING * bound;
        double open = bound;
        double least = 0;
        double bar = -open;
        int additions = 0;
        int next = 0;
        while (next < order.length && (bar <= 0 || board.count > FEW_LEFT * count)) {
            Addend addend = order[next++];
            open -= addend.most;
            if (bar > 0 && FINDING * board.count < addend.postings.length()) {
                board.find(addend);
            } else {
                board.add(addend);
                additions += addend.postings.length();
            }
            // A look at the best costs about as much as so many additions.
            if (additions >= board.count + 8 * count * order.length) {
                additions = 0;
                least = Math.max(least, leastOfBest(board, scope, count, order, next));
            }
            bar = least - open - rounding;
            if (bar > 0) {
                // No entry that holds nothing of what is added by now can be among the best.
                board.keep(bar, scope);
            }
        }
        least = Math.max(least, leastOfBest(board, scope, count, order, next));
        board.keep(least - open - rounding, scope);
    }

    /**
     * A score that {@code count} entries in scope reach; 0 when none is known.
     *
     * @param next the first of the order that is not yet added
     */
    private static double leastOfBest(
            Board board, IntPredicate scope, int count, Addend[] order, int next) {
        int[] best = board.best(scope, count);
        if (best.length < count) {
            return 0;
        }
        double[] sums = Arrays.stream(best).mapToDouble(position -> board.sums[position]).toArray();
        for (int i = next; i < order.length; i++) {
            order[i].postings.addToEach(sums, best, order[i].credit);
        }
        return Arrays.stream(sums).min().orElse(0);
    }

    /**
     * Sums of some entries of a catalog. Used again from text to text, as nothing but the sums of
     * those entries has to be cleared.
     */
    static final class Board {

        /** By position; 0 for all but those entries. */
        private final double[] sums;

        /** The entries, in the order in which they came; one place more than there are. */
        private final int[] positions;

        private int count;

        Board(int size) {
            sums = new double[size];
            positions = new int[size + 1];
        }

        /** For all entries that hold it. */
        void add(Addend addend) {
            count = addend.postings.addTo(sums, positions, count, addend.credit);
        }

        /** For the entries that are on the board. */
        void find(Addend addend) {
            addend.postings.addToSome(sums, positions, count, addend.credit);
        }

        /** Gives up those with less, or out of scope. */
        void keep(double bar, IntPredicate scope) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                int position = positions[i];
                if (sums[position] >= bar && scope.test(position)) {
                    positions[kept++] = position;
                } else {
                    sums[position] = 0;
                }
            }
            count = kept;
        }

        /** The entries in scope that have most. */
        int[] best(IntPredicate scope, int wanted) {
            double[] compact = new double[count];
            for (int i = 0; i < count; i++) {
                compact[i] = sums[positions[i]];
            }
            int[] best = Ranking.best(compact, i -> scope.test(positions[i]), wanted);
            return Arrays.stream(best).map(i -> positions[i]).toArray();
        }

        /** Leaves none. */
        Scored take() {
            int[] all = Arrays.copyOf(positions, count);
            Arrays.sort(all);
            double[] scores = new double[count];
            for (int i = 0; i < all.length; i++) {
                scores[i] = sums[all[i]];
                sums[all[i]] = 0;
            }
            count = 0;
            return new Scored(all, scores);
        }
    }
}
