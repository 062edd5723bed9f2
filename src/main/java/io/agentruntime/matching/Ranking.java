package io.agentruntime.matching;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** The few best of many scores. */
final class Ranking {

    private Ranking() {}

    /** Positions in scope by score, best first; equal scores keep the order of positions. */
    static int[] best(double[] scores, IntPredicate scope, int count) {
        int[] best = new int[Math.min(count, scores.length)];
        int filled = 0;
        for (int position = 0; position < scores.length; position++) {
            boolean full = filled == best.length;
            if (full && scores[position] <= scores[best[filled - 1]] || !scope.test(position)) {
                continue;
            }
            int at = full ? filled - 1 : filled++;
            while (at > 0 && scores[best[at - 1]] < scores[position]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = position;
        }
        return Arrays.copyOf(best, filled);
    }
}
