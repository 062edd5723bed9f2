package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Ids that are missing, taken or could meet another file's, and routes that do not say what for.
 */
final class NameChecks {
    private final Findings findings;

    /** The file of each id of a route or a configuration. */
    private final Map<String, String> ids = new HashMap<>();

    /** The file of each id of a step, with what its route sets before it. */
    private final Map<String, String> stepIds = new HashMap<>();

    /**
     * Ids of steps before which a route sets a prefix, as they are written, each with its routes.
     */
    private final Map<String, Map<Node, String>> prefixed = new HashMap<>();

    NameChecks(Findings findings) {
        this.findings = findings;
    }

    /** What other files may call their steps. */
    void learn(RouteFile file) {
        for (Node route : file.routes()) {
            if (!text(route, "nodePrefixId").isEmpty()) {
                learn(file, route, at(route, "from", "steps"));
            }
        }
    }

    private void learn(RouteFile file, Node route, @Nullable Node steps) {
        for (Entry step : entries(steps)) {
            prefixed.computeIfAbsent(text(step.value(), "id"), id -> new LinkedHashMap<>())
                    .put(route, file.name());
            Steps.within(step.value()).forEach(branch -> learn(file, route, branch.steps()));
        }
    }

    /** What is wrong with the names of a route and of its steps. */
    void check(RouteFile file, Node route) {
        boolean taken = ids.containsKey(text(route, "id"));
        String id = idOf(file, route, "route");
        List<Entry> withoutId = new ArrayList<>();
        List<Entry> met = new ArrayList<>();
        // What follows from a taken id of the route is not told beside it
        stepIds(
                file,
                route,
                at(route, "from", "steps"),
                taken ? new HashMap<>() : stepIds,
                withoutId,
                met);
        if (!met.isEmpty()) {
            findings.at(file, at(met.get(0).value(), "id"), met(met, route));
        }
        if (!withoutId.isEmpty()) {
            findings.hint(file, withoutId.get(0).keyNode(), without(withoutId));
        }
        if (id.isEmpty()) {
            return;
        }
        if (text(route, "description").isEmpty()) {
            findings.hint(
                    file,
                    route,
                    "route " + id + " has no description: say in one line what it is for");
        }
        // Which is right once it has an id of its own
        if (!taken && !text(route, "nodePrefixId").equals(id + "-")) {
            findings.hint(
                    file,
                    at(route, "nodePrefixId") == null ? route : at(route, "nodePrefixId"),
                    "ids of steps may meet those of other routes: set nodePrefixId: " + id + "-");
        }
    }

    /** The id of an entity; what is wrong with it is found. */
    String idOf(RouteFile file, Node entity, String kind) {
        String id = text(entity, "id");
        if (id.isEmpty()) {
            if (kind.equals("route")) {
                findings.hint(
                        file,
                        entity,
                        "the route has no id, and has another name in the log after each start: add id: <provider>-<what it does>");
            }
            return id;
        }
        String other = ids.putIfAbsent(id, file.name());
        if (other != null) {
            findings.at(
                    file,
                    at(entity, "id"),
                    "the "
                            + kind
                            + " id "
                            + id
                            + " is taken by one in "
                            + other
                            + ": choose another");
        }
        String provider = RouteFiles.provider(file.name());
        if (provider != null && !id.startsWith(provider + "-")) {
            findings.hint(
                    file,
                    at(entity, "id"),
                    "another provider may use " + id + " as well: begin it with " + provider + "-");
        }
        return id;
    }

    /** Every step should have an id, and with the prefix of its route one of its own. */
    private void stepIds(
            RouteFile file,
            Node route,
            @Nullable Node steps,
            Map<String, String> taken,
            List<Entry> withoutId,
            List<Entry> met) {
        String prefix = text(route, "nodePrefixId");
        for (Entry step : entries(steps)) {
            String id = text(step.value(), "id");
            String other = id.isEmpty() ? null : taken.putIfAbsent(prefix + id, file.name());
            if (id.isEmpty()) {
                withoutId.add(step);
            } else if (other != null) {
                findings.at(
                        file,
                        at(step.value(), "id"),
                        "the step id "
                                + id
                                + " is taken by one in "
                                + other
                                + ": choose another, or set nodePrefixId in its route");
            } else if (asWritten(step, route).isPresent()) {
                met.add(step);
            }
            Steps.within(step.value())
                    .forEach(branch -> stepIds(file, route, branch.steps(), taken, withoutId, met));
        }
    }

    /**
     * The file with another route that writes the id of this step behind its prefix: Camel takes
     * the two for the same.
     */
    private Optional<String> asWritten(Entry step, Node route) {
        String id = text(route, "nodePrefixId") + text(step.value(), "id");
        return prefixed.getOrDefault(id, Map.of()).entrySet().stream()
                .filter(other -> !other.getKey().equals(route))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** What meets for want of one prefix is told once. */
    private String met(List<Entry> steps, Node route) {
        int others = steps.size() - 1;
        return "the step id "
                + text(steps.get(0).value(), "id")
                + " is taken by one in "
                + asWritten(steps.get(0), route).orElse("another file")
                + (others == 0
                        ? ": choose another"
                        : ", and so are " + others + " more of its route: choose others")
                + ", or set nodePrefixId in its route";
    }

    private static String without(List<Entry> steps) {
        String others =
                steps.size() == 1
                        ? " has no id"
                        : " and " + (steps.size() - 1) + " more of its route have no id";
        return "the step "
                + steps.get(0).key()
                + others
                + ": add one that says what it does, such as list-flows, for the log to name it";
    }
}
