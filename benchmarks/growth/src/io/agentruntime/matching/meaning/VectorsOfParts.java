package io.agentruntime.matching.meaning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.text.SharedNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the file of vectors that the service would make of a catalog, in seconds instead of hours: the models read the
 * parts that flows are made of, and a flow's vector is the sum of its parts'.
 *
 * <p>Arguments: a file with a flow a line, {@code {"name","description","parts":[..]}}, and the file to make.
 */
final class VectorsOfParts {
    private static final ObjectMapper JSON = new ObjectMapper();

    private VectorsOfParts() {}

    public static void main(String[] args) throws Exception {
        VectorStore store = new VectorStore(Optional.of(Path.of(args[1])), Duration.ofDays(1));
        Map<String, VectorPool> pools = new HashMap<>();
        List<String> lines = Files.readAllLines(Path.of(args[0]));
        try (TextEmbedding fast = InProcessEmbedding.open();
                TextEmbedding thorough = InProcessEmbedding.openThorough()) {
            for (TextEmbedding model : List.of(fast, thorough)) {
                Map<String, float[]> known = new HashMap<>();
                Map<VectorKey, FlowVectors> flows = new LinkedHashMap<>();
                for (String line : lines) {
                    JsonNode flow = JSON.readTree(line);
                    float[] vector = null;
                    for (JsonNode part : flow.get("parts")) {
                        float[] one = known.computeIfAbsent(part.asText(), text -> model.embed(List.of(text)).get(0));
                        vector = vector == null ? new float[one.length] : vector;
                        Vectors.add(vector, one);
                    }
                    vector = Vectors.unit(vector);
                    Entry entry =
                            new Entry("", flow.get("name").asText(), flow.get("description").asText(), List.of(), List.of());
                    VectorKey key = VectorKey.of(model.model(), Purpose.of(entry, SharedNames.NONE).texts(List.of()));
                    flows.put(key, FlowVectors.of(List.of(vector, vector)));
                }
                pools.put(model.model(), VectorStore.emptyFor(flows).with(flows.keySet(), flows::get));
            }
        }
        store.settle(pools);
        store.save();
    }
}
