package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Ids that are missing, taken or could meet another file's, and routes that do not say what for.
 */
final class NameChecks {
    private final Findings findings;

    /** The file of each id of a route or a configuration. */
    private final Map<String, String> ids = new HashMap<>();

    NameChecks(Findings findings) {
        this.findings = findings;
    }

    /** What is wrong with the names of a route and of its steps. */
    void check(RouteFile file, Node route) {
        boolean taken = ids.containsKey(text(route, "id"));
        String id = idOf(file, route, "route");
        List<Entry> withoutId = new ArrayList<>();
        stepIds(file, at(route, "from", "steps"), new HashSet<>(), withoutId);
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

    /** Every step should have an id, and of its own within its route. */
    private void stepIds(
            RouteFile file, @Nullable Node steps, Set<String> taken, List<Entry> withoutId) {
        for (Entry step : entries(steps)) {
            String id = text(step.value(), "id");
            if (id.isEmpty()) {
                withoutId.add(step);
            } else if (!taken.add(id)) {
                findings.at(
                        file,
                        at(step.value(), "id"),
                        "the step id " + id + " is taken in this route: choose another");
            }
            Steps.within(step.value())
                    .forEach(branch -> stepIds(file, branch.steps(), taken, withoutId));
        }
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
