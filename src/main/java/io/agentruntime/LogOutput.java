package io.agentruntime;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Standard output for log lines, in parts of a few milliseconds instead of one system call for each
 * line. Nothing is dropped: when a part is full, whoever logs writes it out. Only a process that is
 * killed outright takes the lines of its last moment with it.
 */
final class LogOutput extends OutputStream {
    /** Some sixty lines. */
    private static final int PART = 16 * 1024;

    /** As long as a line may wait for others; nobody who reads along notices. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(20);

    private final OutputStream out;
    private final byte[] part = new byte[PART];
    private int filled;
    private boolean ending;

    private LogOutput(OutputStream out) {
        this.out = out;
    }

    /** Has what is logged from now on go this way. */
    static void use() {
        var output = new LogOutput(new FileOutputStream(FileDescriptor.out));
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        for (Iterator<? extends Appender<?>> it = root.iteratorForAppenders(); it.hasNext(); ) {
            if (it.next() instanceof ConsoleAppender<?> console) {
                console.setImmediateFlush(false);
                console.setOutputStream(output);
            }
        }
        var writer = new Thread(output::writeParts, "log-output");
        writer.setDaemon(true);
        writer.start();
        Runtime.getRuntime().addShutdownHook(new Thread(output::end, "log-output-end"));
    }

    @Override
    public synchronized void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (filled + length > PART) {
            flush();
        }
        if (length > PART || ending) {
            writeOut(bytes, offset, length);
            return;
        }
        if (filled == 0) {
            notifyAll();
        }
        System.arraycopy(bytes, offset, part, filled, length);
        filled += length;
    }

    @Override
    public synchronized void flush() {
        int length = filled;
        filled = 0;
        writeOut(part, 0, length);
    }

    /** When nobody reads: told, an appender would log nothing ever again, also to later readers. */
    private void writeOut(byte[] bytes, int offset, int length) {
        try {
            out.write(bytes, offset, length);
        } catch (IOException nobodyReads) {
            // There is no other place to say so; what is written next may find a reader again.
        }
    }

    /** Nothing waits any more: the process may be gone before the next part is due. */
    private synchronized void end() {
        ending = true;
        flush();
    }

    private synchronized void awaitFirst() throws InterruptedException {
        while (filled == 0) {
            wait();
        }
    }

    private void writeParts() {
        try {
            while (true) {
                awaitFirst();
                TimeUnit.NANOSECONDS.sleep(LONGEST_WAIT.toNanos());
                flush();
            }
        } catch (InterruptedException e) {
            end();
        }
    }
}
