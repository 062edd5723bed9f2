package io.agentruntime.matching;

import io.agentruntime.matching.meaning.CatalogVectors;
import io.agentruntime.matching.meaning.TextEmbedding;
import io.agentruntime.matching.meaning.VectorStore;
import io.agentruntime.matching.meaning.VectorTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A model to which some texts lie along the last axis, and all others along the first. */
record TwoAxes(int width, Predicate<String> isAlongTheLast) implements TextEmbedding {
    int axis(String text) {
        return isAlongTheLast.test(text) ? width - 1 : 0;
    }

    /** The vectors of one flow. */
    VectorTable table(List<String> texts) {
        try (VectorStore store = new VectorStore(Optional.empty(), Duration.ofDays(1))) {
            var vectors = new CatalogVectors(this, List.of(texts), store);
            vectors.embed(0, 1);
            return vectors.table();
        }
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return texts.stream().map(this::vector).toList();
    }

    private float[] vector(String text) {
        float[] vector = new float[width];
        vector[axis(text)] = 1;
        return vector;
    }

    @Override
    public String model() {
        return "axes";
    }
}
