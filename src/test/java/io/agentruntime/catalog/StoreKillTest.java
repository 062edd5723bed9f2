package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * A process that does nothing but keep lists is killed (-9) at random moments; what it leaves is a
 * whole list. {@code ./mvnw test -Dtest=StoreKillTest -Dkills=200} kills more often.
 */
@ExtendWith(OutputCaptureExtension.class)
class StoreKillTest {
    /** Large enough for a write to take a while. */
    private static final int FLOWS = 400;

    @Test
    void aKillAtAnyMomentLeavesAWholeList(@TempDir Path folder, CapturedOutput log)
            throws Exception {
        int kills = Integer.getInteger("kills", 5);
        var random = new Random(1);
        for (int kill = 0; kill < kills; kill++) {
            Process writer = writer(folder);
            try (BufferedReader says = writer.inputReader()) {
                int writes = 1 + random.nextInt(60);
                for (int i = 0; i < writes; i++) {
                    assertThat(says.readLine()).as("a sign of life").isEqualTo("kept");
                }
                long moment = System.nanoTime() + random.nextInt(3_000_000);
                while (System.nanoTime() < moment) {
                    Thread.onSpinWait();
                }
                writer.destroyForcibly().waitFor();
            }

            List<Flow> found =
                    new FileCatalogStore(folder, null, Duration.ofDays(1)).read("langflow").flows();

            assertThat(found).as("after kill %d", kill).isIn(list(0), list(1));
        }
        assertThat(log.getOut()).doesNotContain("ignored");
    }

    private static Process writer(Path folder) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static List<Flow> list(int which) {
        return IntStream.range(0, FLOWS)
                .mapToObj(
                        i ->
                                new Flow(
                                        "langflow",
                                        "f-" + i,
                                        "Name " + which,
                                        "What it does ".repeat(20),
                                        List.of("a"),
                                        List.of(),
                                        null,
                                        null,
                                        null))
                .toList();
    }

    /** Keeps one list, then the other, until it is killed. */
    static final class Writer {
        public static void main(String[] folder) {
            var store = new FileCatalogStore(Path.of(folder[0]), null, Duration.ofDays(1));
            List<ProviderCatalog> catalogs =
                    List.of(
                            ProviderCatalog.remembered("langflow", list(0), Instant.now(), false),
                            ProviderCatalog.remembered("langflow", list(1), Instant.now(), false));
            for (int i = 0; ; i++) {
                store.write(catalogs.get(i % 2));
                System.out.println("kept");
            }
        }
    }
}
