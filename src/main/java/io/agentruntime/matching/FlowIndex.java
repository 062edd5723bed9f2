package io.agentruntime.matching;

import java.util.List;
import java.util.function.IntPredicate;

/** An immutable index of one catalog, safe for concurrent use. */
public interface FlowIndex {

    /**
     * The best entries for a text, best first; equal scores keep the order of the entries the index
     * was built from.
     *
     * @param text any text; never fails because of it
     * @param scope the positions that may be offered (a project's flows, say)
     * @param limit how many at most, 1 or more
     */
    default List<Candidate> rank(String text, IntPredicate scope, int limit) {
        return match(text, scope, limit, Doubts.USUAL).candidates();
    }

    /**
     * As {@link #rank}, and what the ranking was decided by.
     *
     * @param doubts that matter to who asks
     */
    Matches match(String text, IntPredicate scope, int limit, Doubts doubts);

    /**
     * All positions but those whose entries do the same as this one for another country, say, or as
     * another version; it itself is among them. The same object each time, so that rankings within
     * it are known again.
     */
    default IntPredicate rivals(int position) {
        return other -> true;
    }

    /**
     * The best entries for a text.
     *
     * @param lacking what meaning would have decided with, too: unless it is nothing, the same text
     *     may have other candidates later
     */
    record Matches(List<Candidate> candidates, Lacking lacking) {}

    /** What was wanting where words alone decided. */
    enum Lacking {
        /** Meaning decided too, or is not to. */
        NOTHING,
        /** The flows' vectors, which are not made yet. */
        VECTORS,
        /** A model that can be asked. */
        MODEL
    }
}
