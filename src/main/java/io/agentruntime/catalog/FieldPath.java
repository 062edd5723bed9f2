package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where JSON keeps a value, as route files write it: a field name, or a path with dots ({@code
 * about.summary}), or several of these with {@code |} between them, of which the first that holds
 * something counts. A number is a place in a list: {@code shared.0.project.name}.
 */
public final class FieldPath {
    private static final Pattern COMMAS = Pattern.compile("\\s*,\\s*");
    private static final Pattern CHOICES = Pattern.compile("\\|");
    private static final Pattern STEPS = Pattern.compile("\\s*\\.\\s*");
    private static final Pattern PLACE = Pattern.compile("0|[1-9]\\d{0,3}");

    private final String written;
    private final List<List<String>> choices;

    private FieldPath(String written, List<List<String>> choices) {
        this.written = written;
        this.choices = choices;
    }

    /**
     * @throws IllegalArgumentException for a path with a step that has no name
     */
    public static FieldPath of(String written) {
        List<List<String>> choices =
                CHOICES.splitAsStream(written)
                        .map(String::strip)
                        .filter(path -> !path.isEmpty())
                        .map(path -> List.of(STEPS.split(path, -1)))
                        .toList();
        if (choices.stream().anyMatch(steps -> steps.contains(""))) {
            throw new IllegalArgumentException(
                    "a path is names with dots between, such as about.summary, not \""
                            + written
                            + "\"");
        }
        return new FieldPath(written.strip(), choices);
    }

    /** Names of fields, with commas between. */
    static List<String> names(String written) {
        return List.of(COMMAS.split(written.strip()));
    }

    /** True for one that names nothing. */
    boolean isEmpty() {
        return choices.isEmpty();
    }

    /** The steps of each choice, the preferred one first. */
    List<List<String>> choices() {
        return choices;
    }

    /** Whether a choice begins with a place in a list. */
    boolean beginsInList() {
        return choices.stream().anyMatch(steps -> isPlace(steps.get(0)));
    }

    /** The first choice that holds something. */
    Optional<JsonNode> find(JsonNode from) {
        return find(from, FieldPath::holdsSomething);
    }

    /** The first choice that holds what is wanted. */
    Optional<JsonNode> find(JsonNode from, Predicate<JsonNode> wanted) {
        return choices.stream().map(steps -> follow(from, steps)).filter(wanted).findFirst();
    }

    /** What holds something, or else what is there at all, a null; missing when nothing is. */
    JsonNode at(JsonNode from) {
        return find(from)
                .or(() -> find(from, there -> !there.isMissingNode()))
                .orElse(MissingNode.getInstance());
    }

    /** The text, number or truth value there; null when there is none. */
    @Nullable String text(JsonNode from) {
        return find(from).filter(JsonNode::isValueNode).map(JsonNode::asText).orElse(null);
    }

    /** As the route file says it. */
    @Override
    public String toString() {
        return written;
    }

    private static boolean holdsSomething(JsonNode at) {
        return !at.isMissingNode() && !at.isNull() && !(at.isTextual() && at.textValue().isBlank());
    }

    private static JsonNode follow(JsonNode from, List<String> steps) {
        JsonNode at = from;
        for (String step : steps) {
            at = at.isArray() && isPlace(step) ? at.path(Integer.parseInt(step)) : at.path(step);
        }
        return at;
    }

    private static boolean isPlace(String step) {
        return PLACE.matcher(step).matches();
    }
}
