package io.agentruntime.catalog;

import io.agentruntime.catalog.ProviderStatus.State;
import io.agentruntime.matching.ExamplesFile;
import io.agentruntime.matching.FlowIndex;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The flows of all providers, always ready to answer from: reading takes no lock, one refresh per
 * provider is under way at most, and but for a TTL of zero nobody waits for a provider while there
 * is something to answer from. Only when a list becomes too old, requests wait for the index of
 * what is left: one that still knows more would rank the same catalog otherwise.
 */
public final class Catalogs {
    private static final Logger log = LoggerFactory.getLogger(Catalogs.class);

    /** A token that was renewed for a malformed list may have expired since. */
    private static final Duration MALFORMED_AGAIN = Duration.ofMinutes(5);

    private final List<String> names;
    private final Freshness freshness;
    private final SteadyClock clock;
    private final Attempts attempts;
    private final Refreshes refreshes;
    private final Function<List<Entry>, FlowIndex> indexer;
    private final ExamplesFile examples;
    private final UnusedExamples unusedExamples;
    private final CatalogStore store;
    private final Function<String, String> breakers;

    /** When a miss last had a provider asked. */
    private final Map<String, Instant> lastMiss = new ConcurrentHashMap<>();

    /** When it was last told of a provider that its answers are malformed. */
    private final Map<String, Instant> lastMalformed = new ConcurrentHashMap<>();

    /** Rows of each provider's last list that had the id of another. */
    private final Map<String, Integer> merged = new ConcurrentHashMap<>();

    private volatile Consumer<CatalogView> listener = view -> {};
    private volatile Consumer<String> whenMalformed = name -> {};
    private volatile Known known;

    /** One consistent state of everything: each provider's list, and the snapshot made of them. */
    private record Known(Map<String, ProviderCatalog> providers, Snapshot snapshot) {}

    /**
     * @param names providers in order of preference
     * @param breakers the state of a provider's circuit breaker
     */
    Catalogs(
            List<String> names,
            Freshness freshness,
            SteadyClock clock,
            Attempts attempts,
            Refreshes refreshes,
            Function<List<Entry>, FlowIndex> indexer,
            ExamplesFile examples,
            CatalogStore store,
            CatalogMetrics metrics,
            Function<String, String> breakers) {
        this.names = List.copyOf(names);
        this.freshness = freshness;
        this.clock = clock;
        this.attempts = attempts;
        this.refreshes = refreshes;
        this.indexer = indexer;
        this.examples = examples;
        this.unusedExamples = new UnusedExamples(examples, this.names);
        this.store = store;
        this.breakers = breakers;
        Map<String, ProviderCatalog> providers = new LinkedHashMap<>();
        for (String name : names) {
            providers.put(name, usable(store.read(name)));
        }
        this.known = remembered(providers);
        refreshes.whenFailed(this::failed);
        store.whenReadLate(this::readLate);
        metrics.watch(this);
    }

    /**
     * What was kept, unless it does not fit into this process: another may have had more memory.
     */
    private Known remembered(Map<String, ProviderCatalog> kept) {
        try {
            return new Known(kept, snapshot(kept));
        } catch (OutOfMemoryError e) {
            log.warn(
                    "the lists that were kept do not fit into memory ({}) and are not used: give Java more with -Xmx",
                    e.getMessage());
            Map<String, ProviderCatalog> none = new LinkedHashMap<>();
            names.forEach(name -> none.put(name, ProviderCatalog.unknown(name)));
            return new Known(none, snapshot(none));
        }
    }

    private ProviderCatalog usable(ProviderCatalog kept) {
        ProviderCatalog usable = kept.withoutTooOld(clock.instant(), freshness);
        if (usable != kept) {
            log.info(
                    "the list that was kept of {} is older than AGENT_RUNTIME_SERVICE_CATALOG_MAX_STALE_SECONDS: it is not used",
                    kept.name());
        }
        return usable;
    }

    private void readLate(ProviderCatalog kept) {
        ProviderCatalog usable = usable(kept);
        if (usable.flows() == null) {
            return;
        }
        ProviderCatalog now = update(kept.name(), provider -> provider.remembering(usable));
        if (now.flows() == usable.flows()) {
            log.info(
                    "the list that was kept of {} came late: it is answered from until {} answers",
                    kept.name(),
                    kept.name());
        }
    }

    /**
     * What to answer from now. Waits for a provider only when no flow is known and not every list
     * either, or when the TTL is zero.
     *
     * @throws RequestProblem when no list is known and none came in time
     */
    public CatalogView current() {
        Instant now = clock.instant();
        forgetTooOld(now);
        List<CompletableFuture<Void>> asked = List.of();
        boolean allAnswered = true;
        if (freshness.asksEveryTime()) {
            Map<Boolean, List<ProviderCatalog>> byNeed =
                    known.providers.values().stream()
                            .filter(provider -> !provider.wantsToBeLeftAlone(now))
                            .collect(Collectors.partitioningBy(this::isDispensable));
            asked = refreshAll(byNeed.get(false));
            List<CompletableFuture<Void>> perhapsWell = refreshAll(byNeed.get(true));
            allAnswered = refreshes.await(asked, freshness.patience());
            refreshes.await(perhapsWell, freshness.recoveryPatience());
        } else if (knowsEnough()) {
            askDue(now);
        } else {
            asked = askAll(now);
            allAnswered = refreshes.await(asked, freshness.patience(), this::knowsEnough);
        }
        CatalogView view = view(now);
        if (!knowsSomething()) {
            throw allAnswered ? unavailable(!asked.isEmpty()) : tooLate();
        }
        return view;
    }

    /**
     * It failed last time, and there is something to answer from: nobody waits until it fails
     * again.
     */
    private boolean isDispensable(ProviderCatalog provider) {
        return provider.failure() != null && (provider.flows() != null || knowsEnough());
    }

    private List<CompletableFuture<Void>> refreshAll(List<ProviderCatalog> providers) {
        return providers.stream().map(provider -> refreshes.join(provider.name())).toList();
    }

    /**
     * A second look after nothing was found: asks the providers once more when what is known is not
     * of this moment, so that a flow made a moment ago is found. A list that was asked for after
     * the request came has all that its caller may know of; one whose refresh was under way when
     * the request came may lack it, and is asked for again when that is done. Who has already
     * waited for a list as long as a request may waits no second time. The view names those that
     * have not answered by then.
     *
     * @param first what the first look brought, or null when there was none
     */
    public CatalogView lookAgain(@Nullable CatalogView first) {
        Instant now = clock.instant();
        Instant since = first == null ? now : first.since();
        Duration left = freshness.patience().minus(Duration.between(since, now));
        List<String> missed =
                names.stream().filter(name -> isWorthAnotherLook(name, since, now)).toList();
        if (!hasWaitedInVain()) {
            Duration patience = freshness.missPatience(left);
            if (left.compareTo(Duration.ZERO) <= 0) {
                looksAfterMiss(missed, since);
            } else if (askAfterMiss(missed, since, patience)) {
                // What was under way may have been asked for before the request came
                askAfterMiss(missed, since, patience.minus(Duration.between(now, clock.instant())));
            }
        }
        Set<String> awaited =
                missed.stream()
                        .filter(name -> isFromBefore(name, since) && refreshes.isUnderWay(name))
                        .collect(Collectors.toUnmodifiableSet());
        return view(since, awaited);
    }

    /**
     * Joins or begins a refresh of those whose list was asked for before the request came, and
     * waits for it.
     *
     * @return whether all that was waited for is done
     */
    private boolean askAfterMiss(List<String> missed, Instant since, Duration patience) {
        return refreshes.await(looksAfterMiss(missed, since), patience);
    }

    private List<CompletableFuture<Void>> looksAfterMiss(List<String> missed, Instant since) {
        return missed.stream()
                .filter(name -> isFromBefore(name, since))
                .map(name -> refreshes.join(name, () -> mayAskAfterMiss(name, since)))
                .filter(Objects::nonNull)
                .toList();
    }

    /** That it may is used up with it. */
    private boolean mayAskAfterMiss(String name, Instant since) {
        Instant now = clock.instant();
        boolean may =
                isFromBefore(name, since)
                        && lastMiss.getOrDefault(name, Instant.MIN)
                                .isBefore(now.minus(Freshness.MISS_AGE));
        if (may) {
            lastMiss.put(name, now);
        }
        return may;
    }

    /** Whether {@link #current} has waited for a refresh that is still under way. */
    private boolean hasWaitedInVain() {
        return !knowsEnough()
                && known.providers.values().stream()
                        .filter(provider -> provider.flows() == null)
                        .anyMatch(provider -> refreshes.isUnderWay(provider.name()));
    }

    private boolean isWorthAnotherLook(String name, Instant since, Instant now) {
        boolean isOld = known.providers.get(name).age(now).compareTo(Freshness.MISS_AGE) > 0;
        return isFromBefore(name, since) && (isOld || freshness.asksEveryTime());
    }

    /** A provider that is known to be down is not worth anybody's wait. */
    private boolean isFromBefore(String name, Instant since) {
        ProviderCatalog provider = known.providers.get(name);
        return provider.failure() == null && provider.fetchedAt().isBefore(since);
    }

    /**
     * Asks every provider whose time has come; called by a timer. With a TTL of zero requests do,
     * but whether a provider that failed is well again must not wait for one.
     */
    public void refreshDue() {
        attempts.endLate();
        Instant now = clock.instant();
        forgetTooOld(now);
        askDue(now);
    }

    private void askDue(Instant now) {
        for (String name : names) {
            // Every request comes here: without a lock unless there is something to ask
            if (isDue(name, now)) {
                refreshes.join(name, () -> isDue(name, now));
            }
        }
    }

    private boolean isDue(String name, Instant now) {
        ProviderCatalog provider = known.providers.get(name);
        return provider.isDue(now)
                && (!freshness.asksEveryTime() || provider.failure() != null || !knowsSomething());
    }

    /**
     * Asks one provider now, and waits for it. What was under way may lack what its caller knows
     * of: the provider is asked again when that is done, unless it had begun just before, or
     * failed, or brought a list that is not believed yet.
     *
     * @throws RequestProblem when there is no such provider
     */
    public ProviderStatus refreshNow(String name) {
        if (!names.contains(name)) {
            throw RequestProblem.of(ProblemType.NOT_FOUND, "There is no provider of this name.");
        }
        Instant since = clock.instant();
        boolean isJoined = refreshes.isUnderWay(name);
        boolean isDone = refreshes.await(List.of(refreshes.join(name)), freshness.patience());
        boolean isDoubted = known.providers.get(name).doubted() != null;
        if (isJoined
                && isDone
                && !isDoubted
                && isFromBefore(name, since.minus(Freshness.JUST_BEFORE))) {
            Duration left = freshness.patience().minus(Duration.between(since, clock.instant()));
            refreshes.await(List.of(refreshes.join(name)), left);
        }
        return status(known.providers.get(name), clock.instant());
    }

    /** Has one provider asked now. */
    public void ask(String name) {
        refreshes.join(name);
    }

    /**
     * Exchanges the routes of these providers. What that interrupts is no failure of theirs: they
     * are asked again at once.
     */
    public void without(Set<String> providers, Runnable exchange) {
        attempts.without(providers, exchange);
    }

    /** Has somebody look at what is known, each time that a provider's list was believed. */
    public void whenListed(Consumer<CatalogView> listener) {
        this.listener = listener;
    }

    /**
     * Has somebody told of each provider whose answers have become malformed, and again every few
     * minutes while they are.
     */
    void whenMalformed(Consumer<String> listener) {
        whenMalformed = listener;
    }

    /** How far each provider can be trusted, in order of preference; what probes may ask often. */
    public Map<String, State> states() {
        Instant now = clock.instant();
        Map<String, State> states = new LinkedHashMap<>();
        known.providers.forEach(
                (name, provider) ->
                        states.put(
                                name,
                                provider.withoutTooOld(now, freshness).state(now, freshness)));
        return states;
    }

    /** What is known of each provider, in order of preference. Never waits for an index. */
    public List<ProviderStatus> statuses() {
        Instant now = clock.instant();
        return known.providers.values().stream().map(provider -> status(provider, now)).toList();
    }

    /** The last list of this provider that was believed; empty when there is none. */
    List<Flow> flows(String provider) {
        List<Flow> flows = known.providers.get(provider).flows();
        return flows == null ? List.of() : flows;
    }

    /**
     * A provider answered: its list is taken over, unless it shrank so much that it must say so
     * twice.
     */
    void publish(Attempt attempt, FlowList list) {
        String name = attempt.provider();
        sayWhatIsMerged(name, list.merged());
        Instant now = clock.instant();
        Instant asked = now.minus(attempt.age());
        ProviderCatalog before = known.providers.get(name);
        ProviderCatalog after =
                update(name, provider -> provider.answered(list.flows(), asked, now, freshness));
        boolean empty = after.doubted() == null && list.flows().isEmpty();
        attempt.answered(empty);
        if (after.doubted() != null) {
            // Misses ask for it again and again until it is believed
            log.atLevel(after.doubted().equals(before.doubted()) ? Level.DEBUG : Level.WARN)
                    .log(
                            "{} lists {} flows instead of {} ({}): the old list stays in use until a refresh at least {} s later confirms this{}",
                            name,
                            list.flows().size(),
                            sizeOf(before),
                            list.rest(),
                            freshness.ttl().toSeconds(),
                            list.adviceWhenShort());
            return;
        }
        boolean changed = before.elsewhere() || !list.flows().equals(before.flows());
        if (changed || before.failure() != null) {
            if (empty) {
                log.warn("{} is {} ({})", name, Cause.EMPTY.label(), list.hintWhenEmpty());
            }
            log.info("{} offers {} flows ({})", name, list.flows().size(), list.rest());
        }
        if (changed) {
            store.write(after);
        } else {
            store.touch(after);
        }
        listener.accept(view(now));
    }

    /** Once, and again when there are more or fewer. */
    private void sayWhatIsMerged(String name, int rows) {
        Integer before = merged.put(name, rows);
        if (rows > 0 && !Objects.equals(before, rows)) {
            log.warn(
                    "{} rows of {} have the id of another and are not offered: have its mapping make the id of what tells them apart, such as id: \"{namespace}/{id}\"",
                    rows,
                    name);
        }
    }

    private static int sizeOf(ProviderCatalog provider) {
        List<Flow> flows = provider.flows();
        return flows == null ? 0 : flows.size();
    }

    private @Nullable Cause failed(String name, Throwable thrown, @Nullable String step) {
        ProviderFailure last = known.providers.get(name).failure();
        ProviderFailure failure = Failures.classify(thrown, step, clock.wall(), last);
        ProviderCatalog now =
                update(
                        name,
                        provider ->
                                provider.failed(
                                        failure,
                                        clock.instant(),
                                        freshness,
                                        ThreadLocalRandom.current().nextDouble()));
        // An open breaker has nothing new to tell
        log.atLevel(failure == last ? Level.DEBUG : Level.WARN)
                .log(
                        "{} not refreshed: {} ({}); {}",
                        name,
                        failure.reason().label(),
                        failure.hint(),
                        now.flows() == null
                                ? "there is no list to answer from"
                                : "answering from its list of "
                                        + now.flows().size()
                                        + " flows, "
                                        + now.age(clock.instant()).toSeconds()
                                        + " s old");
        log.debug("{} failed with", name, thrown);
        if (failure.reason() == Cause.MALFORMED) {
            sayWhenMalformed(name, last == null || last.reason() != Cause.MALFORMED);
        }
        return failure == last ? null : failure.reason();
    }

    private void sayWhenMalformed(String name, boolean isNew) {
        Instant now = clock.instant();
        Instant before = lastMalformed.getOrDefault(name, Instant.MIN);
        if (isNew || before.isBefore(now.minus(MALFORMED_AGAIN))) {
            lastMalformed.put(name, now);
            whenMalformed.accept(name);
        }
    }

    private ProviderCatalog update(String name, UnaryOperator<ProviderCatalog> change) {
        synchronized (this) {
            Known before = known;
            ProviderCatalog was = before.providers.get(name);
            ProviderCatalog is = change.apply(was);
            Map<String, ProviderCatalog> providers = new LinkedHashMap<>(before.providers);
            providers.put(name, is);
            boolean sameFlows =
                    was.flows() == is.flows()
                            || is.flows() != null && is.flows().equals(was.flows());
            known = new Known(providers, sameFlows ? before.snapshot : snapshot(providers));
            return is;
        }
    }

    private void forgetTooOld(Instant now) {
        for (String name : names) {
            if (isTooOld(name, now)) {
                forget(name, now);
            }
        }
    }

    private synchronized void forget(String name, Instant now) {
        // Requests and the timer notice it at the same time
        if (isTooOld(name, now)) {
            ProviderCatalog provider = known.providers.get(name);
            boolean isIdle = freshness.asksEveryTime() && provider.failure() == null;
            log.atLevel(isIdle ? Level.DEBUG : Level.WARN)
                    .log(
                            "the list of {} is older than AGENT_RUNTIME_SERVICE_CATALOG_MAX_STALE_SECONDS and no longer used: {}",
                            name,
                            whyTooOld(provider));
            update(name, it -> it.withoutTooOld(now, freshness));
        }
    }

    private static String whyTooOld(ProviderCatalog provider) {
        if (provider.failure() != null) {
            return "see why its refreshes fail";
        }
        return provider.doubted() == null
                ? "raise it to more than twice as long as a refresh takes"
                : "the next one is believed, though it may be under half as long";
    }

    private boolean isTooOld(String name, Instant now) {
        ProviderCatalog provider = known.providers.get(name);
        return provider.withoutTooOld(now, freshness) != provider;
    }

    private Snapshot snapshot(Map<String, ProviderCatalog> providers) {
        List<Flow> flows = new ArrayList<>();
        Set<ExamplesFile.Item> used = new HashSet<>();
        boolean all = true;
        for (ProviderCatalog provider : providers.values()) {
            List<Flow> list = provider.flows();
            all &= list != null;
            for (Flow flow : list == null ? List.<Flow>of() : list) {
                List<ExamplesFile.Item> items =
                        examples.items(flow.provider(), flow.id(), flow.name());
                used.addAll(items);
                flows.add(flow.withExamples(ExamplesFile.phrases(items)));
            }
        }
        if (all) {
            unusedExamples.sayWhichAreNot(used);
        }
        flows.sort(tieOrder(names));
        List<Flow> sorted = List.copyOf(flows);
        return new Snapshot(
                CatalogVersion.of(sorted),
                sorted,
                indexer.apply(sorted.stream().map(Flow::entry).toList()));
    }

    /**
     * Which of two flows of equal score is better: newer, then by name; of one name, that of the
     * preferred provider, then by id.
     */
    static Comparator<Flow> tieOrder(List<String> names) {
        Comparator<@Nullable Instant> newest = Comparator.nullsLast(Comparator.reverseOrder());
        return Comparator.comparing(Flow::updatedAt, newest)
                .thenComparing(Flow::name)
                .thenComparing(flow -> names.indexOf(flow.provider()))
                .thenComparing(Flow::id);
    }

    private List<CompletableFuture<Void>> askAll(Instant now) {
        return names.stream()
                .map(name -> refreshes.join(name, () -> isDue(name, now)))
                .filter(Objects::nonNull)
                .toList();
    }

    private boolean knowsSomething() {
        for (ProviderCatalog provider : known.providers.values()) {
            if (provider.flows() != null) {
                return true;
            }
        }
        return false;
    }

    /** An empty list is nothing to answer from while another one may have flows. */
    private boolean knowsEnough() {
        Known at = known;
        return !at.snapshot.flows().isEmpty()
                || at.providers.values().stream().allMatch(it -> it.flows() != null);
    }

    private CatalogView view(Instant since) {
        return view(since, Set.of());
    }

    private CatalogView view(Instant since, Set<String> awaited) {
        Known at = known;
        Instant now = clock.instant();
        List<ProviderStatus> statuses = new ArrayList<>(at.providers.size());
        for (ProviderCatalog provider : at.providers.values()) {
            statuses.add(provider.status(now, freshness, "closed"));
        }
        return new CatalogView(at.snapshot, statuses, since, awaited);
    }

    private ProviderStatus status(ProviderCatalog provider, Instant now) {
        return provider.withoutTooOld(now, freshness)
                .status(now, freshness, breakers.apply(provider.name()));
    }

    /**
     * Why there is nothing to answer from, in the words of the first provider that could not be
     * asked.
     */
    public RequestProblem unavailable() {
        return unavailable(false);
    }

    private RequestProblem unavailable(boolean waited) {
        Instant now = clock.instant();
        for (ProviderCatalog provider : known.providers.values()) {
            ProviderFailure failure = provider.failure();
            if (provider.flows() == null && failure != null) {
                return problem(provider, failure, waited, now);
            }
        }
        return tooLate();
    }

    private static RequestProblem tooLate() {
        return RequestProblem.retryLater(
                ProblemType.DEADLINE,
                "No provider answered within the request's deadline, and no flow list is known.",
                Freshness.FIRST_PAUSE);
    }

    private RequestProblem problem(
            ProviderCatalog provider, ProviderFailure failure, boolean waited, Instant now) {
        boolean kept = !waited && "open".equals(breakers.apply(provider.name()));
        ProblemType type =
                switch (failure.reason()) {
                    case AUTH_REJECTED, AUTH_UNAVAILABLE -> ProblemType.PROVIDER_AUTH;
                    case TIMEOUT -> kept ? ProblemType.PROVIDER_UNAVAILABLE : ProblemType.DEADLINE;
                    case MALFORMED, TOO_LARGE -> ProblemType.PROVIDER_CONTRACT;
                    case UNREACHABLE, RATE_LIMITED, UPSTREAM_ERROR, EMPTY ->
                            ProblemType.PROVIDER_UNAVAILABLE;
                };
        String detail =
                "The flows of "
                        + provider.name()
                        + " are not known: "
                        + failure.reason().label()
                        + ".";
        return RequestProblem.retryLater(
                type, detail, Duration.between(now, provider.nextAttempt()));
    }
}
