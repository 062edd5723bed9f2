package io.agentruntime.routes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A route file as a tree that knows lines and columns. */
record RouteFile(String name, Node root) {
    /** One key and its value: an entity of the file, a step of a route. */
    record Entry(String key, Node keyNode, Node value) {}

    /** The routes of this file. */
    List<Node> routes() {
        return entries(root).stream()
                .filter(entity -> entity.key().equals("route"))
                .map(Entry::value)
                .toList();
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
}
