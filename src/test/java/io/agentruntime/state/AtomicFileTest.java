package io.agentruntime.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir private Path folder;

    /** JDK 17 before 17.0.14 refuses to make a folder where a link to one is. */
    @Test
    void aFileIsWrittenThroughALinkToAFolder() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);

        AtomicFile.write(link.resolve("a"), Instant.now(), out -> out.write('a'));

        assertThat(real.resolve("a")).hasContent("a");
    }
}
