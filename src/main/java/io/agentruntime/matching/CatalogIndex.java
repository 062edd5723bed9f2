package io.agentruntime.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Ranks one catalog's entries for a text. */
final class CatalogIndex implements FlowIndex {

    /** BM25 has no upper bound; half of the weight is reached at this score. */
    private static final double LEXICAL_HALF = 24.0;

    /**
     * What words weigh beside one standard deviation of meaning. From 0.5 to 1.5 the development
     * sets move by under a point; see docs/matching.md.
     */
    private static final double LEXICAL_WEIGHT = 1.3;

    /** Rankings kept for texts seen before. */
    private static final int RECENT_RANKINGS = 1_000;

    private final List<Entry> entries;
    private final LexicalIndex lexical;
    private final Function<LexicalIndex.Query, Optional<float[]>> meaning;
    private final Recent<Asked, List<Candidate>> recent = new Recent<>(RECENT_RANKINGS);

    /** Null until the vectors are made; written once. */
    private volatile FlowVectors @Nullable [] vectors;

    private record Asked(String text, IntPredicate scope, int limit, boolean byMeaning) {}

    CatalogIndex(
            List<Entry> entries,
            LexicalIndex lexical,
            Function<LexicalIndex.Query, Optional<float[]>> meaning) {
        this.entries = List.copyOf(entries);
        this.lexical = lexical;
        this.meaning = meaning;
    }

    void learn(FlowVectors[] made) {
        vectors = made;
    }

    @Override
    public List<Candidate> rank(String text, IntPredicate scope, int limit) {
        Asked asked = new Asked(text, scope, limit, vectors != null);
        Optional<List<Candidate>> known = recent.find(asked);
        if (known.isPresent()) {
            return known.get();
        }
        Evidence evidence = evidence(text);
        List<Candidate> ranking = rank(evidence, scope, limit);
        if (evidence.similarity() != null || !asked.byMeaning()) {
            recent.put(asked, ranking);
        }
        return ranking;
    }

    /**
     * All that is known of a text before a scope is chosen.
     *
     * @param similarity of each entry's meaning, null when only words are known
     */
    record Evidence(
            String text,
            LexicalIndex.Query query,
            double[] words,
            float @Nullable [] vector,
            double @Nullable [] similarity,
            double[] fused,
            double unit) {}

    Evidence evidence(String text) {
        LexicalIndex.Query query = lexical.read(text);
        double[] words = lexical.scores(query);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i] / (words[i] + LEXICAL_HALF);
        }
        FlowVectors[] known = vectors;
        Optional<float[]> vector =
                known == null || query.words().isEmpty() ? Optional.empty() : meaning.apply(query);
        if (vector.isEmpty() || known == null) {
            return new Evidence(text, query, words, null, null, words, 1);
        }
        double[] similarity = new double[known.length];
        for (int i = 0; i < known.length; i++) {
            similarity[i] = known[i].similarity(vector.get());
        }
        Moments moments = Moments.of(similarity);
        double[] fused = moments.standardised();
        for (int i = 0; i < fused.length; i++) {
            fused[i] += LEXICAL_WEIGHT * words[i];
        }
        return new Evidence(
                text, query, words, vector.get(), similarity, fused, moments.deviation());
    }

    private List<Candidate> rank(Evidence evidence, IntPredicate scope, int limit) {
        boolean bySense = evidence.similarity() != null;
        int[] best = Ranking.best(evidence.fused(), scope, Math.max(limit, Confidence.RIVALS) + 1);
        int named = lexical.named(evidence.query()).filter(scope::test).orElse(-1);
        boolean nothingAsked =
                evidence.query().smallTalk() || Injection.isAttempted(evidence.text());
        int wordsTop = top(evidence.words(), best);
        List<Candidate> candidates = new ArrayList<>();
        double ceiling = 1;
        for (int position : named < 0 ? best : first(named, best)) {
            if (candidates.size() == limit
                    || !bySense && evidence.words()[position] <= 0 && position != named) {
                break;
            }
            double confidence;
            if (position == named) {
                confidence = Confidence.NAMED;
            } else if (nothingAsked) {
                confidence = Confidence.NONE;
            } else {
                confidence = Confidence.of(features(evidence, best, position, wordsTop), bySense);
            }
            ceiling = Math.min(ceiling, confidence);
            candidates.add(
                    new Candidate(position, ceiling, why(evidence, position, position == named)));
        }
        return List.copyOf(candidates);
    }

    /** What a text names word for word is offered before all others. */
    private static int[] first(int position, int[] others) {
        int[] order = new int[others.length + 1];
        order[0] = position;
        int filled = 1;
        for (int other : others) {
            if (other != position) {
                order[filled++] = other;
            }
        }
        return java.util.Arrays.copyOf(order, filled);
    }

    static int top(double[] scores, int[] positions) {
        int top = -1;
        for (int position : positions) {
            if (scores[position] > (top < 0 ? 0 : scores[top])) {
                top = position;
            }
        }
        return top;
    }

    double[] features(Evidence evidence, int[] best, int position, int wordsTop) {
        double[] fused = evidence.fused();
        double own = fused[position];
        double rival = Double.NEGATIVE_INFINITY;
        double fifth = Double.NEGATIVE_INFINITY;
        int others = 0;
        for (int other : best) {
            // A twin, equal to the last bit, is the same flow again and no rival.
            if (other != position && fused[other] != own && others < Confidence.RIVALS) {
                rival = Math.max(rival, fused[other]);
                others++;
                fifth = others == Confidence.RIVALS ? fused[other] : fifth;
            }
        }
        double[] similarity = evidence.similarity();
        return Confidence.features(
                similarity == null ? 0 : similarity[position],
                own,
                rival,
                fifth,
                evidence.unit(),
                lexical.coverage(evidence.query(), position),
                lexical.nameCoverage(evidence.query(), position),
                evidence.words()[position],
                position == wordsTop,
                evidence.query().terms().size(),
                lexical.matched(evidence.query(), position).size());
    }

    LexicalIndex lexical() {
        return lexical;
    }

    private String why(Evidence evidence, int position, boolean named) {
        Entry entry = entries.get(position);
        if (named) {
            return "the text is this flow's name or example";
        }
        FlowVectors[] known = vectors;
        float[] vector = evidence.vector();
        if (known != null && vector != null && !entry.examples().isEmpty()) {
            FlowVectors flow = known[position];
            double nearest = Vectors.dot(flow.text(), vector);
            int example = -1;
            for (int i = 0; i < flow.examples().size(); i++) {
                double near = Vectors.dot(flow.examples().get(i), vector);
                if (near > nearest) {
                    nearest = near;
                    example = i;
                }
            }
            if (example >= 0) {
                return "like the example \"" + entry.examples().get(example) + "\"";
            }
        }
        List<String> words =
                lexical.matched(evidence.query(), position).stream()
                        .map(LexicalIndex.Term::word)
                        .limit(5)
                        .toList();
        if (!words.isEmpty()) {
            return "words: " + String.join(", ", words);
        }
        return vector == null ? "similar spelling only" : "meaning of \"" + entry.name() + "\"";
    }
}
