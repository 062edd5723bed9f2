package io.agentruntime.catalog;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The wall clock's time at the start, and from then on only what has passed since: a wall clock
 * that is set, forward or back, makes no list older or younger.
 */
final class SteadyClock {
    private final Clock wall;
    private final Instant start;
    private final long startNanos;
    private final LongSupplier nanos;

    SteadyClock(Clock wall) {
        this(wall, System::nanoTime);
    }

    SteadyClock(Clock wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.start = wall.instant();
        this.startNanos = nanos.getAsLong();
    }

    /** The clock that others go by: what they say of a time is said of this one. */
    Clock wall() {
        return wall;
    }

    /** When something was by the wall clock as it is set now, for what outlives this process. */
    Instant byTheWall(Instant time) {
        return wall.instant().minus(Duration.between(time, instant()));
    }

    Instant instant() {
        return start.plusNanos(nanos.getAsLong() - startNanos);
    }
}
