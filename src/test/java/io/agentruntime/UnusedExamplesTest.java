package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** An examples file that names what is not there. */
@ExtendWith(OutputCaptureExtension.class)
class UnusedExamplesTest {
    @TempDir private Path folder;

    @Test
    void whatNobodyWillEverFindIsSaidOnceAndTheRestIsUsed(CapturedOutput log) throws IOException {
        Path examples =
                Files.writeString(
                        folder.resolve("examples.yaml"),
                        """
                        - flow: Invoice Data Extractor
                          phrases: [feed the blue whale]
                        - flow: Nope
                          phrases: [feed the grey whale]
                        - provider: sampel
                          flow: Invoice Data Extractor
                          phrases: [feed the white whale]
                        """);
        try (var service =
                RunningService.with(
                        Map.of("PROVIDERS", "sample", "EXAMPLES_FILE", examples.toString()))) {
            service.provision("feed the blue whale").hasField("matched", "true");
            service.refresh("sample");
            assertThat(log.toString().lines().filter(line -> line.contains("are not used")))
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line).contains("no flow of the catalog is Nope"),
                            line -> assertThat(line).contains("sampel is none of the providers"));
        }
    }
}
