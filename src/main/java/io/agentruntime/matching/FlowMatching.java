package io.agentruntime.matching;

import io.agentruntime.matching.TextEmbedding.EmbeddingFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds indexes: the entry point of matching.
 *
 * <p>Vectors of unchanged flows are reused from build to build. A build with few new flows returns
 * an index that knows meanings at once; with many it returns one that answers by words until its
 * vectors, made in the background, are ready.
 */
public final class FlowMatching implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlowMatching.class);

    /** New flows whose vectors a build waits for: about a second's work. */
    private static final int AT_ONCE = 100;

    /**
     * Flows sent to the model between two looks at whether a newer build made this one needless.
     */
    private static final int PORTION = 32;

    /** Query vectors kept across indexes; 1.5 kB each. */
    private static final int RECENT_TEXTS = 2_000;

    /**
     * After the model or its endpoint failed for a text, texts are answered by words for this long.
     */
    private static final long PAUSE_NANOS = 5_000_000_000L;

    private final @Nullable Supplier<TextEmbedding> loader;
    private final VectorStore store;
    private final Recent<String, float[]> recent = new Recent<>(RECENT_TEXTS);
    private final AtomicLong builds = new AtomicLong();
    private final ExecutorService background =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "flow-vectors");
                        thread.setDaemon(true);
                        thread.setPriority(Thread.MIN_PRIORITY);
                        return thread;
                    });

    private @Nullable TextEmbedding embedding;
    private volatile SemanticState state;
    private volatile CompletableFuture<SemanticState> settled;
    private volatile long pausedUntil;

    private FlowMatching(@Nullable Supplier<TextEmbedding> loader, Optional<Path> vectors) {
        this.loader = loader;
        store = new VectorStore(loader == null ? Optional.empty() : vectors);
        state = loader == null ? SemanticState.OFF : SemanticState.WARMING;
        settled = CompletableFuture.completedFuture(state);
    }

    /** Matching by words alone. */
    public static FlowMatching lexical() {
        return new FlowMatching(null, Optional.empty());
    }

    /**
     * Matching by meaning and words.
     *
     * @param loader opens the model; called at the first build, and again at a later one if it
     *     failed
     * @param vectors where to keep vectors from one start to the next, if anywhere
     */
    public static FlowMatching semantic(Supplier<TextEmbedding> loader, Optional<Path> vectors) {
        return new FlowMatching(loader, vectors);
    }

    /** What the newest index knows. */
    public SemanticState state() {
        return state;
    }

    /** Done when the newest index knows all it will know: ready, off or failed. */
    public CompletionStage<SemanticState> settled() {
        return settled;
    }

    /**
     * An index of these entries.
     *
     * @param entries in tie order: of two that fit a text equally well, the earlier one is offered
     *     first
     */
    public FlowIndex build(List<Entry> entries) {
        long build = builds.incrementAndGet();
        CatalogIndex index = new CatalogIndex(entries, new LexicalIndex(entries), this::meaning);
        if (loader == null) {
            return index;
        }
        Optional<TextEmbedding> model = load(loader);
        if (model.isEmpty()) {
            settled = CompletableFuture.completedFuture(SemanticState.FAILED);
            return index;
        }
        Warming warming = new Warming(build, entries, index, model.get());
        settled = warming.done;
        if (warming.missing.size() <= AT_ONCE) {
            warming.run();
        } else {
            state = SemanticState.WARMING;
            LOG.info(
                    "Making vectors for {} new flows; until then texts are matched by words",
                    warming.missing.size());
            background.execute(warming);
        }
        return index;
    }

    private synchronized Optional<TextEmbedding> load(Supplier<TextEmbedding> from) {
        if (embedding == null) {
            try {
                embedding = from.get();
            } catch (EmbeddingFailure e) {
                failed(e);
            }
        }
        return Optional.ofNullable(embedding);
    }

    private synchronized Optional<TextEmbedding> loaded() {
        return Optional.ofNullable(embedding);
    }

    private void failed(EmbeddingFailure e) {
        if (state != SemanticState.FAILED) {
            LOG.warn("Matching goes on by words alone: {}", e.getMessage());
        }
        state = SemanticState.FAILED;
    }

    /** Makes what vectors an index lacks, then hands it all of them. */
    private final class Warming implements Runnable {
        private final long build;
        private final CatalogIndex index;
        private final TextEmbedding model;
        private final CompletableFuture<SemanticState> done = new CompletableFuture<>();
        private final List<String> keys = new ArrayList<>();
        private final Map<String, List<String>> missing = new HashMap<>();

        Warming(long build, List<Entry> entries, CatalogIndex index, TextEmbedding model) {
            this.build = build;
            this.index = index;
            this.model = model;
            for (Entry entry : entries) {
                List<String> texts = FlowVectors.texts(entry);
                String key = FlowVectors.key(model.model(), texts);
                keys.add(key);
                if (store.find(key).isEmpty()) {
                    missing.put(key, texts);
                }
            }
        }

        @Override
        public void run() {
            try {
                List<String> order = missing.keySet().stream().sorted().toList();
                for (int from = 0; from < order.size(); from += PORTION) {
                    if (builds.get() != build) {
                        return;
                    }
                    embed(order.subList(from, Math.min(order.size(), from + PORTION)));
                }
                FlowVectors[] vectors = new FlowVectors[keys.size()];
                for (int i = 0; i < vectors.length; i++) {
                    vectors[i] = store.find(keys.get(i)).orElseThrow();
                }
                index.learn(vectors);
                if (builds.get() == build) {
                    state = SemanticState.READY;
                    if (!missing.isEmpty()) {
                        Set<String> used = new HashSet<>(keys);
                        store.keep(used);
                    }
                }
            } catch (EmbeddingFailure e) {
                failed(e);
            } finally {
                done.complete(state);
            }
        }

        private void embed(List<String> portion) {
            List<String> texts = new ArrayList<>();
            portion.forEach(key -> texts.addAll(missing.get(key)));
            List<float[]> vectors = model.embed(texts);
            int from = 0;
            for (String key : portion) {
                int to = from + missing.get(key).size();
                store.put(key, FlowVectors.of(vectors.subList(from, to)));
                from = to;
            }
        }
    }

    /** The vector of a text, unless the model is not there or does not answer. */
    private Optional<float[]> meaning(LexicalIndex.Query query) {
        String cacheKey = String.join("\n", query.views());
        Optional<float[]> known = recent.find(cacheKey);
        if (known.isPresent() || System.nanoTime() - pausedUntil < 0) {
            return known;
        }
        Optional<TextEmbedding> model = loaded();
        if (model.isEmpty()) {
            return Optional.empty();
        }
        try {
            float[] vector = combined(model.get(), query);
            recent.put(cacheKey, vector);
            if (state == SemanticState.FAILED) {
                state = SemanticState.READY;
            }
            return Optional.of(vector);
        } catch (EmbeddingFailure e) {
            failed(e);
            pausedUntil = System.nanoTime() + PAUSE_NANOS;
            return Optional.empty();
        }
    }

    /** Views that read the same are asked for once. */
    private static float[] combined(TextEmbedding model, LexicalIndex.Query query) {
        List<String> different = query.views().stream().distinct().toList();
        List<float[]> vectors = model.embed(different);
        return query.combine(
                query.views().stream().map(view -> vectors.get(different.indexOf(view))).toList());
    }

    @Override
    public void close() {
        background.shutdownNow();
        builds.incrementAndGet();
        loaded().ifPresent(TextEmbedding::close);
    }
}
