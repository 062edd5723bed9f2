package io.agentruntime.matching;

import io.agentruntime.matching.meaning.AnnouncedEmbedding;
import io.agentruntime.matching.meaning.CachedEmbedding;
import io.agentruntime.matching.meaning.CatalogVectors;
import io.agentruntime.matching.meaning.InProcessEmbedding;
import io.agentruntime.matching.meaning.TextEmbedding;
import io.agentruntime.matching.meaning.TextEmbedding.EmbeddingFailure;
import io.agentruntime.matching.meaning.VectorStore;
import io.agentruntime.matching.meaning.VectorTable;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.text.SharedNames;
import io.agentruntime.matching.words.LexicalIndex;
import io.agentruntime.memory.HeapRoom;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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

    /** Texts that a build waits for, two of each flow for two models: about a second's work. */
    private static final int AT_ONCE = 400;

    /**
     * Where they take longer than that, with long texts or a slow endpoint, no longer than this.
     */
    private static final Duration LONGEST_BUILD = Duration.ofSeconds(5);

    /**
     * Flows sent to the model between two looks at whether a newer build made this one needless.
     */
    private static final int PORTION = 32;

    /** What is made is on disk after so long: 100,000 flows take an hour. */
    private static final Duration SAVED_EVERY = Duration.ofMinutes(2);

    /** What failed is tried again after this, then after twice as long. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    /** No build. */
    private static final long NONE = -1;

    /** Read to see whether a model that failed for a text is there again. */
    private static final String ANY_TEXT = "hello";

    private final boolean english;
    private final Optional<CachedEmbedding> fast;
    private final Optional<CachedEmbedding> thorough;
    private final VectorStore store;
    private final AtomicLong builds = new AtomicLong();
    private final AtomicBoolean startingOver = new AtomicBoolean();
    private final ScheduledExecutorService background =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "flow-vectors");
                        thread.setDaemon(true);
                        thread.setPriority(Thread.MIN_PRIORITY);
                        return thread;
                    });

    /** Of models that failed. */
    private final Retries retries;

    /** Of vectors that could not be kept. */
    private final Retries saves;

    private volatile CompletableFuture<?> opening = CompletableFuture.completedFuture(null);
    private volatile CatalogIndex.Patience patience = CatalogIndex.Patience.NONE;
    private volatile SemanticState state;
    private volatile Optional<String> failure = Optional.empty();
    private volatile CompletableFuture<SemanticState> settled;
    private volatile @Nullable CatalogIndex newest;

    /** Of the newest index. */
    private volatile SharedNames sharedNames = SharedNames.NONE;

    /** From the first failure until meanings are known again. */
    private boolean outage;

    /** From the line that says so until meanings are known. */
    private boolean announced;

    /** The build whose vectors could not be made, if any. */
    private long failedBuild = NONE;

    /** The build that has to do without the thorough model for now, if any. */
    private long halfBuild = NONE;

    /** The last build whose vectors are all made. */
    private long settledBuild = NONE;

    /**
     * @param english whether the models know English alone
     * @param firstPause a model that failed is tried again after this, and so is keeping vectors
     */
    FlowMatching(
            @Nullable Supplier<TextEmbedding> fast,
            @Nullable Supplier<TextEmbedding> thorough,
            boolean english,
            Optional<Path> vectors,
            Duration firstPause) {
        this.english = english;
        retries = new Retries(background, this::tryAgain, firstPause);
        saves = new Retries(background, this::save, firstPause);
        this.fast =
                Optional.ofNullable(fast)
                        .map(
                                loader ->
                                        new CachedEmbedding(
                                                loader,
                                                this::failed,
                                                this::answered,
                                                this::startOver));
        this.thorough =
                Optional.ofNullable(thorough)
                        .map(
                                loader ->
                                        new CachedEmbedding(
                                                loader,
                                                FlowMatching::failedSecond,
                                                () -> {},
                                                this::startOver));
        store = new VectorStore(fast == null ? Optional.empty() : vectors, SAVED_EVERY);
        state = fast == null ? SemanticState.OFF : SemanticState.WARMING;
        settled = CompletableFuture.completedFuture(state);
    }

    /** Matching by words alone. */
    public static FlowMatching lexical() {
        return new FlowMatching(null, null, true, Optional.empty(), FIRST_PAUSE);
    }

    /**
     * Matching by meaning and words.
     *
     * @param loader opens the model; called at the first build, and again at a later one if it
     *     failed
     * @param vectors where to keep vectors from one start to the next, if anywhere
     */
    public static FlowMatching semantic(Supplier<TextEmbedding> loader, Optional<Path> vectors) {
        return new FlowMatching(loader, null, false, vectors, FIRST_PAUSE);
    }

    /**
     * Matching by meaning and words with the models of the jar: a fast one for every text, a
     * thorough one beside it where the first leaves a doubt.
     *
     * @param vectors where to keep vectors from one start to the next, if anywhere
     * @param begins is told before each use of a model
     */
    public static FlowMatching inProcess(Optional<Path> vectors, Runnable begins) {
        return new FlowMatching(
                () -> new AnnouncedEmbedding(InProcessEmbedding.open(), begins),
                () -> new AnnouncedEmbedding(InProcessEmbedding.openThorough(), begins),
                true,
                vectors,
                FIRST_PAUSE);
    }

    /**
     * Opens the models beside whatever else goes on. Until that is done, builds return at once, and
     * a text that is asked of their indexes waits, so that it is answered as it will be ever after.
     *
     * @param longest the longest that a text waits; then it is answered by words
     * @param begins is told before each such wait
     */
    public FlowMatching openBeside(Duration longest, Runnable begins) {
        patience = new CatalogIndex.Patience(longest, begins);
        opening =
                CompletableFuture.runAsync(
                        () -> {
                            fast.flatMap(CachedEmbedding::load);
                            thorough.flatMap(CachedEmbedding::load);
                        },
                        background);
        return this;
    }

    /** What the newest index knows. */
    public SemanticState state() {
        return state;
    }

    /** Why a model could not be asked, the last time that one could not. */
    Optional<String> failure() {
        return failure;
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
        CatalogIndex before = newest;
        if (before != null && state == SemanticState.READY && before.isDone(entries)) {
            return before;
        }
        SharedNames shared = SharedNames.of(entries);
        List<Purpose> purposes = purposes(entries, shared, before);
        CatalogIndex index =
                new CatalogIndex(entries, purposes, new LexicalIndex(entries, purposes), meaning);
        long build = begin(index, shared);
        if (fast.isEmpty()) {
            return index;
        }
        if (opening.isDone()) {
            settled = learn(build, index, this::runSoon);
            return index;
        }
        var done = new CompletableFuture<SemanticState>();
        settled = done;
        CompletableFuture<?> learnt =
                CompletableFuture.supplyAsync(() -> learn(build, index, Warming::run), background)
                        .thenAccept(stage -> stage.thenAccept(done::complete));
        index.await(learnt, patience);
        return index;
    }

    /** Those of entries that did not change are taken over: of 100,000 they take a second. */
    private List<Purpose> purposes(
            List<Entry> entries, SharedNames shared, @Nullable CatalogIndex before) {
        Map<String, Integer> known = new HashMap<>();
        if (before != null && shared.equals(sharedNames)) {
            for (int i = 0; i < before.entries().size(); i++) {
                known.put(before.entries().get(i).key(), i);
            }
        }
        List<Purpose> purposes = new ArrayList<>(entries.size());
        HeapRoom room = HeapRoom.now();
        for (Entry entry : entries) {
            room.take();
            Integer at = known.get(entry.key());
            boolean same = at != null && before != null && before.entries().get(at).equals(entry);
            purposes.add(same ? before.purposes().get(at) : Purpose.of(entry, shared));
        }
        return purposes;
    }

    private synchronized long begin(CatalogIndex index, SharedNames shared) {
        newest = index;
        sharedNames = shared;
        return builds.incrementAndGet();
    }

    /** Makes many vectors in the background; the answer is done when they are made. */
    private CompletableFuture<SemanticState> learn(
            long build, CatalogIndex index, Consumer<Warming> few) {
        Optional<Warming> begun = warming(build, index);
        if (begun.isEmpty()) {
            tryAgainLater(build);
            return CompletableFuture.completedFuture(SemanticState.FAILED);
        }
        Warming warming = begun.get();
        if (warming.missing <= AT_ONCE) {
            few.accept(warming);
        } else {
            warming.announce();
            background.execute(warming);
        }
        return warming.done;
    }

    /** Whoever builds holds up other providers' lists, so that it must not wait for long. */
    private void runSoon(Warming warming) {
        background.execute(warming);
        try {
            warming.done.get(LONGEST_BUILD.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            announceLate(warming);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It may have ended just now. */
    private synchronized void announceLate(Warming warming) {
        if (settledBuild != warming.build && failedBuild != warming.build) {
            warming.announce();
        }
    }

    /** Empty when there is no model to make vectors with. */
    private Optional<Warming> warming(long build, CatalogIndex index) {
        Optional<TextEmbedding> second = thorough.flatMap(CachedEmbedding::load);
        return fast.flatMap(CachedEmbedding::load)
                .map(first -> new Warming(build, index, first, second));
    }

    /** In the background, unless there is a newer build by now. */
    private void learnAgain(long build, CatalogIndex index) {
        if (builds.get() == build) {
            warming(build, index)
                    .ifPresent(
                            warming -> {
                                if (warming.missing > AT_ONCE) {
                                    warming.announce();
                                }
                                warming.run();
                            });
        }
    }

    /** Not while an index settles, which puts others in the place of what is kept. */
    private synchronized void forget(TextEmbedding model) {
        store.forget(model.model());
    }

    /** A model reads texts otherwise than it read the flows. */
    private void startOver(TextEmbedding model) {
        CatalogIndex index = newest;
        if (index == null || !startingOver.compareAndSet(false, true)) {
            return;
        }
        forget(model);
        long build = builds.get();
        background.execute(
                () -> {
                    try {
                        learnAgain(build, index);
                    } finally {
                        startingOver.set(false);
                    }
                });
    }

    /** There is no model, which has said so itself. */
    private synchronized void tryAgainLater(long build) {
        if (builds.get() == build) {
            failedBuild = build;
            retries.later();
        }
    }

    /** Vectors could not be made. */
    private synchronized void retry(long build, RuntimeException e) {
        if (builds.get() == build) {
            failedBuild = build;
            failed(e instanceof EmbeddingFailure known ? known : unexpected(e));
        }
    }

    private static EmbeddingFailure unexpected(RuntimeException e) {
        LOG.debug("vectors cannot be made", e);
        return new EmbeddingFailure("vectors cannot be made (" + e + ")", e);
    }

    /**
     * An index knows all it wants, unless there is a newer one.
     *
     * @param modelAnswered whether the fast one was asked for any vector of this index
     * @param whole whether no model was missing
     * @return whether what is kept has changed
     */
    private synchronized boolean settle(
            long build, Map<String, VectorTable> tables, boolean modelAnswered, boolean whole) {
        if (builds.get() != build) {
            return false;
        }
        failedBuild = NONE;
        settledBuild = build;
        if (whole && halfBuild != NONE) {
            LOG.info("Texts are matched by both models again");
        }
        halfBuild = whole ? NONE : build;
        if (modelAnswered || !outage) {
            ready();
        } else {
            retries.later();
        }
        return store.settle(tables, whole);
    }

    /** Again and again until it is done, also if no flow changes meanwhile. */
    private void save() {
        if (store.save()) {
            saves.end();
        } else {
            saves.later();
        }
    }

    private synchronized void announce(int flows) {
        announced = true;
        state = SemanticState.WARMING;
        LOG.info("Making vectors for {} new flows; until then texts are matched by words", flows);
    }

    private void ready() {
        if (outage || announced) {
            LOG.info("Matching is by meaning {}", outage ? "again" : "now");
        }
        outage = false;
        announced = false;
        state = SemanticState.READY;
        retries.end();
        if (halfBuild != NONE) {
            retries.later();
        }
    }

    private synchronized void failed(EmbeddingFailure e) {
        if (!outage) {
            LOG.warn("From now on, texts are matched by words alone: {}", e.getMessage());
        }
        outage = true;
        failure = Optional.ofNullable(e.getMessage());
        state = SemanticState.FAILED;
        retries.later();
    }

    /**
     * What was wrong may pass by itself, also when the list stays as it is and nobody asks: an
     * endpoint that did not answer once, of thousands of calls.
     */
    private void tryAgain() {
        CatalogIndex index = newest;
        long failed;
        long half;
        synchronized (this) {
            failed = failedBuild;
            half = halfBuild;
        }
        if (index != null && failed == builds.get()) {
            learnAgain(failed, index);
        } else if (index != null) {
            index.width().ifPresent(width -> fast.ifPresent(model -> model.ask(ANY_TEXT, width)));
            if (half == builds.get()) {
                openThorough(half, index);
            }
        }
    }

    /** The index answers by the fast model meanwhile. */
    private void openThorough(long build, CatalogIndex index) {
        if (thorough.flatMap(CachedEmbedding::load).isPresent()) {
            warming(build, index).ifPresent(Warming::run);
        } else {
            retries.later();
        }
    }

    private void answered() {
        if (state == SemanticState.FAILED) {
            synchronized (this) {
                CatalogIndex index = newest;
                if (index != null && index.width().isPresent()) {
                    ready();
                }
            }
        }
    }

    private static void failedSecond(EmbeddingFailure e) {
        LOG.warn("From now on, texts are matched by the fast model alone: {}", e.getMessage());
    }

    /** The text as corrected says most to the fast model; the thorough one reads what was typed. */
    private final Meaning meaning =
            new Meaning() {
                @Override
                public FlowIndex.Lacking withoutVectors() {
                    return switch (state) {
                        case OFF -> FlowIndex.Lacking.NOTHING;
                        case FAILED -> FlowIndex.Lacking.MODEL;
                        case WARMING, READY -> FlowIndex.Lacking.VECTORS;
                    };
                }

                @Override
                public boolean reads(String text) {
                    return !english || InProcessEmbedding.canRead(text);
                }

                @Override
                public boolean isEnglish() {
                    return english;
                }

                @Override
                public Optional<CachedEmbedding.Read> fast(LexicalIndex.Query query, int width) {
                    return fast.flatMap(model -> model.read(query.corrected(), width));
                }

                @Override
                public byte[] flow(String text) {
                    return fast.orElseThrow().flow(text);
                }

                @Override
                public Optional<short[]> thorough(LexicalIndex.Query query, int width) {
                    return thorough.flatMap(model -> model.read(query.typed(), width))
                            .map(CachedEmbedding.Read::vector);
                }
            };

    /** Makes what vectors an index lacks, then hands it all of them. */
    private final class Warming implements Runnable {
        private final long build;
        private final CatalogIndex index;
        private final CompletableFuture<SemanticState> done = new CompletableFuture<>();
        private final List<CatalogVectors> all = new ArrayList<>();
        private final List<Integer> lacking;

        /** In texts: a flow's examples are read as well. */
        private final int missing;

        private final boolean whole;

        Warming(
                long build,
                CatalogIndex index,
                TextEmbedding model,
                Optional<TextEmbedding> second) {
            this.build = build;
            this.index = index;
            List<Entry> entries = index.entries();
            List<List<String>> texts = new ArrayList<>(entries.size());
            for (int i = 0; i < entries.size(); i++) {
                texts.add(index.purposes().get(i).texts(entries.get(i).examples()));
            }
            all.add(new CatalogVectors(model, texts, store));
            second.ifPresent(other -> all.add(new CatalogVectors(other, texts, store)));
            whole = second.isPresent() || thorough.isEmpty();
            lacking = all.stream().map(CatalogVectors::missing).toList();
            missing = all.stream().mapToInt(CatalogVectors::missingTexts).sum();
        }

        /** Each model reads each flow, so that the vectors are more than the flows. */
        void announce() {
            FlowMatching.this.announce(Collections.max(lacking));
        }

        @Override
        public void run() {
            try {
                for (CatalogVectors vectors : all) {
                    if (!make(vectors)) {
                        return;
                    }
                }
                Map<String, VectorTable> byModel = new HashMap<>();
                List<VectorTable> tables = new ArrayList<>();
                for (CatalogVectors vectors : all) {
                    VectorTable table = vectors.table();
                    byModel.put(vectors.model().model(), table);
                    tables.add(table);
                }
                index.learn(tables.get(0), tables.size() > 1 ? tables.get(1) : null);
                if (settle(build, byModel, lacking.get(0) > 0, whole)) {
                    save();
                }
            } catch (RuntimeException e) {
                retry(build, e);
            } catch (OutOfMemoryError e) {
                retry(
                        build,
                        new EmbeddingFailure(
                                "there is not enough memory for the flows' vectors: give Java more with -Xmx",
                                e));
            } finally {
                done.complete(state);
            }
        }

        /** Whether there was no newer build, so that all were made. */
        private boolean make(CatalogVectors vectors) {
            for (int from = 0; from < vectors.missing(); from += PORTION) {
                if (builds.get() != build) {
                    return false;
                }
                if (!vectors.embed(from, PORTION)) {
                    forget(vectors.model());
                    throw new EmbeddingFailure(
                            "the model's vectors are not as long as those it made before; all are made again");
                }
            }
            return true;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            background.shutdownNow();
        }
        builds.incrementAndGet();
        store.close();
        fast.ifPresent(CachedEmbedding::close);
        thorough.ifPresent(CachedEmbedding::close);
    }
}
