package io.agentruntime.catalog;

import io.agentruntime.request.RequestTurn;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refreshes under way: one per provider at most, however many callers wait for it. */
final class Refreshes {
    private static final Logger log = LoggerFactory.getLogger(Refreshes.class);

    /** When one provider has answered a cold request, the others have this long to join in. */
    private static final Duration DAWDLE = Duration.ofMillis(500);

    private final FlowSource source;
    private final Attempts attempts;
    private final Executor threads;
    private final CatalogMetrics metrics;
    private final RequestTurn turn;

    private final Map<String, CompletableFuture<Void>> underWay = new HashMap<>();
    private volatile Failed failed = (provider, thrown, step) -> Cause.UPSTREAM_ERROR;

    /** Done when a refresh has ended, whichever; then there is another. */
    private volatile CompletableFuture<Void> nextEnd = new CompletableFuture<>();

    /** Asks one provider for its list; the answer comes back through {@link Catalogs#publish}. */
    @FunctionalInterface
    interface FlowSource {
        void ask(String provider, Attempt attempt) throws Exception;
    }

    /** Is told of a refresh that failed. */
    @FunctionalInterface
    interface Failed {
        /**
         * @param step of the provider's route that failed, or null when it was none
         * @return what to count it as, or null when the provider was not asked
         */
        @Nullable Cause with(String provider, Throwable thrown, @Nullable String step);
    }

    /**
     * @param threads runs refreshes; one thread per provider is enough
     * @param turn is told before each wait for a provider
     */
    Refreshes(
            FlowSource source,
            Attempts attempts,
            Executor threads,
            CatalogMetrics metrics,
            RequestTurn turn) {
        this.source = source;
        this.attempts = attempts;
        this.threads = threads;
        this.metrics = metrics;
        this.turn = turn;
    }

    /** Has somebody told of each refresh that fails. */
    void whenFailed(Failed failed) {
        this.failed = failed;
    }

    /** Joins the refresh that is under way, or begins one; it is done however it ends. */
    CompletableFuture<Void> join(String name) {
        return Objects.requireNonNull(join(name, () -> true));
    }

    /**
     * Joins the refresh that is under way, or begins one if that is wanted.
     *
     * @param wanted is asked when none is under way, of one caller at a time, and sees what the
     *     last one brought: it may have ended since the caller looked
     * @return null when none is under way and none is wanted
     */
    @Nullable CompletableFuture<Void> join(String name, BooleanSupplier wanted) {
        synchronized (underWay) {
            CompletableFuture<Void> already = underWay.get(name);
            if (already != null) {
                return already;
            }
            if (!wanted.getAsBoolean()) {
                return null;
            }
            var refresh = new CompletableFuture<Void>();
            underWay.put(name, refresh);
            begin(name, refresh);
            return refresh;
        }
    }

    boolean isUnderWay(String name) {
        synchronized (underWay) {
            return underWay.containsKey(name);
        }
    }

    /**
     * Waits until all are done, or the time is over.
     *
     * @return whether all are done
     */
    boolean await(List<CompletableFuture<Void>> refreshes, Duration patience) {
        return await(refreshes, patience, () -> false);
    }

    /**
     * Waits until all are done, or the time is over, or any refresh has brought enough and the rest
     * dawdle.
     *
     * @param enough whether there is something to answer from; asked when a refresh has ended
     * @return whether all are done
     */
    boolean await(
            List<CompletableFuture<Void>> refreshes, Duration patience, BooleanSupplier enough) {
        long end = System.nanoTime() + patience.toNanos();
        CompletableFuture<Void> all =
                CompletableFuture.allOf(refreshes.toArray(CompletableFuture[]::new));
        if (!all.isDone()) {
            turn.waits();
        }
        boolean isEnough = false;
        boolean isOver = false;
        while (!isOver) {
            // Before the look at what there is: what ends after it is not missed
            CompletableFuture<Void> next = nextEnd;
            isEnough = enough.getAsBoolean();
            isOver = isEnough || all.isDone() || !waitFor(next, end);
        }
        if (isEnough) {
            waitFor(all, Math.min(end, System.nanoTime() + DAWDLE.toNanos()));
        }
        return all.isDone();
    }

    /**
     * @return whether it is done
     */
    private static boolean waitFor(CompletableFuture<Void> future, long end) {
        try {
            future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            log.trace("not in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** It ends at once when there is no thread for it, whatever that is told with. */
    private void begin(String name, CompletableFuture<Void> refresh) {
        boolean begun = false;
        try {
            threads.execute(() -> ask(name, refresh));
            begun = true;
        } catch (RejectedExecutionException e) {
            log.debug("{} is not asked any more", name, e);
        } catch (OutOfMemoryError e) {
            log.warn("{} cannot be asked now: {}", name, e.getMessage());
        } finally {
            if (!begun) {
                end(name, refresh);
            }
        }
    }

    private void end(String name, CompletableFuture<Void> refresh) {
        synchronized (underWay) {
            underWay.remove(name, refresh);
        }
        refresh.complete(null);
        CompletableFuture<Void> ended;
        synchronized (underWay) {
            ended = nextEnd;
            nextEnd = new CompletableFuture<>();
        }
        ended.complete(null);
    }

    private void ask(String name, CompletableFuture<Void> refresh) {
        boolean again = false;
        try {
            again = attempt(name);
        } finally {
            if (again) {
                begin(name, refresh);
            } else {
                end(name, refresh);
            }
        }
    }

    /**
     * Asks a provider once.
     *
     * @return whether that has to be repeated, since it was cut off
     */
    private boolean attempt(String name) {
        boolean again = false;
        Attempt attempt = attempts.begin(name);
        try {
            source.ask(name, attempt);
            if (!attempt.isAnswered()) {
                throw ProviderFailure.of(
                        Cause.MALFORMED,
                        "its route ended without a flow list: check for steps that end it early");
            }
            if (!attempt.isCutOff()) {
                Cause cause = attempt.isEmpty() ? Cause.EMPTY : null;
                metrics.refreshed(name, cause, attempt.age());
            }
        } catch (Throwable thrown) {
            Cause cause =
                    attempt.isCutOff() ? null : failed.with(name, thrown, attempt.stepOf(thrown));
            if (cause != null) {
                metrics.refreshed(name, cause, attempt.age());
            }
            if (thrown instanceof VirtualMachineError error) {
                throw error;
            }
        } finally {
            again = attempts.end(name);
        }
        return again;
    }
}
