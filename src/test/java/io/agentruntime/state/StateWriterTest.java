package io.agentruntime.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.LogLines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a folder counts as hanging, whatever the moment in which it answers. */
class StateWriterTest {
    private static final Path FOLDER = Path.of("state");
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** Only what passes here counts as the time that the folder takes. */
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aFolderThatAnswersWhenItIsAboutToCountAsHangingDoesNotHangForEver() {
        Duration patience = Duration.ofMillis(2);
        for (int time = 0; time < 1_500; time++) {
            long takes = patience.toNanos() - 300_000 + time % 300 * 1_000;
            try (var writer = writer(patience)) {
                writer.keep("list", () -> spin(takes));
                await().pollDelay(Duration.ZERO).until(() -> !writer.isHanging());
            }
        }
    }

    /** As a disk that is dying, or a network disk that is mounted so that it gives up. */
    @ParameterizedTest
    @ValueSource(strings = {"an error", "nothing to do", "success"})
    void whatHangsAndEndsLateLeavesNobodyWaitingTheNextTime(String end) {
        try (var writer = writer(PATIENCE);
                var log = LogLines.open()) {
            for (int time = 0; time < 3; time++) {
                var answer = new CompletableFuture<Boolean>();
                var begun = new CompletableFuture<Boolean>();
                long begin = System.nanoTime();
                writer.keep("list", () -> begun.complete(true) && answer.join());
                assertThat(System.nanoTime() - begin < PATIENCE.toNanos()).isEqualTo(time > 0);
                begun.join();
                nanos.addAndGet(PATIENCE.toNanos());
                if (end.equals("an error")) {
                    answer.completeExceptionally(new IllegalStateException("made up"));
                } else {
                    answer.complete(end.equals("success"));
                }
                isDone(writer);
                assertThat(writer.isHanging()).isTrue();
            }
            assertThat(log.all())
                    .noneMatch(line -> line.contains("answers again"))
                    .filteredOn(line -> line.contains("has not answered"))
                    .hasSize(1);
        }
    }

    @Test
    void aFolderAnswersAgainOnceSomethingWasKeptInTime() {
        try (var writer = writer(PATIENCE);
                var log = LogLines.open()) {
            var answer = new CompletableFuture<Boolean>();
            writer.keep("list", answer::join);
            answer.complete(false);

            writer.keep("one that is not changed", () -> false);
            writer.run("read", () -> {});
            isDone(writer);
            assertThat(writer.isHanging()).isTrue();

            writer.keep("list", () -> true);
            isDone(writer);
            assertThat(writer.isHanging()).isFalse();
            assertThat(writer.keep("list", () -> true)).isTrue();
            assertThat(log.all())
                    .satisfiesExactly(
                            line -> assertThat(line).contains("WARN", "has not answered"),
                            line -> assertThat(line).contains("INFO", "answers again"));
        }
    }

    @Test
    void whatThereWasNoThreadForIsDoneTheNextTime() {
        var failures = new AtomicInteger(1);
        ThreadFactory threads =
                task -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return new Thread(task);
                };
        try (var writer = new StateWriter("lists", FOLDER, PATIENCE, nanos::get, threads);
                var log = LogLines.open()) {
            assertThat(writer.keep("list", () -> true)).isFalse();
            assertThat(log.warnings()).singleElement().asString().contains("lists", "thread");
            assertThat(writer.keep("list", () -> true)).isTrue();
        }
    }

    private StateWriter writer(Duration patience) {
        return new StateWriter("lists", FOLDER, patience, nanos::get, Thread::new);
    }

    /** All is done in the order of the calls. */
    private static void isDone(StateWriter writer) {
        var done = new CompletableFuture<Boolean>();
        writer.run("done", () -> done.complete(true));
        assertThat(done.join()).isTrue();
    }

    private static boolean spin(long nanos) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < nanos) {
            Thread.onSpinWait();
        }
        return true;
    }
}
