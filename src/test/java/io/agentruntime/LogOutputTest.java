package io.agentruntime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Log lines")
class LogOutputTest {
    private static final String LINE =
            "a line of some length, as requests have them ".repeat(5) + "\n";

    /** Nobody waits for so long in a test that passes. */
    private static final Duration EVER = Duration.ofMinutes(1);

    private final Reader reader = new Reader();
    private final AtomicLong told = new AtomicLong();

    /** Takes nothing while it has stopped, and is full where it says so. */
    private static final class Reader extends OutputStream {
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private volatile CountDownLatch reads = new CountDownLatch(0);
        private volatile boolean full;
        private volatile boolean noMemory;

        @Override
        public void write(int one) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                reads.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (full) {
                throw new IOException("No space left on device");
            }
            if (noMemory) {
                throw new OutOfMemoryError("malloc");
            }
            synchronized (this) {
                read.write(bytes, offset, length);
            }
        }

        void stop() {
            reads = new CountDownLatch(1);
        }

        void goOn() {
            reads.countDown();
        }

        synchronized String read() {
            return read.toString(UTF_8);
        }
    }

    private LogOutput output(Duration patience) {
        return new LogOutput(reader, patience, told::addAndGet);
    }

    private static void log(LogOutput output, String line) {
        byte[] bytes = line.getBytes(UTF_8);
        output.write(bytes, 0, bytes.length);
    }

    private void logUntilLost(LogOutput output, long lost) {
        while (output.lost() < lost) {
            log(output, LINE);
        }
    }

    @Test
    @DisplayName("are written within moments, without another after them")
    void written() {
        log(output(EVER), LINE);
        await().untilAsserted(() -> assertThat(reader.read()).isEqualTo(LINE));
    }

    @Test
    @DisplayName("of many at once are written whole, and none is lost")
    void manyAtOnce() throws Exception {
        LogOutput output = output(EVER);
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            String line = caller + LINE;
            callers.add(
                    new Thread(
                            () -> {
                                for (int i = 0; i < 2_000; i++) {
                                    log(output, line);
                                }
                            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        output.flush();
        assertThat(reader.read().lines())
                .hasSize(16_000)
                .allMatch(line -> line.substring(1).equals(LINE.strip() + " "));
        assertThat(output.lost()).isZero();
    }

    @Test
    @DisplayName("keep their order, however long one is")
    void longLine() {
        LogOutput output = output(EVER);
        String trace = "x".repeat(300_000) + "\n";
        log(output, LINE);
        log(output, trace);
        log(output, LINE);
        output.flush();
        assertThat(reader.read()).isEqualTo(LINE + trace + LINE);
    }

    @Test
    @DisplayName("wait for a reader that is slow")
    void slowReader() throws Exception {
        LogOutput output = output(EVER);
        reader.stop();
        var caller =
                new Thread(
                        () -> {
                            for (int i = 0; i < 2_000; i++) {
                                log(output, LINE);
                            }
                        });
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        reader.goOn();
        caller.join();
        output.flush();
        assertThat(reader.read().lines()).hasSize(2_000);
    }

    @Test
    @DisplayName(
            "do not hold up who logs when nobody reads: they are lost, and told of when somebody does")
    void nobodyReads() {
        LogOutput output = output(Duration.ofMillis(50));
        reader.stop();
        logUntilLost(output, 1_000);
        assertThat(told).hasValue(0);

        reader.goOn();
        await().untilAsserted(() -> assertThat(told).hasValue(1_000));
        log(output, "the first after it\n");
        output.flush();
        assertThat(reader.read()).endsWith(LINE + "the first after it\n");
        assertThat(output.lost()).isEqualTo(1_000);
    }

    @Test
    @DisplayName("are lost and told of where there is no space for them")
    void noSpace() {
        LogOutput output = output(EVER);
        reader.full = true;
        log(output, LINE);
        log(output, LINE);
        await().untilAsserted(() -> assertThat(output.lost()).isEqualTo(2));

        reader.full = false;
        log(output, LINE);
        await().untilAsserted(() -> assertThat(told).hasValue(2));
        assertThat(reader.read()).isEqualTo(LINE);
    }

    @Test
    @DisplayName(
            "are written where there is no thread to tell of lost ones, which are told of later")
    void noThread() {
        AtomicInteger threads = new AtomicInteger();
        LogOutput output =
                new LogOutput(
                        reader,
                        EVER,
                        told::addAndGet,
                        run -> {
                            if (threads.getAndIncrement() == 0) {
                                throw new OutOfMemoryError("unable to create native thread");
                            }
                            run.run();
                        });
        reader.full = true;
        log(output, LINE);
        await().untilAsserted(() -> assertThat(output.lost()).isEqualTo(1));
        reader.full = false;
        log(output, LINE);
        await().untilAtomic(threads, is(1));

        log(output, LINE);
        await().untilAsserted(() -> assertThat(told).hasValue(1));
        assertThat(reader.read()).isEqualTo(LINE + LINE);
    }

    @Test
    @DisplayName("are lost, and no later ones, where there is no memory to write them")
    void noMemory() {
        LogOutput output = output(EVER);
        reader.noMemory = true;
        log(output, LINE);
        await().untilAsserted(() -> assertThat(output.lost()).isEqualTo(1));

        reader.noMemory = false;
        log(output, LINE);
        await().untilAsserted(() -> assertThat(told).hasValue(1));
        assertThat(reader.read()).isEqualTo(LINE);
    }

    @Test
    @DisplayName("are all written before the end, and those after it at once")
    void end() {
        LogOutput output = output(EVER);
        log(output, LINE);
        output.end();
        assertThat(reader.read()).isEqualTo(LINE);
        log(output, LINE);
        assertThat(reader.read()).isEqualTo(LINE + LINE);
    }

    @Test
    @DisplayName("do not keep a process from its end when nobody reads")
    void endUnread() {
        LogOutput output = output(Duration.ofMillis(50));
        reader.stop();
        log(output, LINE);
        output.end();
        log(output, LINE);
        assertThat(reader.read()).isEmpty();
    }

    @Test
    @DisplayName("of who was interrupted are written, and he still is")
    void interrupted() {
        LogOutput output = output(EVER);
        Thread.currentThread().interrupt();
        log(output, LINE);
        output.flush();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(reader.read()).isEqualTo(LINE);
    }
}
