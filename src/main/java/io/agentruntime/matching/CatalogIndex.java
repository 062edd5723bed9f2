package io.agentruntime.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Ranks one catalog's entries for a text. */
final class CatalogIndex implements FlowIndex {

    private final LexicalIndex lexical;

    CatalogIndex(LexicalIndex lexical) {
        this.lexical = lexical;
    }

    @Override
    public List<Candidate> rank(String text, IntPredicate scope, int limit) {
        LexicalIndex.Query query = lexical.read(text);
        double[] scores = lexical.scores(query);
        // One more than asked for, so that even the last has a rival to be measured against.
        int[] best = Ranking.best(scores, scope, Math.max(limit, 1) + 1);
        int named = lexical.named(query).filter(scope::test).orElse(-1);
        List<Candidate> candidates = new ArrayList<>();
        double ceiling = 1;
        for (int rank = 0; rank < Math.min(best.length, limit); rank++) {
            int position = best[rank];
            if (scores[position] <= 0 && position != named) {
                break;
            }
            double rival = best.length < 2 ? 0 : scores[best[rank == 0 ? 1 : 0]];
            double confidence =
                    position == named
                            ? Confidence.NAMED
                            : query.smallTalk() || Injection.isAttempted(text)
                                    ? Confidence.NONE
                                    : Confidence.lexical(
                                            new Confidence.Lexical(
                                                    lexical.coverage(query, position),
                                                    lexical.nameCoverage(query, position),
                                                    lexical.matched(query, position).size(),
                                                    saturated(scores[position])
                                                            - saturated(rival)));
            ceiling = Math.min(ceiling, confidence);
            candidates.add(
                    new Candidate(position, ceiling, why(query, position, position == named)));
        }
        return List.copyOf(candidates);
    }

    /** BM25 has no upper bound; half of the weight is reached at this score. */
    private static final double HALF = 8.0;

    static double saturated(double score) {
        return score / (score + HALF);
    }

    private String why(LexicalIndex.Query query, int position, boolean named) {
        if (named) {
            return "named or given as an example, word for word";
        }
        List<String> words =
                lexical.matched(query, position).stream()
                        .map(LexicalIndex.Term::word)
                        .limit(5)
                        .toList();
        return words.isEmpty() ? "similar spelling only" : "words: " + String.join(", ", words);
    }
}
