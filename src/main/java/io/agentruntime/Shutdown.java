package io.agentruntime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import sun.misc.Signal;

/**
 * What a signal to stop does, in this order: readiness turns, balancers get time to see it,
 * requests in flight end, the process ends with code 0. The JVM's own way would end with 143 and
 * close the door before anybody is told.
 */
final class Shutdown implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

    /**
     * Between the readiness probe's 503 and the closed door; a balancer on the same machine probes
     * this often.
     */
    private static final Duration NOTICE = Duration.ofSeconds(1);

    /** The longest that a start is waited for. */
    private static final Duration START = Duration.ofSeconds(15);

    /** The longest that a start and requests in flight are waited for, one after the other. */
    private static final Duration IN_FLIGHT = Duration.ofSeconds(20);

    /** Null until the service has started. */
    private volatile @Nullable ConfigurableApplicationContext context;

    private final CountDownLatch startEnded = new CountDownLatch(1);

    /** Before the port opens, which is before the start's end, there is nobody to wait for. */
    private volatile boolean portOpens;

    private final AtomicBoolean begun = new AtomicBoolean();

    /** Signals that cannot be handled. */
    private final List<String> unheard = new ArrayList<>();

    private final IntConsumer exit;
    private final ThreadFactory threads;

    /**
     * @param exit ends the process with a code
     */
    Shutdown(IntConsumer exit, ThreadFactory threads) {
        this.exit = exit;
        this.threads = threads;
    }

    /** Has the process stop well on SIGTERM and SIGINT, from now on. */
    static Shutdown onSignals() {
        var shutdown = new Shutdown(System::exit, run -> new Thread(run, "shutdown"));
        for (String name : new String[] {"TERM", "INT"}) {
            try {
                Signal.handle(new Signal(name), signal -> shutdown.begin(signal.getName()));
            } catch (IllegalArgumentException taken) {
                shutdown.unheard.add("SIG" + name);
            }
        }
        return shutdown;
    }

    /** The service has started, and is what stops. */
    void of(ConfigurableApplicationContext started) {
        context = started;
        if (!unheard.isEmpty()) {
            log.warn(
                    "{} will end the process without finishing requests: Java leaves signals to others, as the option -Xrs has it",
                    String.join(" and ", unheard));
        }
        startEnded();
    }

    /** The start is over, well or not: nobody waits for its end any more. */
    void startEnded() {
        startEnded.countDown();
    }

    void begin(String signal) {
        if (begun.compareAndSet(false, true)) {
            try {
                Thread thread = threads.newThread(() -> stop(signal));
                // Or the process ends with the web server's threads, in the midst of the stop
                thread.setDaemon(false);
                thread.start();
            } catch (OutOfMemoryError noThread) {
                stop(signal);
            }
        }
    }

    private void stop(String signal) {
        long toldAt = System.nanoTime();
        if (context == null && portOpens) {
            log.info("SIG{}: the start goes on to its end, as callers may wait for it", signal);
            awaitStart();
        }
        ConfigurableApplicationContext started = context;
        if (started == null) {
            log.info("SIG{}: the start is broken off", signal);
            exit.accept(0);
            return;
        }
        log.info("SIG{}: not ready any more; requests in flight are finished", signal);
        int code = 1;
        try {
            code = end(started, IN_FLIGHT.minusNanos(System.nanoTime() - toldAt));
            log.info("stopped");
        } catch (RuntimeException | Error e) {
            log.warn("the stop is broken off: {}", e.toString());
        } finally {
            exit.accept(code);
        }
    }

    private void awaitStart() {
        try {
            if (!startEnded.await(START.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("the start has not ended after {} s", START.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * All but the end of the process.
     *
     * @param longest that requests in flight are waited for
     * @return its exit code
     */
    static int end(ConfigurableApplicationContext context, Duration longest) {
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        try {
            TimeUnit.MILLISECONDS.sleep(NOTICE.toMillis());
            awaitRequestsInFlight(context, longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return SpringApplication.exit(context, () -> 0);
    }

    private static void awaitRequestsInFlight(
            ConfigurableApplicationContext context, Duration longest) throws InterruptedException {
        if (context instanceof ServletWebServerApplicationContext web
                && web.getWebServer() != null) {
            var done = new CountDownLatch(1);
            web.getWebServer()
                    .shutDownGracefully(
                            result -> {
                                log.info(
                                        result == GracefulShutdownResult.IDLE
                                                ? "all requests in flight are finished"
                                                : "some requests in flight were cut off");
                                done.countDown();
                            });
            if (!done.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("requests are still in flight after {} s", longest.toSeconds());
            }
        }
    }

    @Override
    public void start() {
        portOpens = true;
    }

    @Override
    public boolean isRunning() {
        return portOpens;
    }

    /** Spring ends what it started; the port has been closed by then. */
    @Override
    public void stop() {
        portOpens = false;
    }

    /** Before the web server, which is among the last. */
    @Override
    public int getPhase() {
        return 0;
    }
}
