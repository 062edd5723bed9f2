package io.agentruntime.web;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Of log lines of which strangers may cause many, one a second, with the number of the others: a
 * full service must not spend its time on saying so.
 */
final class OneASecond {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong last = new AtomicLong(System.nanoTime() - SECOND);
    private final LongAdder others = new LongAdder();

    /** Whether a line may be logged now; one that may not is counted. */
    boolean mayLog() {
        long before = last.get();
        long now = System.nanoTime();
        boolean may = now - before >= SECOND && last.compareAndSet(before, now);
        if (!may) {
            others.increment();
        }
        return may;
    }

    /** Says in a line how many were not logged since the last one. */
    LoggingEventBuilder withOthers(LoggingEventBuilder line) {
        long unlogged = others.sumThenReset();
        return unlogged > 0 ? line.addKeyValue("others_refused", unlogged) : line;
    }
}
