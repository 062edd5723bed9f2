package io.agentruntime.web;

import io.agentruntime.catalog.Catalogs;
import io.agentruntime.catalog.ProviderStatus.State;
import io.agentruntime.matching.FlowMatching;
import io.agentruntime.matching.SemanticState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;

/**
 * What probes and people ask: is it up, is it ready, how are the providers. Names and states only.
 */
public final class Health {
    private final Catalogs catalogs;
    private final FlowMatching matching;
    private final ApplicationAvailability availability;
    private final CamelContext camel;

    Health(
            Catalogs catalogs,
            FlowMatching matching,
            ApplicationAvailability availability,
            CamelContext camel) {
        this.catalogs = catalogs;
        this.matching = matching;
        this.availability = availability;
        this.camel = camel;
    }

    /**
     * {@code degraded} when a provider is stale or down, or matching has lost its model; the
     * service answers all the same. {@code matching} is only there when texts are matched by words
     * alone though that is not how it is set.
     */
    public Map<String, Object> overview(Message message) {
        message.removeHeaders("*");
        Map<String, Object> providers = new LinkedHashMap<>();
        Map<String, State> states = catalogs.states();
        states.forEach((name, state) -> providers.put(name, state.label()));
        boolean degraded = states.containsValue(State.STALE) || states.containsValue(State.DOWN);
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("providers", providers);
        SemanticState state = matching.state();
        if (state == SemanticState.FAILED || state == SemanticState.WARMING) {
            more.put("matching", state.label());
            degraded |= state == SemanticState.FAILED;
        }
        return answer(degraded ? "degraded" : "ok", more);
    }

    /** The process can answer: this answer is the proof. */
    public Map<String, Object> live(Message message) {
        message.removeHeaders("*");
        return answer("ok", Map.of());
    }

    /**
     * Ready to take requests; does not depend on a provider, and ends first thing when the process
     * is asked to stop.
     */
    public Map<String, Object> ready(Message message) {
        message.removeHeaders("*");
        boolean ready =
                camel.isStarted()
                        && availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, ready ? 200 : 503);
        return answer(ready ? "ok" : "not ready", Map.of());
    }

    private static Map<String, Object> answer(String status, Map<String, Object> more) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", status);
        answer.putAll(more);
        return answer;
    }
}
