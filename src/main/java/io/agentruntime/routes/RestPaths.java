package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import io.agentruntime.settings.OpenPaths;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Whether what is offered over HTTP can be asked for: the security rules let nothing else in. */
final class RestPaths {
    private static final String ROOT = "{{agent-runtime.root-path}}";

    private static final Set<String> METHODS =
            Set.of("get", "post", "put", "patch", "delete", "head");

    /** Those for which Camel looks at what is consumed. */
    private static final Set<String> WITH_BODY = Set.of("post", "put", "patch");

    private static final List<String> TYPES = List.of("consumes", "produces");

    private static final String PLATFORM_HTTP = "platform-http:";

    private final Placeholders placeholders;
    private final Addresses addresses;
    private final Findings findings;
    private final Set<String> offered = new HashSet<>();
    private String contextPath = "";

    RestPaths(Placeholders placeholders, Addresses addresses, Findings findings) {
        this.placeholders = placeholders;
        this.addresses = addresses;
        this.findings = findings;
    }

    /** What all paths begin with may be said in any file. */
    void learn(RouteFile file) {
        for (Node configuration : file.entities("restConfiguration")) {
            contextPath += text(configuration, "contextPath");
        }
    }

    void check(RouteFile file) {
        for (Node rest : file.entities("rest")) {
            Node path = at(rest, "path");
            if (!placeholders.isDisabled(rest)) {
                mediaTypes(file, rest, "produces");
                if (entries(rest).stream().map(Entry::key).anyMatch(WITH_BODY::contains)) {
                    mediaTypes(file, rest, "consumes");
                }
            }
            for (Entry method : entries(rest)) {
                if (METHODS.contains(method.key()) && !placeholders.isDisabled(rest)) {
                    operations(method.value())
                            .filter(operation -> !placeholders.isDisabled(operation))
                            .forEach(
                                    operation -> {
                                        mediaTypes(file, operation, "produces");
                                        if (WITH_BODY.contains(method.key())) {
                                            mediaTypes(file, operation, "consumes");
                                        }
                                        Node own = at(operation, "path");
                                        Node place = own == null ? path : own;
                                        Node where = place == null ? method.keyNode() : place;
                                        String written =
                                                String.join(
                                                        "/", contextPath, text(path), text(own));
                                        reach(file, where, written);
                                        if (!offered.add(
                                                key(method.key(), rest, operation, written))) {
                                            findings.at(
                                                    file,
                                                    where,
                                                    "another operation is "
                                                            + method.key()
                                                            + " "
                                                            + shown(written)
                                                            + " too, and only one would answer: choose another path");
                                        }
                                    });
                }
            }
        }
        for (Node route : file.routes()) {
            String from = addresses.of(at(route, "from"));
            if (from.startsWith(PLATFORM_HTTP)) {
                String path = Addresses.name(from.substring(PLATFORM_HTTP.length()));
                reach(file, at(route, "from"), path);
                TYPES.forEach(key -> mediaTypes(file, at(route, "from", "parameters"), key));
            }
        }
    }

    /**
     * Camel does not look at them. What is none is refused in the midst of an exchange, and other
     * operations are 404 afterwards.
     */
    private void mediaTypes(RouteFile file, @Nullable Node serving, String key) {
        Node types = at(serving, key);
        placeholders
                .problem(text(types), RestPaths::mediaTypesProblem)
                .ifPresent(
                        advice ->
                                findings.at(
                                        file,
                                        types,
                                        key + " cannot be " + text(types) + ": " + advice));
    }

    private static Optional<String> mediaTypesProblem(String written) {
        try {
            for (String type : written.isEmpty() ? new String[0] : written.split(",", -1)) {
                MimeTypeUtils.parseMimeType(type);
            }
            return Optional.empty();
        } catch (InvalidMimeTypeException e) {
            return Optional.of("write media types such as application/json, with commas between");
        }
    }

    /**
     * What tells requests of one operation from those of another, whatever parameters are called.
     */
    private String key(String method, Node rest, Node operation, String written) {
        String path = address(segments(written)).replaceAll("\\{[^/]*}", "{}");
        return TYPES.stream()
                .flatMap(types -> Stream.of(text(rest, types), text(operation, types)))
                .collect(Collectors.joining(" ", method + " " + path + " ", ""));
    }

    private static Stream<Node> operations(Node method) {
        return method instanceof SequenceNode list ? list.getValue().stream() : Stream.of(method);
    }

    private void reach(RouteFile file, @Nullable Node where, String written) {
        if (!placeholders.areKnown(written)) {
            return;
        }
        List<String> path = segments(written);
        List<String> root = segments(ROOT);
        boolean below = path.size() >= root.size();
        for (int i = 0; below && i < root.size(); i++) {
            below = path.get(i).equals(root.get(i)) || path.get(i).startsWith("{");
        }
        if (!below && !OpenPaths.OF_ROUTES.contains(address(path))) {
            findings.at(
                    file,
                    where,
                    shown(written)
                            + " is never reached, as requests outside of the API's root are 404: begin the path with "
                            + ROOT
                            + "/");
        }
    }

    private String shown(String written) {
        return address(split(placeholders.shown(written)));
    }

    private static String address(List<String> path) {
        return "/" + String.join("/", path);
    }

    private List<String> segments(String path) {
        return split(placeholders.resolve(path));
    }

    private static List<String> split(String path) {
        return Stream.of(path.split("/"))
                .map(String::strip)
                .filter(segment -> !segment.isEmpty())
                .toList();
    }
}
