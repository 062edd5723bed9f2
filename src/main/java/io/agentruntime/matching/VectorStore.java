package io.agentruntime.matching;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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

    private static final int FORMAT = 0x41525631;

    /** Sizes beyond these cannot come from this program: the file is broken. */
    private static final int WIDEST = 16_384;

    private static final int MOST_EXAMPLES = 100_000;

    private final Map<String, FlowVectors> vectors = new ConcurrentHashMap<>();
    private final Optional<Path> file;

    VectorStore(Optional<Path> file) {
        this.file = file;
        file.filter(Files::exists).ifPresent(this::load);
    }

    Optional<FlowVectors> find(String key) {
        return Optional.ofNullable(vectors.get(key));
    }

    void put(String key, FlowVectors value) {
        vectors.put(key, value);
    }

    /** Forgets all but these, and writes what is left. */
    void keep(Set<String> keys) {
        boolean fewer = vectors.keySet().retainAll(keys);
        if (file.isPresent() && (fewer || !vectors.isEmpty())) {
            save(file.get());
        }
    }

    private void load(Path path) {
        Map<String, FlowVectors> read = new ConcurrentHashMap<>();
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
            if (in.readInt() != FORMAT) {
                throw new IOException("another format");
            }
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String key = in.readUTF();
                int examples = bounded(in.readInt(), MOST_EXAMPLES);
                List<float[]> rows = new ArrayList<>();
                for (int row = 0; row < examples + 2; row++) {
                    float[] values = new float[bounded(in.readInt(), WIDEST)];
                    for (int j = 0; j < values.length; j++) {
                        values[j] = in.readFloat();
                    }
                    rows.add(values);
                }
                read.put(
                        key,
                        new FlowVectors(rows.get(0), rows.get(1), rows.subList(2, rows.size())));
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
            Map<String, FlowVectors> all = Map.copyOf(vectors);
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(draft)))) {
                out.writeInt(FORMAT);
                out.writeInt(all.size());
                for (Map.Entry<String, FlowVectors> each : all.entrySet()) {
                    out.writeUTF(each.getKey());
                    out.writeInt(each.getValue().examples().size());
                    write(out, each.getValue().centre());
                    write(out, each.getValue().text());
                    for (float[] example : each.getValue().examples()) {
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

    private static void write(DataOutputStream out, float[] values) throws IOException {
        out.writeInt(values.length);
        for (float value : values) {
            out.writeFloat(value);
        }
    }
}
