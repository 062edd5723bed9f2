package io.agentruntime.matching;

import io.agentruntime.matching.meaning.CachedEmbedding;
import io.agentruntime.matching.meaning.TextEmbedding;
import io.agentruntime.matching.meaning.VectorTable;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Injection;
import io.agentruntime.matching.text.Language;
import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.words.Best;
import io.agentruntime.matching.words.LexicalIndex;
import io.agentruntime.matching.words.WordSums;
import io.agentruntime.memory.LruCache;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Ranks one catalog's entries for a text. */
final class CatalogIndex implements FlowIndex {
    /**
     * A first that leads by so many standard deviations stands; else the thorough model is asked
     * too, if there are {@link Doubts}. At 1 nothing is lost against asking always; at 0.7 clinc
     * loses 0.7 points.
     */
    private static final double CLEAR_LEAD_DEVIATIONS = 1.0;

    /**
     * A text of more words is left to the fast model: the thorough one would take 50 ms and more of
     * a core for it.
     */
    static final int LONGEST_DOUBTED = 60;

    /**
     * How many of the best are measured against one another, twins and those that are passed over
     * among them; the same however many are asked for.
     */
    static final int LOOKED_AT = 12;

    /** Rankings kept for texts seen before. */
    private static final int RECENT_RANKINGS = 1_000;

    /**
     * The development sets' usual mean and deviation of similarities, by the fast model; a first
     * guess for small catalogs.
     */
    private static final double FAST_MEAN = 0.15;

    private static final double FAST_DEVIATION = 0.11;

    /** The same by the thorough model. */
    private static final double THOROUGH_MEAN = 0.45;

    private static final double THOROUGH_DEVIATION = 0.06;

    /** Where the thorough model's mean and deviation lie on the fast one's scale. */
    private static final double SCALE_MEAN = 0.08;

    private static final double SCALE_DEVIATION = 0.088;

    private final List<Entry> entries;
    private final List<Purpose> purposes;
    private final LexicalIndex lexical;
    private final Meaning meaning;
    private final IdleSentences idle;
    private final PassedOver passedOver;
    private final FlowJudge judge;
    private final LruCache<Asked, Matches> recent = new LruCache<>(RECENT_RANKINGS);

    private final Map<Integer, IntPredicate> rivals = new ConcurrentHashMap<>();

    /** Null until the vectors are made; written again when a model came late or was changed. */
    private volatile @Nullable Known known;

    /** What may be learnt in a moment; a text that comes earlier waits for it. */
    private volatile Future<?> learning = CompletableFuture.completedFuture(null);

    private volatile Patience patience = Patience.NONE;

    /** How long a text may wait, and who is told before it does. */
    record Patience(Duration longest, Runnable begins) {
        static final Patience NONE = new Patience(Duration.ZERO, () -> {});
    }

    /**
     * @param learnt how often vectors were learnt by then
     * @param lacking when words alone decide
     */
    private record Asked(
            String text,
            IntPredicate scope,
            int limit,
            Doubts doubts,
            int learnt,
            Lacking lacking) {}

    /**
     * The flows' vectors by the fast model, and by the thorough one if there is one.
     *
     * @param learnt how often there were any
     */
    private record Known(int learnt, VectorTable fast, @Nullable VectorTable thorough) {}

    /**
     * @param purposes of the entries
     */
    CatalogIndex(
            List<Entry> entries, List<Purpose> purposes, LexicalIndex lexical, Meaning meaning) {
        this.entries = List.copyOf(entries);
        this.purposes = List.copyOf(purposes);
        this.lexical = lexical;
        this.meaning = meaning;
        this.idle = new IdleSentences(lexical, meaning);
        this.passedOver = new PassedOver(this.purposes);
        this.judge = new FlowJudge(this.entries, this.purposes, lexical, meaning);
    }

    synchronized void learn(VectorTable fast, @Nullable VectorTable thorough) {
        Known before = known;
        known = new Known(before == null ? 1 : before.learnt + 1, fast, thorough);
    }

    /** From now on texts wait until this is done, though not longer than their patience lasts. */
    void await(Future<?> learning, Patience patience) {
        this.patience = patience;
        this.learning = learning;
    }

    private void awaitLearning() {
        if (known != null || learning.isDone()) {
            return;
        }
        patience.begins().run();
        try {
            learning.get(patience.longest().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException byWords) {
            // The index answers by words, and the state says why.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The length that a text's vector must have; empty while it answers by words. */
    OptionalInt width() {
        Known vectors = known;
        return vectors == null ? OptionalInt.empty() : OptionalInt.of(vectors.fast.width());
    }

    /** Whether it is an index of these very entries that knows all it will know. */
    boolean isDone(List<Entry> wanted) {
        return known != null && entries.equals(wanted);
    }

    @Override
    public IntPredicate rivals(int position) {
        return rivals.computeIfAbsent(
                position,
                one -> other -> other == one || !purposes.get(one).isLike(purposes.get(other)));
    }

    @Override
    public Matches match(String text, IntPredicate scope, int limit, Doubts doubts) {
        awaitLearning();
        Known vectors = known;
        boolean byMeaning = vectors != null;
        Lacking lacking = byMeaning ? Lacking.MODEL : meaning.withoutVectors();
        Asked asked =
                new Asked(text, scope, limit, doubts, byMeaning ? vectors.learnt : 0, lacking);
        Optional<Matches> before = recent.find(asked);
        if (before.isPresent()) {
            return before.get();
        }
        int count = Math.max(limit, LOOKED_AT) + 1;
        Glance glance = glance(text, scope, count);
        Evidence evidence = glance.evidence();
        List<Candidate> candidates;
        try {
            evidence = settled(glance, doubts, scope, count);
            candidates = ranked(evidence, scope, limit, doubts);
        } catch (TextEmbedding.EmbeddingFailure aFlowCannotBeRead) {
            evidence = byWords(evidence, scope, count);
            candidates = judge.rank(evidence, scope, limit);
        }
        boolean byWords = evidence.similarity() == null;
        boolean lacks = byWords && hasMeaning(evidence.query());
        Matches matches = new Matches(candidates, lacks ? lacking : Lacking.NOTHING);
        if ((!lacks || !byMeaning) && evidence.doubt() != Evidence.Doubt.OPEN) {
            recent.put(asked, matches);
        }
        return matches;
    }

    /**
     * Of no use is a second where the first is no match; to read it with the text takes a while.
     */
    private List<Candidate> ranked(
            Evidence evidence, IntPredicate scope, int limit, Doubts doubts) {
        List<Candidate> first = doubts.order() ? List.of() : judge.rank(evidence, scope, 1);
        boolean enough = !first.isEmpty() && doubts.isHopeless(first.get(0).confidence());
        return enough ? first : judge.rank(evidence, scope, limit);
    }

    private boolean hasMeaning(LexicalIndex.Query query) {
        return !query.words().isEmpty() && !entries.isEmpty() && meaning.reads(query.typed());
    }

    /**
     * What is known of a text once the fast model has read it.
     *
     * @param thorough the flows' vectors by the thorough model, if it is to be asked as well
     * @param scores of the fast model; null where words decide
     */
    private record Glance(
            Evidence evidence,
            WordSums sums,
            @Nullable VectorTable thorough,
            @Nullable StandardScores scores) {}

    private Glance glance(String text, IntPredicate scope, int count) {
        LexicalIndex.Query whole = lexical.read(text);
        int flows = flows(scope);
        boolean hostile = Injection.isAttempted(text);
        Known vectors = known;
        Optional<Core> core =
                vectors == null ? Optional.empty() : core(whole, hostile, vectors.fast);
        LexicalIndex.Query query = core.map(Core::query).orElse(whole);
        boolean nothingAsked = query.smallTalk() || hostile;
        WordSums sums = lexical.sums(query);
        if (vectors == null || core.isEmpty()) {
            return new Glance(byWords(query, flows, nothingAsked, scope, count), sums, null, null);
        }
        CachedEmbedding.Read read = core.get().read();
        double[] similarity = vectors.fast.similarities(read.vector());
        StandardScores scores = StandardScores.of(similarity, FAST_MEAN, FAST_DEVIATION);
        Evidence evidence =
                new Evidence(
                        query,
                        flows,
                        nothingAsked,
                        bests(
                                query,
                                scope,
                                among -> Best.fused(sums, scores.standardised(), among, count)),
                        read,
                        vectors.fast,
                        Language.isEnglish(query.typed()),
                        similarity,
                        scores.deviation(),
                        Evidence.Doubt.NONE,
                        1,
                        new HashMap<>());
        boolean clear =
                query.words().size() > LONGEST_DOUBTED
                        || nothingAsked
                        || lexical.named(query, scope).isPresent()
                        || evidence.bests().all().lead() >= CLEAR_LEAD_DEVIATIONS;
        return new Glance(evidence, sums, clear ? null : vectors.thorough, scores);
    }

    /** What of a text is matched, as the fast model reads it. */
    private record Core(LexicalIndex.Query query, CachedEmbedding.Read read) {}

    /**
     * A text that speaks to the matcher is matched as a whole: what stands beside is no excuse.
     *
     * @return empty where words decide
     */
    private Optional<Core> core(LexicalIndex.Query text, boolean hostile, VectorTable flows) {
        if (!hasMeaning(text)) {
            return Optional.empty();
        }
        return (hostile ? Optional.of(text) : idle.core(text, flows))
                .flatMap(
                        query ->
                                meaning.fast(query, flows.width())
                                        .map(read -> new Core(query, read)));
    }

    /** After the thorough model was asked, if there is a doubt that it could settle. */
    private Evidence settled(Glance glance, Doubts doubts, IntPredicate scope, int count) {
        Evidence first = glance.evidence();
        if (glance.thorough() == null) {
            return first;
        }
        double confidence = judge.confidence(first, scope);
        boolean hopeless = doubts.isHopeless(confidence);
        if (hopeless && !doubts.order() || doubts.isSure(confidence)) {
            return first;
        }
        Evidence both = byBoth(glance, scope, count);
        return hopeless ? both.atMost(doubts.least()) : both;
    }

    /**
     * @param count how many of the best are wanted, 2 or more: whether the first is clear of the
     *     second decides what is asked
     */
    Evidence evidence(String text, IntPredicate scope, int count) {
        Glance glance = glance(text, scope, count);
        return glance.thorough() == null ? glance.evidence() : byBoth(glance, scope, count);
    }

    private Evidence byBoth(Glance glance, IntPredicate scope, int count) {
        VectorTable thorough = Objects.requireNonNull(glance.thorough());
        return meaning.thorough(glance.evidence().query(), thorough.width())
                .map(second -> fused(glance, thorough.similarities(second), scope, count))
                .orElseGet(() -> glance.evidence().with(Evidence.Doubt.OPEN));
    }

    private int flows(IntPredicate scope) {
        int flows = 0;
        for (int i = 0; i < entries.size() && flows < Confidence.MOST_FLOWS_COUNTED; i++) {
            flows += scope.test(i) ? 1 : 0;
        }
        return flows;
    }

    /** Both models count alike: 0.35 or 0.65 for one of them moves the sets by under a point. */
    private Evidence fused(Glance glance, double[] second, IntPredicate scope, int count) {
        Evidence first = glance.evidence();
        StandardScores fast = Objects.requireNonNull(glance.scores());
        StandardScores thorough = StandardScores.of(second, THOROUGH_MEAN, THOROUGH_DEVIATION);
        double[] similarity = new double[second.length];
        double[] standardised = new double[second.length];
        double[] before = Objects.requireNonNull(first.similarity());
        for (int i = 0; i < second.length; i++) {
            double scaled =
                    SCALE_MEAN
                            + (second[i] - THOROUGH_MEAN) * (SCALE_DEVIATION / THOROUGH_DEVIATION);
            similarity[i] = 0.5 * before[i] + 0.5 * scaled;
            standardised[i] = 0.5 * fast.standardised()[i] + 0.5 * thorough.standardised()[i];
        }
        return new Evidence(
                first.query(),
                first.flows(),
                first.nothingAsked(),
                bests(
                        first.query(),
                        scope,
                        among -> Best.fused(glance.sums(), standardised, among, count)),
                first.read(),
                first.vectors(),
                first.english(),
                similarity,
                first.unit(),
                Evidence.Doubt.SETTLED,
                1,
                first.relevance());
    }

    private Evidence byWords(Evidence read, IntPredicate scope, int count) {
        return byWords(read.query(), read.flows(), read.nothingAsked(), scope, count);
    }

    private Evidence byWords(
            LexicalIndex.Query query,
            int flows,
            boolean nothingAsked,
            IntPredicate scope,
            int count) {
        WordSums sums = lexical.sums(query);
        Evidence.Bests bests =
                bests(query, scope, among -> Best.of(sums.best(among, count), null, count));
        return Evidence.byWords(query, flows, nothingAsked, bests);
    }

    /** Those that are passed over take no place from those that are offered. */
    private Evidence.Bests bests(
            LexicalIndex.Query query, IntPredicate scope, Function<IntPredicate, Best> ranking) {
        IntPredicate offered = passedOver.offered(query, scope);
        Best all = ranking.apply(scope);
        boolean allOffered = Arrays.stream(all.positions()).allMatch(offered);
        return new Evidence.Bests(all, allOffered ? all : ranking.apply(offered));
    }

    double[] features(Evidence evidence, int at) {
        return judge.features(evidence, at);
    }

    List<Purpose> purposes() {
        return purposes;
    }

    List<Entry> entries() {
        return entries;
    }
}
