package io.agentruntime.routes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** What checks have found so far. */
final class Findings {
    private static final Comparator<Finding> BY_PLACE =
            Comparator.comparing(Finding::file)
                    .thenComparingInt(Finding::line)
                    .thenComparingInt(Finding::column);

    private final List<Finding> all = new ArrayList<>();

    void add(Finding finding) {
        if (!all.contains(finding)) {
            all.add(finding);
        }
    }

    /** Finds something at a node; at the file's first place when there is none. */
    void at(RouteFile file, @Nullable Node node, String advice) {
        add(Finding.at(file.name(), (node == null ? file.root() : node).getStartMark(), advice));
    }

    List<Finding> sorted() {
        return all.stream().sorted(BY_PLACE).toList();
    }

    /** A word to end an advice with: the known name that was probably meant, or else this. */
    static String didYouMean(String name, Set<String> known, String otherwise) {
        return known.stream()
                .filter(one -> distance(name, one) <= likely(name))
                .min(
                        Comparator.<String>comparingInt(one -> distance(name, one))
                                .thenComparing(Comparator.naturalOrder()))
                .map(one -> "did you mean " + one + "?")
                .orElse(otherwise);
    }

    /** Two letters that changed places are two edits; a third of a short name is no likeness. */
    private static int likely(String name) {
        return name.length() < 5 ? 1 : Math.max(2, name.length() / 3);
    }

    /** Letters to insert, delete or replace; capitals count as their small letters. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                boolean same =
                        Character.toLowerCase(one.charAt(i - 1))
                                == Character.toLowerCase(other.charAt(j - 1));
                int replaced = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
