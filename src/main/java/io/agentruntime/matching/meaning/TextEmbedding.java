package io.agentruntime.matching.meaning;

import java.util.List;

/** Turns texts into vectors whose cosine tells how near their meanings are. */
public interface TextEmbedding extends AutoCloseable {

    /**
     * One vector of length 1 for each text, in order.
     *
     * <p>The vector of a text must not depend on the texts beside it.
     *
     * @throws EmbeddingFailure the vectors cannot be had now
     */
    List<float[]> embed(List<String> texts);

    /**
     * What a model makes of one text.
     *
     * @param vector of length 1
     * @param tokens as {@link Relevance#read}; empty where the model tells nothing of single
     *     tokens, or there are too many
     */
    record Reading(float[] vector, byte[] tokens) {
        static final byte[] NO_TOKENS = {};
    }

    /**
     * Reads a text that asks for something. Where a model reads texts up to some length only, it
     * reads the beginning and the end of this: the task may come last.
     *
     * @throws EmbeddingFailure it cannot be read now
     */
    default Reading read(String text) {
        return new Reading(embed(List.of(text)).get(0), Reading.NO_TOKENS);
    }

    /**
     * The tokens of a flow's text, from its beginning; asked for only where there are those of a
     * text that asks.
     *
     * @return as {@link Relevance#read}
     * @throws EmbeddingFailure it cannot be read now
     */
    default byte[] tokens(String flow) {
        return Reading.NO_TOKENS;
    }

    /**
     * By how much, in cosine, a text has to be nearer to an example than to what is said of a flow,
     * to count as nearer. An example is a text of one manner and one case, and as near to others of
     * that manner, or with the same names, as to those of its flow.
     */
    default double exampleMargin() {
        return 0;
    }

    /**
     * Tells this model's vectors from those of any other; part of every key they are kept under.
     */
    String model();

    @Override
    default void close() {}

    /**
     * The vectors cannot be had now: a model that does not load, an endpoint that does not answer.
     */
    final class EmbeddingFailure extends RuntimeException {
        public EmbeddingFailure(String message, Throwable cause) {
            super(message, cause);
        }

        public EmbeddingFailure(String message) {
            super(message);
        }
    }
}
