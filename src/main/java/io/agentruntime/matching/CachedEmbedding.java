package io.agentruntime.matching;

import io.agentruntime.matching.TextEmbedding.EmbeddingFailure;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One embedding, opened when first needed, with the vectors of recent texts. */
final class CachedEmbedding implements AutoCloseable {

    /** Text vectors kept across indexes: 0.8 kB each, and the text, which may take 8 kB. */
    private static final int RECENT_TEXTS = 2_000;

    /** After the model or its endpoint failed for a text, it is not asked for this long. */
    private static final long PAUSE_NANOS = 5_000_000_000L;

    private final Supplier<TextEmbedding> loader;
    private final Consumer<EmbeddingFailure> failed;
    private final Runnable answered;
    private final Consumer<TextEmbedding> otherWidth;
    private final LruCache<String, short[]> recent = new LruCache<>(RECENT_TEXTS);

    private @Nullable TextEmbedding embedding;
    private volatile long pausedUntil = System.nanoTime();

    /**
     * @param loader opens the model; called again at a later build if it failed
     * @param failed told of every failure for a text or to load
     * @param answered told whenever the model answers
     * @param otherWidth told when it answers with a vector of another length than the flows'
     */
    CachedEmbedding(
            Supplier<TextEmbedding> loader,
            Consumer<EmbeddingFailure> failed,
            Runnable answered,
            Consumer<TextEmbedding> otherWidth) {
        this.loader = loader;
        this.failed = failed;
        this.answered = answered;
        this.otherWidth = otherWidth;
    }

    synchronized Optional<TextEmbedding> load() {
        if (embedding == null) {
            try {
                embedding = loader.get();
            } catch (EmbeddingFailure e) {
                failed.accept(e);
            }
        }
        return loaded();
    }

    private synchronized Optional<TextEmbedding> loaded() {
        return Optional.ofNullable(embedding);
    }

    /**
     * The vector of a text, in fixed point, unless the model is not there or does not answer.
     *
     * @param width the length it must have to be of use
     */
    Optional<short[]> vector(String text, int width) {
        Optional<short[]> known = recent.find(text).filter(vector -> vector.length == width);
        if (known.isPresent() || System.nanoTime() - pausedUntil < 0) {
            return known;
        }
        return ask(text, width);
    }

    /**
     * As {@link #vector}, but of the model itself, though the text be known or it failed just now.
     */
    Optional<short[]> ask(String text, int width) {
        Optional<TextEmbedding> model = loaded();
        if (model.isEmpty()) {
            return Optional.empty();
        }
        try {
            short[] vector = Vectors.fixed(model.get().embedAsked(text));
            if (vector.length != width) {
                otherWidth.accept(model.get());
                throw new EmbeddingFailure(
                        "a text's vector has length "
                                + vector.length
                                + " where the flows' have "
                                + width);
            }
            recent.put(text, vector);
            pausedUntil = System.nanoTime();
            answered.run();
            return Optional.of(vector);
        } catch (EmbeddingFailure e) {
            failed.accept(e);
            pausedUntil = System.nanoTime() + PAUSE_NANOS;
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        loaded().ifPresent(TextEmbedding::close);
    }
}
