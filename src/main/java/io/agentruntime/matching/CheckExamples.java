package io.agentruntime.matching;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells which example phrase goes to which flow when the phrase itself is not known, which moved
 * since the last accepted run, and which are ambiguous.
 */
public final class CheckExamples {

    /** Two flows whose confidences are nearer than this are hard to tell apart. */
    private static final double AMBIGUOUS = 0.1;

    private CheckExamples() {}

    /**
     * @param accepted the last accepted run, phrase and flow key parted by a tab; written when
     *     absent
     * @return 0 when all is as accepted, 1 when a phrase moved
     */
    public static int run(
            FlowMatching matching, List<Entry> entries, Path accepted, PrintStream out)
            throws IOException {
        Map<String, String> before = new TreeMap<>();
        if (Files.exists(accepted)) {
            for (String line : Files.readAllLines(accepted)) {
                String[] parts = line.split("\t", 2);
                if (parts.length == 2) {
                    before.put(parts[0], parts[1]);
                }
            }
        }
        Map<String, String> now = new TreeMap<>();
        int moved = 0;
        for (int position = 0; position < entries.size(); position++) {
            for (String phrase : entries.get(position).examples()) {
                FlowIndex index = matching.build(without(entries, position, phrase));
                matching.settled().toCompletableFuture().join();
                List<Candidate> ranking = index.rank(phrase, any -> true, 2);
                String flow =
                        ranking.isEmpty() ? "none" : entries.get(ranking.get(0).position()).key();
                boolean close =
                        ranking.size() > 1
                                && ranking.get(0).confidence() - ranking.get(1).confidence()
                                        < AMBIGUOUS;
                String last = before.get(phrase);
                boolean hasMoved = last != null && !last.equals(flow);
                moved += hasMoved ? 1 : 0;
                out.printf(
                        "%s\t%s%s%s%s%n",
                        phrase,
                        flow,
                        flow.equals(entries.get(position).key())
                                ? ""
                                : "\tnot " + entries.get(position).key(),
                        close ? "\tambiguous" : "",
                        hasMoved ? "\tmoved from " + last : "");
                now.put(phrase, flow);
            }
        }
        if (before.isEmpty()) {
            List<String> lines = new ArrayList<>();
            now.forEach((phrase, flow) -> lines.add(phrase + "\t" + flow));
            Files.write(accepted, lines);
        }
        return moved == 0 ? 0 : 1;
    }

    /** A phrase is judged as if it were new: its own flow does not know it. */
    private static List<Entry> without(List<Entry> entries, int position, String phrase) {
        List<Entry> others = new ArrayList<>(entries);
        Entry entry = entries.get(position);
        List<String> examples = new ArrayList<>(entry.examples());
        examples.remove(phrase);
        others.set(
                position,
                new Entry(entry.key(), entry.name(), entry.description(), entry.tags(), examples));
        return others;
    }
}
