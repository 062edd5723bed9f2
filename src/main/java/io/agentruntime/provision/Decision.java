package io.agentruntime.provision;

import io.agentruntime.catalog.CatalogView;
import io.agentruntime.matching.Candidate;
import java.util.List;

/**
 * What matching came to.
 *
 * @param ranking best first; its positions are those of the view's snapshot
 * @param matched whether the first of the ranking fits with enough confidence
 * @param hint what became of the project hint
 * @param everywhere whether flows outside the hinted project were tried
 * @param lacksMeaning whether words alone decided, for want of a model that can be asked
 */
record Decision(
        ProvisionRequest request,
        CatalogView view,
        List<Candidate> ranking,
        boolean matched,
        HintOutcome hint,
        boolean everywhere,
        boolean lacksMeaning) {

    /** What became of a project hint. */
    enum HintOutcome {
        /** There was none, or it did what it was meant for. */
        NOTHING_TO_SAY,
        NOT_FOUND,
        NOTHING_FITS_IN_PROJECT
    }
}
