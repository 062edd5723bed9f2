package io.agentruntime.matching;

import io.agentruntime.matching.text.Words;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

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
     * @param folded the same name as {@link Words#fold} makes it
     */
    public record Item(String provider, String flow, String folded, List<String> phrases) {
        public Item {
            phrases = List.copyOf(phrases);
        }

        Item(String provider, String flow, List<String> phrases) {
            this(provider, flow, Words.fold(flow), phrases);
        }

        private boolean isFor(String provider, String flowId, String flowName, String foldedName) {
            return (this.provider.equals("*") || this.provider.equals(provider))
                    && (flow.equals(flowId)
                            || (folded.isEmpty()
                                    ? flow.equals(flowName)
                                    : folded.equals(foldedName)));
        }
    }

    public static final ExamplesFile NONE = new ExamplesFile(List.of());

    public ExamplesFile {
        items = List.copyOf(items);
    }

    /** What the file says of a flow, in its order. */
    public List<Item> items(String provider, String flowId, String flowName) {
        // Once, not for each of the items: there may be as many as flows
        String folded = Words.fold(flowName);
        return items.stream()
                .filter(item -> item.isFor(provider, flowId, flowName, folded))
                .toList();
    }

    /** All phrases of these, in their order. */
    public static List<String> phrases(List<Item> items) {
        return items.stream().flatMap(item -> item.phrases().stream()).toList();
    }

    /**
     * @throws IllegalArgumentException the file is not of this shape; the message is one line that
     *     names file and line
     * @throws IOException the file cannot be read
     */
    public static ExamplesFile load(Path file) throws IOException {
        try {
            var content = new StringReader(read(file));
            Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(content);
            return root == null ? NONE : new ExamplesFile(items(file, root));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            throw new IllegalArgumentException(
                    (mark == null ? file.toString() : file + " line " + (mark.getLine() + 1))
                            + " is not YAML: "
                            + e.getProblem(),
                    e);
        } catch (YAMLException | CharacterCodingException e) {
            String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new IllegalArgumentException(file + " is not YAML in UTF-8: " + first, e);
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException | CharacterCodingException e) {
            throw e;
        } catch (IOException e) {
            // The message of these begins with the path
            String reason =
                    e instanceof FileSystemException ofFile ? ofFile.getReason() : e.getMessage();
            if (reason == null) {
                reason = "check who may read it";
            }
            throw new IOException(file + " cannot be read: " + reason, e);
        }
    }

    private static List<Item> items(Path file, Node root) {
        List<Item> items = new ArrayList<>();
        for (Node row : list(file, root, "a list of flows")) {
            if (!(row instanceof MappingNode fields)) {
                throw wrong(file, row, "provider, flow and phrases are expected here");
            }
            String provider = "*";
            String flow = null;
            List<String> phrases = null;
            for (NodeTuple field : fields.getValue()) {
                Node value = field.getValueNode();
                switch (text(file, field.getKeyNode(), "a name")) {
                    case "provider" -> provider = text(file, value, "provider");
                    case "flow" -> flow = text(file, value, "flow");
                    case "phrases" ->
                            phrases =
                                    list(file, value, "a list of phrases").stream()
                                            .map(each -> text(file, each, "a phrase"))
                                            .toList();
                    default ->
                            throw wrong(
                                    file,
                                    field.getKeyNode(),
                                    "only provider, flow and phrases are known here");
                }
            }
            if (flow == null || phrases == null) {
                throw wrong(file, row, (flow == null ? "flow" : "phrases") + " is missing");
            }
            items.add(new Item(provider, flow, phrases));
        }
        return items;
    }

    private static List<Node> list(Path file, Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw wrong(file, node, what + " is expected here");
    }

    /** A phrase is one line: line ends inside it are spaces. */
    private static String text(Path file, Node node, String what) {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue().strip().replaceAll("\\s+", " ");
        }
        throw wrong(file, node, what + " must be a text that is not empty");
    }

    private static IllegalArgumentException wrong(Path file, Node node, String reason) {
        return new IllegalArgumentException(
                file + " line " + (node.getStartMark().getLine() + 1) + ": " + reason);
    }
}
