package io.agentruntime.catalog;

import java.time.Duration;
import java.time.Instant;

/**
 * How old a catalog may get, and how often a provider is asked.
 *
 * @param ttl a list is fetched again this long after it came; zero: on every request
 * @param maxStale a list older than this is not answered from any more
 * @param patience how long a request waits for a provider when there is nothing to answer from
 */
record Freshness(Duration ttl, Duration maxStale, Duration patience) {
    /**
     * A refresh that begins at the end of the TTL may take this long before its catalog is called
     * stale.
     */
    static final Duration GRACE = Duration.ofSeconds(1);

    /**
     * A miss on a list younger than this is believed; also the least time between two looks caused
     * by misses.
     */
    static final Duration MISS_AGE = Duration.ofSeconds(2);

    /** A refresh that began no longer than this before one is asked for will do for it. */
    static final Duration JUST_BEFORE = Duration.ofSeconds(1);

    /**
     * How long a miss waits for its second look, when a provider that was fine a moment ago does
     * not answer.
     */
    private static final Duration MISS_PATIENCE = Duration.ofSeconds(2);

    /**
     * Without a TTL, how long a request waits for a provider that failed last time and may be well
     * again, when its list is known or flows of others are.
     */
    private static final Duration RECOVERY_PATIENCE = Duration.ofMillis(250);

    /** The first pause after a failure; it doubles with each further one. */
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /**
     * While no list is known a provider is asked at least this often: callers are being refused
     * meanwhile.
     */
    static final Duration LONGEST_PAUSE_COLD = Duration.ofSeconds(5);

    /**
     * While there is a list to answer from, a provider that is down is asked at least this often.
     */
    static final Duration LONGEST_PAUSE_WARM = Duration.ofSeconds(30);

    /** Of a pause, either way. */
    private static final double SPREAD = 0.2;

    boolean asksEveryTime() {
        return ttl.isZero();
    }

    /**
     * When a provider is asked again after an answer: at the end of the TTL, or else so early that
     * a list is replaced before it is too old, also when a refresh takes long or fails once.
     *
     * @param asked when the attempt began that ended with the answer
     */
    Instant next(Instant asked, Instant answered) {
        Instant half = asked.plus(maxStale.dividedBy(2));
        Instant inTime = half.isBefore(answered) ? answered : half;
        Instant atTtl = answered.plus(ttl);
        return inTime.isBefore(atTtl) ? inTime : atTtl;
    }

    /**
     * {@link #MISS_PATIENCE}, but no longer than is left.
     *
     * @param left of what a request waits in all
     */
    Duration missPatience(Duration left) {
        return min(MISS_PATIENCE, left);
    }

    /** {@link #RECOVERY_PATIENCE}, but no longer than a request waits when nothing is known. */
    Duration recoveryPatience() {
        return min(RECOVERY_PATIENCE, patience);
    }

    /**
     * The pause after so many failures in a row: exponential, spread by a fifth either way so that
     * replicas do not ask in step, and capped behind that.
     *
     * @param random from [0,1)
     */
    Duration pause(int failures, boolean warm, double random) {
        Duration longest =
                warm ? max(LONGEST_PAUSE_COLD, min(ttl, LONGEST_PAUSE_WARM)) : LONGEST_PAUSE_COLD;
        Duration grown = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
        double middle = Math.min(grown.toMillis(), longest.toMillis() / (1 + SPREAD));
        return Duration.ofMillis((long) (middle * (1 - SPREAD + 2 * SPREAD * random)));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
