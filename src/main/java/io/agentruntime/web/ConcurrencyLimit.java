package io.agentruntime.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Places for requests that are being worked on, and the queue before them. It tells a burst, which
 * ends by itself and is served whole, from more than can be carried, which only refusals help.
 *
 * <p>First come, first served, while the wait is short; it counts from when a request came to the
 * {@link RequestExecutor}. When the oldest has been late, which is over the {@link #patience}, for
 * all of an {@link #INTERVAL}, the newest goes first: at the end of a long queue everybody would be
 * late, in front of it most are quick. When, besides, more than {@code burst} requests had to wait
 * since the queue was last empty, it is an overload: the late are refused, and so is, at the door,
 * who would be. That ends a {@link #CALM} after it was last so.
 *
 * <p>The judgement by time in queue instead of length is that of controlled delay (CoDel, RFC
 * 8289).
 */
final class ConcurrencyLimit {
    /**
     * A wait that is as long as what a busy service takes anyway for a text that is new to it, and
     * better than a refusal; on a slow machine, or before it is known how fast it is.
     */
    static final Duration PATIENCE = Duration.ofMillis(120);

    /** On the fastest machine; pauses of the process are as long. */
    static final Duration LEAST_PATIENCE = Duration.ofMillis(40);

    /** The same wait in requests that cost the least, for each place, done one after the other. */
    private static final int PATIENCE_IN_REQUESTS = 200;

    /**
     * What work with a model costs, in requests that need none: by the throughput of callers who
     * keep the service busy with either, 38 and 45 of them on two machines, one of which is twice
     * as fast as the other. Where it costs more, a request has more time.
     */
    private static final int WITH_MODEL = 40;

    /** Longer than a pause for memory or a busy neighbour of the process. */
    static final Duration INTERVAL = Duration.ofMillis(250);

    /** Callers who were refused come back after a second, mostly; not as a new burst. */
    static final Duration CALM = Duration.ofSeconds(2);

    private final int most;
    private final int burst;
    private final LongSupplier nanos;
    private final LongSupplier longestAtDoor;
    private final ThreadLocal<Place> mine = ThreadLocal.withInitial(Place::new);

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int taken;

    private int waitedSinceEmpty;
    private boolean late;
    private long lateSince;
    private volatile boolean overloaded;
    private volatile long lastRefusal;
    private volatile boolean full;

    private volatile long patience = PATIENCE.toNanos();

    /** How many can wait without becoming late: what leaves the places in the time of patience. */
    private volatile int room;

    private long counting;
    private int left;

    /** Work done while somebody waited for it, in requests that cost the least, and its time. */
    private long work;

    private long worked;
    private long lastLeft;
    private boolean waitedFor;

    /**
     * @param most requests worked on at once
     * @param burst requests that may have to wait before it is called an overload
     * @param nanos a clock that is never set
     * @param longestAtDoor how long somebody has been waiting to be read, in nanoseconds
     */
    ConcurrencyLimit(int most, int burst, LongSupplier nanos, LongSupplier longestAtDoor) {
        this.most = most;
        this.burst = burst;
        this.nanos = nanos;
        this.longestAtDoor = longestAtDoor;
        this.room = most;
        this.counting = nanos.getAsLong();
        this.lastLeft = counting;
    }

    /** What a thread does in its place; nothing when it has none. */
    private static final class Place {
        int work;

        boolean isTaken() {
            return work > 0;
        }

        void take(boolean taken) {
            work = taken ? 1 : 0;
        }
    }

    /** A request before the places; it is called when it is let in or refused. */
    private static final class Waiting {
        final long cameAt;
        final CountDownLatch called = new CountDownLatch(1);
        boolean letIn;

        Waiting(long cameAt) {
            this.cameAt = cameAt;
        }

        void call(boolean in) {
            letIn = in;
            called.countDown();
        }
    }

    /**
     * Whether to refuse at the door, where it costs least: the service is overloaded, and this
     * request is late or would be.
     *
     * @param cameAt when the request came
     */
    boolean refuses(long cameAt) {
        if (!overloaded) {
            return false;
        }
        long now = nanos.getAsLong();
        if (isLate(cameAt, now)) {
            lastRefusal = now;
            return true;
        }
        return full;
    }

    /**
     * Waits for a place, in vain when the service is overloaded.
     *
     * @param longest to wait in any case
     * @param cameAt when the request came
     * @param waited whether it has waited before it was read
     * @param beforeWaiting told if there is no place now
     * @return whether this thread has a place now; it must {@link #leave}
     */
    boolean enter(Duration longest, long cameAt, boolean waited, Runnable beforeWaiting)
            throws InterruptedException {
        Waiting me;
        synchronized (this) {
            long now = nanos.getAsLong();
            boolean free = taken < most && waiting.isEmpty();
            if (waited || !free) {
                waitedSinceEmpty++;
            }
            if (free) {
                judge(now);
                if (refuses(cameAt)) {
                    return false;
                }
                taken++;
                mine.get().take(true);
                return true;
            }
            me = new Waiting(cameAt);
            waiting.addLast(me);
            judge(now);
        }
        beforeWaiting.run();
        try {
            if (!me.called.await(longest.toNanos(), TimeUnit.NANOSECONDS)) {
                giveUp(me);
            }
            mine.get().take(me.letIn);
            return me.letIn;
        } catch (InterruptedException e) {
            giveUp(me);
            mine.get().take(me.letIn);
            leave();
            throw e;
        }
    }

    private synchronized void giveUp(Waiting me) {
        if (waiting.remove(me)) {
            judge(nanos.getAsLong());
        }
    }

    /**
     * Gives this thread's place to another, if it has one: when its work is done, or when it begins
     * to wait for somebody else. It does not come back for one; what is left to do then is little.
     */
    void leave() {
        Place place = mine.get();
        if (!place.isTaken()) {
            return;
        }
        int done = place.work;
        place.take(false);
        synchronized (this) {
            long now = nanos.getAsLong();
            taken--;
            left++;
            learn(now, done);
            judge(now);
            if (!waiting.isEmpty()) {
                taken++;
                next(now).call(true);
                judge(now);
            }
        }
    }

    /** Says that the work of this thread, if it has a place, is that with a model. */
    void computes() {
        Place place = mine.get();
        if (place.isTaken()) {
            place.work = WITH_MODEL;
        }
    }

    /**
     * How long a request can wait without being late, in nanoseconds: a certain amount of work.
     * What callers who keep the service busy wait for is work, so that it takes half as long on a
     * machine that is twice as fast.
     */
    long patience() {
        return patience;
    }

    boolean isOverloaded() {
        return overloaded;
    }

    /** How many more can come to wait without being late. */
    synchronized int room() {
        return Math.max(0, room - waiting.size());
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /** How many leave the places in a second, as of late; at least as many as there are. */
    int servedPerSecond() {
        return (int) (room * Duration.ofSeconds(1).toNanos() / patience);
    }

    private Waiting next(long now) {
        return lateForLong(now) ? waiting.removeLast() : waiting.removeFirst();
    }

    private void judge(long now) {
        measure(now);
        boolean wasLate = late;
        long outside = longestAtDoor.getAsLong();
        late = outside > patience || !waiting.isEmpty() && isLate(waiting.getFirst().cameAt, now);
        if (late && !wasLate) {
            lateSince = now;
        }
        if (!overloaded && lateForLong(now) && waitedSinceEmpty > burst) {
            overloaded = true;
            lastRefusal = now;
        }
        if (overloaded) {
            refuseTheLate(now);
        }
        if (outside == 0 && waiting.isEmpty()) {
            waitedSinceEmpty = 0;
        }
        full = overloaded && waiting.size() >= room;
        if (full) {
            lastRefusal = now;
        }
    }

    private void refuseTheLate(long now) {
        while (!waiting.isEmpty() && isLate(waiting.getFirst().cameAt, now)) {
            waiting.removeFirst().call(false);
            lastRefusal = now;
        }
        overloaded = now - lastRefusal < CALM.toNanos();
    }

    /** Takes over a new count by a quarter, so that one pause of the process does not rule. */
    private void measure(long now) {
        long took = now - counting;
        if (took >= PATIENCE.toNanos()) {
            long fits = left * patience / took;
            room = (int) Math.max(most, (3L * room + fits) / 4);
            counting = now;
            left = 0;
        }
    }

    /**
     * Time in which nobody waits says nothing, as less may be done than could be. A pause of the
     * process makes it longer for a moment.
     */
    private void learn(long now, int done) {
        if (waitedFor) {
            work += done;
            worked += now - lastLeft;
        }
        lastLeft = now;
        waitedFor = !waiting.isEmpty() || longestAtDoor.getAsLong() > 0;
        if (worked >= PATIENCE.toNanos()) {
            long takes = worked / work * PATIENCE_IN_REQUESTS * most;
            long bounded = Math.max(LEAST_PATIENCE.toNanos(), Math.min(takes, PATIENCE.toNanos()));
            patience = (3 * patience + bounded) / 4;
            work = 0;
            worked = 0;
        }
    }

    private boolean lateForLong(long now) {
        return late && now - lateSince >= INTERVAL.toNanos();
    }

    private boolean isLate(long cameAt, long now) {
        return now - cameAt > patience;
    }
}
