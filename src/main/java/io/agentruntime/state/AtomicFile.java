package io.agentruntime.state;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are written beside, flushed to disk and moved into place, so that a reader finds the
 * old file or the new one and never half of either. Each draft has a name of its own: in containers
 * on one volume even the numbers of processes are the same.
 */
public final class AtomicFile {
    private static final Logger log = LoggerFactory.getLogger(AtomicFile.class);

    /** A UUID in it keeps other people's files apart from drafts. */
    private static final String DRAFTS = "*.????????-????-????-????-????????????.part";

    /** Nobody writes for so long; what is older was left by a process that was killed. */
    private static final Duration LEFT = Duration.ofHours(1);

    /** Writes the whole content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /**
     * @param modified the file's time of change
     */
    public static void write(Path file, Instant modified, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        // Before 17.0.14, a link to a folder would be refused
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        Path draft = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (var stream = new FileOutputStream(draft.toFile());
                    var out = new BufferedOutputStream(stream)) {
                content.writeTo(out);
                out.flush();
                stream.getFD().sync();
            }
            Files.setLastModifiedTime(draft, FileTime.from(modified));
            move(draft, file);
        } finally {
            discard(draft);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Half a file would take up room that the next one may need. */
    private static void discard(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            log.debug("{} is left behind", draft, e);
        }
    }

    /** Removes what killed processes left in this folder. */
    public static void discardLeftDrafts(Path folder) {
        Instant oldest = Instant.now().minus(LEFT);
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folder, DRAFTS)) {
            for (Path draft : drafts) {
                if (Files.getLastModifiedTime(draft).toInstant().isBefore(oldest)) {
                    discard(draft);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("{} cannot be looked through for drafts", folder, e);
        }
    }
}
