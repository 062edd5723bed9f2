package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentruntime.settings.YesOrNo;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a provider's JSON keeps what a flow record holds. A route file declares it as the bean
 * {@code <provider>-mapping}; what it does not set keeps the default, which is the normalised
 * record itself.
 *
 * <p>Each value is a {@link FieldPath}, and the id may be a {@link FieldTemplate}.
 */
public final class FlowMapping {
    private static final Logger log = LoggerFactory.getLogger(FlowMapping.class);

    /** Rows that are never offered, whatever a route file adds. */
    private static final List<Condition> NOT_RUNNABLE =
            conditions("kind=component,kind=system,active=false,archived=true");

    private static final List<Condition> EXAMPLES = conditions("kind=example");

    private FieldPath list = FieldPath.of("flows|items|data|results|workflows");
    private FieldTemplate id = FieldTemplate.of("id");
    private FieldPath name = FieldPath.of("name");
    private FieldPath description = FieldPath.of("description");
    private FieldPath tags = FieldPath.of("tags");
    private String tagSeparator = "";
    private FieldPath projectId = FieldPath.of("project_id");
    private FieldPath project = FieldPath.of("project");
    private FieldPath projects = FieldPath.of("items");
    private FieldPath updatedAt = FieldPath.of("updated_at");
    private List<Condition> exclude = List.of();
    private List<Condition> examples = List.of();
    private List<Condition> standIns = List.of();
    private FieldPath standsFor = FieldPath.of("");
    private StockTexts stockDescriptions = StockTexts.NONE;
    private boolean includeExamples;

    /** As the route file says it; empty where it says nothing, and once it was warned of. */
    private volatile String descriptionPath = "";

    /**
     * Holds when there is a value at the path and it reads, as text, like one of these; {@code
     * null} is a text too. The contrary holds when no value there does; where there is nothing,
     * that reads like null and like an empty text.
     */
    private record Condition(FieldPath path, Set<String> values, boolean isContrary) {
        private static final Pattern WRITTEN = Pattern.compile("([^=!<>~]+)(!?=)((?!=).*)");

        /** All may be part of a value, unless another condition follows. */
        private static final Pattern OTHER_SEPARATOR =
                Pattern.compile("(?i)(?:;|&&|\\|\\||\\s(?:or|and)\\s).*=");

        private static final Pattern QUOTED = Pattern.compile("(['\"]).*\\1");

        private static final String PROJECT = "project";
        private static final Set<String> NOTHING = Set.of("null", "");

        static Condition of(String written) {
            if (OTHER_SEPARATOR.matcher(written).find()) {
                throw new IllegalArgumentException(
                        "only commas stand between conditions, and one that holds is enough: active=false,archived=true, not \""
                                + written
                                + "\"");
            }
            Matcher parts = WRITTEN.matcher(written);
            FieldPath path = FieldPath.of(parts.matches() ? parts.group(1) : "");
            if (path.isEmpty()) {
                throw new IllegalArgumentException(
                        "a condition is path=value or path!=value, with commas between, not \""
                                + written
                                + "\"");
            }
            String list = parts.group(3).strip();
            Set<String> values =
                    Stream.of(list.split("\\|", -1))
                            .map(String::strip)
                            .flatMap(Condition::spellings)
                            .collect(Collectors.toSet());
            if (Stream.concat(Stream.of(list), values.stream())
                    .anyMatch(value -> QUOTED.matcher(value).matches())) {
                throw new IllegalArgumentException(
                        "values are written without quotes: mode=chat|completion, and an empty one not at all: archivedAt!=, not \""
                                + written
                                + "\"");
            }
            return new Condition(path, values, parts.group(2).equals("!="));
        }

        /** A truth value is not {@code true} everywhere: of SQLite it may come as {@code 1}. */
        private static Stream<String> spellings(String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "true" -> Stream.of("true", "True", "TRUE", "1");
                case "false" -> Stream.of("false", "False", "FALSE", "0");
                default -> Stream.of(value);
            };
        }

        boolean holds(JsonNode row, @Nullable String projectName) {
            if (path.toString().equals(PROJECT) && projectName != null) {
                return values.contains(projectName) != isContrary;
            }
            List<JsonNode> all = isContrary ? path.all(row) : path.there(row);
            boolean isAnything = false;
            for (JsonNode value : all) {
                for (JsonNode element : value.isArray() ? value : List.of(value)) {
                    boolean isSomething = FieldPath.holdsSomething(element);
                    if ((isSomething || !isContrary) && reads(element)) {
                        return !isContrary;
                    }
                    isAnything |= isSomething;
                }
            }
            return isContrary && (isAnything || Collections.disjoint(values, NOTHING));
        }

        private boolean reads(JsonNode value) {
            return value.isValueNode() && values.contains(value.asText());
        }
    }

    /**
     * Where the list of flows is, when the answer is not the list itself; of several the one that
     * comes first in the answer.
     */
    public void setList(String paths) {
        list = FieldPath.of(paths);
    }

    /** Where ids are unique only together with another field: {@code {namespace}/{id}}. */
    public void setId(String paths) {
        id = FieldTemplate.of(paths);
    }

    public void setName(String paths) {
        name = FieldPath.of(paths);
    }

    public void setDescription(String paths) {
        description = FieldPath.of(paths);
        descriptionPath = paths;
    }

    /**
     * Texts, with {@code |} between, that the product writes into a new flow by itself: a flow that
     * has no other description has none. Signs, blanks and capitals do not count.
     */
    public void setStockDescriptions(String texts) {
        stockDescriptions = StockTexts.of(texts);
    }

    /**
     * A list of strings, or of objects with a {@code name}; or what each of a list of objects has:
     * {@code labels.text}.
     */
    public void setTags(String paths) {
        tags = FieldPath.of(paths);
    }

    /**
     * Of tags that are one text, {@code ;} of {@code finance;documents}; empty when they are not.
     */
    public void setTagSeparator(String separator) {
        tagSeparator = separator;
    }

    public void setProjectId(String paths) {
        projectId = FieldPath.of(paths);
    }

    public void setProject(String paths) {
        project = FieldPath.of(paths);
    }

    /** Where the list of projects is, in an answer that tells their names and is not the list. */
    public void setProjects(String paths) {
        projects = FieldPath.of(paths);
    }

    /** An ISO-8601 date, with or without a time, or seconds or milliseconds since 1970. */
    public void setUpdatedAt(String paths) {
        updatedAt = FieldPath.of(paths);
    }

    /**
     * More rows that are not runnable flows, as {@code path=value} or {@code path!=value} with
     * commas between: {@code is_component=true,mode!=chat|completion}. One that holds is enough.
     */
    public void setExclude(String exclude) {
        this.exclude = conditions(exclude);
    }

    /** Rows that the product brings along as examples, by conditions as in {@link #setExclude}. */
    public void setExamples(String examples) {
        this.examples = conditions(examples);
    }

    /**
     * Rows that the product makes by itself, by conditions as in {@link #setExclude}: offered only
     * when no other row has the same value at {@link #setStandsFor}.
     */
    public void setStandIns(String standIns) {
        this.standIns = conditions(standIns);
    }

    /** What a stand-in and the row that makes it superfluous have in common. */
    public void setStandsFor(String paths) {
        standsFor = FieldPath.of(paths);
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
        return NOT_RUNNABLE.stream().anyMatch(it -> it.holds(row, projectName))
                || exclude.stream().anyMatch(it -> it.holds(row, projectName))
                || !includeExamples
                        && Stream.concat(EXAMPLES.stream(), examples.stream())
                                .anyMatch(it -> it.holds(row, projectName));
    }

    boolean isStandIn(JsonNode row) {
        return standIns.stream().anyMatch(it -> it.holds(row, null));
    }

    /** Said once: a path that leads nowhere leaves only names to match. */
    void sayThatNoneIsDescribed(String provider) {
        if (!descriptionPath.isEmpty() && stockDescriptions == StockTexts.NONE) {
            log.warn(
                    "no row of {} has a description at {}, where its route file says that it is: flows are found by their names alone",
                    provider,
                    descriptionPath);
            descriptionPath = "";
        }
    }

    /** Empty when the row stands for nothing. */
    String standsFor(JsonNode row) {
        String text = standsFor.text(row);
        return text == null ? "" : text;
    }

    @Nullable String id(JsonNode row) {
        return id.text(row);
    }

    @Nullable String name(JsonNode row) {
        return name.text(row);
    }

    /** Whether the name is, or is in, one of these fields of a row. */
    boolean isNameIn(List<String> fields) {
        return name.beginsWithAny(fields);
    }

    /**
     * A flow with what its details told when they were last known, unless its row says that it has
     * changed since. What the row itself tells is newer.
     *
     * @param untold fields of the row that only its details tell, or tell in full
     */
    Flow withDetails(Flow flow, Flow known, List<String> untold) {
        boolean isDated = !updatedAt.beginsWithAny(untold);
        if (!flow.name().equals(known.name())
                || isDated && !Objects.equals(flow.updatedAt(), known.updatedAt())) {
            return flow;
        }
        Flow text = description.beginsWithAny(untold) ? known : flow;
        Flow tagged = tags.beginsWithAny(untold) ? known : flow;
        boolean hasProject = flow.projectId() != null || flow.project() != null;
        boolean isProjectTold =
                hasProject || !projectId.beginsWithAny(untold) && !project.beginsWithAny(untold);
        Flow placed = isProjectTold ? flow : known;
        return new Flow(
                flow.provider(),
                flow.id(),
                flow.name(),
                text.description(),
                tagged.tags(),
                text.examples(),
                placed.projectId(),
                placed.project(),
                known.updatedAt());
    }

    @Nullable String description(JsonNode row) {
        return description.text(row, stockDescriptions::contains);
    }

    /** Whether the product writes this description by itself. */
    boolean isStock(String description) {
        return stockDescriptions.contains(description);
    }

    @Nullable String projectId(JsonNode row) {
        return projectId.text(row);
    }

    @Nullable String project(JsonNode row) {
        return project.text(row);
    }

    @Nullable String updatedAt(JsonNode row) {
        return updatedAt.text(row);
    }

    List<String> tags(JsonNode row) {
        return tags.all(row).stream()
                .flatMap(FieldPath::elements)
                .map(tag -> tag.isObject() ? tag.path("name") : tag)
                .filter(JsonNode::isValueNode)
                .filter(tag -> !tag.isNull())
                .map(JsonNode::asText)
                .flatMap(this::separated)
                .toList();
    }

    private Stream<String> separated(String tags) {
        return tagSeparator.isEmpty()
                ? Stream.of(tags)
                : Stream.of(tags.split(Pattern.quote(tagSeparator))).filter(tag -> !tag.isBlank());
    }

    /** Where the list is, when the answer is not the list itself. */
    FieldPath list() {
        return list;
    }

    /** Where the list of projects is, when that answer is not the list itself. */
    FieldPath projects() {
        return projects;
    }

    private static List<Condition> conditions(String exclude) {
        return Stream.of(exclude.split(","))
                .map(String::strip)
                .filter(condition -> !condition.isEmpty())
                .map(Condition::of)
                .toList();
    }
}
