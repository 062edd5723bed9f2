package io.agentruntime.matching;

import io.agentruntime.matching.text.Entry;
import java.util.List;

/** Indexes that know all they will know, however slow the machine is. */
final class Settled {
    private Settled() {}

    static FlowIndex index(FlowMatching matching, List<Entry> entries) {
        FlowIndex index = matching.build(entries);
        matching.settled().toCompletableFuture().join();
        return index;
    }
}
