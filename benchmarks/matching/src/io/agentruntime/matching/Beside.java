package io.agentruntime.matching;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** What a sentence costs that stands beside a task and is no part of it. */
final class Beside {

    private static final double THRESHOLD = 0.5;

    private record Outcome(int right, int wrong, int none) {
        Outcome plus(Outcome other) {
            return new Outcome(right + other.right, wrong + other.wrong, none + other.none);
        }
    }

    private Beside() {}

    /**
     * @param file of sentences, each with its group and whether it stands before a text or behind it
     */
    static String table(List<EvaluationSet> sets, FlowMatching matching, Path file) throws IOException {
        Map<String, List<UnaryOperator<String>>> groups = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(" ", 3);
            if (!parts[0].equals("#")) {
                groups.computeIfAbsent(parts[0], first -> new ArrayList<>())
                        .add(parts[1].equals("before") ? text -> before(text, parts[2]) : text -> behind(text, parts[2]));
            }
        }
        groups.put("", List.of(UnaryOperator.identity()));
        Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
        for (EvaluationSet set : sets) {
            FlowIndex index = matching.build(set.entries());
            matching.settled().toCompletableFuture().join();
            List<Outcome> ofSet = groups.values().stream().map(group -> outcome(set, index, group)).toList();
            outcomes.merge(set.name(), ofSet, Beside::plus);
        }
        outcomes.put("all", outcomes.values().stream().reduce(Beside::plus).orElseThrow());
        StringBuilder page =
                new StringBuilder(
                        "\n## With a sentence beside the task\nHow many texts are matched right, how many wrong, and how many that nothing fits, at the default threshold: alone, and with one of fifteen sentences before or behind each (`benchmarks/matching/sets/beside.txt`). Which sentences are left out was decided after seeing what A costs; B is held out.\n\n| set | alone | with one of A | with one of B |\n| --- | --- | --- | --- |\n");
        outcomes.forEach(
                (set, all) -> {
                    page.append("| ").append(set);
                    all.forEach(o -> page.append(String.format(Locale.ROOT, " | %d, %d, %d", o.right, o.wrong, o.none)));
                    page.append(" |\n");
                });
        return page.toString();
    }

    private static String before(String text, String sentence) {
        return sentence + " " + text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String behind(String text, String sentence) {
        return text + (text.matches("(?s).*[.!?]") ? " " : ". ") + sentence;
    }

    private static List<Outcome> plus(List<Outcome> some, List<Outcome> others) {
        return IntStream.range(0, some.size()).mapToObj(i -> some.get(i).plus(others.get(i))).toList();
    }

    /** The same sentence for the same text in each run. */
    private static Outcome outcome(EvaluationSet set, FlowIndex index, List<UnaryOperator<String>> group) {
        return set.queries().stream()
                .map(
                        query -> {
                            String text = group.get(Math.floorMod(query.text().hashCode(), group.size())).apply(query.text());
                            return outcome(query, index.match(text, any -> true, 1, Doubts.ofMatch(THRESHOLD)).candidates());
                        })
                .reduce(new Outcome(0, 0, 0), Outcome::plus);
    }

    private static Outcome outcome(EvaluationSet.Query query, List<Candidate> ranking) {
        if (ranking.isEmpty() || ranking.get(0).confidence() < THRESHOLD) {
            return new Outcome(0, 0, 0);
        }
        boolean right = query.expected().contains(ranking.get(0).position());
        return query.expected().isEmpty() ? new Outcome(0, 0, 1) : new Outcome(right ? 1 : 0, right ? 0 : 1, 0);
    }
}
