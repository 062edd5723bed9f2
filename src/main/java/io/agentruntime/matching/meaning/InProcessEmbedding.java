package io.agentruntime.matching.meaning;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.agentruntime.matching.text.WordPieces;
import java.io.IOException;
import java.io.InputStream;
import java.lang.Character.UnicodeScript;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * A small sentence model, quantised, from the classpath, run in this process by ONNX Runtime.
 *
 * <p>Texts are run one by one: the model quantises by the largest value of a whole batch, so in a
 * batch a text's vector would depend on its neighbours.
 */
public final class InProcessEmbedding implements TextEmbedding {

    /**
     * A model in the jar.
     *
     * @param marks whether the begin and end marks count in the mean of a text's tokens: without
     *     them MiniLM gains 0.8 points on the development sets, bge loses 0.5
     * @param relevance whether it is the one whose tokens {@link Relevance} was trained with
     * @param exampleMargin measured: it takes a quarter off the wrong matches of flows with
     *     examples, for one in sixty of the right ones
     */
    private record Model(
            String name, String file, boolean marks, boolean relevance, double exampleMargin) {}

    private static final Model FAST =
            new Model("all-minilm-l6-v2-q/1", "/all-minilm-l6-v2-q.onnx", false, true, 0.08);
    private static final Model THOROUGH =
            new Model("bge-small-en-v1.5-q/1", "/bge-small-en-v1.5-q.onnx", true, false, 0.08);

    /** What MiniLM was trained with; also bounds the time that a long text can take. */
    private static final int LONGEST = 128;

    /** The tokens of a text that is read together with a flow, and the marks. */
    private static final int LONGEST_JUDGED = Relevance.MOST_TOKENS + 2;

    /**
     * As many texts at a time as there are processors: more would only make each other, and the
     * requests that need no model, wait.
     */
    private static final Semaphore AT_A_TIME =
            new Semaphore(Runtime.getRuntime().availableProcessors());

    private final Model model;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final WordPieces pieces;

    /**
     * Held for reading while the model runs: native memory freed under a running call ends the
     * process.
     */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private boolean closed;

    private InProcessEmbedding(
            Model model, OrtEnvironment environment, OrtSession session, WordPieces pieces) {
        this.model = model;
        this.environment = environment;
        this.session = session;
        this.pieces = pieces;
    }

    /**
     * Loads all-MiniLM-L6-v2: 1 to 3 ms of one core for a text of 10 to 25 tokens.
     *
     * @throws EmbeddingFailure it, or the native library, cannot be loaded here
     */
    public static InProcessEmbedding open() {
        return open(FAST);
    }

    /**
     * Loads bge-small-en-v1.5: 2.5 times as long for a text.
     *
     * @throws EmbeddingFailure it, or the native library, cannot be loaded here
     */
    public static InProcessEmbedding openThorough() {
        return open(THOROUGH);
    }

    private static InProcessEmbedding open(Model chosen) {
        try {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            UnpackedFiles.forgetLibrary();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                // One thread a call: the caller's own. More would fight with requests for the same
                // cores.
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                // Without it, sums of products overflow on x64 processors without VNNI and others
                // differ.
                options.addConfigEntry("session.x64quantprecision", "1");
                // Idle memory is given back instead of being kept for the longest text ever seen.
                options.setCPUArenaAllocator(false);
                return new InProcessEmbedding(
                        chosen,
                        environment,
                        session(environment, chosen.file(), options),
                        WordPieces.ofBert());
            }
        } catch (IOException | OrtException e) {
            throw new EmbeddingFailure(
                    "the embedding model cannot be loaded: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new EmbeddingFailure(
                    "ONNX Runtime's library cannot be used ("
                            + e.getMessage()
                            + "): the jar holds it for Linux with glibc on x64 and aarch64, and it is unpacked into java.io.tmpdir, "
                            + System.getProperty("java.io.tmpdir")
                            + ", which needs 20 MB and must not be mounted noexec",
                    e);
        }
    }

    /**
     * By way of a file: as an array the model would pass through the heap, which would keep the
     * room for it.
     */
    private static OrtSession session(
            OrtEnvironment environment, String model, OrtSession.SessionOptions options)
            throws IOException, OrtException {
        Path file = UnpackedFiles.forModel();
        try (InputStream weights = resource(model)) {
            Files.copy(weights, file, StandardCopyOption.REPLACE_EXISTING);
            return environment.createSession(file.toString(), options);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream stream = InProcessEmbedding.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IOException(name + " is not on the classpath");
        }
        return stream;
    }

    /**
     * Whether these models can tell what a text means. They know the pieces of words in Latin
     * letters; of other scripts single letters at most, so that "hello" in Korean is as near to a
     * leave request in Korean as can be.
     */
    public static boolean canRead(String text) {
        int letters = 0;
        int latin = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int sign = text.codePointAt(i);
            if (Character.isLetter(sign)) {
                letters++;
                latin += UnicodeScript.of(sign) == UnicodeScript.LATIN ? 1 : 0;
            }
        }
        return 2 * latin >= letters;
    }

    @Override
    public String model() {
        return model.name();
    }

    @Override
    public double exampleMargin() {
        return model.exampleMargin();
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        // One by one, so that closing waits for one text and not for fifty examples of many flows
        return texts.stream()
                .map(text -> whileOpen(() -> read(pieces.encode(text, LONGEST), false).vector()))
                .toList();
    }

    @Override
    public Reading read(String text) {
        return whileOpen(
                () -> {
                    long[] ids = pieces.encodeEnds(text, LONGEST);
                    return read(ids, model.relevance() && ids.length <= LONGEST_JUDGED);
                });
    }

    @Override
    public byte[] tokens(String flow) {
        return whileOpen(() -> read(pieces.encode(flow, LONGEST_JUDGED), true).tokens());
    }

    private <T> T whileOpen(Supplier<T> work) {
        open.readLock().lock();
        try {
            if (closed) {
                throw new EmbeddingFailure("the embedding model is closed");
            }
            return work.get();
        } finally {
            open.readLock().unlock();
        }
    }

    private Reading read(long[] ids, boolean withTokens) {
        AT_A_TIME.acquireUninterruptibly();
        try {
            return run(ids, withTokens);
        } finally {
            AT_A_TIME.release();
        }
    }

    private Reading run(long[] ids, boolean withTokens) {
        long[] shape = {1, ids.length};
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor input = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor mask =
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), shape);
                OnnxTensor types =
                        OnnxTensor.createTensor(
                                environment, LongBuffer.wrap(new long[ids.length]), shape);
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids",
                                        input,
                                        "attention_mask",
                                        mask,
                                        "token_type_ids",
                                        types))) {
            FloatBuffer tokens = ((OnnxTensor) result.get(0)).getFloatBuffer();
            return new Reading(
                    mean(tokens, ids.length, model.marks()),
                    withTokens ? Relevance.trained().read(tokens, ids.length) : Reading.NO_TOKENS);
        } catch (OrtException e) {
            throw new EmbeddingFailure("the embedding model failed: " + e.getMessage(), e);
        }
    }

    private static float[] mean(FloatBuffer tokens, int count, boolean marks) {
        int width = tokens.remaining() / count;
        // A text without tokens of its own has only the marks to take the mean of.
        int mark = marks || count <= 2 ? 0 : 1;
        int first = mark;
        int end = count - mark;
        float[] sum = new float[width];
        for (int token = first; token < end; token++) {
            for (int i = 0; i < width; i++) {
                sum[i] += tokens.get(token * width + i);
            }
        }
        return Vectors.unit(sum);
    }

    @Override
    public void close() {
        open.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } catch (OrtException e) {
            throw new EmbeddingFailure("the embedding model did not close: " + e.getMessage(), e);
        } finally {
            open.writeLock().unlock();
        }
    }
}
