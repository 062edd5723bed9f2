package io.agentruntime;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.slf4j.LoggerFactory;

/**
 * Standard output for log lines, in parts of a few milliseconds instead of one system call for each
 * line, written by a thread of its own. Who logs waits while a reader is slow, but not for one that
 * has stopped: then lines are lost, counted, and told of when somebody reads again. A process that
 * is killed outright takes the lines of its last moment with it.
 */
final class LogOutput extends OutputStream {
    /** Some 250 lines. */
    private static final int PART = 64 * 1024;

    /** Lines that wait for no others. */
    private static final int ENOUGH = PART / 2;

    /** As long as a line may wait for others; nobody who reads along notices. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(20);

    /** A reader that takes nothing for so long has stopped; a busy machine's is back before. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final OutputStream out;
    private final Duration patience;
    private final LongConsumer tell;
    private final Executor beside;

    private byte[] part = new byte[PART];
    private byte[] spare = new byte[PART];
    private int filled;
    private int lines;

    /** Whether the writer is at a part. */
    private boolean writing;

    /** Whether somebody has waited for a reader in vain since the last part was taken. */
    private boolean stopped;

    private boolean ending;
    private long untold;
    private final AtomicLong lost = new AtomicLong();

    /**
     * @param patience how long who logs may wait for a reader
     * @param tell takes how many lines were lost, when lines can be written again
     */
    LogOutput(OutputStream out, Duration patience, LongConsumer tell) {
        this(out, patience, tell, run -> new Thread(run, "log-output-lost").start());
    }

    /**
     * @param beside runs who tells, who may have to wait for the writer
     */
    LogOutput(OutputStream out, Duration patience, LongConsumer tell, Executor beside) {
        this.out = out;
        this.patience = patience;
        this.tell = tell;
        this.beside = beside;
        var writer = new Thread(this::writeParts, "log-output");
        writer.setDaemon(true);
        writer.start();
    }

    /** Has what is logged from now on go this way. */
    static void use(MeterRegistry metrics) {
        var output =
                new LogOutput(
                        new FileOutputStream(FileDescriptor.out),
                        PATIENCE,
                        lines ->
                                LoggerFactory.getLogger(LogOutput.class)
                                        .warn(
                                                "{} log lines were lost, as standard output took no more",
                                                lines));
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        for (Iterator<? extends Appender<?>> it = root.iteratorForAppenders(); it.hasNext(); ) {
            if (it.next() instanceof ConsoleAppender<?> console) {
                console.setImmediateFlush(false);
                console.setOutputStream(output);
            }
        }
        FunctionCounter.builder("agent.runtime.log.lines.lost", output, LogOutput::lost)
                .description("log lines lost, as standard output took no more")
                .register(metrics);
        Runtime.getRuntime().addShutdownHook(new Thread(output::end, "log-output-end"));
    }

    long lost() {
        return lost.get();
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /** Takes a line whole, or loses it whole. */
    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (!await(() -> filled == 0 || filled + length <= PART)) {
            lose(1);
            return;
        }
        if (length > part.length) {
            part = new byte[length];
        }
        System.arraycopy(bytes, offset, part, filled, length);
        // Not for each line: the writer would wake each time, to wait for others
        if (filled == 0 || filled + length >= ENOUGH || ending) {
            notifyAll();
        }
        filled += length;
        lines++;
        if (ending) {
            flush();
        }
    }

    /** Returns when all is written, or when nobody reads. */
    @Override
    public synchronized void flush() {
        await(() -> filled == 0 && !writing);
    }

    /** Nothing waits any more: the process may be gone before the next part is due. */
    synchronized void end() {
        ending = true;
        notifyAll();
        flush();
    }

    private void lose(int count) {
        untold += count;
        lost.addAndGet(count);
    }

    private interface Condition {
        boolean holds();
    }

    /**
     * Waits for what the writer brings about. Who is interrupted waits on, and is interrupted
     * after.
     *
     * @return whether it holds; false when there is no reader
     */
    private boolean await(Condition condition) {
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        while (!condition.holds() && !stopped) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                stopped = true;
                break;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return condition.holds();
    }

    private void writeParts() {
        try {
            while (true) {
                writePart();
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private void writePart() throws InterruptedException {
        byte[] bytes;
        int length;
        int count;
        synchronized (this) {
            while (filled == 0) {
                wait();
            }
            long due = System.nanoTime() + LONGEST_WAIT.toNanos();
            long left = LONGEST_WAIT.toMillis();
            while (left > 0 && filled < ENOUGH && !ending) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime());
            }
            bytes = part;
            length = filled;
            count = lines;
            part = spare;
            filled = 0;
            lines = 0;
            writing = true;
            notifyAll();
        }
        boolean written = writeOut(bytes, length);
        long toTell = 0;
        synchronized (this) {
            spare = spare(bytes);
            writing = false;
            if (written) {
                stopped = false;
                toTell = untold;
                untold = 0;
            } else {
                lose(count);
            }
            notifyAll();
        }
        if (toTell > 0) {
            tell(toTell);
        }
    }

    /** With the next part, if there is no thread for it now. */
    private void tell(long lost) {
        try {
            beside.execute(() -> tell.accept(lost));
        } catch (OutOfMemoryError noThread) {
            synchronized (this) {
                untold += lost;
            }
        }
    }

    /** That of a very long line is not kept. */
    private static byte[] spare(byte[] written) {
        try {
            return written.length > PART ? new byte[PART] : written;
        } catch (OutOfMemoryError noMemory) {
            return written;
        }
    }

    /** An appender that was told would log nothing ever again, also to later readers. */
    private boolean writeOut(byte[] bytes, int length) {
        try {
            out.write(bytes, 0, length);
            return true;
        } catch (IOException | RuntimeException | OutOfMemoryError nobodyReads) {
            return false;
        }
    }
}
