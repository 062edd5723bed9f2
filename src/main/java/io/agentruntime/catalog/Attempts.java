package io.agentruntime.catalog;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The attempts that are under way; none begins while routes are exchanged. */
final class Attempts {
    /** For the step that an attempt is in when it is cut off; a call may well take longer. */
    private static final Duration LAST_STEP = Duration.ofMillis(200);

    private final Duration longest;
    private final LongSupplier nanos;
    private final Map<String, Attempt> underWay = new HashMap<>();
    private boolean paused;
    private boolean over;

    /**
     * @param longest that one attempt may take
     */
    Attempts(Duration longest) {
        this(longest, System::nanoTime);
    }

    Attempts(Duration longest, LongSupplier nanos) {
        this.longest = longest;
        this.nanos = nanos;
    }

    synchronized Attempt begin(String provider) {
        boolean interrupted = false;
        while (paused && !interrupted) {
            interrupted = !await(LAST_STEP);
        }
        var attempt = new Attempt(provider, longest, nanos);
        underWay.put(provider, attempt);
        if (over) {
            attempt.cutOff();
        }
        return attempt;
    }

    /**
     * @return whether it has to be made again, since it was cut off
     */
    synchronized boolean end(String provider) {
        Attempt ended = underWay.remove(provider);
        notifyAll();
        return ended.isCutOff() && !over;
    }

    /** Ends those that are far over their time, and in a step that does not end by itself. */
    synchronized void endLate() {
        underWay.values().forEach(Attempt::endIfLate);
    }

    /**
     * Ends the attempt that Camel lost an exchange of, unless nobody waits for that: it was sent on
     * its way only, or was given up, or the attempt is over.
     *
     * @param of whose steps were taken; null where it is not known, or was none
     * @return whether somebody waited for it
     */
    synchronized boolean lost(@Nullable Part of, RuntimeException with) {
        if (of != null && !of.isWaitedFor()) {
            return false;
        }
        Optional<Attempt> waiting =
                underWay.values().stream()
                        .filter(
                                attempt ->
                                        of == null
                                                ? attempt.isOfThisThread()
                                                : attempt.equals(of.attempt()))
                        .findFirst();
        waiting.ifPresent(attempt -> attempt.lose(with));
        return of != null || waiting.isPresent();
    }

    /** Runs something while these providers are not asked. What is cut off is made again. */
    void without(Set<String> providers, Runnable exchange) {
        try {
            pause(providers);
            exchange.run();
        } finally {
            goOn();
        }
    }

    /** Cuts off what is under way, for good. */
    synchronized void stop() {
        over = true;
        underWay.values().forEach(Attempt::cutOff);
    }

    private synchronized void pause(Set<String> providers) {
        paused = true;
        providers.stream().filter(underWay::containsKey).forEach(it -> underWay.get(it).cutOff());
        long end = System.nanoTime() + LAST_STEP.toNanos();
        boolean interrupted = false;
        while (!interrupted && providers.stream().anyMatch(underWay::containsKey)) {
            Duration rest = Duration.ofNanos(end - System.nanoTime());
            if (rest.toMillis() <= 0) {
                // One waits perhaps for a step that never ends, as its route was wrong
                providers.stream()
                        .filter(underWay::containsKey)
                        .forEach(it -> underWay.get(it).interrupt());
                return;
            }
            interrupted = !await(rest);
        }
    }

    private synchronized void goOn() {
        paused = false;
        notifyAll();
    }

    /**
     * @return false when the thread is to end
     */
    private synchronized boolean await(Duration most) {
        try {
            wait(most.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
