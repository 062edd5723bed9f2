package io.agentruntime.web;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the reading of a body an end, however slowly it comes. Tomcat's own limit is on silence: it
 * begins anew with each byte, and in the midst of a chunk's head its reader does not come back.
 */
final class SlowSenders implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SlowSenders.class);

    private final ScheduledThreadPoolExecutor watch =
            new ScheduledThreadPoolExecutor(
                    1,
                    run -> {
                        var thread = new Thread(run, "slow-senders");
                        thread.setDaemon(true);
                        return thread;
                    });

    SlowSenders() {
        watch.setRemoveOnCancelPolicy(true);
    }

    /** One reading that has an end; closed by who reads, on the thread of the request. */
    final class Reading implements AutoCloseable {
        private final @Nullable SocketChannel connection = BatchedHttp11.connection();
        private final Future<?> end;
        private boolean over;

        private Reading(Duration longest) {
            end = watch.schedule(this::cutOff, longest.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** The reader finds that nothing more comes, and can still answer. */
        private synchronized void cutOff() {
            if (!over && connection != null) {
                try {
                    connection.shutdownInput();
                } catch (IOException | RuntimeException e) {
                    log.debug("a connection has ended by itself", e);
                }
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            end.cancel(false);
        }
    }

    /** Begins a reading that ends after this time at the latest. */
    Reading within(Duration longest) {
        return new Reading(longest);
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
