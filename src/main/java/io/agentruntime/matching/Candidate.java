package io.agentruntime.matching;

import java.util.List;
import java.util.Optional;

/**
 * One flow offered for a text.
 *
 * @param position the entry's position in the list the index was built from
 * @param confidence calibrated probability in [0,1] that this flow is the right one
 * @param why a short plain phrase: which words or meaning matched
 */
public record Candidate(int position, double confidence, String why) {

    /** Two flows whose confidences are nearer than this are hard to tell apart; by judgement. */
    private static final double MARGIN = 0.15;

    /** The second of a ranking, if it fits about as well as the first. */
    public static Optional<Candidate> rival(List<Candidate> ranking) {
        boolean near =
                ranking.size() > 1
                        && ranking.get(0).confidence - ranking.get(1).confidence < MARGIN;
        return near ? Optional.of(ranking.get(1)) : Optional.empty();
    }
}
