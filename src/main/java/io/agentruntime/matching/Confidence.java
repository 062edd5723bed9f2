package io.agentruntime.matching;

/** From what speaks for a candidate to the probability that it is right. */
final class Confidence {

    /** A text that is a flow's name or example, word for word. */
    static final double NAMED = 0.99;

    /** Nothing was asked for, or the text tries to steer the matcher. */
    static final double NONE = 0.0;

    private Confidence() {}

    /**
     * What words alone say.
     *
     * @param coverage share of the text's content that the entry holds
     * @param nameCoverage share of the entry's name that the text holds
     * @param matched number of content words found
     * @param margin distance to the best other candidate, of saturated BM25
     */
    record Lexical(double coverage, double nameCoverage, int matched, double margin) {
        double[] values() {
            return new double[] {coverage, nameCoverage, Math.min(matched, 4), margin};
        }
    }

    private static final double LEXICAL_BASE = -5.5;
    private static final double[] LEXICAL_WEIGHTS = {4.5, 3.0, 0.4, 4.0};

    static double lexical(Lexical evidence) {
        return logistic(LEXICAL_BASE, LEXICAL_WEIGHTS, evidence.values());
    }

    /** {@link StrictMath}: the same bits on every machine. */
    static double logistic(double base, double[] weights, double[] values) {
        double sum = base;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * values[i];
        }
        return 1 / (1 + StrictMath.exp(-sum));
    }
}
