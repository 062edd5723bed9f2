package io.agentruntime.catalog;

import java.util.Comparator;
import java.util.List;

/**
 * What one provider answered, normalised.
 *
 * @param flows runnable flows only, one per id, sorted by it
 * @param skipped rows that could not be used: no id, no name, not an object
 * @param excluded rows that are not runnable flows
 * @param merged rows that have the id of another, and are not the same again
 */
record FlowList(List<Flow> flows, int skipped, int excluded, int merged) {
    FlowList {
        flows = flows.stream().sorted(Comparator.comparing(Flow::id)).toList();
    }

    /** What became of the rows that are not offered. */
    String rest() {
        return excluded
                + " rows left out, "
                + skipped
                + " skipped as unusable, "
                + merged
                + " with the id of another";
    }

    /** What else to look at where it is shorter than it was; may be empty. */
    String adviceWhenShort() {
        return excluded == 0
                ? ""
                : "; if what is left out can be run, check exclude of its mapping";
    }

    /** What an operator can do where no flow is in it. */
    String hintWhenEmpty() {
        return excluded == 0
                ? Cause.EMPTY.hint()
                : "it lists no flow that can be run, and "
                        + excluded
                        + " rows are left out: check exclude of its mapping, what the credential may read, and whether examples or inactive flows are all there is";
    }
}
