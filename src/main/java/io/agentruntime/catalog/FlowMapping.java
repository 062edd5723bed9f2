package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentruntime.settings.YesOrNo;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a provider's JSON keeps what a flow record holds. A route file declares it as the bean
 * {@code <provider>-mapping}; what it does not set keeps the default, which is the normalised
 * record itself.
 *
 * <p>A value is a field name, or a path with dots ({@code about.summary}), or several of these with
 * {@code |} between them, of which the first that holds something counts. A number is a place in a
 * list: {@code shared.0.project.name}.
 */
public final class FlowMapping {
    private static final Logger log = LoggerFactory.getLogger(FlowMapping.class);

    private static final Pattern CHOICES = Pattern.compile("\\|");
    private static final Pattern INDEX = Pattern.compile("\\d{1,4}");
    private static final Pattern STEPS = Pattern.compile("\\s*\\.\\s*");

    private List<List<String>> list = paths("flows|items|data|results|workflows");
    private List<List<String>> id = paths("id");
    private List<List<String>> name = paths("name");
    private List<List<String>> description = paths("description");
    private List<List<String>> tags = paths("tags");
    private List<List<String>> projectId = paths("project_id");
    private List<List<String>> project = paths("project");
    private List<List<String>> updatedAt = paths("updated_at");
    private List<Condition> exclude =
            conditions("kind=component,kind=example,kind=system,active=false,archived=true");

    private List<Condition> examples = List.of();
    private List<Condition> standIns = List.of();
    private List<List<String>> standsFor = List.of();
    private boolean includeExamples;

    /** As the route file says it; empty where it says nothing, and once it was warned of. */
    private volatile String descriptionPath = "";

    /**
     * Holds when there is a value at the path and it reads, as text, like this; {@code null} is a
     * text too.
     */
    private record Condition(List<String> path, String value) {
        private static final List<String> PROJECT = List.of("project");

        boolean holds(JsonNode row, @Nullable String projectName) {
            if (path.equals(PROJECT) && projectName != null) {
                return value.equals(projectName);
            }
            JsonNode at = follow(row, path);
            return at.isValueNode() && value.equals(at.asText());
        }
    }

    /** Where the list of flows is, when the answer is an object and not the list itself. */
    public void setList(String paths) {
        list = paths(paths);
    }

    public void setId(String paths) {
        id = paths(paths);
    }

    public void setName(String paths) {
        name = paths(paths);
    }

    public void setDescription(String paths) {
        description = paths(paths);
        descriptionPath = paths;
    }

    /** A list of strings, or of objects with a {@code name}. */
    public void setTags(String paths) {
        tags = paths(paths);
    }

    public void setProjectId(String paths) {
        projectId = paths(paths);
    }

    public void setProject(String paths) {
        project = paths(paths);
    }

    /** An ISO-8601 date and time, or seconds or milliseconds since 1970. */
    public void setUpdatedAt(String paths) {
        updatedAt = paths(paths);
    }

    /**
     * Rows that are not runnable flows, as {@code path=value} with commas between: {@code
     * is_component=true}.
     */
    public void setExclude(String exclude) {
        this.exclude = conditions(exclude);
    }

    /**
     * Rows that the product brings along as examples, as {@code path=value} with commas between.
     */
    public void setExamples(String examples) {
        this.examples = conditions(examples);
    }

    /**
     * Rows that the product makes by itself, as {@code path=value} with commas between: offered
     * only when no other row has the same value at {@link #setStandsFor}.
     */
    public void setStandIns(String standIns) {
        this.standIns = conditions(standIns);
    }

    /** What a stand-in and the row that makes it superfluous have in common. */
    public void setStandsFor(String paths) {
        standsFor = paths(paths);
    }

    /** Whether rows that are examples are offered all the same. */
    public void setIncludeExamples(String includeExamples) {
        this.includeExamples =
                YesOrNo.of(includeExamples)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "includeExamples must be true or false, not \""
                                                        + includeExamples
                                                        + "\""));
    }

    /**
     * @param projectName the row's project, wherever its name was found
     */
    boolean isExcluded(JsonNode row, @Nullable String projectName) {
        return exclude.stream().anyMatch(it -> it.holds(row, projectName))
                || !includeExamples && examples.stream().anyMatch(it -> it.holds(row, projectName));
    }

    boolean isStandIn(JsonNode row) {
        return standIns.stream().anyMatch(it -> it.holds(row, null));
    }

    /** Said once: a path that leads nowhere leaves only names to match. */
    void sayThatNoneIsDescribed(String provider) {
        if (!descriptionPath.isEmpty()) {
            log.warn(
                    "no row of {} has a description at {}, where its route file says that it is: flows are found by their names alone",
                    provider,
                    descriptionPath);
            descriptionPath = "";
        }
    }

    /** Empty when the row stands for nothing. */
    String standsFor(JsonNode row) {
        String text = text(row, standsFor);
        return text == null ? "" : text;
    }

    @Nullable String id(JsonNode row) {
        return text(row, id);
    }

    @Nullable String name(JsonNode row) {
        return text(row, name);
    }

    @Nullable String description(JsonNode row) {
        return text(row, description);
    }

    @Nullable String projectId(JsonNode row) {
        return text(row, projectId);
    }

    @Nullable String project(JsonNode row) {
        return text(row, project);
    }

    @Nullable String updatedAt(JsonNode row) {
        return text(row, updatedAt);
    }

    List<String> tags(JsonNode row) {
        return find(row, tags).stream()
                .flatMap(found -> found.isArray() ? elements(found) : Stream.of(found))
                .map(tag -> tag.isObject() ? tag.path("name") : tag)
                .filter(JsonNode::isValueNode)
                .filter(tag -> !tag.isNull())
                .map(JsonNode::asText)
                .toList();
    }

    /** The names of the fields on the way to the list, one way after the other. */
    List<List<String>> list() {
        return list;
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return java.util.stream.StreamSupport.stream(array.spliterator(), false);
    }

    /** What is at a path, or at the first of several that holds something; else nothing. */
    static String text(JsonNode answer, String choices) {
        String text = text(answer, paths(choices));
        return text == null ? "" : text;
    }

    private static @Nullable String text(JsonNode row, List<List<String>> paths) {
        return find(row, paths).filter(JsonNode::isValueNode).map(JsonNode::asText).orElse(null);
    }

    private static Optional<JsonNode> find(JsonNode row, List<List<String>> paths) {
        for (List<String> path : paths) {
            JsonNode at = follow(row, path);
            boolean holdsSomething =
                    !at.isMissingNode()
                            && !at.isNull()
                            && !(at.isTextual() && at.textValue().isBlank());
            if (holdsSomething) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    private static JsonNode follow(JsonNode row, List<String> path) {
        JsonNode at = row;
        for (String step : path) {
            boolean element = at.isArray() && INDEX.matcher(step).matches();
            at = element ? at.path(Integer.parseInt(step)) : at.path(step);
        }
        return at;
    }

    private static List<List<String>> paths(String choices) {
        return CHOICES.splitAsStream(choices)
                .map(String::strip)
                .filter(path -> !path.isEmpty())
                .map(path -> List.of(STEPS.split(path)))
                .toList();
    }

    private static List<Condition> conditions(String exclude) {
        return Stream.of(exclude.split(","))
                .map(String::strip)
                .filter(condition -> !condition.isEmpty())
                .map(FlowMapping::condition)
                .toList();
    }

    private static Condition condition(String condition) {
        int equals = condition.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "a condition is path=value, with commas between, not \"" + condition + "\"");
        }
        return new Condition(
                List.of(STEPS.split(condition.substring(0, equals).strip())),
                condition.substring(equals + 1).strip());
    }
}
