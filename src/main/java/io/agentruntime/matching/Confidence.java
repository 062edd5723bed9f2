package io.agentruntime.matching;

import io.agentruntime.matching.meaning.CachedEmbedding;

/** From what speaks for a candidate to the probability that it is right. */
final class Confidence {

    /** A text that is a flow's name or example, word for word. */
    static final double NAMED = 0.99;

    /** Nothing was asked for, or the text tries to steer the matcher. */
    static final double NONE = 0.0;

    /**
     * At most this for a flow that fits but for what is asked to be done. By judgement: of 138 near
     * misses, 66 were such, and none of 116 right ones.
     */
    static final double SOMETHING_ELSE = 0.2;

    /**
     * Where no rival stands, one is taken to stand here: without it, the only flow of a small
     * project would be sure of everything. In standard deviations over the catalog, by judgement;
     * what is fitted is fitted with it.
     */
    private static final double RIVAL_FLOOR = 1.5;

    /** A lead, in cosine, that is as good as any greater one: beyond it the first is clear. */
    private static final double CLEAR_LEAD_COSINE = 0.1;

    /**
     * In a small catalog a first with the same signs is right more often. Beyond these sizes the
     * development sets say nothing.
     */
    private static final double FEWEST_FLOWS_COUNTED = 8;

    static final int MOST_FLOWS_COUNTED = 200;

    /** Which of the features count when meanings are known. */
    static final int[] MEANING_FEATURES = {0, 1, 2, 3, 4, 5};

    /** Which of them count when only words are known. */
    static final int[] WORD_FEATURES = {2, 3, 4, 6, 7, 8, 9, 10};

    /** Which feature is {@link CachedEmbedding.Read#relevance}. */
    static final int RELEVANCE = 11;

    /** The fitted numbers; written by {@code benchmarks/matching/fit}. */
    private static final ConfidenceModel MODEL = ConfidenceModel.load();

    private Confidence() {}

    /**
     * In the order that the weights in {@code confidence.properties} follow; the relevance, which
     * comes last, is 0 until somebody has judged it.
     */
    static double[] features(
            double similarity,
            double fused,
            double rival,
            double unit,
            int flows,
            boolean doubted,
            boolean otherAct,
            double coverage,
            double nameCoverage,
            double words,
            int terms,
            int matched) {
        double lead = unit * (fused - Math.max(rival, RIVAL_FLOOR));
        return new double[] {
            similarity,
            StrictMath.tanh(lead / CLEAR_LEAD_COSINE),
            coverage,
            StrictMath.log(Math.max(FEWEST_FLOWS_COUNTED, Math.min(flows, MOST_FLOWS_COUNTED))),
            otherAct ? 1 : 0,
            doubted ? 1 : 0,
            nameCoverage,
            words,
            StrictMath.log(1 + terms),
            Math.min(matched, 4),
            words - Math.max(rival, 0),
            0
        };
    }

    static double of(double[] features, boolean byMeaning) {
        return byMeaning
                ? logistic(
                        logOdds(MODEL.meaning(), MEANING_FEATURES, features)
                                + MODEL.relevance() * features[RELEVANCE])
                : logistic(logOdds(MODEL.words(), WORD_FEATURES, features));
    }

    /**
     * @param weights the base, then one for each chosen feature
     */
    static double logOdds(double[] weights, int[] chosen, double[] features) {
        double sum = weights[0];
        for (int i = 0; i < chosen.length; i++) {
            sum += weights[i + 1] * features[chosen[i]];
        }
        return sum;
    }

    /** {@link StrictMath}: the same bits on every machine. */
    static double logistic(double logOdds) {
        return 1 / (1 + StrictMath.exp(-logOdds));
    }
}
