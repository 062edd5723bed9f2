package io.agentruntime.catalog;

import io.agentruntime.matching.FlowIndex;
import java.util.List;

/**
 * All flows of all providers at one moment, with the index that finds them.
 *
 * @param version changes when, and only when, the content does
 * @param flows in order of ties: newer first, then by name, preference of provider and id
 * @param index positions in it are positions in {@code flows}
 */
public record Snapshot(String version, List<Flow> flows, FlowIndex index) {
    /** Without the flows, as steps and messages of Camel may log it. */
    @Override
    public String toString() {
        return "Snapshot[" + version + ", " + flows.size() + " flows]";
    }
}
