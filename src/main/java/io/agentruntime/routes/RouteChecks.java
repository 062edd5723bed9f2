package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import io.agentruntime.settings.SettingNames;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The rules of route files: those whose breach shows only when a provider fails, and those that
 * keep files readable. What Camel itself refuses when it loads a file is left to Camel.
 */
public final class RouteChecks {
    private static final Set<String> ENTITIES =
            Set.of(
                    "beans",
                    "rest",
                    "restConfiguration",
                    "route",
                    "routeConfiguration",
                    "onException");

    private static final Pattern PROVIDER_FILE = Pattern.compile("provider-(.+)\\.camel\\.yaml");
    private static final Pattern OUTBOUND = Pattern.compile("(https?:|\\{\\{).*");

    /** A placeholder without a default; {@code {{?name}}} is optional. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^?{}:][^{}:]*)}}");

    private final Predicate<String> isKnownProperty;
    private final List<Finding> findings = new ArrayList<>();

    private RouteChecks(Predicate<String> isKnownProperty) {
        this.isKnownProperty = isKnownProperty;
    }

    /**
     * @param contents of files that are used together, by file name
     * @param isKnownProperty whether a placeholder has a value
     */
    public static List<Finding> check(
            Map<String, String> contents, Predicate<String> isKnownProperty) {
        var checks = new RouteChecks(isKnownProperty);
        List<RouteFile> files = new ArrayList<>();
        contents.forEach(
                (name, content) -> {
                    RouteFile file = checks.parse(name, content);
                    if (file != null) {
                        files.add(file);
                    }
                });
        checks.check(files);
        return checks.findings;
    }

    /** A file that has passed the checks. */
    static RouteFile read(String name, String content) {
        return new RouteFile(
                name, new Yaml(new LoaderOptions()).compose(new StringReader(content)));
    }

    private @Nullable RouteFile parse(String name, String content) {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(content));
            if (root instanceof SequenceNode) {
                return new RouteFile(name, root);
            }
            findings.add(
                    new Finding(
                            name, 1, 1, "a route file is a list: begin each entity with \"- \""));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            findings.add(
                    new Finding(
                            name,
                            mark == null ? 1 : mark.getLine() + 1,
                            mark == null ? 1 : mark.getColumn() + 1,
                            "this is not YAML ("
                                    + e.getProblem()
                                    + "): check indentation and quotes"));
        }
        return null;
    }

    private void check(List<RouteFile> files) {
        Map<String, Node> entries = new HashMap<>();
        Map<String, String> ids = new HashMap<>();
        for (RouteFile file : files) {
            for (Node route : file.routes()) {
                entries.put(text(route, "from", "uri"), route);
            }
        }
        for (RouteFile file : files) {
            for (Entry entity : entries(file.root())) {
                if (!ENTITIES.contains(entity.key())) {
                    find(
                            file,
                            entity.keyNode(),
                            "there is no entity "
                                    + entity.key()
                                    + ": use one of beans, rest, routeConfiguration, route");
                }
            }
            for (Node route : file.routes()) {
                names(file, route, ids);
                walk(file, at(route, "from", "steps"), false, entries);
            }
            scan(file, file.root(), entries.keySet());
            providesFlows(file);
        }
    }

    private void names(RouteFile file, Node route, Map<String, String> ids) {
        String id = text(route, "id");
        if (id.isEmpty()) {
            find(file, route, "the route has no id: add id: <provider>-<what it does>");
            return;
        }
        String other = ids.putIfAbsent(id, file.name());
        if (other != null) {
            find(
                    file,
                    at(route, "id"),
                    "the route id " + id + " is taken by one in " + other + ": choose another");
        }
        if (text(route, "description").isEmpty()) {
            find(
                    file,
                    route,
                    "route " + id + " has no description: say in one line what it is for");
        }
        steps(file, at(route, "from", "steps"), new HashSet<>());
    }

    /** Every step has an id of its own within its route. */
    private void steps(RouteFile file, @Nullable Node steps, Set<String> ids) {
        for (Entry step : entries(steps)) {
            if (!(step.value() instanceof MappingNode)) {
                find(
                        file,
                        step.keyNode(),
                        "write "
                                + step.key()
                                + " in full, with an id: "
                                + step.key()
                                + ": {id: …}");
                continue;
            }
            String id = text(step.value(), "id");
            if (id.isEmpty()) {
                find(
                        file,
                        step.keyNode(),
                        "the step "
                                + step.key()
                                + " has no id: add one that says what it does, such as list-flows");
            } else if (!ids.add(id)) {
                find(
                        file,
                        at(step.value(), "id"),
                        "the step id " + id + " is taken in this route: choose another");
            }
            for (Entry inner : entries(step.value())) {
                if (inner.key().equals("steps")) {
                    steps(file, inner.value(), ids);
                } else if (Set.of("when", "otherwise", "doCatch", "doFinally", "onFallback")
                        .contains(inner.key())) {
                    entries(inner.value()).stream()
                            .filter(branch -> branch.key().equals("steps"))
                            .forEach(branch -> steps(file, branch.value(), ids));
                }
            }
        }
    }

    /**
     * Follows the steps in order.
     *
     * @param stripped whether headers were removed since the last outbound call
     * @return the same after these steps
     */
    private boolean walk(
            RouteFile file, @Nullable Node steps, boolean stripped, Map<String, Node> routes) {
        boolean now = stripped;
        for (Entry step : entries(steps)) {
            String uri = text(step.value(), "uri");
            if (step.key().equals("removeHeaders") && text(step.value(), "pattern").equals("*")) {
                now = true;
            } else if (uri.startsWith("direct:")) {
                now = now || strips(routes.get(uri));
            } else if (OUTBOUND.matcher(uri).matches()) {
                if (!now) {
                    find(
                            file,
                            step.keyNode(),
                            "headers of the call before would be sent to this address: put removeHeaders with pattern \"*\" before it");
                }
                now = false;
            }
            for (Entry inner : entries(step.value())) {
                if (inner.key().equals("steps")) {
                    now = walk(file, inner.value(), now, routes);
                } else if (Set.of("when", "otherwise", "doCatch", "doFinally", "onFallback")
                        .contains(inner.key())) {
                    for (Entry branch : entries(inner.value())) {
                        if (branch.key().equals("steps")) {
                            walk(file, branch.value(), now, routes);
                        }
                    }
                }
            }
        }
        return now;
    }

    private static boolean strips(@Nullable Node node) {
        return entries(node).stream()
                .anyMatch(
                        entry ->
                                entry.key().equals("removeHeaders")
                                                && text(entry.value(), "pattern").equals("*")
                                        || strips(entry.value()));
    }

    /** What can be judged wherever it stands: targets, breakers, placeholders. */
    private void scan(RouteFile file, Node node, Set<String> targets) {
        if (node instanceof ScalarNode scalar) {
            placeholders(file, scalar);
        }
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(element -> scan(file, element, targets));
        }
        if (!(node instanceof MappingNode)) {
            return;
        }
        for (Entry entry : entries(node)) {
            String target =
                    entry.value() instanceof ScalarNode
                            ? text(entry.value())
                            : text(entry.value(), "uri");
            if (entry.key().equals("to")
                    && target.startsWith("direct:")
                    && !targets.contains(target)) {
                find(
                        file,
                        entry.keyNode(),
                        "no route begins with " + target + ": correct the name, or add the route");
            }
            if (entry.key().equals("circuitBreaker")
                    && !text(
                                    entry.value(),
                                    "resilience4jConfiguration",
                                    "throwExceptionWhenHalfOpenOrOpenState")
                            .equals("true")) {
                find(
                        file,
                        entry.keyNode(),
                        "while open, this breaker would answer the request itself as the flow list: add throwExceptionWhenHalfOpenOrOpenState: true to its resilience4jConfiguration");
            }
            scan(file, entry.value(), targets);
        }
    }

    private void placeholders(RouteFile file, ScalarNode scalar) {
        Matcher placeholder = PLACEHOLDER.matcher(scalar.getValue());
        while (placeholder.find()) {
            String name = placeholder.group(1).strip();
            if (!isKnownProperty.test(name)) {
                String variable =
                        name.startsWith(SettingNames.PROPERTY_PREFIX)
                                ? "set " + SettingNames.variable(name) + ", or correct the name"
                                : "correct the name";
                find(file, scalar, "{{" + name + "}} has no value: " + variable);
            }
        }
    }

    private void providesFlows(RouteFile file) {
        Matcher provider = PROVIDER_FILE.matcher(file.name());
        if (!provider.matches()) {
            return;
        }
        String id = provider.group(1) + "-flows";
        boolean provides =
                file.routes().stream()
                        .anyMatch(
                                route ->
                                        text(route, "id").equals(id)
                                                && text(route, "from", "uri")
                                                        .equals("direct:" + id));
        if (!provides) {
            find(
                    file,
                    file.root(),
                    "there is no route "
                            + id
                            + " from direct:"
                            + id
                            + ": a provider's file must have it");
        }
    }

    private void find(RouteFile file, @Nullable Node where, String advice) {
        Node node = where == null ? file.root() : where;
        findings.add(Finding.at(file.name(), node.getStartMark(), advice));
    }
}
