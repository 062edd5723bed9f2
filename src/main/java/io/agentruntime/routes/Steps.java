package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** How steps are nested, and where they lead. */
final class Steps {
    private static final Set<String> SENDS = Set.of("to", "toD", "wireTap", "poll");
    private static final Set<String> ASKS =
            Set.of("enrich", "pollEnrich", "recipientList", "routingSlip", "dynamicRouter");

    private Steps() {}

    /** Steps within a step, and when they run. */
    record Branch(String key, Node steps) {
        /** Not known is what came before: anything may have failed anywhere. */
        boolean afterFailure() {
            return Set.of("doCatch", "doFinally", "onFallback").contains(key);
        }
    }

    static List<Branch> within(Node step) {
        List<Branch> branches = new ArrayList<>();
        for (Entry entry : entries(step)) {
            if (entry.key().equals("steps")) {
                branches.add(new Branch("steps", entry.value()));
            } else if (Set.of("when", "otherwise", "doCatch", "doFinally", "onFallback")
                    .contains(entry.key())) {
                List<Node> of =
                        entry.value() instanceof SequenceNode list
                                ? list.getValue()
                                : List.of(entry.value());
                for (Node branch : of) {
                    Node steps = at(branch, "steps");
                    if (steps != null) {
                        branches.add(new Branch(entry.key(), steps));
                    }
                }
            }
        }
        return branches;
    }

    /** Whether steps of this kind send somewhere. */
    static boolean isSending(String kind) {
        return SENDS.contains(kind) || ASKS.contains(kind);
    }

    /** Where a step sends to, as far as the file says; empty for a step that sends nowhere. */
    static String destination(Entry step, Addresses addresses) {
        if (SENDS.contains(step.key())) {
            return addresses.of(step.value());
        }
        if (!ASKS.contains(step.key())) {
            return "";
        }
        return Stream.of("constant", "simple")
                .flatMap(
                        language ->
                                Stream.of(
                                        at(step.value(), "expression", language),
                                        at(step.value(), language)))
                .map(node -> node instanceof ScalarNode ? text(node) : text(node, "expression"))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .map(addresses::known)
                .orElse("");
    }
}
