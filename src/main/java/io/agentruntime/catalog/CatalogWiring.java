package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.matching.ExamplesFile;
import io.agentruntime.matching.FlowMatching;
import io.agentruntime.matching.meaning.AnnouncedEmbedding;
import io.agentruntime.matching.meaning.RemoteEmbedding;
import io.agentruntime.request.RequestTurn;
import io.agentruntime.settings.RouteSettings;
import io.agentruntime.settings.Settings;
import io.agentruntime.settings.Settings.Embedding;
import io.agentruntime.state.AtomicFile;
import io.agentruntime.state.StateWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.spi.ReactiveExecutor;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

/** Puts the catalog together: providers' routes in, snapshots out. */
@Configuration(proxyBeanMethods = false)
class CatalogWiring {
    /**
     * For models that are still being opened when the first texts come: they take 0.7 s of a
     * processor, and most of it passes before.
     */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /**
     * What all calls of one refresh may take together: enough for a list of many slow pages, and an
     * end for a route that has none.
     */
    private static final int TIMEOUTS_IN_ALL = 100;

    /** The route that asks one provider, named by a variable. */
    private static final String REFRESH = "direct:catalog-refresh";

    @Bean(destroyMethod = "shutdownNow")
    ExecutorService refreshers(Settings settings) {
        return Executors.newFixedThreadPool(
                settings.providers().size(),
                run -> {
                    var thread = new Thread(run, "catalog-refresh");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Bean
    Attempts attempts(Settings settings) {
        return new Attempts(settings.providerTimeout().multipliedBy(TIMEOUTS_IN_ALL));
    }

    @Bean
    ReactiveExecutor reactiveExecutor(Attempts attempts) {
        return new LostSteps(attempts);
    }

    /**
     * Before Camel stops, which would wait for the steps of a long list and for a call that hangs.
     * Who waited for them has been answered by then.
     */
    @Bean
    ApplicationListener<ContextClosedEvent> attemptsEnd(Attempts attempts, OutboundHttp calls) {
        return closed -> {
            attempts.stop();
            calls.close();
        };
    }

    @Bean
    CatalogMetrics catalogMetrics(MeterRegistry meters, FlowMatching matching) {
        var metrics = new CatalogMetrics(meters);
        metrics.watch(matching);
        return metrics;
    }

    @Bean
    SteadyClock steadyClock(Clock clock) {
        return new SteadyClock(clock);
    }

    @Bean
    CatalogStore catalogStore(
            Settings settings,
            RouteSettings routeSettings,
            SteadyClock clock,
            CatalogMetrics metrics) {
        if (settings.stateDir().isEmpty()) {
            return CatalogStore.NONE;
        }
        Path folder = Path.of(settings.stateDir().get());
        var files =
                new FileCatalogStore(
                        folder, routeSettings, settings.catalogMaxStale(), clock::byTheWall);
        var writer = new StateWriter("flow lists", folder, StateWriter.PATIENCE);
        writer.run("drafts", () -> AtomicFile.discardLeftDrafts(folder));
        var store = new PatientCatalogStore(files, writer);
        metrics.watch(store);
        return store;
    }

    @Bean
    Catalogs catalogs(
            Settings settings,
            SteadyClock clock,
            CatalogStore store,
            CamelContext camel,
            Attempts attempts,
            ExecutorService refreshers,
            CatalogMetrics metrics,
            FlowMatching matching,
            ExamplesFile examples,
            RequestTurn turn) {
        return new Catalogs(
                settings.providers(),
                new Freshness(
                        settings.catalogTtl(),
                        settings.catalogMaxStale(),
                        settings.requestDeadline()),
                clock,
                attempts,
                new Refreshes(
                        (provider, attempt) -> ask(camel, provider, attempt),
                        attempts,
                        refreshers,
                        metrics,
                        turn),
                matching::build,
                examples,
                store,
                metrics,
                provider -> breaker(camel, provider));
    }

    /** Matching by meaning and words; the models are opened while the rest of the start goes on. */
    @Bean
    FlowMatching matching(Settings settings, RequestTurn turn) {
        return matching(
                        settings,
                        settings.stateDir().map(folder -> Path.of(folder).resolve("vectors.bin")),
                        turn)
                .openBeside(LONGEST_WAIT, turn::waits);
    }

    /**
     * @param vectors where to keep vectors from one start to the next, if anywhere
     * @param turn is told before each use of a model: a wait for one that is elsewhere, work of one
     *     that is here
     */
    static FlowMatching matching(Settings settings, Optional<Path> vectors, RequestTurn turn) {
        Embedding embedding = settings.embedding();
        return switch (embedding.kind()) {
            case OFF -> FlowMatching.lexical();
            case IN_PROCESS -> FlowMatching.inProcess(vectors, turn::computes);
            case ENDPOINT ->
                    FlowMatching.semantic(
                            () ->
                                    new AnnouncedEmbedding(
                                            new RemoteEmbedding(
                                                    embedding.address(),
                                                    embedding.model(),
                                                    embedding.key(),
                                                    settings.providerTimeout()),
                                            turn::waits),
                            vectors);
        };
    }

    @Bean
    ExamplesFile examplesFile(Settings settings) throws IOException {
        return settings.examplesFile().isEmpty()
                ? ExamplesFile.NONE
                : ExamplesFile.load(Path.of(settings.examplesFile().get()));
    }

    @Bean
    CatalogSteps catalogSteps(Catalogs catalogs) {
        return new CatalogSteps(catalogs);
    }

    @Bean
    RefreshSteps refreshSteps(Catalogs catalogs) {
        return new RefreshSteps(catalogs);
    }

    /**
     * Tokens that providers gave; routes call it {@code tokens}. Some refuse one with status 200
     * and what is no list, which no route sees: the next refresh tries a fresh one.
     */
    @Bean
    ProviderTokens tokens(ObjectMapper json, Catalogs catalogs) {
        var tokens = new ProviderTokens(json);
        catalogs.whenMalformed(tokens::forget);
        return tokens;
    }

    @Bean
    OutboundHttp outboundHttp(Settings settings) {
        return new OutboundHttp(settings.providerTimeout());
    }

    static void ask(CamelContext camel, String provider, Attempt attempt) throws Exception {
        try (ProducerTemplate routes = camel.createProducerTemplate(1)) {
            Exchange asked =
                    routes.request(
                            REFRESH,
                            exchange -> {
                                exchange.setVariable(RefreshSteps.PROVIDER, provider);
                                attempt.owns(exchange);
                            });
            Pages pages = asked.getVariable(Paging.PAGES, Pages.class);
            if (pages != null) {
                // Whoever still holds the exchange does not hold a list with it
                pages.forget();
            }
            Exception failure = attempt.outcome(asked.getException());
            if (failure != null) {
                throw failure;
            }
        } catch (Error e) {
            closeHalfOpen(camel, provider);
            throw e;
        }
        closeBreaker(camel, provider);
    }

    /** A breaker takes no note of an error: for the one call that it let through it waits on. */
    private static void closeHalfOpen(CamelContext camel, String provider) {
        for (Route route : camel.getRoutes()) {
            for (Processor step : route.filter(provider + "-*")) {
                if (step instanceof ResilienceProcessor breaker
                        && "HALF_OPEN".equals(breaker.getCircuitBreakerState())) {
                    breaker.transitionToCloseState();
                }
            }
        }
    }

    /**
     * A provider that answers is well. Left to itself the breaker may open on this very answer, by
     * the failures before it, and the next call is refused though nothing is wrong any more.
     */
    private static void closeBreaker(CamelContext camel, String provider) {
        ResilienceProcessor breaker = breakerOf(camel, provider);
        if (breaker != null && !"CLOSED".equals(breaker.getCircuitBreakerState())) {
            breaker.transitionToCloseState();
        }
    }

    private static @Nullable ResilienceProcessor breakerOf(CamelContext camel, String provider) {
        return camel.getProcessor(provider + "-flows-breaker", ResilienceProcessor.class);
    }

    /**
     * The state of the breaker with the id {@code <provider>-flows-breaker}, as the API names it.
     */
    private static String breaker(CamelContext camel, String provider) {
        ResilienceProcessor breaker = breakerOf(camel, provider);
        String state = breaker == null ? "CLOSED" : breaker.getCircuitBreakerState();
        return switch (state) {
            case "OPEN" -> "open";
            case "HALF_OPEN" -> "half_open";
            default -> "closed";
        };
    }
}
