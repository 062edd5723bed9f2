package io.agentruntime.matching;

/** How far each similarity stands out from those of the whole catalog. */
record StandardScores(double[] standardised, double deviation) {

    /** How many flows' worth the usual mean and deviation count; by judgement. */
    private static final double USUAL_FLOWS = 20;

    /** Sums are of whole numbers, which are the same in any order. */
    private static final double UNIT = 1L << 30;

    /**
     * A few flows say little about what is usual: the development sets' mean and deviation stand in
     * for more.
     */
    static StandardScores of(double[] similarity, double usualMean, double usualDeviation) {
        long sum = 0;
        long squares = 0;
        for (double value : similarity) {
            sum += Math.round(value * UNIT);
            squares += Math.round(value * value * UNIT);
        }
        double count = similarity.length + USUAL_FLOWS;
        double mean = (sum / UNIT + USUAL_FLOWS * usualMean) / count;
        double usualSquare = usualDeviation * usualDeviation + usualMean * usualMean;
        double square = (squares / UNIT + USUAL_FLOWS * usualSquare) / count;
        double deviation = Math.sqrt(Math.max(square - mean * mean, 1e-6));
        double[] standardised = new double[similarity.length];
        for (int i = 0; i < similarity.length; i++) {
            standardised[i] = (similarity[i] - mean) / deviation;
        }
        return new StandardScores(standardised, deviation);
    }
}
