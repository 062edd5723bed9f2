package io.agentruntime.matching;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Example phrases kept by the operator, {@code examples.yaml}:
 *
 * <pre>
 * - provider: langflow          # or "*", the default
 *   flow: Invoice Reader        # a flow's id or its name
 *   phrases:
 *     - what does this supplier charge us
 * </pre>
 */
public record ExamplesFile(List<Item> items) {

    /**
     * Phrases for one flow.
     *
     * @param provider a provider's name, or {@code *} for any
     * @param flow the flow's id, or its name in any case and with or without accents
     */
    public record Item(String provider, String flow, List<String> phrases) {
        public Item {
            phrases = List.copyOf(phrases);
        }
    }

    public static final ExamplesFile NONE = new ExamplesFile(List.of());

    public ExamplesFile {
        items = List.copyOf(items);
    }

    /** All phrases for a flow, in the order of the file. */
    public List<String> phrases(String provider, String flowId, String flowName) {
        String name = Words.fold(flowName);
        return items.stream()
                .filter(item -> item.provider().equals("*") || item.provider().equals(provider))
                .filter(item -> item.flow().equals(flowId) || Words.fold(item.flow()).equals(name))
                .flatMap(item -> item.phrases().stream())
                .toList();
    }

    /**
     * @throws IllegalArgumentException the file is not of this shape; the message names file and
     *     place
     * @throws IOException the file cannot be read
     */
    public static ExamplesFile load(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
            return root == null ? NONE : new ExamplesFile(items(file, root));
        } catch (YAMLException e) {
            throw new IllegalArgumentException(file + " is not YAML: " + e.getMessage(), e);
        }
    }

    private static List<Item> items(Path file, Object root) {
        if (!(root instanceof List<?> rows)) {
            throw new IllegalArgumentException(file + ": a list of flows is expected");
        }
        List<Item> items = new ArrayList<>();
        for (Object row : rows) {
            String place = file + ": item " + (items.size() + 1);
            if (!(row instanceof Map<?, ?> fields)) {
                throw new IllegalArgumentException(place + " must have flow and phrases");
            }
            if (!(fields.get("phrases") instanceof List<?> phrases)) {
                throw new IllegalArgumentException(place + ": phrases must be a list");
            }
            Object provider = fields.get("provider");
            items.add(
                    new Item(
                            provider == null ? "*" : provider.toString(),
                            text(place + ": flow", fields.get("flow")),
                            phrases.stream()
                                    .map(each -> text(place + ": a phrase", each))
                                    .toList()));
        }
        return items;
    }

    private static String text(String place, Object value) {
        if (value == null || value.toString().isBlank()) {
            throw new IllegalArgumentException(place + " must not be empty");
        }
        return value.toString().strip();
    }
}
