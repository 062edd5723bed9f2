package io.agentruntime.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.routes.RouteFile.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Holds a file to the schema of the YAML DSL that Camel itself carries. A validator for any schema
 * would say that none of 40 alternatives fits; this one knows how that schema is made, and says
 * which word is unknown, where, and which was probably meant.
 */
final class DslSchema {
    private static final String SCHEMA = "/schema/camelYamlDsl.json";
    private static final String DEFINITIONS = "#/items/definitions/";

    /** Properties that the schema takes for any text, and Camel for a time. */
    private static final Pattern TIME = Pattern.compile("(?i)delay|timeout|period|interval");

    private static final JsonNode ROOT = load();

    private final RouteFile file;
    private final Expressions expressions;
    private final Findings findings;

    private DslSchema(RouteFile file, Expressions expressions, Findings findings) {
        this.file = file;
        this.expressions = expressions;
        this.findings = findings;
    }

    static void check(RouteFile file, Expressions expressions, Findings findings) {
        var schema = new DslSchema(file, expressions, findings);
        for (Node entity : RouteFile.elements(file.root())) {
            schema.check(entity, ROOT.path("items"), "a route file", "entity");
        }
    }

    private static JsonNode load() {
        try (InputStream in = DslSchema.class.getResourceAsStream(SCHEMA)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(SCHEMA + " cannot be read", e);
        }
    }

    /**
     * @param owner what holds the node, for people
     * @param kind what a key of the node is called
     */
    private void check(Node node, JsonNode declared, String owner, String kind) {
        JsonNode schema = resolve(declared);
        if (schema.isEmpty()) {
            return;
        }
        Set<String> types = types(schema);
        if (node instanceof MappingNode map && isPlaceholder(map)) {
            findings.at(file, node, "a text that begins with a placeholder needs quotes around it");
        } else if (node instanceof MappingNode map) {
            if (accepts(node, types, "object", owner)) {
                mapping(map, schema, owner, kind);
            }
        } else if (node instanceof SequenceNode list) {
            if (accepts(node, types, "array", owner)) {
                JsonNode items = schema.path("items");
                boolean steps = resolve(items).path("properties").has("setBody");
                for (Node element : list.getValue()) {
                    check(element, items, owner, steps ? "step" : "property");
                }
            }
        } else if (node instanceof ScalarNode scalar) {
            scalar(scalar, schema, types, owner);
        }
    }

    private boolean accepts(Node node, Set<String> types, String type, String owner) {
        boolean accepted = types.isEmpty() || types.contains(type);
        if (!accepted) {
            boolean isExpression = types.contains("object") && RouteFile.text(node).contains("${");
            findings.at(
                    file,
                    node,
                    owner
                            + " takes "
                            + String.join(" or ", words(types))
                            + ", not "
                            + word(type)
                            + (isExpression ? ": write simple: below it, and this there" : ""));
        }
        return accepted;
    }

    /** To YAML, <code>{{name}}</code> is a mapping whose key is one. */
    private static boolean isPlaceholder(MappingNode map) {
        return map.getValue().size() == 1
                && map.getValue().get(0).getKeyNode() instanceof MappingNode;
    }

    private void mapping(MappingNode map, JsonNode schema, String owner, String kind) {
        List<JsonNode> parts = new ArrayList<>();
        collect(schema, parts);
        Set<String> known = new TreeSet<>();
        parts.forEach(part -> part.path("properties").fieldNames().forEachRemaining(known::add));
        if (known.isEmpty()) {
            noLists(map, owner);
            return;
        }
        List<Entry> entries = RouteFile.entries(map);
        for (Entry entry : entries) {
            if (!known.contains(entry.key())) {
                findings.at(file, entry.keyNode(), unknown(entry.key(), known, owner, kind));
                continue;
            }
            check(entry.value(), property(parts, entry.key()), entry.key(), "property");
        }
        if (entries.size() > 1 && schema.path("maxProperties").asInt(entries.size()) == 1) {
            findings.at(
                    file,
                    entries.get(1).keyNode(),
                    "one "
                            + kind
                            + " is one element of the list: begin "
                            + entries.get(1).key()
                            + " with \"- \"");
            return;
        }
        Set<String> present = new LinkedHashSet<>(entries.stream().map(Entry::key).toList());
        for (JsonNode part : parts) {
            for (JsonNode required : part.path("required")) {
                boolean own = part == schema || part.has("additionalProperties");
                if (own && !present.contains(required.asText())) {
                    findings.at(file, map, owner + " has no " + required.asText() + ": add it");
                }
            }
        }
        choices(schema, map, present, owner);
    }

    /**
     * Where names are free, Camel reads texts and mappings of them, and says of a list no place.
     */
    private void noLists(MappingNode map, String owner) {
        for (Entry entry : RouteFile.entries(map)) {
            if (entry.value() instanceof MappingNode within) {
                noLists(within, owner);
            } else if (entry.value() instanceof SequenceNode) {
                findings.at(
                        file,
                        entry.value(),
                        entry.key()
                                + " takes a text, not a list"
                                + (owner.equals("properties")
                                        ? ": write all of it as one text, mostly with commas between"
                                        : ""));
            }
        }
    }

    private static String unknown(String key, Set<String> known, String owner, String kind) {
        String all =
                known.size() <= 12
                        ? "use one of " + String.join(", ", known)
                        : "see Camel's documentation of " + owner;
        String meant = Findings.didYouMean(key, known, all);
        return kind.equals("property")
                ? owner + " has no property " + key + ": " + meant
                : "there is no " + kind + " " + key + ": " + meant;
    }

    /** The schema and, in it, all alternatives that a mapping may take. */
    private static void collect(JsonNode declared, List<JsonNode> parts) {
        JsonNode schema = resolve(declared);
        parts.add(schema);
        for (JsonNode alternative : alternatives(schema)) {
            collect(alternative, parts);
        }
    }

    private static JsonNode property(List<JsonNode> parts, String key) {
        return parts.stream()
                .map(part -> part.path("properties").path(key))
                .filter(schema -> !schema.isMissingNode() && !schema.isEmpty())
                .findFirst()
                .orElseGet(() -> ROOT.path("none"));
    }

    /** Of expressions, error handlers and the like there can be one only, and often must be one. */
    private void choices(JsonNode schema, MappingNode map, Set<String> present, String owner) {
        List<JsonNode> groups = new ArrayList<>();
        if (schema.has("oneOf")) {
            groups.add(schema);
        }
        schema.path("anyOf").forEach(groups::add);
        boolean optional = groups.size() > 1;
        for (JsonNode group : groups) {
            Set<String> keys = new TreeSet<>();
            boolean none = choiceKeys(group, keys);
            List<String> chosen = present.stream().filter(keys::contains).toList();
            if (chosen.size() > 1) {
                findings.at(
                        file,
                        map,
                        owner
                                + " can have only one of "
                                + String.join(" and ", chosen)
                                + ": remove the other");
            } else if (chosen.isEmpty() && !keys.isEmpty() && !none && !optional) {
                findings.at(
                        file,
                        map,
                        owner + " has none of " + String.join(", ", keys) + ": add the one wanted");
            }
        }
    }

    /** Adds the keys that exclude each other; answers whether none of them may be there. */
    private static boolean choiceKeys(JsonNode group, Set<String> keys) {
        boolean none = false;
        for (JsonNode declared : group.path("oneOf")) {
            JsonNode alternative = resolve(declared);
            if (alternative.has("not")) {
                none = true;
            } else if (alternative.has("oneOf") || alternative.has("anyOf")) {
                choiceKeys(alternative, keys);
                alternative.path("anyOf").forEach(inner -> choiceKeys(inner, keys));
            } else if (!alternative.has("additionalProperties")) {
                alternative.path("required").forEach(key -> keys.add(key.asText()));
            }
        }
        return none;
    }

    private void scalar(ScalarNode scalar, JsonNode schema, Set<String> types, String owner) {
        String value = scalar.getValue();
        boolean quoted = scalar.getScalarStyle() != ScalarStyle.PLAIN;
        if (value.isEmpty() && !quoted && !types.contains("string")) {
            findings.at(file, scalar, owner + " has no value: give it one, or remove it");
            return;
        }
        boolean isText = types.contains("string");
        if (types.isEmpty() || isText && value.contains("${")) {
            return;
        }
        if (isText) {
            duration(scalar, schema, owner);
        }
        if (value.contains("{{")) {
            return;
        }
        if (isText) {
            oneOf(scalar, schema, owner);
            return;
        }
        String type =
                value.matches("(?i)true|false")
                        ? "boolean"
                        : value.matches("-?\\d+(\\.\\d+)?") ? "number" : "string";
        if (!types.contains(type)) {
            accepts(scalar, types, type, owner);
        } else if (quoted) {
            findings.at(file, scalar, "write " + value + " without quotes");
        }
    }

    /** Camel would find out with the first failure that is to be repeated. */
    private void duration(ScalarNode scalar, JsonNode schema, String owner) {
        boolean wanted =
                TIME.matcher(owner).find() && schema.path("default").asText().matches("\\d+");
        if (wanted && !expressions.canBeTime(scalar.getValue())) {
            findings.at(
                    file,
                    scalar,
                    owner
                            + " takes milliseconds or a duration such as 2s, not "
                            + scalar.getValue());
        }
    }

    private void oneOf(ScalarNode scalar, JsonNode schema, String owner) {
        Set<String> values = new TreeSet<>();
        schema.path("enum").forEach(value -> values.add(value.asText()));
        if (!values.isEmpty() && !values.contains(scalar.getValue())) {
            findings.at(
                    file,
                    scalar,
                    owner
                            + " cannot be "
                            + scalar.getValue()
                            + ": use one of "
                            + String.join(", ", values));
        }
    }

    private static Set<String> types(JsonNode schema) {
        Set<String> types = new TreeSet<>();
        if (schema.has("type")) {
            types.add(schema.path("type").asText());
        } else {
            alternatives(schema).forEach(one -> types.addAll(types(resolve(one))));
        }
        return types;
    }

    private static List<JsonNode> alternatives(JsonNode schema) {
        List<JsonNode> alternatives = new ArrayList<>();
        schema.path("oneOf").forEach(alternatives::add);
        schema.path("anyOf").forEach(alternatives::add);
        return alternatives;
    }

    private static JsonNode resolve(JsonNode declared) {
        JsonNode schema = declared;
        while (schema.has("$ref")) {
            String ref = schema.path("$ref").asText();
            schema =
                    ROOT.path("items")
                            .path("definitions")
                            .path(ref.substring(DEFINITIONS.length()));
        }
        return schema;
    }

    private static List<String> words(Set<String> types) {
        return types.stream().map(DslSchema::word).toList();
    }

    private static String word(String type) {
        return switch (type) {
            case "object" -> "a mapping";
            case "array" -> "a list";
            case "boolean" -> "true or false";
            case "integer", "number" -> "a number";
            default -> "a text";
        };
    }
}
