package io.agentruntime.routes;

import io.agentruntime.settings.NearestName;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** What checks have found so far: faults, and hints at what works and may do harm. */
final class Findings {
    private static final Comparator<Finding> BY_PLACE =
            Comparator.comparing(Finding::file)
                    .thenComparingInt(Finding::line)
                    .thenComparingInt(Finding::column);

    private final Set<Finding> faults = new LinkedHashSet<>();
    private final Set<Finding> hints = new LinkedHashSet<>();

    void add(Finding fault) {
        faults.add(fault);
    }

    /** Finds a fault at a node; at the file's first place when there is none. */
    void at(RouteFile file, @Nullable Node node, String advice) {
        faults.add(finding(file, node, advice));
    }

    /** Finds what stops nothing. */
    void hint(RouteFile file, @Nullable Node node, String advice) {
        hints.add(finding(file, node, advice));
    }

    /** Finds what is of another provider's file, of which an edit takes effect there alone. */
    void ofAnotherProvider(RouteFile file, @Nullable Node node, String name, String owner) {
        if (RouteFiles.isOfAnotherProvider(file.name(), owner)) {
            hint(
                    file,
                    node,
                    name
                            + " is of "
                            + owner
                            + ", and an edit of that file changes nothing here before the next start: have one of its own here");
        }
    }

    private static Finding finding(RouteFile file, @Nullable Node node, String advice) {
        return Finding.at(file.name(), (node == null ? file.root() : node).getStartMark(), advice);
    }

    List<Finding> faults() {
        return faults.stream().sorted(BY_PLACE).toList();
    }

    List<Finding> hints() {
        return hints.stream().sorted(BY_PLACE).toList();
    }

    /** A word to end an advice with: the known name that was probably meant, or else this. */
    static String didYouMean(String name, Set<String> known, String otherwise) {
        return NearestName.of(name, known)
                .map(one -> "did you mean " + one + "?")
                .orElse(otherwise);
    }
}
