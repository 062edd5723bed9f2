package io.agentruntime.matching;

import io.agentruntime.matching.meaning.CachedEmbedding;
import io.agentruntime.matching.meaning.VectorTable;
import io.agentruntime.matching.words.Best;
import io.agentruntime.matching.words.LexicalIndex;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a text.
 *
 * @param flows how many may be offered, counted as far as it matters
 * @param nothingAsked whether it is small talk, or an attempt at giving orders to a model
 * @param read by the fast model
 * @param vectors of the flows, which it was compared with; others may have come since
 * @param english whether the text is, so that the models can read it; false where words decide
 * @param similarity of each entry's meaning, on the fast model's scale; null when only words are
 *     known
 * @param unit one standard deviation of the fast model's similarity
 * @param doubt whether the thorough model is wanted too
 * @param most no flow is surer than this
 * @param relevance of each flow that was read together with the text so far
 */
record Evidence(
        LexicalIndex.Query query,
        int flows,
        boolean nothingAsked,
        Bests bests,
        CachedEmbedding.@Nullable Read read,
        @Nullable VectorTable vectors,
        boolean english,
        double @Nullable [] similarity,
        double unit,
        Doubt doubt,
        double most,
        Map<Integer, Double> relevance) {

    /**
     * The few best of a text.
     *
     * @param all that are in scope: each is a rival of the others
     * @param offered those that are not passed over
     */
    record Bests(Best all, Best offered) {}

    /** Whether one model leaves a doubt about the first. */
    enum Doubt {
        NONE,
        /** The thorough model was asked. */
        SETTLED,
        /** It would have been, but cannot be now. */
        OPEN
    }

    /** What is known where no model is asked. */
    static Evidence byWords(
            LexicalIndex.Query query, int flows, boolean nothingAsked, Bests bests) {
        return new Evidence(
                query,
                flows,
                nothingAsked,
                bests,
                null,
                null,
                false,
                null,
                1,
                Doubt.NONE,
                1,
                Map.of());
    }

    Evidence with(Doubt other) {
        return with(other, most);
    }

    /** The same where no flow may be surer than this. */
    Evidence atMost(double ceiling) {
        return with(doubt, ceiling);
    }

    private Evidence with(Doubt otherDoubt, double otherMost) {
        return new Evidence(
                query,
                flows,
                nothingAsked,
                bests,
                read,
                vectors,
                english,
                similarity,
                unit,
                otherDoubt,
                otherMost,
                relevance);
    }
}
