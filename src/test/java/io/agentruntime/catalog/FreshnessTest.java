package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a provider that failed is asked again. */
class FreshnessTest {
    @ParameterizedTest(name = "{0} failures, TTL {1} s, a list: {2}")
    @CsvSource({
        "1, 30, true, 0.8, 1.2",
        "2, 30, true, 1.6, 2.4",
        "3, 30, false, 3.2, 4.8",
        "4, 30, false, 3.3, 5",
        "50, 30, false, 3.3, 5",
        "4, 30, true, 6.4, 9.6",
        "50, 30, true, 20, 30",
        "50, 3600, true, 20, 30",
        "50, 12, true, 8, 12",
        "50, 1, true, 3.3, 5",
    })
    void pausesGrowAndAreNeverLongerThanSaid(
            int failures, long ttl, boolean warm, double least, double most) {
        var freshness =
                new Freshness(Duration.ofSeconds(ttl), Duration.ofDays(1), Duration.ofSeconds(10));

        assertThat(freshness.pause(failures, warm, 0))
                .isBetween(seconds(least - .05), seconds(least + .05));
        assertThat(freshness.pause(failures, warm, Math.nextDown(1.0)))
                .isBetween(seconds(most - .01), seconds(most));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(1000 * seconds));
    }
}
