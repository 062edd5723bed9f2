package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list that suddenly shrinks is believed when it is said twice, a TTL apart. */
class ProviderCatalogTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Freshness FRESHNESS =
            new Freshness(TTL, Duration.ofDays(1), Duration.ofSeconds(10));
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private ProviderCatalog catalog =
            ProviderCatalog.unknown("langflow").answered(flows(10), START, START, FRESHNESS);

    @Test
    void halfIsBelievedAtOnceAndLessIsNot() {
        assertThat(catalog.answered(flows(5), START, START, FRESHNESS).flows()).hasSize(5);
        assertThat(catalog.answered(flows(4), START, START, FRESHNESS).flows()).hasSize(10);
    }

    @Test
    void aSecondWordCountsOneTtlLater() {
        answersAfter(1, 4);
        answersAfter(29, 4);
        assertThat(catalog.flows()).hasSize(10);
        answersAfter(1, 4);
        assertThat(catalog.flows()).hasSize(4);
        assertThat(catalog.doubted()).isNull();
    }

    /** Callers who miss ask in between. */
    @Test
    void theSecondWordIsAskedForOneTtlAfterTheFirst() {
        answersAfter(1, 4);
        Instant due = now.plus(TTL);
        assertThat(catalog.nextAttempt()).isEqualTo(due);
        answersAfter(20, 4);
        assertThat(catalog.nextAttempt()).isEqualTo(due);
    }

    @Test
    void aListThatGoesOnShrinkingIsDoubtedAnew() {
        answersAfter(1, 4);
        answersAfter(30, 0);
        assertThat(catalog.flows()).hasSize(10);
        answersAfter(30, 0);
        assertThat(catalog.flows()).isEmpty();
    }

    @Test
    void aListThatComesBackWasNeverGone() {
        answersAfter(1, 0);
        answersAfter(30, 9);
        assertThat(catalog.flows()).hasSize(9);
        answersAfter(30, 0);
        assertThat(catalog.flows()).hasSize(9);
    }

    @Test
    void aFailureBetweenTwoWordsDoesNotTakeBackTheFirst() {
        answersAfter(1, 4);
        fails();
        assertThat(catalog.flows()).hasSize(10);
        answersAfter(30, 4);
        assertThat(catalog.flows()).hasSize(4);
    }

    @Test
    void howeverOftenAProviderFailedItIsAskedAgainWithinTheLongestPause() {
        var aDay = new Freshness(Duration.ofDays(1), Duration.ofDays(7), Duration.ofSeconds(10));
        for (int time = 0; time < 10; time++) {
            catalog = catalog.failed(timeout(), now, aDay, Math.nextDown(1.0));
        }
        assertThat(catalog.failures()).isEqualTo(10);
        assertThat(catalog.nextAttempt()).isBeforeOrEqualTo(now.plusSeconds(36));
    }

    /** Callers are refused from then on. */
    @Test
    void aProviderWhoseListIsForgottenIsAskedAsSoonAsOneWhoseListWasNeverKnown() {
        for (int time = 0; time < 10; time++) {
            fails();
        }
        now = START.plus(Duration.ofDays(1)).minusSeconds(1);
        fails();
        assertThat(catalog.nextAttempt()).isAfter(now.plusSeconds(20));
        now = now.plusSeconds(2);

        catalog = catalog.withoutTooOld(now, FRESHNESS);

        assertThat(catalog.flows()).isNull();
        assertThat(catalog.nextAttempt()).isEqualTo(now.plusSeconds(5));
        assertThat(catalog.withoutTooOld(now.plusSeconds(1), FRESHNESS)).isEqualTo(catalog);
    }

    @Test
    void whatAProviderAsksForCountsThenOnlyWhereItIsMore() {
        for (int time = 0; time < 10; time++) {
            catalog = catalog.failed(busyFor(Duration.ofSeconds(1)), now, FRESHNESS, 0.5);
        }
        Instant forgotten = START.plus(Duration.ofDays(2));
        now = forgotten.minusSeconds(1);
        ProviderCatalog little =
                catalog.failed(busyFor(Duration.ofSeconds(1)), now, FRESHNESS, 0.5);
        ProviderCatalog some = catalog.failed(busyFor(Duration.ofSeconds(10)), now, FRESHNESS, 0.5);
        ProviderCatalog much = catalog.failed(busyFor(Duration.ofMinutes(2)), now, FRESHNESS, 0.5);

        assertThat(little.withoutTooOld(forgotten, FRESHNESS).nextAttempt())
                .isEqualTo(forgotten.plusSeconds(5));
        assertThat(some.withoutTooOld(forgotten, FRESHNESS).nextAttempt())
                .isEqualTo(now.plusSeconds(10));
        assertThat(much.withoutTooOld(forgotten, FRESHNESS).nextAttempt())
                .isEqualTo(now.plusSeconds(120));
    }

    /** Without a TTL, each request asks unless the provider does not want it. */
    @Test
    void aProviderWantsToBeLeftAloneForAsLongAsItSaidHoweverOftenItFailed() {
        for (int time = 0; time < 10; time++) {
            catalog = catalog.failed(busyFor(Duration.ofSeconds(1)), now, FRESHNESS, 0.5);
        }
        assertThat(catalog.wantsToBeLeftAlone(now.plusMillis(999))).isTrue();
        assertThat(catalog.wantsToBeLeftAlone(now.plusSeconds(1))).isFalse();
        assertThat(catalog.isDue(now.plusSeconds(20))).isFalse();
        fails();
        assertThat(catalog.wantsToBeLeftAlone(now)).isFalse();
    }

    @Test
    void whatAnOpenBreakerKeepsFromTheProviderDoesNotLengthenItsPause() {
        ProviderFailure failure = ProviderFailure.of(Cause.UPSTREAM_ERROR, "it answered 503");
        ProviderCatalog once = catalog.failed(failure, START, FRESHNESS, 0.5);
        ProviderCatalog often = once;
        for (int time = 0; time < 10; time++) {
            often = often.failed(failure, START, FRESHNESS, 0.5);
        }
        assertThat(often.nextAttempt()).isEqualTo(once.nextAttempt());
        assertThat(once.failed(timeout(), START, FRESHNESS, 0.5).nextAttempt())
                .isAfter(once.nextAttempt());
    }

    /**
     * A breaker opens for five seconds, which may be longer than the pause after three failures.
     */
    @Test
    void whatAnOpenBreakerKeptFromTheProviderWhenItWasDueIsTriedAgainSoon() {
        ProviderFailure failure = ProviderFailure.of(Cause.UPSTREAM_ERROR, "it answered 503");
        for (int time = 0; time < 4; time++) {
            fails();
        }
        catalog = catalog.failed(failure, now, FRESHNESS, 0.5);
        Instant due = catalog.nextAttempt();
        catalog = catalog.failed(failure, due, FRESHNESS, Math.nextDown(1.0));
        assertThat(catalog.failures()).isEqualTo(5);
        assertThat(catalog.nextAttempt())
                .isBetween(due.plusMillis(1), due.plus(Freshness.FIRST_PAUSE.multipliedBy(2)));
    }

    @Test
    void norWhatTheProviderAskedForWhenItWasLastAsked() {
        Duration asked = Duration.ofMinutes(10);
        var failure = new ProviderFailure(Cause.RATE_LIMITED, "too often", asked, null);
        ProviderCatalog once = catalog.failed(failure, START, FRESHNESS, 0.5);
        assertThat(once.nextAttempt()).isEqualTo(START.plus(asked));

        Instant before = START.plusSeconds(590);
        ProviderCatalog byHand = once.failed(failure, before, FRESHNESS, 0.5);
        assertThat(byHand.nextAttempt()).isEqualTo(once.nextAttempt());

        Instant due = once.nextAttempt();
        assertThat(byHand.failed(failure, due, FRESHNESS, 0.5).nextAttempt())
                .isBetween(due.plusMillis(1), due.plusSeconds(60));
    }

    /** Langflow's login is allowed five times a minute. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLoginThatIsRefusedIsTriedFiveTimesAMinuteAtMost(boolean warm) {
        if (!warm) {
            catalog = ProviderCatalog.unknown("langflow");
        }
        int tried = 0;
        while (now.isBefore(START.plusSeconds(60))) {
            catalog =
                    catalog.failed(new ProviderFailure.AuthRejected("refused"), now, FRESHNESS, 0);
            now = catalog.nextAttempt();
            tried++;
        }
        assertThat(tried).isBetween(4, 5);
    }

    private Instant now = START;

    private void answersAfter(int seconds, int size) {
        now = now.plusSeconds(seconds);
        catalog = catalog.answered(flows(size), now, now, FRESHNESS);
    }

    private void fails() {
        catalog = catalog.failed(timeout(), now, FRESHNESS, 0.5);
    }

    private static ProviderFailure busyFor(Duration pause) {
        return new ProviderFailure(Cause.RATE_LIMITED, "too often", pause, null);
    }

    private static ProviderFailure timeout() {
        return ProviderFailure.of(Cause.TIMEOUT, "it did not answer");
    }

    private static List<Flow> flows(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        n ->
                                new Flow(
                                        "langflow",
                                        "f-" + n,
                                        "Flow " + n,
                                        "",
                                        List.of(),
                                        List.of(),
                                        null,
                                        null,
                                        null))
                .toList();
    }
}
