package io.agentruntime.matching;

import io.agentruntime.matching.meaning.CachedEmbedding;
import io.agentruntime.matching.meaning.TextEmbedding;
import io.agentruntime.matching.meaning.VectorTable;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Language;
import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.words.Best;
import io.agentruntime.matching.words.LexicalIndex;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** Says of the best flows for a text how surely each does what is asked, and why. */
final class FlowJudge {
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

    /** Why what a text names word for word is offered. */
    private static final String NAMED = "the text is this flow's name or example";

    private final List<Entry> entries;
    private final List<Purpose> purposes;
    private final LexicalIndex lexical;
    private final Meaning meaning;

    FlowJudge(List<Entry> entries, List<Purpose> purposes, LexicalIndex lexical, Meaning meaning) {
        this.entries = entries;
        this.purposes = purposes;
        this.lexical = lexical;
        this.meaning = meaning;
    }

    /**
     * The best of those that are offered, surest first.
     *
     * @throws TextEmbedding.EmbeddingFailure what a flow says cannot be read now
     */
    List<Candidate> rank(Evidence evidence, IntPredicate scope, int limit) {
        boolean bySense = evidence.similarity() != null;
        Best best = evidence.bests().offered();
        int named = lexical.named(evidence.query(), scope).orElse(-1);
        boolean mayBeForeign = bySense && !evidence.english();
        List<Candidate> candidates = new ArrayList<>();
        double ceiling = evidence.most();
        if (named >= 0) {
            // What a text names word for word is offered before all others.
            ceiling = Confidence.NAMED;
            candidates.add(new Candidate(named, ceiling, NAMED));
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
                    evidence.nothingAsked()
                            ? Confidence.NONE
                            : Confidence.of(features(evidence, i), bySense);
            double most = 1;
            if (lexical.asksForSomethingElse(evidence.query(), position)) {
                most = Confidence.SOMETHING_ELSE;
            } else if (mayBeForeign
                    && isForeign(position)
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
                                why(evidence, position)));
                continue;
            }
            ceiling = Math.min(ceiling, confidence);
            candidates.add(new Candidate(position, ceiling, why(evidence, position)));
        }
        candidates.addAll(others);
        return candidates.stream()
                .sorted(Comparator.comparingDouble(Candidate::confidence).reversed())
                .limit(limit)
                .toList();
    }

    /** How sure the first is; 0 if there is none. */
    double confidence(Evidence evidence, IntPredicate scope) {
        List<Candidate> first = rank(evidence, scope, 1);
        return first.isEmpty() ? 0 : first.get(0).confidence();
    }

    /**
     * Whether a flow is described in another language than the models know. To English models all
     * that is in no English is alike, so that a "good morning" in Turkish is near to any Turkish
     * flow: there words have to say something for it, too, unless the text is in English or nearest
     * to an English example of the flow.
     */
    private boolean isForeign(int position) {
        return meaning.isEnglish() && Language.isForeign(beginning(entries.get(position)));
    }

    /** What tells a flow's language. */
    private static String beginning(Entry entry) {
        String description = entry.description();
        int end = Math.min(description.length(), LANGUAGE_SHOWS);
        return entry.name() + " " + description.substring(0, end);
    }

    /**
     * What words alone say for one flow.
     *
     * @param rivals the best by words
     */
    private double byWords(Evidence evidence, Best rivals, int position) {
        LexicalIndex.Query query = evidence.query();
        Best own = Best.of(lexical.sums(query).of(new int[] {position}), null, 1);
        Evidence words =
                Evidence.byWords(
                        query,
                        evidence.flows(),
                        evidence.nothingAsked(),
                        new Evidence.Bests(rivals, own));
        return Confidence.of(features(words, 0), false);
    }

    private Best bestByWords(Evidence evidence, IntPredicate scope) {
        return Best.of(
                lexical.sums(evidence.query()).best(scope, CatalogIndex.LOOKED_AT),
                null,
                CatalogIndex.LOOKED_AT);
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
        for (int i = 0; i < Math.min(rivals.fused().length, CatalogIndex.LOOKED_AT); i++) {
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
                        evidence.doubt() == Evidence.Doubt.SETTLED,
                        lexical.asksOtherAct(query, position),
                        lexical.coverage(query, position),
                        lexical.nameCoverage(query, position),
                        best.words()[at],
                        query.terms().size(),
                        lexical.matched(query, position).size());
        if (similarity != null && at < READ_TOGETHER && Confidence.of(features, true) >= HOPELESS) {
            features[Confidence.RELEVANCE] =
                    evidence.relevance()
                            .computeIfAbsent(position, flow -> relevance(evidence, flow));
        }
        return features;
    }

    /**
     * What {@link CachedEmbedding.Read#relevance} says of a flow; 0 where the text and the flow are
     * not read against one another: a model that tells nothing of tokens, a long text, a flow
     * without a description or in another language, a text that is nearer to one of the flow's
     * examples than to what is said of it.
     */
    private double relevance(Evidence evidence, int position) {
        CachedEmbedding.Read read = evidence.read();
        if (read == null
                || read.tokens().length == 0
                || purposes.get(position).description().isEmpty()
                || evidence.query().words().size() > CatalogIndex.LONGEST_DOUBTED
                || nearestExample(evidence, position).isPresent()
                || !evidence.english()
                || !Language.isEnglish(beginning(entries.get(position)))) {
            return 0;
        }
        String text = purposes.get(position).texts(List.of()).get(0);
        return read.relevance(meaning.flow(text));
    }

    private String why(Evidence evidence, int position) {
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
            // Words are folded, which takes syllables of Korean apart
            return Normalizer.normalize("words: " + String.join(", ", words), Normalizer.Form.NFC);
        }
        return evidence.read() == null
                ? "similar spelling only"
                : "meaning of \"" + entries.get(position).name() + "\"";
    }

    /** The example that is nearest, if it is nearer than name and description by the margin. */
    private Optional<String> nearestExample(Evidence evidence, int position) {
        List<String> examples = entries.get(position).examples();
        VectorTable vectors = evidence.vectors();
        CachedEmbedding.Read read = evidence.read();
        if (vectors == null || read == null || examples.isEmpty()) {
            return Optional.empty();
        }
        OptionalInt nearest = vectors.nearestExample(position, read.vector());
        return nearest.isPresent()
                ? Optional.of(examples.get(nearest.getAsInt()))
                : Optional.empty();
    }
}
