package io.agentruntime.catalog;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to ask a provider: how long it may take, whether it was cut off, and the step of its
 * route that failed.
 */
public final class Attempt {
    /** What its last step may take beyond the time for all: some calls, as a part of that time. */
    private static final int LAST_STEP = 10;

    private final String provider;
    private final Duration longest;
    private final LongSupplier nanos;
    private final long began;

    /** Begins it, and waits for its end. */
    private final Thread thread = Thread.currentThread();

    private volatile boolean answered;
    private volatile boolean empty;
    private volatile boolean cutOff;
    private volatile @Nullable RuntimeException end;
    private volatile @Nullable Failed failed;

    private record Failed(Throwable with, String step) {}

    /**
     * @param provider that is asked
     * @param longest after which the route takes no further step
     */
    public Attempt(String provider, Duration longest) {
        this(provider, longest, System::nanoTime);
    }

    Attempt(String provider, Duration longest, LongSupplier nanos) {
        this.provider = provider;
        this.longest = longest;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    /** The attempt that an exchange belongs to; null for one that asks no provider. */
    public static @Nullable Attempt of(Exchange exchange) {
        Part part = Part.of(exchange);
        return part == null ? null : part.attempt();
    }

    /** The provider that is asked. */
    String provider() {
        return provider;
    }

    /** How long ago it began. */
    Duration age() {
        return Duration.ofNanos(nanos.getAsLong() - began);
    }

    /** Makes an exchange, and all that come of it, belong to this attempt. */
    public void owns(Exchange exchange) {
        Part.whole(this, exchange);
    }

    /**
     * Ends an exchange when its time is over, whatever its route would make of a failure.
     *
     * @return whether no further step may be taken
     */
    public boolean ends(Exchange exchange) {
        RuntimeException why = why();
        if (why == null) {
            return false;
        }
        end = why;
        exchange.setException(why);
        exchange.setRouteStop(true);
        return true;
    }

    /** No step is taken any more when one never ends, as after an error in a thread of Camel's. */
    void endIfLate() {
        if (age().compareTo(longest.plus(longest.dividedBy(LAST_STEP))) >= 0) {
            interrupt();
        }
    }

    /** Ends a wait for a step that will not end: it was cut off, and has had its time. */
    void interrupt() {
        end = why();
        thread.interrupt();
    }

    /** Whether this thread waits for it. */
    boolean isOfThisThread() {
        return thread.equals(Thread.currentThread());
    }

    /** Ends it: an exchange of it is lost, which its thread would wait for. */
    void lose(RuntimeException with) {
        end = with;
        thread.interrupt();
    }

    /** Remembers the step that failed first; those around it fail with the same. */
    public void failedIn(String step, Throwable with) {
        if (stepOf(with) == null) {
            failed = new Failed(with, step);
        }
    }

    /** The step that failed with this, or with a cause of it; null when it was none. */
    @Nullable String stepOf(Throwable thrown) {
        Failed known = failed;
        for (Throwable at = thrown; at != null && known != null; at = at.getCause()) {
            if (at == known.with) {
                return known.step;
            }
        }
        return null;
    }

    /** Why the exchange was ended, or else what it failed with; null when all went well. */
    @Nullable Exception outcome(@Nullable Exception failure) {
        return end != null ? end : failure;
    }

    /**
     * The list has come.
     *
     * @param empty whether it is believed, and has no flows
     */
    void answered(boolean empty) {
        this.empty = empty;
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    boolean isEmpty() {
        return empty;
    }

    void cutOff() {
        cutOff = true;
    }

    boolean isCutOff() {
        return cutOff;
    }

    private @Nullable RuntimeException why() {
        if (cutOff) {
            return new CancellationException("routes are exchanged, or the service stops");
        }
        return age().compareTo(longest) < 0
                ? null
                : ProviderFailure.of(
                        Cause.TIMEOUT,
                        "the list was not complete after "
                                + longest.toSeconds()
                                + " s: check that the loops of the provider's route end, or raise AGENT_RUNTIME_SERVICE_PROVIDER_TIMEOUT_MS");
    }
}
