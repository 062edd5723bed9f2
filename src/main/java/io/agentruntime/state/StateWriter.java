package io.agentruntime.state;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes what is kept in the state folder, on a thread of its own. Who asks for it waits
 * until it is done, but not for a folder that hangs, such as one on a network disk whose server is
 * gone: what was to be done then is done when the folder answers again. It does when something was
 * kept in time; that what hung has ended, perhaps in an error, is no such sign.
 */
public final class StateWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StateWriter.class);

    /** Longer than the largest list takes on a slow disk. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Ends that take longer get a process killed. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(3);

    private final String what;
    private final Path folder;
    private final Duration patience;
    private final LongSupplier nanos;
    private final ExecutorService thread;

    /** Names of what is to be done and was not begun. */
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();

    /** Changes only under the lock, as what has ended does not hang. */
    private volatile boolean hanging;

    /** Something that is to be done; the writer's lock guards it. */
    private static final class Job {
        boolean ended;
        boolean kept;
    }

    /**
     * @param what it keeps, for the log
     * @param patience after which the folder counts as hanging; from then on nobody waits until it
     *     answers again
     */
    public StateWriter(String what, Path folder, Duration patience) {
        this(what, folder, patience, System::nanoTime, StateWriter::daemon);
    }

    /**
     * @param nanos by which it is told how long the folder takes
     */
    StateWriter(
            String what,
            Path folder,
            Duration patience,
            LongSupplier nanos,
            ThreadFactory threads) {
        this.nanos = nanos;
        this.what = what;
        this.folder = folder;
        this.patience = patience;
        thread = Executors.newSingleThreadExecutor(threads);
    }

    private static Thread daemon(Runnable task) {
        var created = new Thread(task, "state-folder");
        created.setDaemon(true);
        return created;
    }

    /**
     * Does something that keeps nothing, in the order of the calls. Of those that have not begun
     * only the first of a name is done, so it must do what was wanted last.
     */
    public void run(String name, Runnable work) {
        keep(
                name,
                () -> {
                    work.run();
                    return false;
                });
    }

    /**
     * Keeps something, in the same order.
     *
     * @param work whether it has kept something; not so when it failed or there was nothing to do
     * @return whether that is done by now
     */
    public boolean keep(String name, BooleanSupplier work) {
        var job = new Job();
        if (!waiting.add(name)) {
            return false;
        }
        try {
            thread.execute(() -> begin(name, work, job));
        } catch (RejectedExecutionException e) {
            log.debug("{} is not written any more", name, e);
            return false;
        } catch (OutOfMemoryError e) {
            // As when there is no thread for it
            waiting.remove(name);
            sayNotKept(e);
            return false;
        }
        return await(job);
    }

    private void begin(String name, BooleanSupplier work, Job job) {
        waiting.remove(name);
        long begin = nanos.getAsLong();
        boolean kept = false;
        try {
            kept = work.getAsBoolean();
        } catch (RuntimeException | Error e) {
            sayNotKept(e);
        } finally {
            end(job, kept, nanos.getAsLong() - begin < patience.toNanos());
        }
    }

    private void sayNotKept(Throwable e) {
        log.warn("{} cannot be kept in {}: {}", what, folder.toAbsolutePath(), e.toString());
    }

    private synchronized void end(Job job, boolean kept, boolean inTime) {
        job.ended = true;
        job.kept = kept;
        notifyAll();
        if (hanging && kept && inTime) {
            hanging = false;
            log.info("{} answers again: {} are kept", folder.toAbsolutePath(), what);
        }
    }

    private synchronized boolean await(Job job) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (!job.ended && !hanging) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    hang();
                } else {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return job.kept;
    }

    private synchronized void hang() {
        hanging = true;
        notifyAll();
        log.warn(
                "{} has not answered for {} s: {} are kept when it does; answers go on, but a restart may know older ones or none; check the disk of AGENT_RUNTIME_SERVICE_STATE_DIR",
                folder.toAbsolutePath(),
                patience.toSeconds(),
                what);
    }

    /** Whether the folder has left somebody waiting, and has taken nothing in time since. */
    public boolean isHanging() {
        return hanging;
    }

    /** Ends what is under way, unless the folder hangs. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!hanging
                    && !thread.awaitTermination(LAST_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn("{} are not all kept: {} does not answer", what, folder.toAbsolutePath());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
