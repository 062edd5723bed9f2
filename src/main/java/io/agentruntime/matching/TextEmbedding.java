package io.agentruntime.matching;

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
     * The vector of a text that asks for something, of length 1. Where a model reads texts up to
     * some length only, it reads the beginning and the end of this: the task may come last.
     *
     * @throws EmbeddingFailure the vector cannot be had now
     */
    default float[] embedAsked(String text) {
        return embed(List.of(text)).get(0);
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
