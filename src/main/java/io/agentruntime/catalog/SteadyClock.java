package io.agentruntime.catalog;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * The wall clock's time at the start, and from then on only what has passed since: a wall clock
 * that is set, forward or back, makes no list older or younger.
 */
final class SteadyClock extends Clock {
    private final Clock wall;
    private final Instant start;
    private final long startNanos;
    private final LongSupplier nanos;

    private SteadyClock(Clock wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.start = wall.instant();
        this.startNanos = nanos.getAsLong();
    }

    static Clock startingWith(Clock wall) {
        return startingWith(wall, System::nanoTime);
    }

    static Clock startingWith(Clock wall, LongSupplier nanos) {
        return new SteadyClock(wall, nanos);
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.getAsLong() - startNanos);
    }

    @Override
    public ZoneId getZone() {
        return wall.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return zone.equals(getZone()) ? this : new SteadyClock(wall.withZone(zone), nanos);
    }
}
