package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Clock> wall =
            new AtomicReference<>(Clock.fixed(START, ZoneOffset.UTC));
    private final AtomicLong nanos = new AtomicLong(-7);
    private final SteadyClock clock = new SteadyClock(wall.get(), nanos::get);

    @Test
    void timePassesAsItDoes() {
        nanos.addAndGet(Duration.ofSeconds(90).toNanos());
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(90));
    }

    @Test
    void theRealOneDoesNotRunAway() {
        assertThat(Duration.between(new SteadyClock(Clock.systemUTC()).instant(), Instant.now()))
                .isLessThan(Duration.ofSeconds(5));
    }
}
