package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What the surplus of an overload is told: when to come back. Mostly that is in a second; when very
 * many are refused, they are given seconds that have not been given to too many others. Where
 * requests cost little, more may come back in a second: a thirty-second of what is served in one.
 *
 * <p>A refusal costs about as much as the cheapest answer, as the server ends the connection of who
 * gets a 503, and who comes back makes a new one. Thousands of callers who all came back after a
 * second would take half a processor to be refused again.
 */
final class Refusals {
    static final int MOST_SECONDS = 30;

    private static final long LATELY = Duration.ofSeconds(1).toNanos();

    /** Of those who are served in a second; being refused costs no more than being served. */
    private static final int SHARE_OF_SERVED = 32;

    /** After as long without a refusal the overload is over, and who was told comes as all do. */
    private static final long OVER = ConcurrencyLimit.CALM.toNanos();

    private final int perSecond;
    private final IntSupplier served;
    private final LongSupplier nanos;

    /**
     * How many were told to come in each of the next seconds; the present one is at {@code now}.
     */
    private final int[] told = new int[MOST_SECONDS + 1];

    private long now;

    private volatile long last;

    /**
     * @param perSecond how many may come back in one second whatever is served
     * @param served how many requests are served in a second now
     * @param nanos a clock that is never set
     */
    Refusals(int perSecond, IntSupplier served, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.served = served;
        this.nanos = nanos;
        this.now = second();
        this.last = nanos.getAsLong() - LATELY;
    }

    RequestProblem next() {
        return RequestProblem.retryLater(
                ProblemType.OVERLOADED,
                "The service has as many requests under way as it can serve well.",
                Duration.ofSeconds(seconds()));
    }

    /** Whether anybody was refused within the last second. */
    boolean lately() {
        return nanos.getAsLong() - last < LATELY;
    }

    private synchronized int seconds() {
        long at = nanos.getAsLong();
        if (at - last >= OVER) {
            Arrays.fill(told, 0);
        }
        last = at;
        int most = Math.max(perSecond, served.getAsInt() / SHARE_OF_SERVED);
        long second = second();
        for (long past = Math.max(now, second - told.length); past < second; past++) {
            told[Math.floorMod(past, told.length)] = 0;
        }
        now = second;
        int seconds = 1;
        while (seconds < MOST_SECONDS && told[at(seconds)] >= most) {
            seconds++;
        }
        told[at(seconds)]++;
        return seconds;
    }

    private int at(int secondsFromNow) {
        return Math.floorMod(now + secondsFromNow, told.length);
    }

    private long second() {
        return TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong());
    }
}
