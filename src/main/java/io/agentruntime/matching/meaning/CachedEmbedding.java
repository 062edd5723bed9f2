package io.agentruntime.matching.meaning;

import io.agentruntime.matching.meaning.TextEmbedding.EmbeddingFailure;
import io.agentruntime.memory.LruCache;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One embedding, opened when first needed, with the vectors of recent texts. */
public final class CachedEmbedding implements AutoCloseable {

    /**
     * Texts kept across indexes: a vector of 0.8 kB for each, at most 3 kB of tokens, and the text,
     * which may take 8 kB.
     */
    private static final int RECENT_TEXTS = 2_000;

    /** Flows whose tokens are kept: 1 kB for most, 3 kB at most, and their texts. */
    private static final int RECENT_FLOWS = 12_000;

    /** After the model or its endpoint failed for a text, it is not asked for this long. */
    private static final long PAUSE_NANOS = 5_000_000_000L;

    private final Supplier<TextEmbedding> loader;
    private final Consumer<EmbeddingFailure> failed;
    private final Runnable answered;
    private final Consumer<TextEmbedding> otherWidth;
    private final LruCache<String, Read> recent = new LruCache<>(RECENT_TEXTS);
    private final LruCache<String, byte[]> flows = new LruCache<>(RECENT_FLOWS);

    private @Nullable TextEmbedding embedding;
    private volatile long pausedUntil = System.nanoTime();

    /**
     * A text as the model reads it.
     *
     * @param vector in fixed point
     * @param tokens as {@link TextEmbedding.Reading}
     */
    public record Read(short[] vector, byte[] tokens) {

        /**
         * How likely a flow does what the text asks for, judged by reading both.
         *
         * @param flow its name and description, as {@link #flow(String)} tells them
         * @return log odds, within 6 of zero
         */
        public double relevance(byte[] flow) {
            return Relevance.trained().logit(tokens, flow);
        }
    }

    /**
     * @param loader opens the model; called again at a later build if it failed
     * @param failed told of every failure for a text or to load
     * @param answered told whenever the model answers
     * @param otherWidth told when it answers with a vector of another length than the flows'
     */
    public CachedEmbedding(
            Supplier<TextEmbedding> loader,
            Consumer<EmbeddingFailure> failed,
            Runnable answered,
            Consumer<TextEmbedding> otherWidth) {
        this.loader = loader;
        this.failed = failed;
        this.answered = answered;
        this.otherWidth = otherWidth;
    }

    /** The model, opened if it is not yet; empty if that fails, which is told. */
    public synchronized Optional<TextEmbedding> load() {
        if (embedding == null) {
            try {
                embedding = loader.get();
            } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                failed.accept(
                        e instanceof EmbeddingFailure known
                                ? known
                                : new EmbeddingFailure(
                                        "the model cannot be opened (" + e + ")", e));
            }
        }
        return loaded();
    }

    private synchronized Optional<TextEmbedding> loaded() {
        return Optional.ofNullable(embedding);
    }

    /**
     * A text as the model reads it, unless it is not there or does not answer.
     *
     * @param width the length its vector must have to be of use
     */
    public Optional<Read> read(String text, int width) {
        Optional<Read> known = recent.find(text).filter(read -> read.vector().length == width);
        if (known.isPresent() || System.nanoTime() - pausedUntil < 0) {
            return known;
        }
        return ask(text, width);
    }

    /**
     * A flow's tokens, of a model that answers for texts.
     *
     * @throws EmbeddingFailure it does not, now
     */
    public byte[] flow(String text) {
        Optional<byte[]> known = flows.find(text);
        if (known.isPresent()) {
            return known.get();
        }
        TextEmbedding model =
                loaded().filter(open -> System.nanoTime() - pausedUntil >= 0)
                        .orElseThrow(() -> new EmbeddingFailure("the model failed just now"));
        try {
            byte[] tokens = model.tokens(text);
            flows.put(text, tokens);
            return tokens;
        } catch (EmbeddingFailure e) {
            fail(e);
            throw e;
        }
    }

    private void fail(EmbeddingFailure e) {
        failed.accept(e);
        pausedUntil = System.nanoTime() + PAUSE_NANOS;
    }

    /**
     * As {@link #read}, but of the model itself, though the text be known or it failed just now.
     *
     * @param width as there, or 0 when there is no flow
     */
    public Optional<Read> ask(String text, int width) {
        Optional<TextEmbedding> model = loaded();
        if (model.isEmpty()) {
            return Optional.empty();
        }
        try {
            TextEmbedding.Reading reading = model.get().read(text);
            short[] vector = Vectors.fixed(reading.vector());
            if (width > 0 && vector.length != width) {
                otherWidth.accept(model.get());
                throw new EmbeddingFailure(
                        "a text's vector has length "
                                + vector.length
                                + " where the flows' have "
                                + width);
            }
            Read read = new Read(vector, reading.tokens());
            recent.put(text, read);
            pausedUntil = System.nanoTime();
            answered.run();
            return Optional.of(read);
        } catch (EmbeddingFailure e) {
            fail(e);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        loaded().ifPresent(TextEmbedding::close);
    }
}
