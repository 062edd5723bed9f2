package io.agentruntime.catalog;

import io.agentruntime.matching.FlowMatching;
import io.agentruntime.matching.SemanticState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What operators watch: flows and age per provider, what became of each refresh, whether texts are
 * matched by meaning, and whether lists can be kept.
 */
final class CatalogMetrics {
    private final MeterRegistry registry;

    CatalogMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void watch(Catalogs catalogs) {
        for (ProviderStatus provider : catalogs.statuses()) {
            String name = provider.name();
            gauge(
                    "agent.runtime.catalog.flows",
                    "Flows a provider offers",
                    catalogs,
                    name,
                    it -> it.flows());
            gauge(
                    "agent.runtime.catalog.age.seconds",
                    "Seconds since a provider's list was fetched",
                    catalogs,
                    name,
                    it -> it.ageSeconds() == null ? Double.NaN : it.ageSeconds());
            gauge(
                    "agent.runtime.provider.up",
                    "1 when a provider's list is fresh",
                    catalogs,
                    name,
                    it -> it.state() == ProviderStatus.State.UP ? 1 : 0);
            // Or no alarm would see the first failure, as a count that begins does not rise
            for (Cause cause : Cause.values()) {
                refreshes(name, cause);
            }
        }
    }

    /** Where meaning plays no part there is nothing to watch. */
    void watch(FlowMatching matching) {
        if (matching.state() == SemanticState.OFF) {
            return;
        }
        Gauge.builder(
                        "agent.runtime.matching.by.meaning",
                        matching,
                        it -> it.state() == SemanticState.READY ? 1 : 0)
                .description("1 when texts are matched by meaning, 0 when by words alone")
                .register(registry);
    }

    void watch(CatalogStore store) {
        Gauge.builder("agent.runtime.state.writable", store, it -> it.isWritable() ? 1 : 0)
                .description("1 when flow lists can be kept, 0 when the state folder takes none")
                .register(registry);
    }

    /**
     * @param cause null when the refresh was fine
     */
    void refreshed(String provider, @Nullable Cause cause, Duration took) {
        refreshes(provider, cause).record(took);
    }

    private Timer refreshes(String provider, @Nullable Cause cause) {
        return registry.timer(
                "agent.runtime.refresh",
                List.of(
                        Tag.of("provider", provider),
                        Tag.of("outcome", cause == null ? "ok" : "failed"),
                        Tag.of("cause", cause == null ? "none" : cause.label())));
    }

    private void gauge(
            String meter,
            String description,
            Catalogs catalogs,
            String provider,
            ToDoubleFunction<ProviderStatus> value) {
        Gauge.builder(
                        meter,
                        catalogs,
                        all ->
                                all.statuses().stream()
                                        .filter(it -> it.name().equals(provider))
                                        .mapToDouble(value)
                                        .findFirst()
                                        .orElse(Double.NaN))
                .description(description)
                .tag("provider", provider)
                .register(registry);
    }
}
