package io.agentruntime.matching.meaning;

import io.agentruntime.matching.meaning.TextEmbedding.EmbeddingFailure;
import io.agentruntime.matching.text.Purpose;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The vectors that one model makes of a catalog: those that are kept from before, and those that
 * are missing until they are made.
 */
public final class CatalogVectors {
    private final TextEmbedding model;
    private final VectorStore store;
    private final VectorPool before;
    private final List<VectorKey> keys = new ArrayList<>();
    private final Map<VectorKey, List<String>> missing = new LinkedHashMap<>();
    private final List<VectorKey> order;
    private final Map<VectorKey, FlowVectors> made = new HashMap<>();

    /**
     * @param texts of each flow, in the order of the catalog: as {@link Purpose#texts}
     * @param store has what is kept, and is given what is made
     */
    public CatalogVectors(TextEmbedding model, List<List<String>> texts, VectorStore store) {
        this.model = model;
        this.store = store;
        Map<VectorKey, FlowVectors> left = store.made(model.model());
        before = store.pools().getOrDefault(model.model(), VectorPool.empty(0));
        Map<VectorKey, Integer> known = before.slots();
        for (List<String> flow : texts) {
            VectorKey key = VectorKey.of(model.model(), flow);
            keys.add(key);
            FlowVectors unused = left.get(key);
            if (unused != null) {
                made.put(key, unused);
            } else if (!known.containsKey(key)) {
                missing.put(key, flow);
            }
        }
        order = List.copyOf(missing.keySet());
    }

    /** Which makes them. */
    public TextEmbedding model() {
        return model;
    }

    /** Of how many flows the vectors were missing at first; of some that are alike, one counts. */
    public int missing() {
        return order.size();
    }

    /** In texts: a flow's examples are read as well. */
    public int missingTexts() {
        return missing.values().stream().mapToInt(List::size).sum();
    }

    /**
     * Makes some of the missing vectors.
     *
     * @param from the first of them, from 0
     * @param most of how many flows
     * @return false, and nothing is kept, when they are not as long as those the model made before
     * @throws EmbeddingFailure the model cannot make them now
     */
    public boolean embed(int from, int most) {
        List<VectorKey> portion = order.subList(from, Math.min(order.size(), from + most));
        List<String> texts = new ArrayList<>();
        portion.forEach(key -> texts.addAll(missing.get(key)));
        List<float[]> vectors = model.embed(texts);
        int width = start().width();
        int expected = width > 0 ? width : vectors.get(0).length;
        if (vectors.stream().anyMatch(vector -> vector.length != expected)) {
            return false;
        }
        Map<VectorKey, FlowVectors> flows = new HashMap<>();
        int begin = 0;
        for (VectorKey key : portion) {
            int end = begin + missing.get(key).size();
            flows.put(key, FlowVectors.of(vectors.subList(begin, end)));
            begin = end;
        }
        made.putAll(flows);
        store.put(model.model(), flows);
        return true;
    }

    private VectorPool start() {
        return before.size() > 0 ? before : VectorStore.emptyFor(made);
    }

    /**
     * All vectors, when none is missing any more.
     *
     * @throws EmbeddingFailure they have different lengths
     */
    public VectorTable table() {
        return new VectorTable(keys, start().with(keys, made::get), model.exampleMargin());
    }
}
