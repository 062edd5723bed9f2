package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A folder as people and clusters fill it. */
@ExtendWith(OutputCaptureExtension.class)
class FlowFolderTest {
    /** Linux's PATH_MAX, without the zero at its end. */
    private static final int LONGEST_PATH = 4_095;

    @TempDir Path dir;

    private final FlowFolder folder = new FlowFolder();

    @BeforeEach
    void one() throws IOException {
        folder.setDir(dir.toString());
        write(dir.resolve("one.json"), "One");
    }

    @Test
    void aNewFileAndAChangedOneAreSeenWithTheNextLook() throws IOException {
        assertThat(list()).contains("One");
        write(dir.resolve("two.json"), "Two");
        Path one = write(dir.resolve("one.json"), "First");
        Files.setLastModifiedTime(one, FileTime.fromMillis(1));
        assertThat(list()).contains("Two").contains("First").doesNotContain("One");
        Files.delete(one);
        assertThat(list()).contains("Two").doesNotContain("First");
    }

    @Test
    void theFolderAndItsFilesMayBeLinks(@TempDir Path elsewhere) throws IOException {
        Files.createSymbolicLink(
                dir.resolve("two.json"), write(elsewhere.resolve("two.json"), "Two"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), dir);
        folder.setDir(link.toString());
        assertThat(list()).contains("One").contains("Two").doesNotContain("project");
    }

    /** A mounted config map keeps its files a second time in a hidden folder. */
    @Test
    void whatIsHiddenIsNotListed() throws IOException {
        Path versions = Files.createDirectory(dir.resolve("..2026_11_24"));
        write(versions.resolve("one.json"), "Hidden");
        write(dir.resolve(".draft.json"), "Draft");
        assertThat(list()).contains("One").doesNotContain("Hidden").doesNotContain("Draft");
    }

    @Test
    void aFileOfAnotherEncodingThanJsonHasAHugeOneAndABrokenLinkCostOnlyThemselves()
            throws IOException {
        Files.write(
                dir.resolve("latin.json"),
                "{\"id\": \"l\", \"name\": \"Grüße\"}".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(
                dir.resolve("wide.json"),
                "{\"id\": \"w\", \"name\": \"Wide\"}".getBytes(StandardCharsets.UTF_16BE));
        try (var huge = new RandomAccessFile(dir.resolve("huge.json").toFile(), "rw")) {
            huge.write("{\"id\": \"h\", \"name\": \"Huge\", \"x\": \"".getBytes());
            huge.setLength(200L * 1024 * 1024);
        }
        Files.createSymbolicLink(dir.resolve("gone.json"), dir.resolve("nowhere.json"));
        assertThat(list()).contains("One", "Wide").doesNotContain("\"l\"", "Huge");
    }

    @Test
    void aFileWithMoreThanOneDocumentIsNoFlow() throws IOException {
        write(dir.resolve("two.json"), "Two");
        Files.writeString(dir.resolve("two.json"), "{}", StandardOpenOption.APPEND);
        assertThat(list()).contains("One").doesNotContain("Two");
    }

    /** The memory of a process is a file that ends in an error, whoever reads it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatCannotBeReadCostsOnlyItselfAndIsToldOnce(CapturedOutput log) throws IOException {
        Files.createSymbolicLink(dir.resolve("memory.json"), Path.of("/proc/self/mem"));
        assertThat(list()).contains("One").contains("null");
        assertThat(list()).contains("One");
        assertThat(log).containsOnlyOnce("memory.json is left out: it cannot be read");
    }

    /** A folder whose path is longer than Linux takes is closed to everybody, root too. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatCannotBeReadCostsOnlyItself(CapturedOutput log) throws IOException {
        Path deep = dir;
        while (deep.toString().length() < LONGEST_PATH - 300) {
            deep = Files.createDirectory(deep.resolve("d".repeat(200)));
        }
        deep =
                Files.createDirectory(
                        deep.resolve("d".repeat(LONGEST_PATH - 20 - deep.toString().length())));
        write(deep.resolve("two.json"), "Two");
        Path link = Files.createSymbolicLink(dir.resolve("deep"), deep);
        Path closed = Files.createDirectory(link.resolve("lost+found-and-more"));
        folder.setDir(link.toString());
        try {
            assertThat(list()).contains("Two");
            assertThat(log).contains("lost+found-and-more is left out: it cannot be read");
        } finally {
            Files.delete(closed);
        }
    }

    @Test
    void aFolderThatIsNotThereIsUnreachable() {
        folder.setDir(dir.resolve("nowhere").toString());
        assertThatThrownBy(folder::list)
                .isInstanceOf(ProviderFailure.class)
                .hasMessageContaining(
                        "the folder of flows, " + dir.resolve("nowhere") + ", does not exist");
    }

    @Test
    void aFileNameCannotForgeALineOfTheLog(CapturedOutput log) throws IOException {
        Files.writeString(dir.resolve("a\nFORGED \u001b[31m\r\u0085\u2028b.json"), "{");
        assertThat(list()).contains("One");
        assertThat(log.getOut().lines()).noneMatch(line -> line.startsWith("FORGED"));
        assertThat(log.getOut()).contains("FORGED").doesNotContain("\u001b[31m");
    }

    private String list() {
        return new String(folder.list(), StandardCharsets.UTF_8);
    }

    private static Path write(Path file, String name) throws IOException {
        return Files.writeString(file, "{\"id\": \"%1$s\", \"name\": \"%1$s\"}".formatted(name));
    }
}
