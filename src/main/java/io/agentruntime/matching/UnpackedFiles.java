package io.agentruntime.matching;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is unpacked into the temporary folder to be opened, and is needed no longer. A process that
 * is killed removes nothing, and some folders outlive it: those of a pod, whose container is
 * started again and again, would fill.
 */
final class UnpackedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(UnpackedFiles.class);

    private static final String MODEL = "agent-runtime-service-model";

    /** Nobody takes so long to open a model. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);

    /** What ONNX Runtime calls its folder, up to a number. */
    private static final String LIBRARY = "onnxruntime-java";

    /** Linux tells here, line by line, what this process has in its memory, and from which file. */
    private static final Path IN_MEMORY = Path.of("/proc/self/maps");

    private UnpackedFiles() {}

    /** A file for a model; removes those that were never opened. */
    static Path forModel() throws IOException {
        Path file = Files.createTempFile(MODEL, ".onnx");
        try (DirectoryStream<Path> others =
                Files.newDirectoryStream(file.getParent(), MODEL + "*.onnx")) {
            Instant begin = Instant.now().minus(ABANDONED);
            for (Path other : others) {
                if (Files.getLastModifiedTime(other).toInstant().isBefore(begin)) {
                    Files.deleteIfExists(other);
                }
            }
        } catch (IOException e) {
            LOG.debug("what other processes left cannot be removed", e);
        }
        return file;
    }

    /**
     * Removes the files of ONNX Runtime's library, which is loaded: Linux keeps what is in memory.
     * Elsewhere they are removed when the process ends by itself.
     */
    static void forgetLibrary() {
        try {
            for (Path file : libraryFiles()) {
                Files.deleteIfExists(file);
                Files.deleteIfExists(file.getParent());
            }
        } catch (IOException e) {
            LOG.debug("the files of ONNX Runtime's library stay until the process ends", e);
        }
    }

    /** Those in memory that are still there. */
    static List<Path> libraryFiles() throws IOException {
        if (!Files.isReadable(IN_MEMORY)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(IN_MEMORY)) {
            return lines.filter(line -> line.contains("/" + LIBRARY))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .distinct()
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }
}
