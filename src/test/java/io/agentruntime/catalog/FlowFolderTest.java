package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class FlowFolderTest {
    @Test
    void aFileNameCannotForgeALineOfTheLog(@TempDir Path dir, CapturedOutput log)
            throws IOException {
        Files.writeString(dir.resolve("a\nFORGED \u001b[31m\r\u0085\u2028b.json"), "{");
        var folder = new FlowFolder();
        folder.setDir(dir.toString());

        folder.list();

        assertThat(log.getOut().lines()).noneMatch(line -> line.startsWith("FORGED"));
        assertThat(log.getOut()).contains("FORGED").doesNotContain("\u001b[31m");
    }
}
