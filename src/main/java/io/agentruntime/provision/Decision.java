package io.agentruntime.provision;

import io.agentruntime.catalog.CatalogView;
import io.agentruntime.matching.Candidate;
import io.agentruntime.matching.FlowIndex.Lacking;
import java.util.List;

/**
 * What matching came to.
 *
 * @param ranking best first; its positions are those of the view's snapshot
 * @param matched whether the first of the ranking fits with enough confidence
 * @param hint what became of the project hint
 * @param everywhere whether flows outside the hinted project were tried
 * @param lacking for want of what words alone decided
 */
record Decision(
        ProvisionRequest request,
        CatalogView view,
        List<Candidate> ranking,
        boolean matched,
        HintOutcome hint,
        boolean everywhere,
        Lacking lacking) {

    /** What became of a project hint. */
    enum HintOutcome {
        /** There was none, or it did what it was meant for. */
        NOTHING_TO_SAY,
        NOT_FOUND,
        NOTHING_FITS_IN_PROJECT
    }

    /** Without the task and the catalog, as steps and messages of Camel may log it. */
    @Override
    public String toString() {
        return "Decision[matched=" + matched + ", hint=" + hint + "]";
    }
}
