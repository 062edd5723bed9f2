package io.agentruntime.matching;

import io.agentruntime.matching.meaning.CachedEmbedding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Properties;

/**
 * Fitted weights: the base, then one for each feature.
 *
 * @param relevance of {@link CachedEmbedding.Read#relevance}, beside those of meaning
 */
record ConfidenceModel(double[] meaning, double relevance, double[] words) {

    static ConfidenceModel load() {
        Properties properties = new Properties();
        try (InputStream in = ConfidenceModel.class.getResourceAsStream("confidence.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("confidence.properties cannot be read from the jar", e);
        }
        return new ConfidenceModel(
                weights(properties, "meaning", Confidence.MEANING_FEATURES.length + 1),
                weights(properties, "relevance", 1)[0],
                weights(properties, "words", Confidence.WORD_FEATURES.length + 1));
    }

    private static double[] weights(Properties properties, String name, int count) {
        double[] weights =
                Arrays.stream(properties.getProperty(name).trim().split("\\s+"))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
        if (weights.length != count) {
            throw new IllegalStateException(
                    "confidence.properties: " + name + " must hold " + count + " numbers");
        }
        return weights;
    }
}
