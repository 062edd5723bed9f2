package io.agentruntime.catalog;

import io.agentruntime.catalog.ProviderStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one provider's flows at one moment: the last list that was believed, and what
 * became of the attempts since. Immutable; every event gives the next one.
 *
 * @param flows the last list that was believed, or null
 * @param fetchedAt when the attempt began that fetched it; meaningless while {@code flows} is null
 * @param failure what became of the last attempt, or null when it was fine
 * @param failures attempts failed in a row
 * @param nextAttempt when the provider may be asked again without a caller's wish
 * @param notBefore when the provider said that it may be asked again; long ago when it did not
 * @param doubted a list that shrank so much that it is believed only when a later one says the
 *     same, or null
 * @param elsewhere whether the list was kept when the provider had another address, user or API
 *     key: better than none while it cannot be asked, and no measure for what it answers
 */
record ProviderCatalog(
        String name,
        @Nullable List<Flow> flows,
        Instant fetchedAt,
        @Nullable ProviderFailure failure,
        int failures,
        Instant nextAttempt,
        Instant notBefore,
        @Nullable Doubted doubted,
        boolean elsewhere) {

    /** The size of a list that is not believed yet, and since when it is heard of. */
    record Doubted(int size, Instant since) {}

    static ProviderCatalog unknown(String name) {
        return new ProviderCatalog(
                name, null, Instant.EPOCH, null, 0, Instant.EPOCH, Instant.EPOCH, null, false);
    }

    /** What a list that was kept on disk says before the provider was asked. */
    static ProviderCatalog remembered(
            String name, List<Flow> flows, Instant fetchedAt, boolean elsewhere) {
        return new ProviderCatalog(
                name, flows, fetchedAt, null, 0, Instant.EPOCH, Instant.EPOCH, null, elsewhere);
    }

    /**
     * The list that was kept is read at last: better than none, whatever became of the attempts
     * since, and worse than any that came meanwhile.
     */
    ProviderCatalog remembering(ProviderCatalog kept) {
        return flows != null
                ? this
                : new ProviderCatalog(
                        name,
                        kept.flows,
                        kept.fetchedAt,
                        failure,
                        failures,
                        nextAttempt,
                        notBefore,
                        null,
                        kept.elsewhere);
    }

    /**
     * The provider answered with a list.
     *
     * @param asked when the attempt began that ends with it now
     */
    ProviderCatalog answered(List<Flow> list, Instant asked, Instant now, Freshness freshness) {
        Instant next = freshness.next(asked, now);
        boolean shrank = flows != null && !elsewhere && list.size() * 2 < flows.size();
        if (shrank) {
            // A list that goes on shrinking does not say the same
            if (doubted == null || list.size() < doubted.size) {
                return new ProviderCatalog(
                        name,
                        flows,
                        fetchedAt,
                        null,
                        0,
                        next,
                        Instant.EPOCH,
                        new Doubted(list.size(), now),
                        false);
            }
            Instant again = doubted.since.plus(freshness.ttl());
            if (now.isBefore(again)) {
                return new ProviderCatalog(
                        name, flows, fetchedAt, null, 0, again, Instant.EPOCH, doubted, false);
            }
        }
        return new ProviderCatalog(name, list, asked, null, 0, next, Instant.EPOCH, null, false);
    }

    /**
     * The provider could not be asked, or answered nonsense.
     *
     * @param how the failure before, when an open breaker passed it on: the provider was not asked,
     *     and what is not asked does not fail once more, nor say again when to come back. It is
     *     tried again soon, as the breaker lets a call through before long
     */
    ProviderCatalog failed(ProviderFailure how, Instant now, Freshness freshness, double random) {
        boolean passedOn = how == failure;
        int times = passedOn ? failures : failures + 1;
        Duration pause = freshness.pause(passedOn ? 1 : times, flows != null, random);
        Duration asked = how.retryAfter();
        Instant wished = passedOn ? notBefore : asked == null ? Instant.EPOCH : now.plus(asked);
        Instant next = passedOn && !isDue(now) ? nextAttempt : later(now.plus(pause), wished);
        return new ProviderCatalog(
                name, flows, fetchedAt, how, times, next, wished, doubted, elsewhere);
    }

    /**
     * Forgets a list that is too old to be answered from. A provider that is well is due at once,
     * even before the TTL is over, and one that is not as soon as any whose list is not known,
     * unless it asked itself for a longer pause.
     */
    ProviderCatalog withoutTooOld(Instant now, Freshness freshness) {
        boolean tooOld = flows != null && age(now).compareTo(freshness.maxStale()) > 0;
        return tooOld
                ? new ProviderCatalog(
                        name,
                        null,
                        Instant.EPOCH,
                        failure,
                        failures,
                        nextWithoutList(now),
                        notBefore,
                        null,
                        false)
                : this;
    }

    private Instant nextWithoutList(Instant now) {
        if (failure == null) {
            return Instant.EPOCH;
        }
        Instant soon = later(now.plus(Freshness.LONGEST_PAUSE_COLD), notBefore);
        return soon.isBefore(nextAttempt) ? soon : nextAttempt;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    boolean isDue(Instant now) {
        return !now.isBefore(nextAttempt);
    }

    /** Whether the provider said itself when to come back, and that is not yet. */
    boolean wantsToBeLeftAlone(Instant now) {
        return now.isBefore(notBefore);
    }

    Duration age(Instant now) {
        Duration age = Duration.between(fetchedAt, now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    ProviderStatus status(Instant now, Freshness freshness, String breaker) {
        List<Flow> known = flows;
        int size = known == null ? 0 : known.size();
        Cause cause =
                failure != null
                        ? failure.reason()
                        : known != null && size == 0 ? Cause.EMPTY : null;
        return new ProviderStatus(
                name,
                state(now, freshness),
                size,
                known == null ? null : age(now).toSeconds(),
                breaker,
                cause,
                failure == null && doubted != null);
    }

    State state(Instant now, Freshness freshness) {
        if (flows == null) {
            return failure == null ? State.UNKNOWN : State.DOWN;
        }
        boolean overdue =
                !freshness.asksEveryTime()
                        && age(now).compareTo(freshness.ttl().plus(Freshness.GRACE)) > 0
                        && nextAttempt.isBefore(now.minus(Freshness.GRACE));
        return failure != null || doubted != null || elsewhere || overdue ? State.STALE : State.UP;
    }
}
