package io.agentruntime.matching;

/** From what speaks for a candidate to the probability that it is right. */
final class Confidence {

    /** A text that is a flow's name or example, word for word. */
    static final double NAMED = 0.99;

    /** Nothing was asked for, or the text tries to steer the matcher. */
    static final double NONE = 0.0;

    /** How many others a candidate is measured against. */
    static final int RIVALS = 5;

    /**
     * Where no rival stands, one is taken to stand here: without it, the only flow of a small
     * project would be sure of everything. In standard deviations over the catalog.
     */
    private static final double RIVAL_FLOOR = 1.5;

    private static final double FIFTH_FLOOR = 1.0;

    /** Which of the features mean something when only words are known. */
    static final int[] WORD_FEATURES = {4, 5, 6, 8, 9, 11};

    static final int[] ALL_FEATURES = {0, 2, 3, 4, 5, 6, 7, 8, 9};

    /** The fitted numbers; written by {@code benchmarks/matching/fit}. */
    private static final ConfidenceModel MODEL = ConfidenceModel.load();

    private Confidence() {}

    /** In the order of the weights in {@code confidence.properties}. */
    static double[] features(
            double similarity,
            double fused,
            double rival,
            double fifth,
            double unit,
            double coverage,
            double nameCoverage,
            double words,
            boolean wordsAgree,
            int terms,
            int matched) {
        return new double[] {
            similarity,
            fused,
            unit * (fused - Math.max(rival, RIVAL_FLOOR)),
            unit * (fused - Math.max(fifth, FIFTH_FLOOR)),
            coverage,
            nameCoverage,
            words,
            wordsAgree ? 1 : 0,
            StrictMath.log(1 + terms),
            Math.min(matched, 4),
            similarity * coverage,
            words - Math.max(rival, 0)
        };
    }

    static double of(double[] features, boolean byMeaning) {
        return byMeaning
                ? logistic(MODEL.meaning(), ALL_FEATURES, features)
                : logistic(MODEL.words(), WORD_FEATURES, features);
    }

    /**
     * {@link StrictMath}: the same bits on every machine.
     *
     * @param weights the base, then one for each chosen feature
     */
    static double logistic(double[] weights, int[] chosen, double[] features) {
        double sum = weights[0];
        for (int i = 0; i < chosen.length; i++) {
            sum += weights[i + 1] * features[chosen[i]];
        }
        return 1 / (1 + StrictMath.exp(-sum));
    }
}
