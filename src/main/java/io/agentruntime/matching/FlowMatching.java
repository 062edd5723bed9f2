package io.agentruntime.matching;

import java.util.List;

/** Builds indexes: the entry point of matching. */
public final class FlowMatching {

    private FlowMatching() {}

    /** Matching by words alone. */
    public static FlowMatching lexical() {
        return new FlowMatching();
    }

    /**
     * An index of these entries.
     *
     * @param entries in tie order: of two that fit a text equally well, the earlier one is offered
     *     first
     */
    public FlowIndex build(List<Entry> entries) {
        return new CatalogIndex(new LexicalIndex(entries));
    }
}
