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
}
