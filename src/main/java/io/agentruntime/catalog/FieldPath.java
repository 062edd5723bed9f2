package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where JSON keeps a value, as route files write it: a field name, or a path with dots ({@code
 * about.summary}), or several of these with {@code |} between them, of which the first that holds
 * something counts. A number is a place in a list: {@code shared.0.project.name}. A name leads
 * through a list to what its elements have of that name: {@code tags.name}. Where an object has a
 * field that is called like the whole rest of a path, dots and all, that one is meant: {@code
 * @odata.count}.
 */
public final class FieldPath {
    private static final Pattern COMMAS = Pattern.compile("\\s*,\\s*");
    private static final Pattern CHOICES = Pattern.compile("\\|");
    private static final Pattern STEPS = Pattern.compile("\\s*\\.\\s*");
    private static final Pattern PLACE = Pattern.compile("0|[1-9]\\d{0,3}");

    private static final Pattern ROOT = Pattern.compile("(^|\\|)\\s*\\$(?:\\.|(?=\\s*(?:$|\\|)))");

    private final String written;
    private final List<Choice> choices;

    private FieldPath(String written, List<Choice> choices) {
        this.written = written;
        this.choices = choices;
    }

    /**
     * @param rests what begins with each step, as one name
     */
    private record Choice(List<String> steps, List<String> rests) {
        static Choice of(List<String> steps) {
            return new Choice(
                    steps,
                    IntStream.range(0, steps.size()).mapToObj(step -> rest(steps, step)).toList());
        }

        private static String rest(List<String> steps, int from) {
            return String.join(".", steps.subList(from, steps.size()));
        }
    }

    /**
     * @throws IllegalArgumentException for a path with a step that has no name, and for what paths
     *     are in other languages
     */
    public static FieldPath of(String written) {
        String instead = instead(written);
        if (instead != null) {
            throw new IllegalArgumentException(instead + ", not \"" + written + "\"");
        }
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
        return new FieldPath(written.strip(), choices.stream().map(Choice::of).toList());
    }

    /** What to write instead of what is no path here; null for what may be one. */
    private static @Nullable String instead(String written) {
        if (written.contains("[") || written.contains("]")) {
            return "a place in a list is a number with dots around it, such as data.0.items, and a name alone leads through a list, such as tags.name";
        }
        if (ROOT.matcher(written).find()) {
            String rest = ROOT.matcher(written).replaceAll("$1").strip();
            return "a path has no $ before it: "
                    + (rest.isEmpty() ? "leave it out" : "write " + rest);
        }
        for (String choice : CHOICES.split(written)) {
            if (choice.strip().startsWith("header:")) {
                return "a path leads into the JSON of the answer, and only total can be one of its headers: write a field";
            }
            if (choice.strip().startsWith("!")) {
                return "the contrary of a value cannot be said: write the path alone, or leave it out where that says the contrary";
            }
        }
        return null;
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
        return choices.stream().map(Choice::steps).toList();
    }

    /** Whether a choice begins with a place in a list. */
    boolean beginsInList() {
        return choices.stream().anyMatch(choice -> isPlace(choice.steps().get(0)));
    }

    /** Whether a choice begins with one of these names, or is one, dots and all. */
    boolean beginsWithAny(List<String> names) {
        return names.stream().anyMatch(name -> !behind(name, choices()).isEmpty());
    }

    /** What is left of the paths that begin with this name, or are it, dots and all. */
    static List<List<String>> behind(String name, List<List<String>> paths) {
        List<List<String>> behind = new ArrayList<>();
        for (List<String> steps : paths) {
            if (Choice.rest(steps, 0).equals(name)) {
                behind.add(List.of());
            } else if (steps.get(0).equals(name)) {
                behind.add(steps.subList(1, steps.size()));
            }
        }
        return behind;
    }

    /** The list at the first choice that leads to one; in no list but at a place in it. */
    Optional<JsonNode> list(JsonNode from) {
        return choices.stream()
                .map(choice -> follow(from, choice))
                .filter(JsonNode::isArray)
                .findFirst();
    }

    /** What is in the place of a list, as far as anything is. */
    List<JsonNode> inPlaceOfList(JsonNode from) {
        return choices.stream()
                .map(choice -> follow(from, choice))
                .filter(at -> !at.isMissingNode())
                .toList();
    }

    /** What the first choice holds that holds something: more than one where a list is passed. */
    List<JsonNode> all(JsonNode from) {
        return first(from, FieldPath::holdsSomething);
    }

    /** The same, or else what is there at all, such as a null. */
    List<JsonNode> there(JsonNode from) {
        List<JsonNode> all = all(from);
        return all.isEmpty() ? first(from, there -> !there.isMissingNode()) : all;
    }

    /** The first text, number or truth value there; null when there is none. */
    @Nullable String text(JsonNode from) {
        return text(all(from));
    }

    /** The same, as if there were no texts that are left out. */
    @Nullable String text(JsonNode from, Predicate<String> leftOut) {
        return text(
                first(
                        from,
                        at ->
                                holdsSomething(at)
                                        && !(at.isTextual() && leftOut.test(at.asText()))));
    }

    private static @Nullable String text(List<JsonNode> found) {
        return found.isEmpty() || !found.get(0).isValueNode() ? null : found.get(0).asText();
    }

    /** What a list holds; of anything else, itself. */
    static Stream<JsonNode> elements(JsonNode value) {
        return value.isArray()
                ? StreamSupport.stream(value.spliterator(), false)
                : Stream.of(value);
    }

    /** As the route file says it. */
    @Override
    public String toString() {
        return written;
    }

    static boolean holdsSomething(JsonNode at) {
        return !at.isMissingNode() && !at.isNull() && !(at.isTextual() && at.textValue().isBlank());
    }

    /** Without streams: a list of 100,000 rows asks a million times. */
    private List<JsonNode> first(JsonNode from, Predicate<JsonNode> wanted) {
        for (Choice choice : choices) {
            List<JsonNode> found = new ArrayList<>();
            collect(from, choice, 0, wanted, found);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private static void collect(
            JsonNode from,
            Choice choice,
            int passed,
            Predicate<JsonNode> wanted,
            List<JsonNode> found) {
        List<String> steps = choice.steps();
        if (passed == steps.size()) {
            if (wanted.test(from)) {
                found.add(from);
            }
        } else if (from.isArray() && !isPlace(steps.get(passed))) {
            for (JsonNode element : from) {
                collect(element, choice, passed, wanted, found);
            }
        } else {
            JsonNode whole = from.get(choice.rests().get(passed));
            if (whole == null) {
                collect(step(from, steps.get(passed)), choice, passed + 1, wanted, found);
            } else {
                collect(whole, choice, steps.size(), wanted, found);
            }
        }
    }

    private static JsonNode follow(JsonNode from, Choice choice) {
        JsonNode at = from;
        for (int passed = 0; passed < choice.steps().size(); passed++) {
            JsonNode whole = at.get(choice.rests().get(passed));
            if (whole != null) {
                return whole;
            }
            at = step(at, choice.steps().get(passed));
        }
        return at;
    }

    private static JsonNode step(JsonNode from, String step) {
        return from.isArray() && isPlace(step)
                ? from.path(Integer.parseInt(step))
                : from.path(step);
    }

    private static boolean isPlace(String step) {
        return PLACE.matcher(step).matches();
    }
}
