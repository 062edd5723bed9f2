package io.agentruntime.matching.words;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The few best of a text, best first; those of equal scores in the order of positions.
 *
 * @param words what words say for each, below 1
 * @param fused the same with what meaning says, if that is known
 */
public record Best(int[] positions, double[] words, double[] fused) {

    /**
     * BM25 has no upper bound; half of the weight is reached at this score. Chosen when the fusion
     * was fitted on the development sets.
     */
    private static final double LEXICAL_HALF = 24.0;

    /**
     * What words weigh beside one standard deviation of meaning. From 0.8 to 1.6 the development
     * sets move by under a point; see docs/matching.md.
     */
    private static final double LEXICAL_WEIGHT = 1.0;

    /**
     * The best by meaning and words: of most flows, the meaning alone says that they are not.
     *
     * @param standardised what meaning says of each entry, in standard deviations
     * @param count how many are wanted; there are fewer if the scope has fewer
     */
    public static Best fused(WordSums sums, double[] standardised, IntPredicate scope, int count) {
        int[] best = Ranking.best(standardised, scope, count);
        double least =
                best.length < count
                        ? Double.NEGATIVE_INFINITY
                        : standardised[best[best.length - 1]];
        int[] hopeful = new int[standardised.length];
        int found = 0;
        for (int i = 0; i < standardised.length; i++) {
            // Words weigh no more than that, each sum rounds the same way.
            if (standardised[i] + LEXICAL_WEIGHT >= least && scope.test(i)) {
                hopeful[found++] = i;
            }
        }
        return of(sums.of(Arrays.copyOf(hopeful, found)), standardised, count);
    }

    /**
     * The best of some entries.
     *
     * @param scored what words say for them; not to be used again
     * @param standardised what meaning says of each entry of the catalog, in standard deviations;
     *     null when only words are known
     * @param count how many are wanted; there are fewer if fewer are scored
     */
    public static Best of(WordSums.Scored scored, double @Nullable [] standardised, int count) {
        double[] words = scored.scores();
        double[] fused = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = saturated(words[i]);
            fused[i] =
                    standardised == null
                            ? words[i]
                            : standardised[scored.positions()[i]] + LEXICAL_WEIGHT * words[i];
        }
        int[] best = Ranking.best(fused, any -> true, count);
        return new Best(
                Arrays.stream(best).map(i -> scored.positions()[i]).toArray(),
                Arrays.stream(best).mapToDouble(i -> words[i]).toArray(),
                Arrays.stream(best).mapToDouble(i -> fused[i]).toArray());
    }

    /** What words say, below 1. */
    private static double saturated(double score) {
        return score / (score + LEXICAL_HALF);
    }

    /** How far the first is ahead of the second, in standard deviations; infinite without one. */
    public double lead() {
        return fused.length < 2 ? Double.POSITIVE_INFINITY : fused[0] - fused[1];
    }
}
