package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.agentruntime.LogLines;
import io.agentruntime.matching.ExamplesFile;
import io.agentruntime.matching.FlowMatching;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.request.RequestTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which providers a request asks, and waits for. */
class WaitsForProvidersTest implements RequestTurn {
    private static final Duration TTL = Duration.ofHours(1);
    private static final Duration MAX_STALE = Duration.ofDays(1);

    private final FlowMatching matching = FlowMatching.lexical();
    private final AtomicLong nanos = new AtomicLong();

    /** What each provider lists; one that lists nothing is down, and an empty list is one. */
    private final Map<String, List<Flow>> lists = new HashMap<>();

    private final List<String> asked = new ArrayList<>();

    /** Refreshes that a thread would run, while {@code hangs}. */
    private final List<Runnable> later = new ArrayList<>();

    private Duration patience = Duration.ofMillis(1);
    private boolean hangs;
    private Executor refreshers = Runnable::run;
    private Runnable whileAsked = () -> {};
    private Runnable whileWaiting = () -> {};
    private int waits;
    private Catalogs catalogs;

    @AfterEach
    void stop() {
        matching.close();
    }

    @Test
    void anEmptyListIsNotEnoughWhileAnotherProviderMayHaveFlows() {
        catalogs = catalogs(TTL, "files", "langflow");
        lists.put("files", List.of());
        catalogs.refreshNow("files");
        lists.put("langflow", List.of(flow("langflow")));
        hangs = true;
        whileWaiting = () -> later.remove(0).run();

        assertThat(catalogs.current().snapshot().flows()).hasSize(1);
        assertThat(asked).containsExactly("files", "langflow");
    }

    /** It has waited as long as a request may, when it comes to a second look. */
    @Test
    void whoWaitedInVainForFlowsWaitsNoSecondTime() {
        catalogs = catalogs(TTL, "files", "langflow");
        lists.put("files", List.of());
        catalogs.refreshNow("files");
        passes(Freshness.MISS_AGE.plusSeconds(1));
        hangs = true;
        waits = 0;

        CatalogView first = catalogs.current();
        assertThat(first.isTrulyEmpty()).isFalse();
        assertThat(waits).isEqualTo(1);
        assertThat(catalogs.lookAgain(first).isTrulyEmpty()).isFalse();
        assertThat(waits).isEqualTo(1);
        assertThat(asked).containsExactly("files");
    }

    @Test
    void withoutATtlWhoWaitedForAHangingProviderInVainWaitsNoSecondTime() {
        catalogs = catalogs(Duration.ZERO, "langflow");
        lists.put("langflow", List.of(flow("langflow")));
        catalogs.current();
        passes(Freshness.MISS_AGE.plusSeconds(1));
        hangs = true;
        waits = 0;
        whileWaiting = () -> passes(patience);

        CatalogView first = catalogs.current();
        assertThat(first.snapshot().flows()).hasSize(1);
        assertThat(waits).isEqualTo(1);
        assertThat(catalogs.lookAgain(first).snapshot().flows()).hasSize(1);
        assertThat(waits).isEqualTo(1);
    }

    /** The time was spent with matching. */
    @Test
    void aMissThatMayWaitNoLongerAsksAllTheSame() {
        catalogs = catalogs(TTL, "langflow");
        lists.put("langflow", List.of(flow("langflow")));
        catalogs.refreshDue();
        passes(Freshness.MISS_AGE.plusSeconds(1));
        hangs = true;
        waits = 0;

        CatalogView first = catalogs.current();
        passes(patience);
        assertThat(catalogs.lookAgain(first).awaited()).containsExactly("langflow");
        assertThat(waits).isZero();
        assertThat(later).hasSize(1);
    }

    @Test
    void aMissNamesTheProviderThatWasAskedForNewFlowsAndDidNotAnswerInTime() {
        catalogs = catalogs(TTL, "files", "langflow");
        lists.put("files", List.of());
        lists.put("langflow", List.of(flow("langflow")));
        catalogs.refreshDue();
        passes(Freshness.MISS_AGE.plusSeconds(1));
        catalogs.refreshNow("files");
        passes(Duration.ofMillis(1));
        hangs = true;

        CatalogView first = catalogs.current();
        assertThat(first.awaited()).isEmpty();
        assertThat(catalogs.lookAgain(first).awaited()).containsExactly("langflow");
        CatalogView next = catalogs.current();
        assertThat(catalogs.lookAgain(next).awaited()).containsExactly("langflow");

        later.remove(0).run();
        assertThat(catalogs.lookAgain(catalogs.current()).awaited()).isEmpty();
    }

    @Test
    void anEmptyProviderIsAskedAgainAfterAMissThoughAnotherIsDown() {
        catalogs = catalogs(TTL, "files", "langflow");
        lists.put("files", List.of());
        catalogs.refreshDue();
        passes(Freshness.MISS_AGE.plusSeconds(1));
        CatalogView first = catalogs.current();
        assertThat(first.snapshot().flows()).isEmpty();

        lists.put("files", List.of(flow("files")));

        assertThat(catalogs.lookAgain(first).snapshot().flows()).hasSize(1);
    }

    @Test
    void aFlowThatWasMadeBeforeTheRequestIsFoundThoughARefreshThatBeganBeforeItWasUnderWay() {
        patience = Duration.ofMinutes(1);
        catalogs = catalogs(TTL, "langflow");
        lists.put("langflow", List.of(flow("langflow")));
        catalogs.refreshDue();
        passes(TTL);
        aRefreshIsUnderWay();
        lists.put("langflow", List.of(flow("langflow"), flow("langflow", "f-2")));
        passes(Duration.ofMillis(1));

        CatalogView first = catalogs.current();
        assertThat(first.snapshot().flows()).hasSize(1);
        assertThat(catalogs.lookAgain(first).snapshot().flows()).hasSize(2);
        assertThat(catalogs.lookAgain(first).snapshot().flows()).hasSize(2);
        assertThat(asked).hasSize(3);
    }

    @Test
    void whoRefreshesAProviderGetsItsFlowsOfNowThoughARefreshThatBeganEarlierWasUnderWay() {
        patience = Duration.ofMinutes(1);
        catalogs = catalogs(TTL, "langflow");
        lists.put("langflow", List.of(flow("langflow")));
        aRefreshIsUnderWay();
        passes(Duration.ofSeconds(2));
        lists.put("langflow", List.of(flow("langflow"), flow("langflow", "f-2")));

        assertThat(catalogs.refreshNow("langflow").flows()).isEqualTo(2);
        assertThat(asked).hasSize(2);
    }

    /** What is known of it stays old, whoever asks. */
    @Test
    void whoRefreshesAProviderWhoseListIsNotBelievedHasItAskedOnce() {
        patience = Duration.ofMinutes(1);
        catalogs = catalogs(TTL, "langflow");
        lists.put("langflow", flows(10));
        catalogs.refreshDue();
        passes(TTL);
        lists.put("langflow", flows(2));
        aRefreshIsUnderWay();
        passes(Duration.ofSeconds(2));

        assertThat(catalogs.refreshNow("langflow").flows()).isEqualTo(10);
        assertThat(asked).hasSize(2);
    }

    @Test
    void manyWhoRefreshAProviderAtOnceHaveItAskedOnce() {
        patience = Duration.ofMinutes(1);
        catalogs = catalogs(TTL, "langflow");
        lists.put("langflow", List.of(flow("langflow")));
        aRefreshIsUnderWay();
        passes(Duration.ofMillis(900));

        catalogs.refreshNow("langflow");
        assertThat(asked).hasSize(1);
    }

    /** The first look has waited for the refresh. */
    @Test
    void withoutATtlAFlowThatWasMadeBeforeTheRequestIsFoundThoughARefreshWasUnderWay() {
        patience = Duration.ofMinutes(1);
        catalogs = catalogs(Duration.ZERO, "langflow");
        lists.put("langflow", List.of(flow("langflow")));
        aRefreshIsUnderWay();
        lists.put("langflow", List.of(flow("langflow"), flow("langflow", "f-2")));
        passes(Duration.ofMillis(1));

        CatalogView first = catalogs.current();
        assertThat(first.snapshot().flows()).hasSize(1);
        assertThat(catalogs.lookAgain(first).snapshot().flows()).hasSize(2);
        assertThat(asked).hasSize(2);
    }

    @Test
    void aProviderThatWasBeingAskedIsAskedOnceMoreThoughTheMissHadAnotherAskedAtOnce() {
        patience = Duration.ofMinutes(1);
        catalogs = catalogs(TTL, "files", "langflow");
        lists.put("files", List.of());
        lists.put("langflow", List.of());
        catalogs.refreshNow("files");
        passes(TTL.dividedBy(2));
        catalogs.refreshNow("langflow");
        passes(TTL.dividedBy(2));
        aRefreshIsUnderWay();
        lists.put("files", List.of(flow("files")));
        passes(Duration.ofMillis(1));

        assertThat(catalogs.lookAgain(catalogs.current()).snapshot().flows()).hasSize(1);
        assertThat(asked).containsExactly("files", "langflow", "files", "langflow", "files");
    }

    @Test
    void aListThatIsNotBelievedIsWarnedOfOnceHoweverManyMissesAskForIt() {
        catalogs = catalogs(TTL, "langflow");
        lists.put("langflow", flows(10));
        catalogs.refreshDue();
        try (var log = LogLines.open()) {
            for (int miss = 1; miss <= 6; miss++) {
                lists.put("langflow", flows(miss <= 3 ? 4 : 2));
                passes(Freshness.MISS_AGE.plusMillis(1));
                catalogs.lookAgain(catalogs.current());
                assertThat(asked).hasSize(1 + miss);
                assertThat(log.warnings()).hasSize(miss <= 3 ? 1 : 2);
            }
            assertThat(log.warnings().get(1)).contains("langflow lists 2 flows instead of 10");
        }
    }

    /** Its new list is not believed, so that what is known of it stays old. */
    @Test
    void howeverManyMissesThereAreAProviderIsAskedOnceInTwoSeconds() {
        catalogs = catalogs(TTL, "langflow");
        lists.put("langflow", List.of(flow("langflow"), flow("langflow", "f-2")));
        catalogs.refreshDue();
        lists.put("langflow", List.of());
        passes(Freshness.MISS_AGE.plusMillis(1));
        for (int miss = 1; miss <= 3; miss++) {
            catalogs.lookAgain(catalogs.current());
            assertThat(asked).hasSize(2);
        }
        passes(Freshness.MISS_AGE.plusMillis(1));
        catalogs.lookAgain(catalogs.current());
        assertThat(asked).hasSize(3);
    }

    @Test
    void onceAllListsAreKnownNobodyWaitsThoughTheyAreEmpty() {
        catalogs = catalogs(TTL, "files", "langflow");
        lists.put("files", List.of());
        lists.put("langflow", List.of());
        catalogs.refreshDue();
        waits = 0;
        hangs = true;
        passes(TTL);

        assertThat(catalogs.current().isTrulyEmpty()).isTrue();
        assertThat(waits).isZero();
    }

    @Test
    void withoutATtlAProviderThatFailedIsAskedByEachRequestSoThatItIsSeenToBeWellAgain() {
        catalogs = catalogs(Duration.ZERO, "langflow");
        lists.put("langflow", List.of(flow("langflow")));
        catalogs.current();
        lists.clear();
        for (int request = 2; request <= 4; request++) {
            assertThat(catalogs.current().snapshot().flows()).hasSize(1);
            assertThat(asked).hasSize(request);
        }

        lists.put("langflow", List.of(flow("langflow"), flow("langflow", "f-2")));

        assertThat(catalogs.current().snapshot().flows()).hasSize(2);
    }

    @Test
    void withoutATtlNobodyWaitsForLongUntilAProviderFailsAgain() {
        patience = Duration.ofHours(1);
        catalogs = catalogs(Duration.ZERO, "langflow");
        lists.put("langflow", List.of(flow("langflow")));
        catalogs.current();
        lists.clear();
        catalogs.current();
        hangs = true;

        var answered = CompletableFuture.supplyAsync(() -> catalogs.current());

        await().until(answered::isDone);
        assertThat(answered.join().snapshot().flows()).hasSize(1);
        assertThat(later).hasSize(1);
    }

    @Test
    void withoutATtlNobodyWaitsForLongForAProviderThatNeverAnsweredWhileAnotherHasFlows() {
        patience = Duration.ofHours(1);
        catalogs = catalogs(Duration.ZERO, "langflow", "n8n");
        lists.put("langflow", List.of(flow("langflow")));
        catalogs.refreshNow("langflow");
        catalogs.refreshNow("n8n");
        whileAsked = () -> hangs = true;

        var answered = CompletableFuture.supplyAsync(() -> catalogs.current());

        await().until(answered::isDone);
        assertThat(answered.join().snapshot().flows()).hasSize(1);
        assertThat(later).hasSize(1);
    }

    @Test
    void withoutATtlAProviderThatFailedIsAskedByRequestsWhileItsListIsNotKnown() {
        catalogs = catalogs(Duration.ZERO, "langflow");
        for (int request = 1; request <= 2; request++) {
            assertThatThrownBy(() -> catalogs.current()).isInstanceOf(RequestProblem.class);
            assertThat(asked).hasSize(request);
        }
    }

    /** Nobody asks for a flow. */
    @Test
    void aListThatIsTooOldIsForgottenByTheTimerAndInWhatIsToldOfProviders() {
        for (boolean byTimer : new boolean[] {true, false}) {
            catalogs = catalogs(TTL, "langflow");
            lists.put("langflow", List.of(flow("langflow")));
            catalogs.refreshDue();
            lists.clear();
            catalogs.refreshNow("langflow");
            hangs = true;
            passes(MAX_STALE.plusSeconds(1));
            if (byTimer) {
                catalogs.refreshDue();
                assertThat(catalogs.flows("langflow")).isEmpty();
            }
            ProviderStatus told = catalogs.statuses().get(0);
            assertThat(told.state()).isEqualTo(ProviderStatus.State.DOWN);
            assertThat(told.ageSeconds()).isNull();
            assertThat(catalogs.states()).containsExactly(entry("langflow", told.state()));
            hangs = false;
        }
    }

    /** It answers with what is listed now, as soon as somebody waits. */
    private void aRefreshIsUnderWay() {
        var began = new CompletableFuture<Void>();
        var awaited = new CompletableFuture<Void>();
        whileAsked =
                () -> {
                    whileAsked = () -> {};
                    began.complete(null);
                    awaited.join();
                };
        refreshers = refresh -> new Thread(refresh).start();
        catalogs.refreshDue();
        refreshers = Runnable::run;
        began.join();
        whileWaiting = () -> awaited.complete(null);
    }

    private static List<Flow> flows(int count) {
        return IntStream.range(0, count).mapToObj(n -> flow("langflow", "f-" + n)).toList();
    }

    private static Flow flow(String provider) {
        return flow(provider, "f-1");
    }

    private static Flow flow(String provider, String id) {
        return new Flow(provider, id, "One", "", List.of(), List.of(), null, null, null);
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Catalogs catalogs(Duration ttl, String... providers) {
        var metrics = new CatalogMetrics(new SimpleMeterRegistry());
        var attempts = new Attempts(Duration.ofMinutes(1), nanos::get);
        return new Catalogs(
                List.of(providers),
                new Freshness(ttl, MAX_STALE, patience),
                new SteadyClock(Clock.systemUTC(), nanos::get),
                attempts,
                new Refreshes(this::ask, attempts, this::run, metrics, this),
                matching::build,
                ExamplesFile.NONE,
                CatalogStore.NONE,
                metrics,
                provider -> "closed");
    }

    private void run(Runnable refresh) {
        if (hangs) {
            later.add(refresh);
        } else {
            refreshers.execute(refresh);
        }
    }

    private void ask(String provider, Attempt attempt) throws ConnectException {
        asked.add(provider);
        List<Flow> list = lists.get(provider);
        whileAsked.run();
        if (list == null) {
            throw new ConnectException("refused");
        }
        catalogs.publish(attempt, new FlowList(list, 0, 0, 0));
    }

    @Override
    public void waits() {
        waits++;
        whileWaiting.run();
    }

    @Override
    public void computes() {}
}
