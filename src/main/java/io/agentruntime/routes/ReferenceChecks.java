package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.allEntries;
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
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** Routes and configurations that others refer to, in whichever file they are. */
final class ReferenceChecks {
    /** Where they are, by file. */
    private static final Map<String, String> CALLED_BY_THE_SERVICE =
            Map.of(
                    "catalog.camel.yaml", "direct:catalog-refresh",
                    "errors.camel.yaml", "direct:problem");

    private static final Set<String> ENDS = Set.of("stop", "throwException", "rollback");

    private final Map<String, Node> routes;
    private final Placeholders placeholders;
    private final Addresses addresses;
    private final Findings findings;

    /** The file of what others refer to: the address that a route begins with, a configuration. */
    private final Map<String, String> owners = new HashMap<>();

    private final Set<String> configurations = new TreeSet<>();
    private final Set<String> referenced = new HashSet<>();

    /**
     * @param routes by the address that each begins with; learnt routes are added
     */
    ReferenceChecks(
            Map<String, Node> routes,
            Placeholders placeholders,
            Addresses addresses,
            Findings findings) {
        this.routes = routes;
        this.placeholders = placeholders;
        this.addresses = addresses;
        this.findings = findings;
    }

    /** What other files may refer to. */
    void learn(RouteFile file) {
        for (Node route : file.routes()) {
            String uri = addresses.start(route);
            if (!uri.isEmpty() && routes.putIfAbsent(uri, route) != null) {
                Node from = at(route, "from", "uri");
                findings.at(
                        file,
                        from,
                        "another route begins with "
                                + addresses.shown(uri)
                                + " too: choose another name");
            }
            owners.putIfAbsent(uri, file.name());
        }
        // Also those of a template's route
        allEntries(file.root())
                .filter(entry -> entry.key().equals("routeConfigurationId"))
                .flatMap(entry -> Stream.of(text(entry.value()).split("\\s*,\\s*")))
                .forEach(referenced::add);
        for (Node configuration : file.entities("routeConfiguration")) {
            String id = text(configuration, "id");
            if (id.isEmpty()) {
                findings.at(
                        file,
                        configuration,
                        "without an id, this configuration applies to every route, and hides failures from breakers: add an id, and name it as routeConfigurationId where it is wanted");
            }
            configurations.add(id);
            owners.putIfAbsent(id, file.name());
        }
    }

    /** Configurations that a route names. */
    void configurations(RouteFile file, Node route) {
        Node named = at(route, "routeConfigurationId");
        for (String id : text(named).split("\\s*,\\s*")) {
            if (!id.isEmpty() && !id.endsWith("*") && !configurations.contains(id)) {
                findings.at(
                        file,
                        named,
                        "there is no routeConfiguration "
                                + id
                                + ", so nothing would be repeated: "
                                + Findings.didYouMean(
                                        id,
                                        RouteFiles.meantIn(file.name(), configurations, owners),
                                        "correct the name, add it, or remove the line"));
            }
            findings.ofAnotherProvider(file, named, id, owners.getOrDefault(id, file.name()));
        }
    }

    /** What a route always sends to, and is always sent back from, never ends. */
    void circles(RouteFile file, Node route) {
        String start = addresses.start(route);
        inAnyCase(at(route, "from", "steps"))
                .filter(
                        step ->
                                destinations(step)
                                        .anyMatch(to -> leadsTo(to, start, new HashSet<>())))
                .forEach(
                        step ->
                                findings.at(
                                        file,
                                        step.keyNode(),
                                        "from here it always comes back to "
                                                + addresses.shown(start)
                                                + ", without end: ask in a filter or choice whether to go on"));
    }

    private boolean leadsTo(String from, String target, Set<String> seen) {
        Node route = routes.get(from);
        return from.equals(target)
                || route != null
                        && seen.add(from)
                        && inAnyCase(at(route, "from", "steps"))
                                .flatMap(this::destinations)
                                .anyMatch(to -> leadsTo(to, target, seen));
    }

    private Stream<String> destinations(Entry step) {
        return step.key().equals("to")
                ? Steps.destinations(step, addresses).stream().map(Addresses::name)
                : Stream.of();
    }

    /** Steps that run whatever comes, also within others; not behind one that may end the route. */
    private Stream<Entry> inAnyCase(@Nullable Node steps) {
        List<Entry> sure = new ArrayList<>();
        for (Entry step : entries(steps)) {
            if (!placeholders.isDisabled(step.value())) {
                sure.add(step);
                if (Steps.alwaysRunsFirst(step)) {
                    inAnyCase(at(step.value(), "steps")).forEach(sure::add);
                }
                if (mayEnd(step)) {
                    return sure.stream();
                }
            }
        }
        return sure.stream();
    }

    private static boolean mayEnd(Entry step) {
        return Stream.concat(Stream.of(step), allEntries(step.value()))
                .map(Entry::key)
                .anyMatch(ENDS::contains);
    }

    /** A file of nothing but configurations is there for others, in use or not. */
    void unreferenced(RouteFile file) {
        for (Node configuration : file.entities("routeConfiguration")) {
            String id = text(configuration, "id");
            boolean used =
                    referenced.stream()
                            .anyMatch(
                                    one ->
                                            one.equals(id)
                                                    || one.endsWith("*")
                                                            && id.startsWith(
                                                                    one.substring(
                                                                            0, one.length() - 1)));
            if (!used && !id.isEmpty() && !file.routes().isEmpty()) {
                findings.at(
                        file,
                        at(configuration, "id"),
                        "no route names this configuration, so it does nothing: set routeConfigurationId: "
                                + id
                                + " where it is wanted, or remove it");
            }
        }
    }

    /** Routes that the service calls itself. */
    void calledByTheService(RouteFile file) {
        String start = CALLED_BY_THE_SERVICE.get(file.name());
        if (start != null && !routes.containsKey(start)) {
            findings.at(
                    file,
                    file.root(),
                    "no route begins with " + start + ", which the service itself calls: add it");
        }
    }

    /** The route that a step leads to. */
    void target(RouteFile file, Node where, String uri) {
        String name = Addresses.name(uri);
        if (name.startsWith("direct:") && !name.contains("${") && !routes.containsKey(name)) {
            findings.at(
                    file,
                    where,
                    "no route begins with "
                            + addresses.shown(name)
                            + ": "
                            + Findings.didYouMean(
                                    name,
                                    RouteFiles.meantIn(
                                            file.name(),
                                            addresses.withoutValues(routes.keySet()),
                                            owners),
                                    "correct the name, or add the route"));
        }
    }
}
