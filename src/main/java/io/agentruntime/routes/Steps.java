package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.support.ObjectHelper;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** How steps are nested, and where they lead. */
final class Steps {
    private static final Set<String> SENDS = Set.of("to", "toD", "wireTap", "poll");
    private static final Set<String> ASKS =
            Set.of("enrich", "pollEnrich", "recipientList", "routingSlip", "dynamicRouter");
    private static final Set<String> LISTS = Set.of("recipientList", "routingSlip");

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

    /** Whether the steps of this one run in any case, those for failures aside. */
    static boolean alwaysRunsFirst(Entry step) {
        return Set.of("circuitBreaker", "doTry", "step", "pipeline").contains(step.key());
    }

    /** Whether some of the steps within this one run in any case. */
    static boolean someRunOf(Entry step) {
        return alwaysRunsFirst(step) || at(step.value(), "otherwise") != null;
    }

    /** Whether steps of this kind send somewhere. */
    static boolean isSending(String kind) {
        return SENDS.contains(kind) || ASKS.contains(kind);
    }

    /** Where a step sends to, as far as the file says; empty for a step that sends nowhere. */
    static List<String> destinations(Entry step, Addresses addresses) {
        if (SENDS.contains(step.key())) {
            return Stream.of(addresses.of(step.value())).filter(uri -> !uri.isEmpty()).toList();
        }
        if (!ASKS.contains(step.key())) {
            return List.of();
        }
        return Stream.of("constant", "simple")
                .flatMap(
                        language ->
                                Stream.of(
                                        at(step.value(), "expression", language),
                                        at(step.value(), language)))
                .map(node -> node instanceof ScalarNode ? text(node) : text(node, "expression"))
                .filter(text -> !text.isEmpty())
                .limit(1)
                .flatMap(text -> listed(step, text))
                .map(addresses::known)
                .toList();
    }

    /** The addresses of a text, separated as Camel does it. */
    private static Stream<String> listed(Entry step, String text) {
        String delimiter =
                Stream.of("delimiter", "uriDelimiter")
                        .map(key -> at(step.value(), key))
                        .filter(ScalarNode.class::isInstance)
                        .map(node -> ((ScalarNode) node).getValue())
                        .filter(said -> !said.isEmpty())
                        .findFirst()
                        .orElse(",");
        // What an expression becomes is only known when it runs
        if (!LISTS.contains(step.key()) || delimiter.equals("false") || text.contains("${")) {
            return Stream.of(text);
        }
        List<String> listed = new ArrayList<>();
        ObjectHelper.createIterator(text, delimiter)
                .forEachRemaining(uri -> listed.add(uri.toString().strip()));
        return listed.stream();
    }
}
