package io.agentruntime.matching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
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
     * BM25 has no upper bound; half of the weight is reached at this score. Chosen when the fusion
     * was fitted on the development sets.
     */
    private static final double LEXICAL_HALF = 24.0;

    /**
     * What words weigh beside one standard deviation of meaning. From 0.8 to 1.6 the development
     * sets move by under a point; see docs/matching.md.
     */
    private static final double LEXICAL_WEIGHT = 1.0;

    /**
     * A first that leads by so many standard deviations stands; else the thorough model is asked
     * too. At 1 it is asked for half of the texts and nothing is lost against asking always; at 0.7
     * clinc loses 0.7 points.
     */
    private static final double CLEAR_LEAD_DEVIATIONS = 1.0;

    /**
     * A text of more words is left to the fast model: the thorough one would take 50 ms and more of
     * a core for it.
     */
    private static final int LONGEST_DOUBTED = 60;

    /**
     * How many of the best are measured against one another, twins and those that are passed over
     * among them; the same however many are asked for.
     */
    static final int LOOKED_AT = 12;

    /**
     * How many of the best are read together with the text: a flow that is read for the first time
     * takes 2 to 5 ms.
     */
    private static final int READ_TOGETHER = 5;

    /** A flow of less confidence would have .2 at most after being read together with the text. */
    private static final double HOPELESS = 0.005;

    /**
     * Words that say less than this for a flow in another language say nothing. Of 80 greetings and
     * off-topic texts in eight languages all but one stay below; of 16 tasks one does.
     */
    private static final double SOME_WORDS = 0.1;

    /** So many characters of a description tell what language it is in. */
    private static final int LANGUAGE_SHOWS = 400;

    /** So many flows tell what language a catalog is in. */
    private static final int LANGUAGE_SAMPLE = 200;

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

    /** Of the entries those that are found by their whole names alone. */
    private final BitSet hidden = new BitSet();

    /** Of those that are tried out, which one is live under the same name. */
    private final Map<Integer, Integer> liveTwins = new HashMap<>();

    /** The countries that the flows of one family are for. */
    private final Map<String, Set<String>> served = new HashMap<>();

    private final LexicalIndex lexical;
    private final Meaning meaning;
    private final LruCache<Asked, Matches> recent = new LruCache<>(RECENT_RANKINGS);

    /** Null until it is asked for. */
    private volatile @Nullable Boolean mostlyEnglish;

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
    private record Asked(String text, IntPredicate scope, int limit, int learnt, Lacking lacking) {}

    /** What the models make of a text, in fixed point; empty when they cannot be asked now. */
    interface Meaning {
        /** What an index lacks that does not know its flows' vectors. */
        Lacking withoutVectors();

        /** Whether they know the writing of a text; if not, words alone decide, for good. */
        boolean reads(String text);

        /** Whether they know English alone. */
        boolean isEnglish();

        Optional<CachedEmbedding.Read> fast(LexicalIndex.Query query, int width);

        /**
         * The tokens of a flow's text, where there are those of the text that asks.
         *
         * @throws TextEmbedding.EmbeddingFailure the model cannot be asked now
         */
        byte[] flow(String text);

        Optional<short[]> thorough(LexicalIndex.Query query, int width);
    }

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
        Map<String, Integer> live = new HashMap<>();
        for (int i = 0; i < purposes.size(); i++) {
            Purpose purpose = purposes.get(i);
            if (purpose.use() == Purpose.Use.LIVE) {
                live.putIfAbsent(purpose.label().toLowerCase(Locale.ROOT), i);
            }
            if (!purpose.places().isEmpty()) {
                served.computeIfAbsent(purpose.family(), none -> new HashSet<>())
                        .addAll(purpose.places());
            }
        }
        for (int i = 0; i < purposes.size(); i++) {
            Integer twin = live.get(purposes.get(i).label().toLowerCase(Locale.ROOT));
            switch (purposes.get(i).use()) {
                case LIVE -> {}
                case NAMED -> hidden.set(i);
                case TRIAL -> {
                    if (twin != null) {
                        liveTwins.put(i, twin);
                    }
                }
            }
        }
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
    public Matches match(String text, IntPredicate scope, int limit) {
        awaitLearning();
        Known vectors = known;
        boolean byMeaning = vectors != null;
        Lacking lacking = byMeaning ? Lacking.MODEL : meaning.withoutVectors();
        Asked asked = new Asked(text, scope, limit, byMeaning ? vectors.learnt : 0, lacking);
        Optional<Matches> before = recent.find(asked);
        if (before.isPresent()) {
            return before.get();
        }
        int count = Math.max(limit, LOOKED_AT) + 1;
        Evidence evidence = evidence(text, scope, count);
        List<Candidate> candidates;
        try {
            candidates = rank(evidence, scope, limit);
        } catch (TextEmbedding.EmbeddingFailure aFlowCannotBeRead) {
            evidence = byWords(text, evidence.query(), evidence.flows(), scope, count);
            candidates = rank(evidence, scope, limit);
        }
        boolean byWords = evidence.similarity() == null;
        boolean lacks = byWords && hasMeaning(evidence.query(), text);
        Matches matches = new Matches(candidates, lacks ? lacking : Lacking.NOTHING);
        if (!lacks || !byMeaning) {
            recent.put(asked, matches);
        }
        return matches;
    }

    private boolean hasMeaning(LexicalIndex.Query query, String text) {
        return !query.words().isEmpty() && !entries.isEmpty() && meaning.reads(text);
    }

    /**
     * The few best of a text, best first; those of equal scores in the order of positions.
     *
     * @param words what words say for each, below 1
     * @param fused the same with what meaning says, if that is known
     */
    record Best(int[] positions, double[] words, double[] fused) {

        /** How far the first is ahead of the second. */
        private double lead() {
            return fused.length < 2 ? Double.POSITIVE_INFINITY : fused[0] - fused[1];
        }
    }

    /**
     * The few best of a text.
     *
     * @param all that are in scope: each is a rival of the others
     * @param offered those that are not passed over
     */
    record Bests(Best all, Best offered) {}

    /**
     * All that is known of a text.
     *
     * @param flows how many may be offered, counted as far as it matters
     * @param read by the fast model
     * @param vectors of the flows, which it was compared with; others may have come since
     * @param english whether the text is, so that the models can read it; false where words decide
     * @param similarity of each entry's meaning, on the fast model's scale; null when only words
     *     are known
     * @param unit one standard deviation of the fast model's similarity
     * @param doubted whether the thorough model was asked too
     */
    record Evidence(
            String text,
            LexicalIndex.Query query,
            int flows,
            Bests bests,
            CachedEmbedding.@Nullable Read read,
            @Nullable VectorTable vectors,
            boolean english,
            double @Nullable [] similarity,
            double unit,
            boolean doubted) {

        /** What is known where no model is asked. */
        static Evidence byWords(String text, LexicalIndex.Query query, int flows, Bests bests) {
            return new Evidence(text, query, flows, bests, null, null, false, null, 1, false);
        }

        boolean nothingAsked() {
            return query.smallTalk() || Injection.isAttempted(text);
        }
    }

    /**
     * @param count how many of the best are wanted, 2 or more: whether the first is clear of the
     *     second decides what is asked
     */
    Evidence evidence(String text, IntPredicate scope, int count) {
        LexicalIndex.Query query = lexical.read(text);
        WordSums sums = lexical.sums(query);
        int flows = flows(scope);
        Known vectors = known;
        Optional<CachedEmbedding.Read> read =
                vectors == null || !hasMeaning(query, text)
                        ? Optional.empty()
                        : meaning.fast(query, vectors.fast.width());
        if (vectors == null || read.isEmpty()) {
            return byWords(text, query, flows, scope, count);
        }
        double[] similarity = vectors.fast.similarities(read.get().vector());
        StandardScores scores = StandardScores.of(similarity, FAST_MEAN, FAST_DEVIATION);
        Evidence first =
                new Evidence(
                        text,
                        query,
                        flows,
                        bests(
                                query,
                                scope,
                                among -> best(sums, scores.standardised(), among, count)),
                        read.get(),
                        vectors.fast,
                        Language.isEnglish(query.typed()),
                        similarity,
                        scores.deviation(),
                        false);
        VectorTable thorough = vectors.thorough;
        if (thorough == null
                || query.words().size() > LONGEST_DOUBTED
                || first.nothingAsked()
                || lexical.named(query, scope).isPresent()
                || first.bests().all().lead() >= CLEAR_LEAD_DEVIATIONS) {
            return first;
        }
        return meaning.thorough(query, thorough.width())
                .map(second -> thorough.similarities(second))
                .map(second -> doubted(first, scores, second, sums, scope, count))
                .orElse(first);
    }

    private int flows(IntPredicate scope) {
        int flows = 0;
        for (int i = 0; i < entries.size() && flows < Confidence.MOST_FLOWS_COUNTED; i++) {
            flows += scope.test(i) ? 1 : 0;
        }
        return flows;
    }

    /** The best by meaning and words: of most flows, the meaning alone says that they are not. */
    private static Best best(WordSums sums, double[] standardised, IntPredicate scope, int count) {
        int[] best = Ranking.best(standardised, scope, count);
        double least =
                best.length < count
                        ? Double.NEGATIVE_INFINITY
                        : standardised[best[best.length - 1]];
        int[] hopeful = new int[standardised.length];
        int found = 0;
        for (int i = 0; i < standardised.length; i++) {
            // Words weigh no more than that, each sum rounds the same way.
            if (standardised[i] + LEXICAL_WEIGHT >= least && scope.test(i)) {
                hopeful[found++] = i;
            }
        }
        return best(sums.of(Arrays.copyOf(hopeful, found)), standardised, count);
    }

    /** What words say, below 1. */
    static double saturated(double score) {
        return score / (score + LEXICAL_HALF);
    }

    private static Best best(WordSums.Scored scored, double @Nullable [] standardised, int count) {
        double[] words = scored.scores();
        double[] fused = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = saturated(words[i]);
            fused[i] =
                    standardised == null
                            ? words[i]
                            : standardised[scored.positions()[i]] + LEXICAL_WEIGHT * words[i];
        }
        int[] best = Ranking.best(fused, any -> true, count);
        return new Best(
                Arrays.stream(best).map(i -> scored.positions()[i]).toArray(),
                Arrays.stream(best).mapToDouble(i -> words[i]).toArray(),
                Arrays.stream(best).mapToDouble(i -> fused[i]).toArray());
    }

    /** Both models count alike: 0.35 or 0.65 for one of them moves the sets by under a point. */
    private Evidence doubted(
            Evidence first,
            StandardScores fast,
            double[] second,
            WordSums sums,
            IntPredicate scope,
            int count) {
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
                first.text(),
                first.query(),
                first.flows(),
                bests(first.query(), scope, among -> best(sums, standardised, among, count)),
                first.read(),
                first.vectors(),
                first.english(),
                similarity,
                first.unit(),
                true);
    }

    private List<Candidate> rank(Evidence evidence, IntPredicate scope, int limit) {
        boolean bySense = evidence.similarity() != null;
        Best best = evidence.bests().offered();
        int named = lexical.named(evidence.query(), scope).orElse(-1);
        boolean nothingAsked = evidence.nothingAsked();
        boolean mayBeForeign = bySense && !evidence.english();
        List<Candidate> candidates = new ArrayList<>();
        double ceiling = 1;
        if (named >= 0) {
            // What a text names word for word is offered before all others.
            ceiling = Confidence.NAMED;
            candidates.add(new Candidate(named, ceiling, why(evidence, named, true)));
        }
        List<Candidate> others = new ArrayList<>();
        Best byWords = null;
        for (int i = 0; i < best.positions().length && candidates.size() < limit; i++) {
            int position = best.positions()[i];
            if (position == named) {
                continue;
            }
            if (!bySense && best.words()[i] <= 0) {
                break;
            }
            double confidence =
                    nothingAsked ? Confidence.NONE : Confidence.of(features(evidence, i), bySense);
            double most = 1;
            if (lexical.asksForSomethingElse(evidence.query(), position)) {
                most = Confidence.SOMETHING_ELSE;
            } else if (mayBeForeign
                    && isForeignAmongEnglish(position)
                    && nearestExample(evidence, position).filter(Language::isEnglish).isEmpty()) {
                byWords = byWords == null ? bestByWords(evidence, scope) : byWords;
                double words = byWords(evidence, byWords, position);
                most = words < SOME_WORDS ? words : 1;
            }
            if (most < 1) {
                others.add(
                        new Candidate(
                                position,
                                Math.min(Math.min(ceiling, confidence), most),
                                why(evidence, position, false)));
                continue;
            }
            ceiling = Math.min(ceiling, confidence);
            candidates.add(new Candidate(position, ceiling, why(evidence, position, false)));
        }
        candidates.addAll(others);
        return candidates.stream()
                .sorted(Comparator.comparingDouble(Candidate::confidence).reversed())
                .limit(limit)
                .toList();
    }

    /**
     * Whether a flow is described in another language than most others. To English models all that
     * is in no English is alike, so that a "good morning" in Turkish is nearest to the one Turkish
     * flow: there words have to say something for it, too, unless the text is in English or nearest
     * to an English example of the flow.
     */
    private boolean isForeignAmongEnglish(int position) {
        return meaning.isEnglish() && isForeign(entries.get(position)) && isMostlyEnglish();
    }

    private static boolean isForeign(Entry entry) {
        return Language.isForeign(beginning(entry));
    }

    /** What tells a flow's language. */
    private static String beginning(Entry entry) {
        String description = entry.description();
        int end = Math.min(description.length(), LANGUAGE_SHOWS);
        return entry.name() + " " + description.substring(0, end);
    }

    private boolean isMostlyEnglish() {
        Boolean known = mostlyEnglish;
        if (known == null) {
            List<Entry> some = entries.subList(0, Math.min(entries.size(), LANGUAGE_SAMPLE));
            known = 2 * some.stream().filter(CatalogIndex::isForeign).count() < some.size();
            mostlyEnglish = known;
        }
        return known;
    }

    private Evidence byWords(
            String text, LexicalIndex.Query query, int flows, IntPredicate scope, int count) {
        WordSums sums = lexical.sums(query);
        Bests bests = bests(query, scope, among -> best(sums.best(among, count), null, count));
        return Evidence.byWords(text, query, flows, bests);
    }

    /**
     * What words alone say for one flow.
     *
     * @param rivals the best by words
     */
    private double byWords(Evidence evidence, Best rivals, int position) {
        LexicalIndex.Query query = evidence.query();
        Best own = best(lexical.sums(query).of(new int[] {position}), null, 1);
        Evidence words =
                Evidence.byWords(evidence.text(), query, evidence.flows(), new Bests(rivals, own));
        return Confidence.of(features(words, 0), false);
    }

    private Best bestByWords(Evidence evidence, IntPredicate scope) {
        return best(lexical.sums(evidence.query()).best(scope, LOOKED_AT), null, LOOKED_AT);
    }

    /**
     * @param at which of the best that are offered, from 0
     */
    double[] features(Evidence evidence, int at) {
        Best best = evidence.bests().offered();
        Best rivals = evidence.bests().all();
        double own = best.fused()[at];
        double rival = Double.NEGATIVE_INFINITY;
        int group = purposes.get(best.positions()[at]).group();
        for (int i = 0; i < Math.min(rivals.fused().length, LOOKED_AT); i++) {
            // A twin, equal to the last bit or but for its country, is the same flow again and no
            // rival.
            if (rivals.fused()[i] != own && purposes.get(rivals.positions()[i]).group() != group) {
                rival = Math.max(rival, rivals.fused()[i]);
            }
        }
        double[] similarity = evidence.similarity();
        LexicalIndex.Query query = evidence.query();
        int position = best.positions()[at];
        double[] features =
                Confidence.features(
                        similarity == null ? 0 : similarity[position],
                        own,
                        rival,
                        evidence.unit(),
                        evidence.flows(),
                        evidence.doubted(),
                        lexical.asksOtherAct(query, position),
                        lexical.coverage(query, position),
                        lexical.nameCoverage(query, position),
                        best.words()[at],
                        query.terms().size(),
                        lexical.matched(query, position).size());
        if (similarity != null && at < READ_TOGETHER && Confidence.of(features, true) >= HOPELESS) {
            features[Confidence.RELEVANCE] = relevance(evidence, position);
        }
        return features;
    }

    /** Those that are passed over take no place from those that are offered. */
    private Bests bests(
            LexicalIndex.Query query, IntPredicate scope, Function<IntPredicate, Best> ranking) {
        Set<String> places = served.isEmpty() ? Set.of() : Places.named(query.words());
        IntPredicate offered = position -> !isPassedOver(position, places, scope);
        Best all = ranking.apply(scope);
        return new Bests(
                all,
                Arrays.stream(all.positions()).allMatch(offered)
                        ? all
                        : ranking.apply(
                                position -> scope.test(position) && offered.test(position)));
    }

    /**
     * Whether a flow that fits best is to be passed over: nobody has said what it does, or somebody
     * that it is not to be used; it is tried out, and there is a live one; or it is one of those
     * that there are for each country, and not for one that the text names.
     */
    private boolean isPassedOver(int position, Set<String> asked, IntPredicate scope) {
        if (hidden.get(position)) {
            return true;
        }
        Integer live = liveTwins.get(position);
        if (live != null && scope.test(live)) {
            return true;
        }
        Purpose purpose = purposes.get(position);
        return !asked.isEmpty()
                && !purpose.places().isEmpty()
                && Collections.disjoint(asked, purpose.places())
                && served.getOrDefault(purpose.family(), Set.of()).size() > 1;
    }

    List<Purpose> purposes() {
        return purposes;
    }

    List<Entry> entries() {
        return entries;
    }

    /**
     * What {@link Relevance} says of a flow; 0 where the text and the flow are not read against one
     * another: a model that tells nothing of tokens, a long text, a flow without a description or
     * in another language, a text that is nearer to one of the flow's examples than to what is said
     * of it.
     */
    private double relevance(Evidence evidence, int position) {
        CachedEmbedding.Read read = evidence.read();
        if (read == null
                || read.tokens().length == 0
                || purposes.get(position).description().isEmpty()
                || evidence.query().words().size() > LONGEST_DOUBTED
                || nearestExample(evidence, position).isPresent()
                || !evidence.english()
                || !Language.isEnglish(beginning(entries.get(position)))) {
            return 0;
        }
        String text = FlowVectors.texts(entries.get(position), purposes.get(position)).get(0);
        return Relevance.trained().logit(read.tokens(), meaning.flow(text));
    }

    private String why(Evidence evidence, int position, boolean named) {
        Entry entry = entries.get(position);
        if (named) {
            return "the text is this flow's name or example";
        }
        if (lexical.asksForSomethingElse(evidence.query(), position)) {
            return "near, but something else is asked for";
        }
        Optional<String> example = nearestExample(evidence, position);
        if (example.isPresent()) {
            return "like the example \"" + example.get() + "\"";
        }
        List<String> words =
                lexical.matched(evidence.query(), position).stream()
                        .map(LexicalIndex.Term::word)
                        .limit(5)
                        .toList();
        if (!words.isEmpty()) {
            return "words: " + String.join(", ", words);
        }
        return evidence.read() == null
                ? "similar spelling only"
                : "meaning of \"" + entry.name() + "\"";
    }

    /** The example whose meaning is nearest, if it is nearer than name and description. */
    private Optional<String> nearestExample(Evidence evidence, int position) {
        List<String> examples = entries.get(position).examples();
        VectorTable vectors = evidence.vectors();
        CachedEmbedding.Read read = evidence.read();
        if (vectors == null || read == null || examples.isEmpty()) {
            return Optional.empty();
        }
        FlowVectors flow = vectors.flow(position);
        double nearest = Vectors.cosine(flow.text(), read.vector());
        int example = -1;
        for (int i = 0; i < flow.examples().size(); i++) {
            double near = Vectors.cosine(flow.examples().get(i), read.vector());
            if (near > nearest) {
                nearest = near;
                example = i;
            }
        }
        return example < 0 ? Optional.empty() : Optional.of(examples.get(example));
    }
}
