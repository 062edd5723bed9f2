package io.agentruntime.routes;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A route file as a tree that knows lines and columns. */
record RouteFile(String name, Node root) {
    /** What decoding puts where bytes are no UTF-8. */
    private static final char UNREADABLE = '\uFFFD';

    /** One key and its value: an entity of the file, a step of a route. */
    record Entry(String key, Node keyNode, Node value) {}

    /**
     * Reads a file; what is wrong with its YAML goes to {@code findings}, and nothing comes back.
     */
    static Optional<RouteFile> parse(String name, String content, Consumer<Finding> findings) {
        int unreadable = content.indexOf(UNREADABLE);
        if (unreadable >= 0) {
            String before = content.substring(0, unreadable);
            findings.accept(
                    new Finding(
                            name,
                            (int) before.chars().filter(c -> c == '\n').count() + 1,
                            unreadable - before.lastIndexOf('\n'),
                            "this is not UTF-8: save the file in this encoding"));
            return Optional.empty();
        }
        try {
            return compose(name, content, findings);
        } catch (MarkedYAMLException e) {
            findings.accept(at(name, e.getProblemMark(), problem(e)));
        } catch (YAMLException e) {
            findings.accept(
                    new Finding(name, 1, 1, "this is not YAML: " + oneLine(e.getMessage())));
        }
        return Optional.empty();
    }

    private static Optional<RouteFile> compose(
            String name, String content, Consumer<Finding> findings) {
        // Before anything follows them: aliases within aliases grow without end.
        for (Event event : yaml().parse(new StringReader(content))) {
            boolean anchor = event instanceof NodeEvent node && node.getAnchor() != null;
            if (anchor || event instanceof AliasEvent) {
                findings.accept(
                        at(
                                name,
                                event.getStartMark(),
                                "anchors and aliases are not used in route files: write it out"));
                return Optional.empty();
            }
        }
        Node root = yaml().compose(new StringReader(content));
        if (!(root instanceof SequenceNode)) {
            String advice =
                    root == null
                            ? "the file is empty: write a list of entities, or delete it"
                            : "a route file is a list: begin each entity with \"- \"";
            findings.accept(new Finding(name, 1, 1, advice));
            return Optional.empty();
        }
        var file = new RouteFile(name, root);
        boolean repeats = file.repeatedKeys(root, findings);
        return repeats ? Optional.empty() : Optional.of(file);
    }

    private static Yaml yaml() {
        return new Yaml(new LoaderOptions());
    }

    private static Finding at(String name, @Nullable Mark mark, String advice) {
        return mark == null ? new Finding(name, 1, 1, advice) : Finding.at(name, mark, advice);
    }

    private static String problem(MarkedYAMLException e) {
        return String.valueOf(e.getProblem()).contains("TAB")
                ? "there is a tab: indent with spaces"
                : "this is not YAML ("
                        + oneLine(e.getProblem())
                        + "): check indentation and quotes";
    }

    /** A message may hold the sign that it is about. */
    private static String oneLine(@Nullable String message) {
        return String.valueOf(message).replaceAll("\\p{Cntrl}+", "");
    }

    /** The last of two equal keys would win without a word. */
    private boolean repeatedKeys(Node node, Consumer<Finding> findings) {
        boolean found = false;
        if (node instanceof SequenceNode list) {
            for (Node element : list.getValue()) {
                found |= repeatedKeys(element, findings);
            }
        } else if (node instanceof MappingNode) {
            Set<String> keys = new HashSet<>();
            for (Entry entry : entries(node)) {
                if (!keys.add(entry.key())) {
                    found = true;
                    findings.accept(
                            at(
                                    name,
                                    entry.keyNode().getStartMark(),
                                    entry.key() + " is here twice: remove one"));
                }
                found |= repeatedKeys(entry.value(), findings);
            }
        }
        return found;
    }

    /** The entities of one kind: {@code route}, {@code routeConfiguration}. */
    List<Node> entities(String kind) {
        return entries(root).stream()
                .filter(entity -> entity.key().equals(kind))
                .map(Entry::value)
                .toList();
    }

    /** The routes of this file: what holds {@code from}, and mostly an id. */
    List<Node> routes() {
        return elements(root).stream()
                .map(entity -> at(entity, "from") == null ? at(entity, "route") : entity)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The beans that this file declares. */
    List<Node> beans() {
        return entities("beans").stream().flatMap(list -> elements(list).stream()).toList();
    }

    static List<Node> elements(@Nullable Node node) {
        return node instanceof SequenceNode list ? list.getValue() : List.of();
    }

    /** All keys of all elements of a list, or of one mapping. */
    static List<Entry> entries(@Nullable Node node) {
        List<Entry> entries = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(element -> entries.addAll(entries(element)));
        } else if (node instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    entries.add(new Entry(key.getValue(), key, tuple.getValueNode()));
                }
            }
        }
        return entries;
    }

    /** The node at a path of keys, or null. */
    static @Nullable Node at(@Nullable Node node, String... path) {
        Node at = node;
        for (String key : path) {
            Node in = at;
            at =
                    in instanceof MappingNode
                            ? entries(in).stream()
                                    .filter(entry -> entry.key().equals(key))
                                    .map(Entry::value)
                                    .findFirst()
                                    .orElse(null)
                            : null;
        }
        return at;
    }

    /** The text at a path of keys; empty when there is none. */
    static String text(@Nullable Node node, String... path) {
        return at(node, path) instanceof ScalarNode scalar ? scalar.getValue().strip() : "";
    }

    /** A node and all below it, but keys. */
    static Stream<Node> all(Node node) {
        Stream<Node> within =
                node instanceof MappingNode
                        ? entries(node).stream().map(Entry::value)
                        : elements(node).stream();
        return Stream.concat(Stream.of(node), within.flatMap(RouteFile::all));
    }

    /** The texts there and below. */
    static Stream<ScalarNode> texts(Node node) {
        return all(node).filter(ScalarNode.class::isInstance).map(ScalarNode.class::cast);
    }

    /** The entries of all mappings there and below. */
    static Stream<Entry> allEntries(Node node) {
        return all(node)
                .filter(MappingNode.class::isInstance)
                .flatMap(map -> entries(map).stream());
    }

    /** Whether a text anywhere below holds this part. */
    static boolean mentions(Node node, String part) {
        return texts(node).anyMatch(text -> text.getValue().contains(part));
    }
}
