package io.agentruntime.provision;

import static java.util.Comparator.comparingInt;

import io.agentruntime.catalog.CatalogView;
import io.agentruntime.catalog.Catalogs;
import io.agentruntime.catalog.Flow;
import io.agentruntime.catalog.ProviderStatus;
import io.agentruntime.matching.Candidate;
import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.web.RequestLine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Body;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a decision into what the caller gets: a flow, the default flow, or the honest word that
 * nothing fits.
 */
public final class Answers {
    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private final Catalogs catalogs;
    private final double threshold;
    private final Optional<String> defaultFlowId;

    /** The version of the catalog for which it was said that the default flow is not in it. */
    private volatile String missingIn = "";

    /** The providers of which it was said that all of them have the default flow. */
    private final AtomicReference<List<String>> holders = new AtomicReference<>(List.of());

    public Answers(Catalogs catalogs, double threshold, Optional<String> defaultFlowId) {
        this.catalogs = catalogs;
        this.threshold = threshold;
        this.defaultFlowId = defaultFlowId;
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
            return new ProvisionAnswer(flow.id(), true, "discovery", Notes.of(decision, false));
        }
        Flow flow =
                defaultFlow(decision.view())
                        .orElseThrow(
                                () -> {
                                    sayThatThereIsNoDefault(decision.view());
                                    return nothingFits(decision);
                                });
        name(message, decision.view(), flow, "default");
        return new ProvisionAnswer(flow.id(), false, "default", Notes.of(decision, true));
    }

    public CandidatesAnswer candidates(@Body Decision decision, Message message) {
        CatalogView view = decision.view();
        List<Flow> flows = view.snapshot().flows();
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

    /** Of several providers that have it, that of the preferred one. */
    private Optional<Flow> defaultFlow(CatalogView view) {
        if (defaultFlowId.isEmpty()) {
            return Optional.empty();
        }
        String id = defaultFlowId.get();
        List<String> preference = view.providers().stream().map(ProviderStatus::name).toList();
        List<Flow> called =
                view.snapshot().flows().stream()
                        .filter(flow -> isCalled(flow, id))
                        .sorted(comparingInt(flow -> preference.indexOf(flow.provider())))
                        .toList();
        if (called.size() > 1) {
            sayThatSeveralHaveIt(id, called.stream().map(Flow::provider).toList());
        }
        return called.stream().findFirst();
    }

    private void sayThatSeveralHaveIt(String id, List<String> providers) {
        if (!providers.equals(holders.getAndSet(providers))) {
            log.warn(
                    "the default flow {} is a flow of {}, and that of {} is answered with: set AGENT_RUNTIME_SERVICE_DEFAULT_FLOW_ID to {}/{} to name it, or to another one",
                    id,
                    String.join(" and ", providers),
                    providers.get(0),
                    providers.get(0),
                    id);
        }
    }

    /**
     * Once for each catalog, when all lists are known: an operator who set it believes that nobody
     * goes empty-handed.
     */
    private void sayThatThereIsNoDefault(CatalogView view) {
        String version = view.snapshot().version();
        if (defaultFlowId.isPresent()
                && !view.snapshot().flows().isEmpty()
                && view.providers().stream().allMatch(ProviderStatus::hasList)
                && !version.equals(missingIn)) {
            missingIn = version;
            log.warn(
                    "the default flow {} is in no provider's list, so that 404 is answered where nothing fits: correct AGENT_RUNTIME_SERVICE_DEFAULT_FLOW_ID",
                    defaultFlowId.get());
        }
    }

    private static boolean isCalled(Flow flow, String id) {
        return flow.id().equals(id) || (flow.provider() + "/" + flow.id()).equals(id);
    }

    private RequestProblem nothingFits(Decision decision) {
        CatalogView view = decision.view();
        if (view.isTrulyEmpty()) {
            return RequestProblem.of(
                    ProblemType.EMPTY_CATALOG, "The provider has no flows that can be run.");
        }
        if (view.snapshot().flows().isEmpty()) {
            return catalogs.unavailable();
        }
        return RequestProblem.of(
                ProblemType.NO_MATCH,
                switch (decision.hint()) {
                    case NOTHING_TO_SAY -> "No flow fits this description.";
                    case NOT_FOUND ->
                            decision.everywhere()
                                    ? "No flow fits this description, and the hinted project was not found."
                                    : "The hinted project was not found.";
                    case NOTHING_FITS_IN_PROJECT ->
                            decision.everywhere()
                                    ? "No flow fits this description, in the hinted project or elsewhere."
                                    : "No flow of the hinted project fits this description.";
                });
    }
}
