package io.agentruntime.matching.meaning;

import java.util.List;

/**
 * A model whose work is announced.
 *
 * @param begins is told before each call, on the caller's thread
 */
public record AnnouncedEmbedding(TextEmbedding there, Runnable begins) implements TextEmbedding {
    @Override
    public String model() {
        return there.model();
    }

    @Override
    public double exampleMargin() {
        return there.exampleMargin();
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        begins.run();
        return there.embed(texts);
    }

    @Override
    public Reading read(String text) {
        begins.run();
        return there.read(text);
    }

    @Override
    public byte[] tokens(String flow) {
        begins.run();
        return there.tokens(flow);
    }

    @Override
    public void close() {
        there.close();
    }
}
