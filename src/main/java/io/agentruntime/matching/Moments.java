package io.agentruntime.matching;

/** How far each similarity stands out from those of the whole catalog. */
record Moments(double[] standardised, double deviation) {

    /**
     * A few flows say little about what is usual: the development sets' mean and deviation, as so
     * many flows.
     */
    private static final double USUAL_MEAN = 0.15;

    private static final double USUAL_DEVIATION = 0.11;
    private static final double USUAL_FLOWS = 20;

    /** Sums are of whole numbers, which are the same in any order. */
    private static final double UNIT = 1L << 30;

    static Moments of(double[] similarity) {
        long sum = 0;
        long squares = 0;
        for (double value : similarity) {
            sum += Math.round(value * UNIT);
            squares += Math.round(value * value * UNIT);
        }
        double count = similarity.length + USUAL_FLOWS;
        double mean = (sum / UNIT + USUAL_FLOWS * USUAL_MEAN) / count;
        double usualSquare = USUAL_DEVIATION * USUAL_DEVIATION + USUAL_MEAN * USUAL_MEAN;
        double square = (squares / UNIT + USUAL_FLOWS * usualSquare) / count;
        double deviation = Math.sqrt(Math.max(square - mean * mean, 1e-6));
        double[] standardised = new double[similarity.length];
        for (int i = 0; i < similarity.length; i++) {
            standardised[i] = (similarity[i] - mean) / deviation;
        }
        return new Moments(standardised, deviation);
    }
}
