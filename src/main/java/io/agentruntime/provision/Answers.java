package io.agentruntime.provision;

import io.agentruntime.catalog.CatalogView;
import io.agentruntime.catalog.Catalogs;
import io.agentruntime.catalog.Flow;
import io.agentruntime.matching.Candidate;
import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.request.RequestLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Message;

/**
 * Turns a decision into what the caller gets: a flow, the default flow, or the honest word that
 * nothing fits.
 */
public final class Answers {
    /** When a provider that takes long to tell of new flows may have done so. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Catalogs catalogs;
    private final double threshold;
    private final DefaultFlow defaultFlow;

    Answers(Catalogs catalogs, double threshold, DefaultFlow defaultFlow) {
        this.catalogs = catalogs;
        this.threshold = threshold;
        this.defaultFlow = defaultFlow;
    }

    /**
     * @throws RequestProblem when there is no flow to answer with: no-match, or empty-catalog, or
     *     why the providers that may have some could not be asked
     */
    public ProvisionAnswer provision(@Body Decision decision, Message message) {
        List<Flow> flows = decision.view().snapshot().flows();
        if (decision.matched()) {
            Flow flow = flows.get(decision.ranking().get(0).position());
            name(message, decision.view(), flow, "discovery");
            return new ProvisionAnswer(flow.id(), true, "discovery", Notes.of(decision));
        }
        Flow flow = defaultFlow.in(decision.view()).orElseThrow(() -> nothingFits(decision));
        name(message, decision.view(), flow, "default");
        return new ProvisionAnswer(flow.id(), false, "default", Notes.of(decision));
    }

    /**
     * @throws RequestProblem when no flow is known, and not every provider could be asked
     */
    public CandidatesAnswer candidates(@Body Decision decision, Message message) {
        CatalogView view = decision.view();
        List<Flow> flows = view.snapshot().flows();
        if (flows.isEmpty() && !view.isTrulyEmpty()) {
            throw catalogs.unavailable();
        }
        FlowHeaders.set(message, view.snapshot().version(), view.ageSeconds());
        return new CandidatesAnswer(
                decision.matched(),
                threshold,
                view.snapshot().version(),
                decision.ranking().stream()
                        .map(candidate -> ranked(flows.get(candidate.position()), candidate))
                        .toList());
    }

    private static CandidatesAnswer.Ranked ranked(Flow flow, Candidate candidate) {
        return new CandidatesAnswer.Ranked(
                flow.id(),
                flow.name(),
                flow.provider(),
                flow.project(),
                candidate.confidence(),
                candidate.why());
    }

    private static void name(Message message, CatalogView view, Flow flow, String source) {
        long age = view.ageSeconds(flow.provider());
        FlowHeaders.set(message, view.snapshot().version(), age);
        message.setHeader("X-Flow-Provider", flow.provider());
        RequestLine.add("source", source);
        RequestLine.add("provider", flow.provider());
        RequestLine.add("catalog_age_s", age);
    }

    private RequestProblem nothingFits(Decision decision) {
        CatalogView view = decision.view();
        if (view.isTrulyEmpty()) {
            return refusal(
                    view,
                    ProblemType.EMPTY_CATALOG,
                    "The provider has no flows that can be run.",
                    !view.awaited().isEmpty());
        }
        if (view.snapshot().flows().isEmpty()) {
            return catalogs.unavailable();
        }
        List<String> detail = new ArrayList<>(List.of(whatWasTried(decision)));
        detail.addAll(Notes.circumstances(decision));
        boolean awaited = defaultFlow.isAwaited(view);
        if (awaited) {
            detail.add("the default flow is not known yet");
        }
        return refusal(
                view,
                ProblemType.NO_MATCH,
                String.join("; ", detail) + ".",
                awaited || !view.awaited().isEmpty());
    }

    /**
     * @param mayChange whether another answer may be had in a moment
     */
    private static RequestProblem refusal(
            CatalogView view, ProblemType type, String detail, boolean mayChange) {
        RequestProblem refusal =
                mayChange
                        ? RequestProblem.retryLater(type, detail, LOOK_AGAIN)
                        : RequestProblem.of(type, detail);
        return refusal.withHeaders(FlowHeaders.of(view.snapshot().version(), view.ageSeconds()));
    }

    private static String whatWasTried(Decision decision) {
        return switch (decision.hint()) {
            case NOTHING_TO_SAY -> "No flow fits this description";
            case NOT_FOUND ->
                    decision.everywhere()
                            ? "No flow fits this description, and the hinted project was not found"
                            : "The hinted project was not found";
            case NOTHING_FITS_IN_PROJECT ->
                    decision.everywhere()
                            ? "No flow fits this description, in the hinted project or elsewhere"
                            : "No flow of the hinted project fits this description";
        };
    }
}
