package io.agentruntime.matching;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * all-MiniLM-L6-v2, quantised, from the classpath, run in this process by ONNX Runtime.
 *
 * <p>Texts are run one by one: the model quantises by the largest value of a whole batch, so in a
 * batch a text's vector would depend on its neighbours. The mean is taken over the text's own
 * tokens, without the begin and end marks, which was worth 0.8 points on the development sets.
 */
public final class InProcessEmbedding implements TextEmbedding {

    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    /** What the model was trained with; also bounds the time that a long text can take. */
    private static final int LONGEST = 128;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final WordPieces pieces;

    /**
     * Held for reading while the model runs: native memory freed under a running call ends the
     * process.
     */
    private final ReadWriteLock open = new ReentrantReadWriteLock();

    private boolean closed;

    private InProcessEmbedding(OrtEnvironment environment, OrtSession session, WordPieces pieces) {
        this.environment = environment;
        this.session = session;
        this.pieces = pieces;
    }

    /**
     * Loads the model.
     *
     * @throws EmbeddingFailure it, or the native library, cannot be loaded here
     */
    public static InProcessEmbedding open() {
        try {
            WordPieces pieces;
            try (InputStream tokenizer = resource(TOKENIZER)) {
                pieces = WordPieces.read(tokenizer);
            }
            byte[] model;
            try (InputStream bytes = resource(MODEL)) {
                model = bytes.readAllBytes();
            }
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
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
                        environment, environment.createSession(model, options), pieces);
            }
        } catch (IOException | OrtException e) {
            throw new EmbeddingFailure(
                    "the embedding model cannot be loaded: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new EmbeddingFailure(
                    "ONNX Runtime has no library for this system: " + e.getMessage(), e);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream stream = InProcessEmbedding.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IOException(name + " is not on the classpath");
        }
        return stream;
    }

    @Override
    public String model() {
        return "all-minilm-l6-v2-q/1";
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        open.readLock().lock();
        try {
            if (closed) {
                throw new EmbeddingFailure("the embedding model is closed");
            }
            return texts.stream().map(this::embed).toList();
        } finally {
            open.readLock().unlock();
        }
    }

    private float[] embed(String text) {
        long[] ids = pieces.encode(text, LONGEST);
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
            return mean(((OnnxTensor) result.get(0)).getFloatBuffer(), ids.length);
        } catch (OrtException e) {
            throw new EmbeddingFailure("the embedding model failed: " + e.getMessage(), e);
        }
    }

    private static float[] mean(FloatBuffer tokens, int count) {
        int width = tokens.remaining() / count;
        // A text without tokens of its own has only the marks to take the mean of.
        int first = count > 2 ? 1 : 0;
        int end = count > 2 ? count - 1 : count;
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
