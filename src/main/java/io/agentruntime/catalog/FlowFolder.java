package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of JSON files, each with one flow or with a list of flows in {@code flows}, as one list.
 * A folder inside it is a project of that name. A broken file becomes a row that is no flow, so
 * that it is skipped and counted.
 */
public final class FlowFolder {
    private static final Logger log = LoggerFactory.getLogger(FlowFolder.class);

    /** The files of the folder, and those of the folders in it. */
    private static final int DEPTH = 2;

    private final Map<Path, Read> known = new ConcurrentHashMap<>();

    /** Files and folders that could not be read at the last look, and were told of. */
    private Set<Path> unreadable = Set.of();

    private String dir = "";
    private List<String> drop = List.of();

    /** A file as it was read; read again when its time or size changes. */
    private record Read(FileTime changed, long size, JsonNode content) {}

    public void setDir(String dir) {
        this.dir = dir.strip();
    }

    /** Fields of a flow that need not be kept, with commas between. */
    public void setDrop(String fields) {
        drop = FieldPath.names(fields);
    }

    /** All flows of all files, as one JSON list. */
    public byte[] list() {
        if (dir.isEmpty() || !Files.isDirectory(Path.of(dir))) {
            throw ProviderFailure.of(
                    Cause.UNREACHABLE,
                    dir.isEmpty()
                            ? "no folder of flows is set: set the provider's …_DIR"
                            : "the folder of flows, "
                                    + Path.of(dir).toAbsolutePath()
                                    + ", does not exist: correct the provider's …_DIR");
        }
        ArrayNode rows = FlowReader.JSON.createArrayNode();
        try {
            // The folder itself may be a link, as where a config map is mounted
            Path folder = Path.of(dir).toRealPath();
            Set<Path> closed = new HashSet<>();
            List<Path> flows = flows(folder, closed);
            known.keySet().retainAll(flows);
            for (Path file : flows) {
                JsonNode content = read(file, closed);
                if (content != null) {
                    add(rows, content, folder.equals(file.getParent()) ? null : file.getParent());
                }
            }
            sayWhichCannotBeRead(closed);
            return FlowReader.JSON.writeValueAsBytes(rows);
        } catch (IOException e) {
            throw ProviderFailure.of(Cause.UNREACHABLE, "the folder of flows cannot be read");
        }
    }

    /**
     * Hidden files are no flows, and hidden folders hold other versions of the files beside them. A
     * folder that may not be read, such as a volume's {@code lost+found}, costs only itself.
     */
    private static List<Path> flows(Path folder, Set<Path> closed) throws IOException {
        List<Path> flows = new ArrayList<>();
        Files.walkFileTree(
                folder,
                Set.of(),
                DEPTH,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes about) {
                        return !dir.equals(folder) && isHidden(dir)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
                        if (file.toString().endsWith(".json")
                                && !isHidden(file)
                                && Files.isRegularFile(file)) {
                            flows.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (file.equals(folder)) {
                            throw e;
                        }
                        closed.add(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
        flows.sort(null);
        return flows;
    }

    private static boolean isHidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    private static void add(ArrayNode rows, JsonNode content, @Nullable Path project) {
        for (JsonNode flow :
                content.path("flows").isArray() ? content.path("flows") : List.of(content)) {
            JsonNode row = flow.deepCopy();
            if (project != null && row instanceof ObjectNode fields) {
                fields.put("project", project.getFileName().toString());
            }
            rows.add(row);
        }
    }

    /** Null when it has gone meanwhile; a null node when it is no flow. */
    private @Nullable JsonNode read(Path file, Set<Path> closed) {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            long size = Files.size(file);
            Read before = known.get(file);
            if (before != null && before.changed.equals(changed) && before.size == size) {
                return before.content;
            }
            JsonNode content = parse(file);
            known.put(file, new Read(changed, size, content));
            return content;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            closed.add(file);
            return FlowReader.JSON.nullNode();
        }
    }

    /** Once, until they can be. */
    private void sayWhichCannotBeRead(Set<Path> closed) {
        closed.stream()
                .filter(file -> !unreadable.contains(file))
                .forEach(
                        file ->
                                log.warn(
                                        "{} is left out: it cannot be read, give the service's user the right to",
                                        printable(file)));
        unreadable = closed;
    }

    private JsonNode parse(Path file) throws IOException {
        try (InputStream in = new SizeLimit(Files.newInputStream(file), OutboundHttp.MOST_BYTES);
                JsonParser parser =
                        new TokenLimit(
                                FlowReader.JSON.createParser(in), TokenLimit.MOST_IN_DOCUMENT)) {
            JsonNode content = FlowReader.document(parser);
            if (content instanceof ObjectNode fields) {
                fields.path("flows").forEach(flow -> without(flow));
                return without(fields);
            }
        } catch (JsonProcessingException | CharConversionException | SizeLimit.Exceeded e) {
            log.debug("{} is not a flow", file.getFileName(), e);
        }
        log.warn("{} is left out: it is not the JSON of a flow", printable(file));
        return FlowReader.JSON.nullNode();
    }

    /** Whoever may put files there must not write lines into the log. */
    private static String printable(Path file) {
        return file.getFileName().toString().replaceAll("[\\p{Cc}\\u2028\\u2029]", "?");
    }

    private JsonNode without(JsonNode flow) {
        return flow instanceof ObjectNode fields ? fields.remove(drop) : flow;
    }
}
