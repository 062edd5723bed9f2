package io.agentruntime.matching;

/**
 * Which doubts about the first flow matter, so that the thorough model is asked: those about texts
 * that may have a match.
 *
 * <p>Of the development sets' and other texts, 4,142 left the fast model in doubt. Among the 1,869
 * whose first flow had less than .2, the thorough model would have lifted five over .5, four of
 * them wrongly.
 *
 * @param least confidence in the first flow, by the fast model; below it, nothing is a match
 * @param order whether the order matters also where nothing is a match
 */
public record Doubts(double least, boolean order) {

    /** Of the threshold: .2 for .5. */
    private static final double HOPELESS = 0.4;

    /** Of a ranking by the threshold that applies unless another is set. */
    static final Doubts USUAL = ofRanking(0.5);

    /** Of who wants the first if its confidence is at or over a threshold, and nothing else. */
    public static Doubts ofMatch(double threshold) {
        return new Doubts(HOPELESS * threshold, false);
    }

    /** Of who wants to see the order as well, of the same matches. */
    public static Doubts ofRanking(double threshold) {
        return new Doubts(HOPELESS * threshold, true);
    }

    /** Whether a flow with this confidence is not worth a thought. */
    public boolean isHopeless(double confidence) {
        return confidence < least;
    }
}
