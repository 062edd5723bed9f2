package io.agentruntime.routes;

import io.agentruntime.settings.NearestName;
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
        return NearestName.of(name, known)
                .map(one -> "did you mean " + one + "?")
                .orElse(otherwise);
    }
}
