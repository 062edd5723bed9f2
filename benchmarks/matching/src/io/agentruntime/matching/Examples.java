package io.agentruntime.matching;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What examples are worth: each flow gets some of its queries as phrases, the others are asked. */
final class Examples {

    private static final int EACH = 3;
    private static final int DRAWS = 4;

    /** Queries that a set must have for each flow. */
    private static final int LEAST = 4;

    private Examples() {}

    static String table(List<EvaluationSet> sets, FlowMatching matching) {
        StringBuilder page =
                new StringBuilder(
                        "\n## With examples\nAccuracy@1 with up to " + EACH + " examples for each flow, drawn from the set's own queries and not asked again; mean of "
                                + DRAWS + " draws, and the same queries without examples.\n\n| set | without | with |\n| --- | --- | --- |\n");
        for (EvaluationSet set : sets) {
            if (set.queries().size() < LEAST * set.entries().size()) {
                continue; // too few are left to ask
            }
            double with = 0;
            double without = 0;
            for (int draw = 0; draw < DRAWS; draw++) {
                double[] shares = draw(set, matching, new Random(draw));
                without += shares[0] / DRAWS;
                with += shares[1] / DRAWS;
            }
            page.append(String.format(Locale.ROOT, "| %s | %.1f | %.1f |%n", set.name(), 100 * without, 100 * with));
        }
        page.append("\nOwn loses by it: some of its flows get a German or Spanish phrase, and to an English model any German or Spanish text is near that one. Its English texts keep their accuracy. Give phrases of another language to all flows that are asked for in it, or to none. So does turns: its examples are whole turns, with what is not wanted and what was pasted in them, and an example is read whole: write the task alone.\n");
        return page.toString();
    }

    private static double[] draw(EvaluationSet set, FlowMatching matching, Random random) {
        List<EvaluationSet.Query> queries = new ArrayList<>(set.queries());
        Collections.shuffle(queries, random);
        Map<Integer, List<String>> phrases = new HashMap<>();
        Set<EvaluationSet.Query> taken = new HashSet<>();
        for (EvaluationSet.Query query : queries) {
            if (query.expected().size() == 1) {
                List<String> known = phrases.computeIfAbsent(query.expected().iterator().next(), key -> new ArrayList<>());
                if (known.size() < EACH) {
                    known.add(query.text());
                    taken.add(query);
                }
            }
        }
        List<Entry> taught = new ArrayList<>();
        for (int i = 0; i < set.entries().size(); i++) {
            Entry entry = set.entries().get(i);
            taught.add(new Entry(entry.key(), entry.name(), entry.description(), entry.tags(), phrases.getOrDefault(i, List.of())));
        }
        List<EvaluationSet.Query> asked =
                queries.stream().filter(query -> !query.expected().isEmpty() && !taken.contains(query)).toList();
        return new double[] {right(set.entries(), asked, matching), right(taught, asked, matching)};
    }

    private static double right(List<Entry> entries, List<EvaluationSet.Query> asked, FlowMatching matching) {
        FlowIndex index = matching.build(entries);
        matching.settled().toCompletableFuture().join();
        return asked.stream()
                .filter(query -> index.rank(query.text(), any -> true, 1).stream().anyMatch(first -> query.expected().contains(first.position())))
                .count()
                / (double) asked.size();
    }
}
