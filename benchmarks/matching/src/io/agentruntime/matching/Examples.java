package io.agentruntime.matching;

import io.agentruntime.matching.text.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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

    /** Texts that must be left to ask in a draw, of all catalogs of a set. */
    private static final int LEAST = 30;

    /** Of a draw: how many are asked, and how many of these are right without examples, and with them. */
    private record Outcome(int asked, int without, int with) {
        Outcome plus(Outcome other) {
            return new Outcome(asked + other.asked, without + other.without, with + other.with);
        }
    }

    private Examples() {}

    static String table(List<EvaluationSet> sets, FlowMatching matching) {
        StringBuilder page =
                new StringBuilder(
                        "\n## With examples\nAccuracy@1 with up to " + EACH + " examples for each flow, drawn from the set's own queries and not asked again; all of "
                                + DRAWS + " draws, and the same queries without examples. Sets that leave fewer than " + LEAST
                                + " queries to ask are not shown.\n\n| set | asked in a draw | without | with |\n| --- | --- | --- | --- |\n");
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (EvaluationSet set : sets) {
            for (int draw = 0; draw < DRAWS; draw++) {
                outcomes.merge(set.name(), draw(set, matching, new Random(draw)), Outcome::plus);
            }
        }
        outcomes.forEach(
                (name, all) -> {
                    if (all.asked >= LEAST * DRAWS) {
                        page.append(String.format(Locale.ROOT, "| %s | %d | %.1f | %.1f |%n", name, all.asked / DRAWS, 100.0 * all.without / all.asked, 100.0 * all.with / all.asked));
                    }
                });
        page.append("\nFlows with a name alone (clinc) or a slogan for a description (toole) gain. Flows that are well described do not: an example is a text of one manner and one case, and as near to others of that manner, or with the same names, as to those of its flow. So a text is nearer to an example than to what is said of the flow only if it is so by .08 in cosine (of the models in the jar; with an endpoint there is no margin). Before, nearby lost 9 points (each of its flows is asked for in five manners, and has phrases in three). In the five sets, each flow with its examples, 3,428 matches were right, 463 wrong, and 994 were where nothing fits; now it is 3,374, 357 and 733. With .045 for the thorough model, whose similarities lie closer together, it is 3,371, 378 and 759. With .1 it is 3,354, 348 and 718, and a text in one misspelled word no longer finds a flow in another language by its English example. Give phrases to flows that are missed, with nothing in them but the task.\n\nSome flows of own get a German or Spanish phrase, and to an English model any German or Spanish text is near that one. Give phrases of another language to all flows that are asked for in it, or to none. Turns loses because its examples are whole turns, with what is not wanted and what was pasted in them, and an example is read whole: write the task alone.\n");
        return page.toString();
    }

    private static Outcome draw(EvaluationSet set, FlowMatching matching, Random random) {
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
        List<EvaluationSet.Query> asked =
                queries.stream().filter(query -> !query.expected().isEmpty() && !taken.contains(query)).toList();
        if (asked.isEmpty()) {
            return new Outcome(0, 0, 0);
        }
        List<Entry> taught = new ArrayList<>();
        for (int i = 0; i < set.entries().size(); i++) {
            Entry entry = set.entries().get(i);
            taught.add(new Entry(entry.key(), entry.name(), entry.description(), entry.tags(), phrases.getOrDefault(i, List.of())));
        }
        return new Outcome(asked.size(), right(set.entries(), asked, matching), right(taught, asked, matching));
    }

    private static int right(List<Entry> entries, List<EvaluationSet.Query> asked, FlowMatching matching) {
        FlowIndex index = matching.build(entries);
        matching.settled().toCompletableFuture().join();
        return (int)
                asked.stream()
                        .filter(query -> index.rank(query.text(), any -> true, 1).stream().anyMatch(first -> query.expected().contains(first.position())))
                        .count();
    }
}
