package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentruntime.LogLines;
import io.agentruntime.catalog.ProviderStatus.State;
import io.agentruntime.matching.ExamplesFile;
import io.agentruntime.matching.FlowMatching;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.request.RequestTurn;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When providers are asked, and what a machine that is short of something does to that. */
class CatalogsTest {
    private static final Flow FLOW =
            new Flow("langflow", "f-1", "Any", "", List.of(), List.of(), null, null, null);

    private static final Duration TTL = Duration.ofHours(1);

    /** Of the timer. */
    private static final Duration TICK = Duration.ofMillis(250);

    private final FlowMatching matching = FlowMatching.lexical();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private CatalogStore store = CatalogStore.NONE;
    private Freshness freshness = freshness(TTL, Duration.ofDays(1));
    private FlowList list = new FlowList(List.of(FLOW), 0, 0, 0);
    private SimpleMeterRegistry meters;
    private Attempts attempts;
    private Runnable whileAsked = () -> {};
    private Runnable whileIndexed = () -> {};
    private Catalogs catalogs = catalogs(Runnable::run);

    @AfterEach
    void stop() {
        matching.close();
    }

    @Test
    void ofFlowsThatFitAlikeTheNewestWinsThenNameThenPreferredProviderThenId() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        List<Flow> best =
                List.of(
                        named("n8n", "9", "Z", noon.plusSeconds(1)),
                        named("n8n", "8", "A", noon),
                        named("langflow", "6", "B", noon),
                        named("langflow", "7", "B", noon),
                        named("n8n", "5", "B", noon),
                        named("langflow", "1", "A", null));
        List<Flow> other = new ArrayList<>(best);
        Collections.reverse(other);
        other.sort(Catalogs.tieOrder(List.of("langflow", "n8n")));
        assertThat(other).isEqualTo(best);
    }

    private static Flow named(
            String provider, String id, String name, @Nullable Instant updatedAt) {
        return new Flow(provider, id, name, "", List.of(), List.of(), null, null, updatedAt);
    }

    @Test
    void aProviderForWhichThereWasNoThreadIsAskedTheNextTime() {
        var failures = new AtomicInteger(1);
        catalogs =
                catalogs(
                        run -> {
                            if (failures.getAndDecrement() > 0) {
                                throw new OutOfMemoryError("unable to create native thread");
                            }
                            run.run();
                        });
        assertThat(catalogs.refreshNow("langflow").hasList()).isFalse();
        assertThat(catalogs.refreshNow("langflow").hasList()).isTrue();
        assertThat(asked).hasValue(1);
    }

    @Test
    void aRefreshThatHasNoMemoryIsNoneAndTheNextOneIsAsGoodAsEver() {
        catalogs =
                catalogs(
                        run -> {
                            try {
                                run.run();
                            } catch (OutOfMemoryError e) {
                                assertThat(e).hasMessage("made up");
                            }
                        });
        asked.set(-1);
        assertThat(catalogs.refreshNow("langflow").cause()).isEqualTo(Cause.TOO_LARGE);
        assertThat(catalogs.refreshNow("langflow").hasList()).isTrue();
    }

    /** The second provider answers after it was seen that it is due, and before it is asked. */
    @Test
    void whoAnsweredMeanwhileIsNotAskedAgain() {
        catalogs = catalogs(Runnable::run, "langflow", "n8n");
        whileAsked =
                () -> {
                    whileAsked = () -> {};
                    catalogs.refreshDue();
                };
        catalogs.refreshDue();
        assertThat(asked).hasValue(2);
    }

    /** What was made at the provider meanwhile may not be in it. */
    @Test
    void aListIsAsOldAsTheAttemptAndItsTtlBeginsWhenItCame() {
        whileAsked = () -> passes(Duration.ofSeconds(3));
        assertThat(catalogs.refreshNow("langflow").ageSeconds()).isEqualTo(3);

        whileAsked = () -> {};
        passes(TTL.minusMillis(1));
        catalogs.refreshDue();
        assertThat(asked).hasValue(1);
        assertThat(catalogs.statuses().get(0).state()).isEqualTo(State.UP);
        passes(Duration.ofMillis(1));
        catalogs.refreshDue();
        assertThat(asked).hasValue(2);
        assertThat(catalogs.statuses().get(0).ageSeconds()).isZero();
    }

    /** Slow as it is, nothing is wrong with it until its refresh is late. */
    @Test
    void aListIsStaleWhenItsRefreshIsLate() {
        whileAsked = () -> passes(Duration.ofSeconds(3));
        catalogs.refreshNow("langflow");
        passes(TTL.plus(Freshness.GRACE));
        assertThat(catalogs.statuses().get(0).state()).isEqualTo(State.UP);
        passes(Duration.ofMillis(1));
        assertThat(catalogs.statuses().get(0).state()).isEqualTo(State.STALE);
    }

    /** Up to the moment in which its answer comes. */
    @ParameterizedTest
    @CsvSource({"30, 30, 1000", "3, 4, 1500", "1, 1, 100", "3600, 5, 1000"})
    void aListIsReplacedBeforeItIsTooOldWhateverTheTtl(int ttl, int maxStale, int takes) {
        freshness = freshness(Duration.ofSeconds(ttl), Duration.ofSeconds(maxStale));
        catalogs = catalogs(Runnable::run);
        whileAsked = () -> passes(Duration.ofMillis(takes));
        catalogs.refreshDue();
        whileAsked =
                () -> {
                    passes(Duration.ofMillis(takes));
                    assertThat(catalogs.statuses().get(0).hasList()).isTrue();
                };
        try (var log = LogLines.open()) {
            while (nanos.get() < freshness.maxStale().multipliedBy(3).toNanos()) {
                passes(TICK);
                catalogs.refreshDue();
                assertThat(catalogs.statuses().get(0).state()).isEqualTo(State.UP);
            }
            assertThat(log.warnings()).isEmpty();
        }
        assertThat(asked).hasValueBetween(4, 7);
    }

    @Test
    void aSlowProviderWhoseListIsTooOldBeforeTheNextIsNotSaidToFail() {
        freshness = freshness(Duration.ofSeconds(30), Duration.ofSeconds(4));
        catalogs = catalogs(Runnable::run);
        whileAsked = () -> passes(Duration.ofSeconds(3));
        catalogs.refreshDue();
        whileAsked =
                () -> {
                    passes(Duration.ofSeconds(3));
                    catalogs.refreshDue();
                    assertThat(catalogs.statuses().get(0).hasList()).isFalse();
                };
        try (var log = LogLines.open()) {
            catalogs.refreshDue();
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("the list of langflow is older than")
                    .contains("raise it to more than twice as long as a refresh takes")
                    .doesNotContain("fail");
        }
        assertThat(catalogs.statuses().get(0).hasList()).isTrue();
    }

    /** Health, metrics: an index of many flows takes seconds. */
    @Test
    void whatIsToldOfProvidersNeverWaitsForAnIndex() {
        catalogs.refreshDue();
        passes(Duration.ofDays(2));
        var told = new AtomicReference<List<ProviderStatus>>();
        whileIndexed =
                () -> {
                    whileIndexed = () -> {};
                    assertThat(CompletableFuture.supplyAsync(() -> catalogs.statuses()))
                            .succeedsWithin(Duration.ofSeconds(10))
                            .satisfies(told::set);
                };
        catalogs.refreshDue();
        assertThat(told.get()).singleElement().returns(false, ProviderStatus::hasList);
    }

    @Test
    void withoutATtlItIsNothingToWarnOfThatNobodyAskedUntilAListWasTooOld() {
        freshness = freshness(Duration.ZERO, Duration.ofHours(1));
        catalogs = catalogs(Runnable::run);
        catalogs.refreshDue();
        passes(Duration.ofHours(2));
        try (var log = LogLines.open()) {
            catalogs.refreshDue();
            assertThat(log.warnings()).isEmpty();
        }
        assertThat(asked).hasValue(2);
    }

    /** However long it took to come: all that the caller may know of is in it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3600})
    void aMissOnAListThatWasAskedForAfterTheRequestCameIsBelieved(int ttl) {
        freshness = freshness(Duration.ofSeconds(ttl), Duration.ofDays(1));
        catalogs = catalogs(Runnable::run);
        whileAsked = () -> passes(Freshness.MISS_AGE.plusMillis(500));

        catalogs.lookAgain(catalogs.current());

        assertThat(asked).hasValue(1);
    }

    @Test
    void aMissOnAListThatWasAskedForBeforeTheRequestCameIsNotBelieved() {
        freshness = new Freshness(Duration.ZERO, Duration.ofDays(1), Duration.ofMillis(1));
        catalogs = catalogs(Runnable::run);
        catalogs.current();
        var first = new AtomicReference<CatalogView>();
        whileAsked =
                () -> {
                    passes(Duration.ofMillis(1));
                    first.set(catalogs.current());
                };
        catalogs.refreshNow("langflow");
        whileAsked = () -> {};
        assertThat(asked).hasValue(2);

        catalogs.lookAgain(first.get());

        assertThat(asked).hasValue(3);
    }

    @Test
    void aListIsThatOfTheProviderThatWasAskedWhateverItsRouteNames() throws IOException {
        catalogs = catalogs(Runnable::run, "bots", "sample");
        var steps = new RefreshSteps(catalogs);
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            new Attempts(Duration.ofMinutes(1)).begin("bots").owns(exchange);
            exchange.setVariable(RefreshSteps.PROVIDER, "sample");
            exchange.getMessage().setBody("[{\"id\": \"b-1\", \"name\": \"One\"}]");

            steps.read(exchange);
            steps.publish(exchange);
        }
        assertThat(catalogs.flows("bots"))
                .singleElement()
                .extracting(Flow::provider)
                .isEqualTo("bots");
        assertThat(catalogs.flows("sample")).isEmpty();
    }

    /** The store says that there is one. */
    @Test
    void thatAListThatWasKeptIsTooOldIsSaid() {
        Instant then = Instant.now().minus(Duration.ofDays(1)).minusSeconds(1);
        ProviderCatalog old = ProviderCatalog.remembered("langflow", List.of(FLOW), then, false);
        store =
                new CatalogStore() {
                    @Override
                    public ProviderCatalog read(String provider) {
                        return old;
                    }
                };
        try (var log = LogLines.open()) {
            catalogs = catalogs(Runnable::run);
            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .contains("the list that was kept of langflow is older than")
                    .contains("CATALOG_MAX_STALE_SECONDS");
        }
        assertThat(catalogs.flows("langflow")).isEmpty();
    }

    /** As from a folder that hung during the start. */
    @Test
    void aListThatIsReadLateIsAnsweredFromWhileItsProviderIsDown() {
        var late = lateStore();
        catalogs = catalogs(Runnable::run, "langflow", "bots");
        whileAsked =
                () -> {
                    throw ProviderFailure.of(Cause.UNREACHABLE, "it is down");
                };
        catalogs.refreshNow("langflow");
        assertThatThrownBy(() -> catalogs.current()).isInstanceOf(RequestProblem.class);

        try (var log = LogLines.open()) {
            late.get().accept(kept(Duration.ofHours(2)));
            assertThat(log.all()).singleElement().asString().contains("INFO", "langflow", "late");
        }

        assertThat(catalogs.current().snapshot().flows()).containsExactly(FLOW);
        assertThat(catalogs.statuses().get(0))
                .returns(State.STALE, ProviderStatus::state)
                .returns(Cause.UNREACHABLE, ProviderStatus::cause);
        assertThat(catalogs.current().ageSeconds()).isBetween(7_100L, 7_200L);
        whileAsked = () -> {};
        assertThat(catalogs.refreshNow("langflow").state()).isEqualTo(State.UP);
    }

    @Test
    void aListThatIsReadLaterThanTheProviderAnsweredIsNotUsed() {
        var late = lateStore();
        catalogs = catalogs(Runnable::run);
        catalogs.refreshNow("langflow");

        ProviderCatalog other =
                ProviderCatalog.remembered(
                        "langflow",
                        List.of(named("langflow", "f-2", "Other", null)),
                        Instant.now(),
                        true);
        late.get().accept(other);

        assertThat(catalogs.flows("langflow")).containsExactly(FLOW);
        assertThat(catalogs.statuses().get(0).state()).isEqualTo(State.UP);
    }

    @Test
    void aListThatIsReadLateAndTooOldIsNotUsed() {
        var late = lateStore();
        catalogs = catalogs(Runnable::run);
        try (var log = LogLines.open()) {
            late.get().accept(kept(Duration.ofDays(1).plusSeconds(1)));
            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .contains("the list that was kept of langflow is older than");
        }
        late.get().accept(ProviderCatalog.unknown("langflow"));
        assertThat(catalogs.states()).containsValue(State.UNKNOWN);
    }

    /** Kept by a service with more memory; without them it starts as it would without a store. */
    @Test
    void whereTheListsThatWereKeptDoNotFitTheServiceStartsWithoutThem() {
        store =
                new CatalogStore() {
                    @Override
                    public ProviderCatalog read(String provider) {
                        return kept(Duration.ZERO);
                    }
                };
        var tries = new AtomicInteger();
        whileIndexed =
                () -> {
                    if (tries.getAndIncrement() == 0) {
                        throw new OutOfMemoryError("made up");
                    }
                };
        try (var log = LogLines.open()) {
            catalogs = catalogs(Runnable::run);
            assertThat(log.all()).singleElement().asString().startsWith("WARN").contains("-Xmx");
        }
        assertThat(catalogs.states()).containsValue(State.UNKNOWN);
        assertThat(catalogs.refreshNow("langflow").hasList()).isTrue();
    }

    private AtomicReference<Consumer<ProviderCatalog>> lateStore() {
        var late = new AtomicReference<Consumer<ProviderCatalog>>();
        store =
                new CatalogStore() {
                    @Override
                    public void whenReadLate(Consumer<ProviderCatalog> listener) {
                        late.set(listener);
                    }
                };
        return late;
    }

    private static ProviderCatalog kept(Duration age) {
        return ProviderCatalog.remembered(
                "langflow", List.of(FLOW), Instant.now().minus(age), false);
    }

    @Test
    void whatAnOpenBreakerKeepsFromTheProviderIsCountedAsNoRefresh() {
        catalogs = catalogs(Runnable::run);
        whileAsked =
                () -> {
                    throw ProviderFailure.of(Cause.TIMEOUT, "it did not answer");
                };
        catalogs.refreshNow("langflow");
        assertThat(counted("timeout")).isEqualTo(1);
        whileAsked =
                () -> {
                    throw CallNotPermittedException.createCallNotPermittedException(
                            CircuitBreaker.ofDefaults("breaker"));
                };
        assertThat(catalogs.refreshNow("langflow").cause()).isEqualTo(Cause.TIMEOUT);
        assertThat(counted("timeout")).isEqualTo(1);
    }

    @Test
    void whatIsCutOffWhenTheServiceStopsIsCountedAsNoRefresh() {
        catalogs = catalogs(Runnable::run);
        whileAsked =
                () -> {
                    attempts.stop();
                    throw new CancellationException("the service stops");
                };
        catalogs.refreshNow("langflow");
        assertThat(counted("none")).isZero();
    }

    private long counted(String cause) {
        return meters.find("agent.runtime.refresh").tag("cause", cause).timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    /** It may take tens of megabytes. */
    @Test
    void aListThatDidNotChangeIsNotWrittenThoughTheAttemptBeforeFailed() {
        List<String> kept = new ArrayList<>();
        store =
                new CatalogStore() {
                    @Override
                    public boolean write(ProviderCatalog catalog) {
                        kept.add("written");
                        return true;
                    }

                    @Override
                    public boolean touch(ProviderCatalog catalog) {
                        kept.add("marked");
                        return true;
                    }
                };
        catalogs = catalogs(Runnable::run);
        catalogs.refreshNow("langflow");
        whileAsked =
                () -> {
                    throw ProviderFailure.of(Cause.TIMEOUT, "it did not answer");
                };
        catalogs.refreshNow("langflow");
        whileAsked = () -> {};
        try (var log = LogLines.open()) {
            catalogs.refreshNow("langflow");
            assertThat(log.all()).singleElement().asString().contains("langflow offers 1 flows");
        }
        assertThat(kept).containsExactly("written", "marked");
    }

    /** It may have expired meanwhile, and be refused once the list is well again. */
    @Test
    void whileAListStaysMalformedItsTokenIsRenewedEveryFiveMinutes() {
        var told = new AtomicInteger();
        catalogs.whenMalformed(name -> told.incrementAndGet());
        whileAsked =
                () -> {
                    throw ProviderFailure.of(Cause.MALFORMED, "no list");
                };
        for (int refresh = 0; refresh < 3; refresh++) {
            catalogs.refreshNow("langflow");
            passes(Duration.ofMinutes(2));
        }
        assertThat(told).hasValue(1);
        catalogs.refreshNow("langflow");
        catalogs.refreshNow("langflow");
        assertThat(told).hasValue(2);
    }

    /** As after an edit of what a mapping leaves out. */
    @Test
    void whatIsLeftOutIsToldWhereItMakesAListShorterOrEmpty() {
        catalogs.refreshNow("langflow");
        list = new FlowList(List.of(), 2, 4, 0);
        try (var log = LogLines.open()) {
            catalogs.refreshNow("langflow");
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains(
                            "langflow lists 0 flows instead of 1 (4 rows left out, 2 skipped as unusable, ",
                            "if what is left out can be run, check exclude of its mapping");
            log.clear();

            passes(TTL);
            catalogs.refreshNow("langflow");
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains(
                            "langflow is empty (it lists no flow that can be run, and 4 rows are left out: check exclude of its mapping");
        }
    }

    @Test
    void whereNothingIsLeftOutNoMappingIsToBlame() {
        catalogs.refreshNow("langflow");
        list = new FlowList(List.of(), 0, 0, 0);
        try (var log = LogLines.open()) {
            catalogs.refreshNow("langflow");
            passes(TTL);
            catalogs.refreshNow("langflow");
            assertThat(log.warnings())
                    .hasSize(2)
                    .noneMatch(line -> line.contains("exclude"))
                    .anyMatch(line -> line.contains("langflow is empty (" + Cause.EMPTY.hint()));
        }
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static Freshness freshness(Duration ttl, Duration maxStale) {
        return new Freshness(ttl, maxStale, Duration.ofSeconds(5));
    }

    private Catalogs catalogs(Executor refreshers) {
        return catalogs(refreshers, "langflow");
    }

    private Catalogs catalogs(Executor refreshers, String... providers) {
        meters = new SimpleMeterRegistry();
        var metrics = new CatalogMetrics(meters);
        attempts = new Attempts(Duration.ofMinutes(1), nanos::get);
        return new Catalogs(
                List.of(providers),
                freshness,
                new SteadyClock(Clock.systemUTC(), nanos::get),
                attempts,
                new Refreshes(this::ask, attempts, refreshers, metrics, RequestTurn.NONE),
                entries -> {
                    whileIndexed.run();
                    return matching.build(entries);
                },
                ExamplesFile.NONE,
                store,
                metrics,
                provider -> "closed");
    }

    private void ask(String provider, Attempt attempt) {
        if (asked.getAndIncrement() < 0) {
            throw new OutOfMemoryError("made up");
        }
        whileAsked.run();
        catalogs.publish(attempt, list);
    }
}
