package io.agentruntime.provision;

import static java.util.Comparator.comparingInt;

import io.agentruntime.catalog.CatalogView;
import io.agentruntime.catalog.Flow;
import io.agentruntime.catalog.ProviderStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The flow to answer with when nothing fits, as far as a catalog has it. */
final class DefaultFlow {
    private static final Logger log = LoggerFactory.getLogger(DefaultFlow.class);

    private final @Nullable String id;

    /** The version of the catalog that was looked through last. */
    private volatile String checked = "";

    /** What was said of it last, so that it is said once. */
    private volatile String said = "";

    /**
     * @param id {@code id} or {@code provider/id}; empty when there is no default flow
     */
    DefaultFlow(Optional<String> id) {
        this.id = id.orElse(null);
    }

    /** Of several providers that have it, that of the preferred one. */
    Optional<Flow> in(CatalogView view) {
        return holders(view).stream().findFirst();
    }

    /** Whether there is one to be had, perhaps, of a provider whose flows are not known yet. */
    boolean isAwaited(CatalogView view) {
        return id != null
                && holders(view).isEmpty()
                && !view.providers().stream().allMatch(ProviderStatus::hasList);
    }

    /**
     * Tells the operator, who believes that nobody goes empty-handed, when it is not there, or is
     * not one flow; once all lists are known, and not again while that stays so.
     */
    void check(CatalogView view) {
        String version = view.snapshot().version();
        if (id == null
                || version.equals(checked)
                || view.snapshot().flows().isEmpty()
                || !view.providers().stream().allMatch(ProviderStatus::hasList)) {
            return;
        }
        checked = version;
        String advice = advice(holders(view).stream().map(Flow::provider).toList());
        if (!advice.isEmpty() && !advice.equals(said)) {
            log.warn("the default flow {} is {}", id, advice);
        }
        said = advice;
    }

    private String advice(List<String> holders) {
        return switch (holders.size()) {
            case 0 ->
                    "in no provider's list: where nothing fits, 404 is answered; correct AGENT_RUNTIME_SERVICE_DEFAULT_FLOW_ID";
            case 1 -> "";
            default ->
                    "a flow of "
                            + String.join(" and ", holders)
                            + ", and that of "
                            + holders.get(0)
                            + " is answered with: set AGENT_RUNTIME_SERVICE_DEFAULT_FLOW_ID to "
                            + holders.get(0)
                            + "/"
                            + id
                            + " to name it, or to another one";
        };
    }

    /** In order of preference. */
    private List<Flow> holders(CatalogView view) {
        if (id == null) {
            return List.of();
        }
        List<String> preference = view.providers().stream().map(ProviderStatus::name).toList();
        return view.snapshot().flows().stream()
                .filter(flow -> isCalled(flow, id))
                .sorted(comparingInt(flow -> preference.indexOf(flow.provider())))
                .toList();
    }

    private static boolean isCalled(Flow flow, String id) {
        return flow.id().equals(id) || (flow.provider() + "/" + flow.id()).equals(id);
    }
}
