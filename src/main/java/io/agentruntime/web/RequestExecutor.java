package io.agentruntime.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.threads.TaskThreadFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;

/**
 * Gives threads to what arrives from the server's connections: first come, first served, and to few
 * at a time. Who then begins to wait, for a place or for anything else, or to work for long, keeps
 * nobody at the door.
 *
 * <p>With a thread for each at once, thousands of callers would wait for the processors where
 * nobody sees it. Here they wait in one queue that knows since when, so that it can be told who is
 * late. No thread is woken before its turn, and a thread that is done goes on with the next.
 *
 * <p>A thread that is at the door for longer than short requests take is taken to wait for its
 * caller, or for somebody else; the next is let in beside it.
 */
final class RequestExecutor implements Executor, SmartLifecycle, AutoCloseable {
    /** A request that needs no model takes a tenth of this. */
    static final Duration LONGEST = Duration.ofMillis(5);

    /** Longer than a pause of the process: there is more to do than can be done. */
    private static final Duration LONG_WAIT = Duration.ofMillis(250);

    /** Idle threads end after this. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final int SPARE_THREADS = 16;

    /** Whose request was read takes no longer to answer when the service stops. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    private final int doors;
    private final int mostThreads;
    private final ThreadPoolExecutor threads;
    private final Thread watch = new Thread(this::watch, "request-executor");
    private final ThreadLocal<@Nullable Arrival> mine = new ThreadLocal<>();

    private final Deque<Arrival> queue = new ArrayDeque<>();
    private final List<Arrival> inside = new ArrayList<>();
    private int busy;
    private boolean watching;

    /** The first of the queue. */
    private volatile @Nullable Arrival first;

    private volatile boolean running;

    /**
     * What has come on a connection: most often a request, and sometimes a part of one or several.
     */
    private final class Arrival implements Runnable {
        private final Runnable work;
        private final long since = System.nanoTime();
        private long letInAt;
        private boolean waited;
        private boolean passed;

        /** Until the first of its requests has passed or is answered. */
        private boolean unread = true;

        Arrival(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            Arrival next = this;
            while (next != null) {
                next = next.runAndFollow();
            }
        }

        /**
         * The next one for this thread; when this one fails, which ends the thread, for another.
         */
        private @Nullable Arrival runAndFollow() {
            boolean failed = true;
            Arrival next = null;
            mine.set(this);
            try {
                work.run();
                failed = false;
            } finally {
                mine.set(null);
                next = afterWorkOf(this);
                if (failed) {
                    RequestExecutor.this.start(next);
                }
            }
            return next;
        }
    }

    /**
     * @param doors how many are at the door at once
     * @param mostThreads that are there, work or wait at once
     */
    RequestExecutor(int doors, int mostThreads) {
        this(doors, mostThreads, new TaskThreadFactory("http-", true, Thread.NORM_PRIORITY));
    }

    /**
     * @param factory may throw {@link OutOfMemoryError} when the system gives no thread
     */
    RequestExecutor(int doors, int mostThreads, ThreadFactory factory) {
        this.doors = doors;
        this.mostThreads = mostThreads;
        // No bound and no queue of its own: both are here, and a thread takes leave a little later
        threads =
                new ThreadPoolExecutor(
                        SPARE_THREADS,
                        Integer.MAX_VALUE,
                        IDLE.toMillis(),
                        TimeUnit.MILLISECONDS,
                        new SynchronousQueue<>(),
                        factory);
        watch.setDaemon(true);
    }

    @Override
    public void execute(Runnable work) {
        var arrival = new Arrival(work);
        Arrival next;
        synchronized (this) {
            queue.addLast(arrival);
            next = letIn();
            arrival.waited = next != arrival;
            if (arrival.waited) {
                wakeWatch();
            }
        }
        start(next);
    }

    private synchronized void wakeWatch() {
        if (!watching) {
            watching = true;
            notifyAll();
        }
    }

    private @Nullable Arrival letIn() {
        Arrival next = null;
        if (inside.size() < doors && busy < mostThreads && !queue.isEmpty()) {
            next = queue.removeFirst();
            next.letInAt = System.nanoTime();
            inside.add(next);
            busy++;
        }
        first = queue.peekFirst();
        return next;
    }

    private void start(@Nullable Arrival next) {
        if (next != null) {
            try {
                threads.execute(next);
            } catch (OutOfMemoryError | RejectedExecutionException noThread) {
                putBack(next);
            }
        }
    }

    /** The system has no thread to give: who is done next takes it, or the watch tries again. */
    private synchronized void putBack(Arrival next) {
        inside.remove(next);
        busy--;
        queue.addFirst(next);
        first = next;
        wakeWatch();
    }

    private synchronized @Nullable Arrival afterWorkOf(Arrival done) {
        inside.remove(done);
        busy--;
        if (busy == 0) {
            notifyAll();
        }
        return letIn();
    }

    /**
     * Says that this thread begins to wait for something, or with work of milliseconds; another may
     * come to the door now. Says nothing new the second time.
     */
    void passed() {
        Arrival me = mine.get();
        if (me == null || me.passed) {
            return;
        }
        me.passed = true;
        me.unread = false;
        Arrival next;
        synchronized (this) {
            next = inside.remove(me) ? letIn() : null;
        }
        start(next);
    }

    /** Says that what this thread does next belongs to another request of the same arrival. */
    void answered() {
        Arrival me = mine.get();
        if (me != null) {
            me.unread = false;
        }
    }

    /**
     * When the request of this thread came, on the clock of {@link System#nanoTime}; now, when it
     * is not the first one of its arrival.
     */
    long cameAt() {
        Arrival me = mine.get();
        return me != null && me.unread ? me.since : System.nanoTime();
    }

    /** Whether the request of this thread had to wait before it was read. */
    boolean waited() {
        Arrival me = mine.get();
        return me != null && me.unread && me.waited;
    }

    /**
     * Whether others wait for long while this thread answers one request after the other that one
     * caller has sent without waiting for answers. Such a caller is to come again, at the end of
     * the queue.
     */
    boolean keepsOthersWaiting() {
        Arrival me = mine.get();
        return me != null && !me.unread && longestWait() > LONG_WAIT.toNanos();
    }

    /** How long the first of those who wait has done so in nanoseconds; 0 when nobody waits. */
    long longestWait() {
        Arrival waiting = first;
        return waiting == null ? 0 : System.nanoTime() - waiting.since;
    }

    /** Lets others in beside those who are at the door for too long, while somebody waits. */
    private void watch() {
        try {
            while (!Thread.interrupted()) {
                awaitQueue();
                TimeUnit.MILLISECONDS.sleep(LONGEST.toMillis());
                letInBesideTheSlow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitQueue() throws InterruptedException {
        while (queue.isEmpty()) {
            watching = false;
            wait();
        }
        watching = true;
    }

    private void letInBesideTheSlow() {
        List<Arrival> started = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            inside.removeIf(it -> now - it.letInAt > LONGEST.toNanos());
            for (Arrival next = letIn(); next != null; next = letIn()) {
                started.add(next);
            }
        }
        started.forEach(this::start);
    }

    @Override
    public void start() {
        running = true;
        threads.prestartAllCoreThreads();
        watch.start();
    }

    /**
     * Waits until nothing that came is left; the server's own waiting knows only what has begun.
     */
    @Override
    public void stop() {
        long end = System.nanoTime() + LAST_ANSWERS.toNanos();
        try {
            synchronized (this) {
                for (long left = 1; left > 0 && (busy > 0 || !queue.isEmpty()); ) {
                    left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    wait(Math.max(1, left));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the server took leave of its callers, and before it stops. */
    @Override
    public int getPhase() {
        return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE - 1;
    }

    @Override
    public void close() {
        watch.interrupt();
        threads.shutdown();
    }
}
