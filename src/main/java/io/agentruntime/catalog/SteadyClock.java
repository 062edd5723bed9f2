package io.agentruntime.catalog;

import java.time.Clock;
import java.time.Duration;
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

    static SteadyClock startingWith(Clock wall) {
        return startingWith(wall, System::nanoTime);
    }

    static SteadyClock startingWith(Clock wall, LongSupplier nanos) {
        return new SteadyClock(wall, nanos);
    }

    /** The clock that others go by: what they say of a time is said of this one. */
    Clock wall() {
        return wall;
    }

    /** When something was by the wall clock as it is set now, for what outlives this process. */
    Instant byTheWall(Instant time) {
        return wall.instant().minus(Duration.between(time, instant()));
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
