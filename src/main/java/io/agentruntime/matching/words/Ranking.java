package io.agentruntime.matching.words;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** The few best of many scores. */
final class Ranking {

    private Ranking() {}

    /** Positions in scope by score, best first; equal scores keep the order of positions. */
    static int[] best(double[] scores, IntPredicate scope, int count) {
        int[] best = new int[Math.min(count, scores.length)];
        int filled = 0;
        double bar = Double.NEGATIVE_INFINITY;
        for (int position = 0; position < scores.length; position++) {
            double score = scores[position];
            boolean full = filled == best.length;
            if (full && score <= bar || !scope.test(position)) {
                continue;
            }
            int at = full ? filled - 1 : filled++;
            while (at > 0 && scores[best[at - 1]] < score) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = position;
            bar = scores[best[filled - 1]];
        }
        return Arrays.copyOf(best, filled);
    }
}
