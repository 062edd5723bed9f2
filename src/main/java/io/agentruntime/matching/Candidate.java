package io.agentruntime.matching;

/**
 * One flow offered for a text.
 *
 * @param position the entry's position in the list the index was built from
 * @param confidence calibrated probability in [0,1] that this flow is the right one
 * @param why a short plain phrase: which words or meaning matched
 */
public record Candidate(int position, double confidence, String why) {}
