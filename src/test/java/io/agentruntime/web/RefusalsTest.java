package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.problem.ProblemType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Two may come back in each second, while few are served. */
class RefusalsTest {
    private final AtomicLong nanos = new AtomicLong(Duration.ofHours(-1).toNanos());
    private final AtomicInteger served = new AtomicInteger(1);
    private final Refusals refusals = new Refusals(2, served::get, nanos::get);

    private List<Long> told(int many) {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            seconds.add(refusals.next().retryAfter().toSeconds());
        }
        return seconds;
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void aRefusalIsAProblem() {
        assertThat(refusals.next().type()).isEqualTo(ProblemType.OVERLOADED);
        assertThat(refusals.next().detail()).contains("under way");
    }

    @Test
    void fewAreToldToComeBackInASecondAndManyLater() {
        assertThat(told(5)).containsExactly(1L, 1L, 2L, 2L, 3L);
    }

    @Test
    void whoIsRefusedLaterFindsTheNextSecondsTaken() {
        told(5);
        passes(Duration.ofSeconds(1));

        assertThat(told(4)).containsExactly(2L, 3L, 3L, 4L);
    }

    @Test
    void secondsThatHavePassedCountNoMore() {
        for (int second = 0; second < 3 * Refusals.MOST_SECONDS; second++) {
            assertThat(told(1)).containsExactly(1L);
            passes(Duration.ofSeconds(1));
        }

        passes(Duration.ofDays(40));
        assertThat(told(3)).containsExactly(1L, 1L, 2L);
    }

    @Test
    void whereMuchIsServedMoreMayComeBack() {
        served.set(32 * 4);

        assertThat(told(6)).containsExactly(1L, 1L, 1L, 1L, 2L, 2L);
    }

    @Test
    void whoWasToldInAnOverloadThatIsOverDoesNotHoldUpTheNext() {
        told(2 * Refusals.MOST_SECONDS);
        passes(Duration.ofSeconds(2));

        assertThat(told(3)).containsExactly(1L, 1L, 2L);
    }

    @Test
    void whoeverWasRefusedWithinTheLastSecondCounts() {
        assertThat(refusals.lately()).isFalse();

        told(1);
        passes(Duration.ofMillis(999));
        assertThat(refusals.lately()).isTrue();

        passes(Duration.ofMillis(1));
        assertThat(refusals.lately()).isFalse();
    }

    @Test
    void nobodyIsToldToWaitForLongerThanHalfAMinute() {
        told(2 * Refusals.MOST_SECONDS);

        assertThat(told(3)).containsOnly((long) Refusals.MOST_SECONDS);
        passes(Duration.ofSeconds(1));
        assertThat(told(1)).containsExactly((long) Refusals.MOST_SECONDS);
    }
}
