package io.agentruntime.matching.meaning;

import io.agentruntime.state.AtomicFile;
import io.agentruntime.state.StateWriter;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors by what they were made from, kept from one index to the next and, in a file, from one
 * start to the next. The file is only a saving: without it, or when it is broken, the vectors are
 * made again.
 */
public final class VectorStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VectorStore.class);

    private static final int FORMAT = 0x41525633;

    /** Sizes beyond these cannot come from this program: the file is broken. */
    private static final int WIDEST = 16_384;

    private static final int MOST_EXAMPLES = 100_000;

    private static final int MOST_MODELS = 16;

    private final Optional<Path> file;
    private final Optional<StateWriter> writer;
    private final Duration pause;

    private volatile Map<String, VectorPool> pools = Map.of();

    /** What was made since, by the model's name. */
    private final Map<String, Map<VectorKey, FlowVectors>> made = new ConcurrentHashMap<>();

    private volatile long saved = System.nanoTime();

    /** Whether the file is older than what is known, as it could not be written. */
    private volatile boolean behind;

    /**
     * @param file where it keeps them, if anywhere; read at once, and made when there is something
     *     to keep
     * @param pause what is made while an index is on its way is written as often as that
     */
    public VectorStore(Optional<Path> file, Duration pause) {
        this.file = file;
        this.pause = pause;
        writer =
                file.map(
                        path ->
                                new StateWriter(
                                        "vectors",
                                        path.toAbsolutePath().getParent(),
                                        StateWriter.PATIENCE));
        writer.ifPresent(folder -> folder.run("read", this::load));
    }

    /** What the newest index is made of, by the model's name. */
    Map<String, VectorPool> pools() {
        return pools;
    }

    /** What was made by this model for an index that did not come to be, or not yet. */
    Map<VectorKey, FlowVectors> made(String model) {
        return made.computeIfAbsent(model, any -> new ConcurrentHashMap<>());
    }

    /** Keeps what was just made, also in case that the process ends before the rest is made. */
    void put(String model, Map<VectorKey, FlowVectors> portion) {
        made(model).putAll(portion);
        if (System.nanoTime() - saved >= pause.toNanos()) {
            save();
        }
    }

    /**
     * An index has all it wants.
     *
     * @param newest what it is made of, by the model's name
     * @param whole whether vectors of other models are forgotten; else they stay, as those of a
     *     model that cannot be opened now will be wanted when it can
     * @return whether there is something to {@link #save}
     */
    public synchronized boolean settle(Map<String, VectorTable> newest, boolean whole) {
        Map<String, VectorPool> all = new HashMap<>(whole ? Map.of() : pools);
        newest.forEach((model, table) -> all.put(model, table.pool()));
        return settle(all);
    }

    /**
     * An index has all it wants.
     *
     * @param newest what it is made of, by the model's name; all else is forgotten
     * @return whether there is something to {@link #save}
     */
    synchronized boolean settle(Map<String, VectorPool> newest) {
        Map<String, VectorPool> filled = new HashMap<>(newest);
        filled.values().removeIf(pool -> pool.size() == 0);
        boolean changed = !filled.equals(pools);
        pools = Map.copyOf(filled);
        made.clear();
        return changed;
    }

    /** A model makes other vectors than it did: what it made before is of no use. */
    public synchronized void forget(String model) {
        Map<String, VectorPool> others = new HashMap<>(pools);
        others.remove(model);
        pools = Map.copyOf(others);
        made.remove(model);
    }

    private void load() {
        Path path = file.orElseThrow();
        if (!Files.exists(path)) {
            return;
        }
        var sum = new CRC32();
        try (DataInputStream in =
                new DataInputStream(
                        new CheckedInputStream(
                                new BufferedInputStream(Files.newInputStream(path)), sum))) {
            if (in.readInt() != FORMAT) {
                throw new IOException("another format");
            }
            Map<String, VectorPool> read = new HashMap<>();
            int models = bounded(in.readInt(), MOST_MODELS);
            for (int i = 0; i < models; i++) {
                read.put(in.readUTF(), readPool(in, Files.size(path)));
            }
            long wanted = sum.getValue();
            if (in.readLong() != wanted) {
                throw new IOException("it is damaged");
            }
            keep(read);
        } catch (IOException e) {
            LOG.warn(
                    "The kept vectors in {} cannot be read and are made again: {}",
                    path,
                    e.toString());
        }
    }

    /** Unless they come so late that others were made. */
    private synchronized void keep(Map<String, VectorPool> read) {
        if (pools.isEmpty()) {
            pools = Map.copyOf(read);
        }
    }

    private static VectorPool readPool(DataInputStream in, long bytes) throws IOException {
        int width = bounded(in.readInt(), WIDEST);
        int size =
                bounded(
                        in.readInt(),
                        (int) Math.min(bytes / Math.max(1, width), Integer.MAX_VALUE));
        VectorPool.Change pool = new VectorPool.Change(VectorPool.empty(width), size);
        for (int slot = 0; slot < size; slot++) {
            VectorKey key = new VectorKey(in.readLong(), in.readLong());
            int examples = bounded(in.readInt(), MOST_EXAMPLES);
            short[] text = readVector(in, width);
            short[] centre = examples == 0 ? text : readVector(in, width);
            List<short[]> rows = new ArrayList<>();
            for (int row = 0; row < examples; row++) {
                rows.add(readVector(in, width));
            }
            pool.put(slot, key, new FlowVectors(centre, text, rows));
        }
        return pool.done();
    }

    private static int bounded(int size, int most) throws IOException {
        if (size < 0 || size > most) {
            throw new IOException("a size of " + size);
        }
        return size;
    }

    /**
     * Writes all that is known.
     *
     * @return whether that is done by now, or there is nowhere to write to
     */
    public boolean save() {
        saved = System.nanoTime();
        return writer.isEmpty() || writer.get().keep("write", this::write);
    }

    private boolean write() {
        Path path = file.orElseThrow();
        try {
            AtomicFile.write(
                    path,
                    Instant.now(),
                    file -> {
                        var sum = new CRC32();
                        var out = new DataOutputStream(new CheckedOutputStream(file, sum));
                        write(out);
                        out.writeLong(sum.getValue());
                    });
            if (behind) {
                behind = false;
                LOG.info("vectors are kept in {} again", path);
            }
            return true;
        } catch (IOException e) {
            complain(path, e);
            return false;
        }
    }

    /** Once per trouble, not once per change of a list. */
    private void complain(Path path, IOException e) {
        if (!behind) {
            LOG.warn(
                    "vectors cannot be kept in {} ({}): answers go on, but a restart makes them anew, and matches by words alone until they are made; check AGENT_RUNTIME_SERVICE_STATE_DIR",
                    path,
                    e.toString());
        }
        behind = true;
    }

    private void write(DataOutputStream out) throws IOException {
        Map<String, VectorPool> kept = pools;
        Set<String> models = new TreeSet<>(kept.keySet());
        models.addAll(made.keySet());
        out.writeInt(FORMAT);
        out.writeInt(models.size());
        for (String model : models) {
            Map<VectorKey, FlowVectors> fresh = new HashMap<>(made(model));
            VectorPool pool = kept.getOrDefault(model, emptyFor(fresh));
            fresh.values().removeIf(flow -> flow.text().length != pool.width());
            out.writeUTF(model);
            out.writeInt(pool.width());
            out.writeInt(pool.size() + fresh.size());
            for (int slot = 0; slot < pool.size(); slot++) {
                write(out, pool.key(slot), pool.flow(slot));
            }
            for (Map.Entry<VectorKey, FlowVectors> each : fresh.entrySet()) {
                write(out, each.getKey(), each.getValue());
            }
        }
    }

    /** A pool for vectors as long as these. */
    static VectorPool emptyFor(Map<VectorKey, FlowVectors> flows) {
        return VectorPool.empty(
                flows.values().stream().findAny().map(flow -> flow.text().length).orElse(0));
    }

    private static void write(DataOutputStream out, VectorKey key, FlowVectors flow)
            throws IOException {
        out.writeLong(key.high());
        out.writeLong(key.low());
        out.writeInt(flow.examples().size());
        write(out, flow.text());
        if (!flow.examples().isEmpty()) {
            write(out, flow.centre());
        }
        for (short[] example : flow.examples()) {
            write(out, example);
        }
    }

    private static void write(DataOutputStream out, short[] vector) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * vector.length);
        bytes.asShortBuffer().put(vector);
        out.write(bytes.array());
    }

    private static short[] readVector(DataInputStream in, int width) throws IOException {
        byte[] bytes = in.readNBytes(Short.BYTES * width);
        if (bytes.length < Short.BYTES * width) {
            throw new EOFException();
        }
        short[] vector = new short[width];
        ByteBuffer.wrap(bytes).asShortBuffer().get(vector);
        return vector;
    }

    @Override
    public void close() {
        writer.ifPresent(StateWriter::close);
    }
}
