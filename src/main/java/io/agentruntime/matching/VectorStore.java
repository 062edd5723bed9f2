package io.agentruntime.matching;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors by what they were made from, kept from one index to the next and, in a file, from one
 * start to the next. The file is only a saving: without it, or when it is broken, the vectors are
 * made again.
 */
final class VectorStore {

    private static final Logger LOG = LoggerFactory.getLogger(VectorStore.class);

    private static final int FORMAT = 0x41525632;

    /** Sizes beyond these cannot come from this program: the file is broken. */
    private static final int WIDEST = 16_384;

    private static final int MOST_EXAMPLES = 100_000;

    private final Map<String, Kept> vectors = new ConcurrentHashMap<>();
    private final Optional<Path> file;

    /** A flow's vectors: on their own, or where a table has them anyway. */
    private interface Kept {
        FlowVectors vectors();
    }

    private record Alone(FlowVectors vectors) implements Kept {}

    private record Shared(VectorTable table, int position) implements Kept {
        @Override
        public FlowVectors vectors() {
            return table.flow(position);
        }
    }

    VectorStore(Optional<Path> file) {
        this.file = file;
        file.filter(Files::exists).ifPresent(this::load);
    }

    boolean knows(String key) {
        return vectors.containsKey(key);
    }

    Optional<FlowVectors> find(String key) {
        return Optional.ofNullable(vectors.get(key)).map(Kept::vectors);
    }

    void put(String key, FlowVectors value) {
        vectors.put(key, new Alone(value));
    }

    /**
     * Keeps what is in these tables nowhere else, and no other table: with 100,000 flows a table
     * takes 77 MB.
     */
    void share(List<VectorTable> tables) {
        for (VectorTable table : tables) {
            for (int position = 0; position < table.keys().size(); position++) {
                vectors.put(table.keys().get(position), new Shared(table, position));
            }
        }
        vectors.replaceAll(
                (key, kept) ->
                        kept instanceof Shared shared && !tables.contains(shared.table)
                                ? new Alone(kept.vectors())
                                : kept);
    }

    /** Forgets all but these, and writes what is left. */
    void keep(Set<String> keys) {
        boolean fewer = vectors.keySet().retainAll(keys);
        if (file.isPresent() && (fewer || !vectors.isEmpty())) {
            save(file.get());
        }
    }

    private void load(Path path) {
        Map<String, Kept> read = new ConcurrentHashMap<>();
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
            if (in.readInt() != FORMAT) {
                throw new IOException("another format");
            }
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String key = in.readUTF();
                int examples = bounded(in.readInt(), MOST_EXAMPLES);
                short[] text = readVector(in);
                short[] centre = examples == 0 ? text : readVector(in);
                List<short[]> rows = new ArrayList<>();
                for (int row = 0; row < examples; row++) {
                    rows.add(readVector(in));
                }
                read.put(key, new Alone(new FlowVectors(centre, text, rows)));
            }
            vectors.putAll(read);
        } catch (IOException e) {
            LOG.warn(
                    "The kept vectors in {} cannot be read and are made again: {}",
                    path,
                    e.toString());
        }
    }

    private static int bounded(int size, int most) throws IOException {
        if (size < 0 || size > most) {
            throw new IOException("a size of " + size);
        }
        return size;
    }

    private void save(Path path) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Path draft = path.resolveSibling(path.getFileName() + ".tmp");
            Map<String, Kept> all = Map.copyOf(vectors);
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(draft)))) {
                out.writeInt(FORMAT);
                out.writeInt(all.size());
                for (Map.Entry<String, Kept> each : all.entrySet()) {
                    FlowVectors flow = each.getValue().vectors();
                    out.writeUTF(each.getKey());
                    out.writeInt(flow.examples().size());
                    write(out, flow.text());
                    if (!flow.examples().isEmpty()) {
                        write(out, flow.centre());
                    }
                    for (short[] example : flow.examples()) {
                        write(out, example);
                    }
                }
            }
            Files.move(
                    draft,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("The vectors cannot be kept in {}: {}", path, e.toString());
        }
    }

    private static void write(DataOutputStream out, short[] vector) throws IOException {
        out.writeInt(vector.length);
        ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * vector.length);
        bytes.asShortBuffer().put(vector);
        out.write(bytes.array());
    }

    private static short[] readVector(DataInputStream in) throws IOException {
        short[] vector = new short[bounded(in.readInt(), WIDEST)];
        byte[] bytes = in.readNBytes(Short.BYTES * vector.length);
        if (bytes.length < Short.BYTES * vector.length) {
            throw new EOFException();
        }
        ByteBuffer.wrap(bytes).asShortBuffer().get(vector);
        return vector;
    }
}
