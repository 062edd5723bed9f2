package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.matching.ExampleLines;
import io.agentruntime.memory.HeapRoom;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Any provider's JSON to normalised flows, row by row: a row that cannot be used is skipped and
 * counted, a document that is not a flow list is {@link Cause#MALFORMED}, never empty.
 */
final class FlowReader {
    private static final Logger log = LoggerFactory.getLogger(FlowReader.class);

    /** Langflow's full flows nest 20 deep; what nests deeper than this is not a flow list. */
    private static final int DEEPEST = 200;

    /** An id longer than this is not one, and its row is skipped; of a name, this much is read. */
    private static final int LONGEST_ID = 512;

    /** Text beyond this says nothing more about what a flow does, and would slow matching. */
    private static final int LONGEST_TEXT = 8_000;

    private static final int MOST_TAGS = 50;

    /** Matching is measured up to this many; their vectors take 150 MB. */
    static final int MOST_FLOWS = 100_000;

    private static final int MOST_EXAMPLES = 50;

    /** Instants before 2001 in milliseconds are seconds: 10^12 ms is September 2001. */
    private static final long LEAST_MILLIS = 1_000_000_000_000L;

    /** Also as Java writes a number that is large: 1.73141234512E9. */
    private static final Pattern FRACTION = Pattern.compile("\\d{1,16}\\.\\d{1,16}(?:E1?\\d)?");

    private static final String COMMENT_BEGINS = "<!--";
    private static final String COMMENT_ENDS = "-->";
    private static final Pattern MARKUP = Pattern.compile("</?[a-zA-Z][^<>]*>");
    private static final Pattern WHITE = Pattern.compile("[\\s\\p{Cc}\\p{Z}]+");

    private static final char DELETE = 0x7F;

    /** ISO 8601, whose time may be missing; its offset too, which may have a colon or none. */
    private static final DateTimeFormatter DATE_TIME =
            new DateTimeFormatterBuilder()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .optionalStart()
                    .appendLiteral('T')
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .appendPattern("[XXX][XX][X]")
                    .toFormatter(Locale.ROOT);

    static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxNestingDepth(DEEPEST)
                                            .maxStringLength((int) OutboundHttp.MOST_BYTES)
                                            .build())
                            .build());

    /** Providers whose lists of projects name none of their flows' projects, and were told of. */
    private final Set<String> withoutNames = ConcurrentHashMap.newKeySet();

    /** Providers whose lists have an error beside their rows, and were told of. */
    private final Set<String> withError = ConcurrentHashMap.newKeySet();

    /**
     * Reads a flow list.
     *
     * @param body a JSON array of rows, or an object that holds one where the mapping says
     * @param projects a JSON list of objects with {@code id} and {@code name}, or an object that
     *     holds one where the mapping says, to name the rows' projects; or null
     * @param before the flows that are known; they name projects when that list names none, tell
     *     what the details of rows did that are not known yet, and those that did not change are
     *     taken over, as a list may take tens of megabytes
     * @throws ProviderFailure malformed, when it is not that
     */
    FlowList read(
            String provider,
            InputStream body,
            FlowMapping mapping,
            @Nullable InputStream projects,
            List<Flow> before) {
        Map<String, String> read = projectNames(projects, mapping.projects());
        Map<String, String> projectNames = read.isEmpty() ? projectNames(before) : read;
        SharedTexts texts = new SharedTexts();
        Map<String, Flow> known = new HashMap<>();
        before.forEach(flow -> known.put(flow.id(), flow));
        Map<String, Flow> flows = new LinkedHashMap<>();
        Map<String, Integer> hashes = new HashMap<>();
        Set<String> others = new HashSet<>();
        Map<String, Flow> standIns = new LinkedHashMap<>();
        Set<String> represented = new HashSet<>();
        StatedError error = new StatedError();
        boolean empty = true;
        int skipped = 0;
        int excluded = 0;
        int merged = 0;
        try (TokenLimit parser = new TokenLimit(JSON.createParser(body), TokenLimit.MOST_IN_ROW)) {
            enterList(parser, mapping, error);
            HeapRoom room = HeapRoom.now();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                room.take();
                parser.allow(TokenLimit.MOST_IN_ROW);
                empty = false;
                JsonNode row = parser.readValueAsTree();
                if (row == null) {
                    throw ProviderFailure.of(Cause.MALFORMED, Failures.CUT_OFF);
                }
                String project = row.isObject() ? project(row, mapping, projectNames) : null;
                if (row.isObject() && mapping.isExcluded(row, project)) {
                    excluded++;
                    continue;
                }
                Flow made = row.isObject() ? flow(provider, row, mapping, project, known) : null;
                Flow flow = made == null ? null : asKnown(made, known.get(made.id()), texts);
                if (flow == null) {
                    skipped++;
                } else if (mapping.isStandIn(row)) {
                    standIns.putIfAbsent(mapping.standsFor(row), flow);
                } else {
                    represented.add(mapping.standsFor(row));
                    int hash = row.hashCode();
                    Integer first = hashes.putIfAbsent(flow.id(), hash);
                    if (first != null && first != hash && others.add(hash + " " + flow.id())) {
                        merged++;
                    }
                    flows.merge(flow.id(), flow, FlowReader::newer);
                }
                if (flows.size() + standIns.size() > MOST_FLOWS) {
                    throw ProviderFailure.of(
                            Cause.TOO_LARGE, "the list has more than " + MOST_FLOWS + " flows");
                }
            }
            parser.allow(TokenLimit.MOST_IN_DOCUMENT);
            finish(parser, error);
            if (empty) {
                StatedError.refuse(error.isStated());
            }
            sayErrorBesideRows(provider, error.isStated());
        } catch (SizeLimit.Exceeded e) {
            throw ProviderFailure.of(
                    Cause.TOO_LARGE, "a row of the list has more values than any flow");
        } catch (IOException e) {
            throw Failures.unreadable(e);
        }
        for (var standIn : standIns.entrySet()) {
            if (represented.contains(standIn.getKey())) {
                excluded++;
            } else {
                flows.putIfAbsent(standIn.getValue().id(), standIn.getValue());
            }
        }
        if (flows.isEmpty() && skipped > 0 && (skipped > 1 || excluded == 0)) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "none of " + skipped + " rows has an id and a name: check the route's mapping");
        }
        if (!flows.isEmpty()
                && flows.values().stream().allMatch(flow -> flow.description().isEmpty())) {
            mapping.sayThatNoneIsDescribed(provider);
        }
        if (projects != null) {
            sayThatNoneIsNamed(provider, flows.values(), read.keySet(), mapping.projects());
        }
        return new FlowList(new ArrayList<>(flows.values()), skipped, excluded, merged);
    }

    /**
     * Reads one JSON document.
     *
     * @throws ProviderFailure malformed, when it is not that
     */
    static JsonNode tree(InputStream body) {
        try (body;
                JsonParser parser =
                        new TokenLimit(JSON.createParser(body), TokenLimit.MOST_IN_DOCUMENT)) {
            JsonNode tree = document(parser);
            if (tree == null || tree.isMissingNode()) {
                throw ProviderFailure.of(
                        Cause.MALFORMED, "the answer is empty where JSON was expected");
            }
            return tree;
        } catch (SizeLimit.Exceeded e) {
            throw ProviderFailure.of(
                    Cause.TOO_LARGE, "the answer has more values than a page of flows");
        } catch (IOException e) {
            throw Failures.unreadable(e);
        }
    }

    /** Reads all that is there as one JSON document; null when there is nothing. */
    static @Nullable JsonNode document(JsonParser parser) throws IOException {
        JsonNode document = JSON.readTree(parser);
        end(parser);
        return document;
    }

    /** Moves to the start of the list, wherever the mapping says it may be. */
    private static void enterList(JsonParser parser, FlowMapping mapping, StatedError error)
            throws IOException {
        JsonToken first = parser.nextToken();
        FieldPath list = mapping.list();
        if (first == JsonToken.START_ARRAY && !list.beginsInList()
                || first != null && enter(parser, list.choices(), error)) {
            return;
        }
        throw first == null
                ? ProviderFailure.of(
                        Cause.MALFORMED, "the answer is empty where a flow list was expected")
                : StatedError.withoutList(
                        error.isStated(),
                        "the answer is JSON but holds no flow list at "
                                + list
                                + ": check the route's address, and list of its mapping");
    }

    /** From the beginning of a value to that of the list in it; past its end when it has none. */
    private static boolean enter(JsonParser parser, List<List<String>> paths, StatedError error)
            throws IOException {
        if (parser.currentToken() == JsonToken.START_ARRAY
                && paths.stream().anyMatch(List::isEmpty)) {
            return true;
        }
        List<List<String>> ahead = paths.stream().filter(path -> !path.isEmpty()).toList();
        if (!parser.currentToken().isStructStart() || ahead.isEmpty()) {
            parser.skipChildren();
            return false;
        }
        boolean inList = parser.currentToken() == JsonToken.START_ARRAY;
        int place = 0;
        while (!parser.nextToken().isStructEnd()) {
            String step = inList ? String.valueOf(place++) : parser.currentName();
            List<List<String>> deeper = FieldPath.behind(step, ahead);
            if (!inList && deeper.isEmpty()) {
                error.pass(parser);
            } else {
                if (!inList) {
                    parser.nextToken();
                }
                if (enter(parser, deeper, error)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Reads to the end, so that an answer that is cut off after its last row is not taken for
     * whole.
     */
    private static void finish(JsonParser parser, StatedError error) throws IOException {
        while (!parser.getParsingContext().inRoot()) {
            if (parser.nextToken() == JsonToken.FIELD_NAME) {
                error.pass(parser);
            } else {
                parser.skipChildren();
            }
        }
        end(parser);
    }

    /** A provider that fails midway may write its error behind what it has answered already. */
    private static void end(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new JsonParseException(parser, "there is more after the end of the document");
        }
    }

    private static @Nullable Flow flow(
            String provider,
            JsonNode row,
            FlowMapping mapping,
            @Nullable String project,
            Map<String, Flow> before) {
        String id = mapping.id(row);
        if (id == null || id.isBlank() || id.length() > LONGEST_ID) {
            return null;
        }
        List<String> untold = Details.untold(row);
        Flow known = untold.isEmpty() ? null : before.get(id);
        String name = plain(mapping.name(row));
        if (known != null && mapping.isNameIn(untold)) {
            name = known.name();
        }
        if (name.isEmpty()) {
            return null;
        }
        String text = mapping.description(row);
        ExampleLines lines = ExampleLines.in(text == null ? "" : text);
        Flow flow =
                new Flow(
                        provider,
                        id,
                        cut(name, LONGEST_ID),
                        mapping.isStock(lines.description()) ? "" : plain(lines.description()),
                        mapping.tags(row).stream()
                                .map(FlowReader::plain)
                                .filter(tag -> !tag.isEmpty())
                                .distinct()
                                .limit(MOST_TAGS)
                                .toList(),
                        lines.examples().stream()
                                .map(FlowReader::plain)
                                .filter(example -> !example.isEmpty())
                                .limit(MOST_EXAMPLES)
                                .toList(),
                        mapping.projectId(row),
                        project,
                        instant(mapping.updatedAt(row)));
        return known == null ? flow : mapping.withDetails(flow, known, untold);
    }

    private static @Nullable String project(
            JsonNode row, FlowMapping mapping, Map<String, String> projectNames) {
        String named = mapping.project(row);
        String id = mapping.projectId(row);
        String project = named == null && id != null ? projectNames.get(id) : named;
        return project == null ? null : plain(project);
    }

    private static Flow asKnown(Flow flow, @Nullable Flow known, SharedTexts texts) {
        return flow.equals(known) ? known : flow.sharing(texts);
    }

    private static Flow newer(Flow one, Flow other) {
        Instant first = one.updatedAt();
        Instant second = other.updatedAt();
        return first == null || second != null && second.isAfter(first) ? other : one;
    }

    /** Text as a person reads it: no markup, no entities, no control characters, single spaces. */
    static String plain(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String readable = cut(text, LONGEST_TEXT);
        if (readable.indexOf('<') >= 0) {
            readable = MARKUP.matcher(withoutComments(readable)).replaceAll(" ");
        }
        if (readable.indexOf('&') >= 0) {
            readable = org.springframework.web.util.HtmlUtils.htmlUnescape(readable);
        }
        return isSpacedOnce(readable)
                ? readable.strip()
                : WHITE.matcher(readable).replaceAll(" ").strip();
    }

    /** Whether all of it is ASCII without control characters, and no two spaces meet. */
    private static boolean isSpacedOnce(String text) {
        char before = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= DELETE || c == ' ' && before == ' ') {
                return false;
            }
            before = c;
        }
        return true;
    }

    /** Never in the midst of a character: one of two halves would be left, which is no text. */
    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        return text.substring(
                0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest);
    }

    /** A pattern would look for the end of each one that has none, to the end of the text. */
    private static String withoutComments(String text) {
        StringBuilder rest = new StringBuilder(text.length());
        int done = 0;
        int begin = text.indexOf(COMMENT_BEGINS);
        while (begin >= 0) {
            int end = text.indexOf(COMMENT_ENDS, begin + COMMENT_BEGINS.length());
            if (end < 0) {
                break;
            }
            rest.append(text, done, begin).append(' ');
            done = end + COMMENT_ENDS.length();
            begin = text.indexOf(COMMENT_BEGINS, done);
        }
        return rest.append(text, done, text.length()).toString();
    }

    private static @Nullable Instant instant(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            String whole =
                    FRACTION.matcher(text).matches()
                            ? new BigDecimal(text).toBigInteger().toString()
                            : text;
            if (whole.matches("\\d{9,16}")) {
                long number = Long.parseLong(whole);
                return number < LEAST_MILLIS
                        ? Instant.ofEpochSecond(number)
                        : Instant.ofEpochMilli(number);
            }
            TemporalAccessor at =
                    DATE_TIME.parseBest(
                            text.strip().replace(' ', 'T'),
                            OffsetDateTime::from,
                            LocalDateTime::from,
                            LocalDate::from);
            if (at instanceof OffsetDateTime there) {
                return there.toInstant();
            }
            LocalDateTime there =
                    at instanceof LocalDate day ? day.atStartOfDay() : LocalDateTime.from(at);
            return there.toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Names of projects by id, as far as flows have both. */
    private static Map<String, String> projectNames(List<Flow> flows) {
        Map<String, String> names = new HashMap<>();
        for (Flow flow : flows) {
            if (flow.projectId() != null && flow.project() != null) {
                names.put(flow.projectId(), flow.project());
            }
        }
        return names;
    }

    /** Once, until it is gone. */
    private void sayErrorBesideRows(String provider, boolean stated) {
        if (!stated) {
            withError.remove(provider);
        } else if (withError.add(provider)) {
            log.warn(StatedError.BESIDE_ROWS, provider);
        }
    }

    /** Once, until one is. */
    private void sayThatNoneIsNamed(
            String provider, Collection<Flow> flows, Set<String> named, FieldPath where) {
        Set<String> projects = new HashSet<>();
        for (Flow flow : flows) {
            if (flow.projectId() != null) {
                projects.add(flow.projectId());
            }
        }
        if (projects.isEmpty() || !Collections.disjoint(projects, named)) {
            withoutNames.remove(provider);
        } else if (withoutNames.add(provider)) {
            log.warn(
                    "the list of projects of {} names none of its flows' projects: it has to hold objects with their id and a name, and be the answer itself or in it at {} (projects of its mapping)",
                    provider,
                    where);
        }
    }

    /** Names of projects by id; a list that cannot be read costs the names, not the flows. */
    private static Map<String, String> projectNames(
            @Nullable InputStream projects, FieldPath where) {
        Map<String, String> names = new HashMap<>();
        if (projects == null) {
            return names;
        }
        try {
            JsonNode answer = tree(projects);
            JsonNode list =
                    answer.isArray() && !where.beginsInList()
                            ? answer
                            : where.list(answer).orElse(JSON.missingNode());
            for (JsonNode project : list) {
                JsonNode id = project.path("id");
                JsonNode name = project.path("name");
                if (id.isValueNode() && name.isTextual()) {
                    names.put(id.asText(), name.textValue());
                }
            }
        } catch (ProviderFailure e) {
            return names;
        }
        return names;
    }
}
