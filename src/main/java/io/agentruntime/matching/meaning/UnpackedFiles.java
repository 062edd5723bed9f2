package io.agentruntime.matching.meaning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    private static final String ONNX = ".onnx";

    /** Nobody takes so long to open a model. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);

    /** What ONNX Runtime calls its folder, up to a number. */
    private static final String LIBRARY = "onnxruntime-java";

    /** Linux tells here, line by line, what this process has in its memory, and from which file. */
    private static final Path IN_MEMORY = Path.of("/proc/self/maps");

    private UnpackedFiles() {}

    /** A file for a model; removes those that were never opened. */
    static Path forModel() throws IOException {
        Path file = Files.createTempFile(MODEL, ONNX);
        Instant begin = Instant.now().minus(ABANDONED);
        try (Stream<Path> others = Files.list(file.getParent())) {
            others.filter(UnpackedFiles::isModel).forEach(other -> removeOlder(other, begin));
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("what other processes left cannot be listed", e);
        }
        return file;
    }

    private static boolean isModel(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(MODEL) && name.endsWith(ONNX);
    }

    private static void removeOlder(Path file, Instant begin) {
        try {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(begin)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.debug("what another process left cannot be removed", e);
        }
    }

    /**
     * Removes the files of ONNX Runtime's library, which is loaded: Linux keeps what is in memory.
     * Elsewhere they are removed when the process ends by itself.
     */
    static void forgetLibrary() {
        try {
            Set<Path> folders = new HashSet<>();
            for (Path file : libraryFiles()) {
                Files.deleteIfExists(file);
                folders.add(file.getParent());
            }
            for (Path folder : folders) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            LOG.debug("the files of ONNX Runtime's library stay until the process ends", e);
        }
    }

    /** Those in memory that were unpacked and are still there; an operator's own are not. */
    static List<Path> libraryFiles() throws IOException {
        if (!Files.isReadable(IN_MEMORY)) {
            return List.of();
        }
        Path unpacked = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
        try (Stream<String> lines = Files.lines(IN_MEMORY)) {
            return lines.filter(line -> line.contains("/" + LIBRARY))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .distinct()
                    .filter(file -> isUnpacked(file, unpacked))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private static boolean isUnpacked(Path file, Path temporary) {
        Path folder = file.getParent();
        return System.getProperty("onnxruntime.native.path") == null
                && temporary.equals(folder.getParent())
                && folder.getFileName().toString().startsWith(LIBRARY);
    }
}
