package io.agentruntime.matching;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tries again after a pause, then after twice as long, until all is well. */
final class Retries {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final ScheduledExecutorService executor;
    private final Runnable task;
    private final Duration firstPause;

    private Duration pause;
    private @Nullable Future<?> next;

    /**
     * @param task tries again; calls {@link #later} if it fails
     */
    Retries(ScheduledExecutorService executor, Runnable task, Duration firstPause) {
        this.executor = executor;
        this.task = task;
        this.firstPause = firstPause;
        pause = firstPause;
    }

    /** Plans a try, unless one is planned. */
    synchronized void later() {
        if (next != null || executor.isShutdown()) {
            return;
        }
        next = executor.schedule(this::run, pause.toMillis(), TimeUnit.MILLISECONDS);
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }

    private void run() {
        synchronized (this) {
            next = null;
        }
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            later();
            throw e;
        }
    }

    /** All is well: no try is planned, and the next pause is the first again. */
    synchronized void end() {
        pause = firstPause;
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }
}
