package io.agentruntime.state;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whether a folder counts as hanging, whatever the moment in which it answers. */
class StateWriterTest {
    private static final Path FOLDER = Path.of("state");

    @Test
    void aFolderThatAnswersWhenItIsAboutToCountAsHangingDoesNotHangForEver() {
        Duration patience = Duration.ofMillis(2);
        for (int time = 0; time < 1_500; time++) {
            long takes = patience.toNanos() - 300_000 + time % 300 * 1_000;
            try (var writer = new StateWriter("lists", FOLDER, patience)) {
                writer.run("list", () -> spin(takes));
                await().pollDelay(Duration.ZERO).until(() -> !writer.isHanging());
            }
        }
    }

    private static void spin(long nanos) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < nanos) {
            Thread.onSpinWait();
        }
    }
}
