package io.agentruntime.matching.meaning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A process that is killed leaves nothing behind in the temporary folder. */
class UnpackedFilesTest {
    @Test
    void ofTheLibraryThatIsLoadedNoFileIsLeft() throws IOException {
        try (InProcessEmbedding model = InProcessEmbedding.open()) {
            assertThat(UnpackedFiles.libraryFiles()).isEmpty();
            assertThat(model.read("hello").vector()).isNotEmpty();
        }
    }

    @Test
    void modelsThatWereNeverOpenedAreRemovedWhenTheyAreOld() throws IOException {
        Path abandoned = UnpackedFiles.forModel();
        Path ofAnother = UnpackedFiles.forModel();
        Files.setLastModifiedTime(
                abandoned, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));

        Path own = UnpackedFiles.forModel();
        assertThat(abandoned).doesNotExist();
        assertThat(ofAnother).exists();
        assertThat(own).exists();
        Files.delete(ofAnother);
        Files.delete(own);
    }
}
