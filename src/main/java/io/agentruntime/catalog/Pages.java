package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one list that were read so far, and what to ask the next one with. Routes know it as
 * the variable {@code pages}.
 *
 * <p>No method but a private one takes an exchange or a message: for the sake of a class with such
 * a method, Camel keeps the last thousand of its objects that a route's expression read.
 */
public final class Pages {
    /** Four full answers; what a provider says beyond this is not a list of flows any more. */
    private static final long MOST_BYTES = 4 * OutboundHttp.MOST_BYTES;

    /** 150 MB as trees, which are kept until the last page has come. */
    private static final long MOST_VALUES = 3_000_000;

    /** In names of what differs from page to page, and never tells that a provider refuses. */
    private static final Pattern OF_PAGES =
            Pattern.compile(
                    "(?i)page|paging|paginat|offset|cursor"
                            + "|^(?:(?:is|has)?_?(?:first|last|next|prev|previous|more)"
                            + "|current|index|number|skip|start(?:_?(?:at|index))?|from|to"
                            + "|_?links?|self|(?:request|trace|log)_?id|took|timestamp)$");

    /** Asked so often for one page, a loop forgets to add it. */
    private static final int MOST_ASKED = 100;

    private final Paging paging;
    private final List<JsonNode> rows = new ArrayList<>();

    /** Of rows, not the rows: whose hashes a provider could choose to be all the same. */
    private final Set<Digest> digests = new HashSet<>();

    private final Set<String> cursors = new HashSet<>();
    private String cursor = "";
    private boolean more = true;
    private boolean withError;
    private int number = 1;
    private int asked;
    private int received;
    private long bytes;
    private long values;

    /** The most that an answer said there are. */
    private long stated;

    /** The last answer with a list, but for its rows. */
    private JsonNode before = MissingNode.getInstance();

    Pages(Paging paging) {
        this.paging = paging;
    }

    /** True while there is a page to ask for. */
    public boolean isMore() {
        if (++asked > MOST_ASKED) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "its route asked "
                            + MOST_ASKED
                            + " times for more pages and added none: add a step to the loop that calls the paging bean's method add");
        }
        return more;
    }

    /** The number of the next page, from 1. */
    public int getNumber() {
        return number;
    }

    /** The same, from 0. */
    public int getIndex() {
        return number - 1;
    }

    /** How many rows came before the next page. */
    public int getOffset() {
        return received;
    }

    /**
     * The end of the next page's query: nothing for the first page, then {@code &cursor=…}, ready
     * to be sent.
     */
    public String getNext() {
        return cursor.isEmpty() || paging.hasLinks()
                ? ""
                : "&"
                        + paging.parameter()
                        + "="
                        + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }

    /** The next page's cursor as the provider wrote it; empty for the first page. */
    public String getCursor() {
        return paging.hasLinks() ? "" : cursor;
    }

    /** The same as a JSON string, for a body; null for the first page. */
    public String getCursorAsJson() {
        String plain = getCursor();
        return (plain.isEmpty()
                        ? JsonNodeFactory.instance.nullNode()
                        : JsonNodeFactory.instance.textNode(plain))
                .toString();
    }

    /** The next page's address, query and all, where links lead from page to page. */
    public String getAddress() {
        return cursor.isEmpty() ? paging.address() : cursor;
    }

    /** All rows of all pages, as one JSON list. */
    public byte[] getList() {
        try {
            return FlowReader.JSON.writeValueAsBytes(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("rows that were read cannot be written", e);
        }
    }

    /** Lets go of what was read, when nobody asks for it any more. */
    void forget() {
        rows.clear();
        digests.clear();
        cursors.clear();
        before = MissingNode.getInstance();
    }

    /** Each row once. */
    List<JsonNode> rows() {
        return rows;
    }

    /** Whether an answer so far, this one among them, told of an error. */
    boolean withError(boolean stated) {
        withError |= stated;
        return withError;
    }

    /** Whether the last page was added. */
    boolean ended() {
        return !more;
    }

    /** The most rows that an answer so far said there are; 0 when none said. */
    long stated() {
        return stated;
    }

    /** Remembers what an answer with a list looks like. */
    void hadList(JsonNode answer) {
        before = withoutLists(answer);
    }

    /**
     * Whether an answer without a list is the end: it says nothing that the one before did not, but
     * for what tells of pages, and nothing is missing. Whatever else it adds may be a refusal, and
     * a program that refuses may well write a {@code more} that is false, as one that was never
     * set.
     *
     * @param next where the answer says that the next page begins
     * @param total how many rows it says there are in all, negative when it does not say
     * @param more where it says that there is more, if it says so
     * @param last whether it says itself that it is the last
     */
    boolean endsWith(
            JsonNode answer, @Nullable String next, long total, FieldPath more, boolean last) {
        return number > 1
                && received >= Math.max(stated, total)
                && (last || !hasNext(next, total, 0))
                && answer.isObject()
                && saysNothingNew(before, answer, more.choices(), last);
    }

    private static JsonNode withoutLists(JsonNode answer) {
        if (!answer.isObject()) {
            return answer.isContainerNode() ? MissingNode.getInstance() : answer;
        }
        ObjectNode kept = FlowReader.JSON.createObjectNode();
        answer.properties()
                .forEach(
                        member -> {
                            JsonNode value = withoutLists(member.getValue());
                            if (!value.isMissingNode()) {
                                kept.set(member.getKey(), value);
                            }
                        });
        return kept;
    }

    private static boolean saysNothingNew(
            JsonNode before, JsonNode now, List<List<String>> more, boolean last) {
        if (now.isObject()) {
            return now.properties().stream()
                    .allMatch(
                            member -> {
                                String name = member.getKey();
                                List<List<String>> rest = FieldPath.behind(name, more);
                                return rest.contains(List.of())
                                        || tellsOfPages(name, member.getValue(), last)
                                        || saysNothingNew(
                                                before.path(name), member.getValue(), rest, last);
                            });
        }
        return isNothing(now) && !(before.isBoolean() && before.booleanValue())
                || now.equals(before);
    }

    /**
     * A text, or what holds one, may say why there is no list, unless the answer says that it is
     * the last.
     */
    private static boolean tellsOfPages(String name, JsonNode value, boolean last) {
        return (last || value.isNumber() || value.isBoolean()) && OF_PAGES.matcher(name).find();
    }

    /** Null, false, 0 or something empty. */
    static boolean isNothing(JsonNode value) {
        return value.isNull()
                || value.isArray() && value.isEmpty()
                || value.isTextual() && value.textValue().isEmpty()
                || value.isBoolean() && !value.booleanValue()
                || value.isNumber() && value.doubleValue() == 0;
    }

    /**
     * @param page the rows of one page
     * @param next where the next page begins, a cursor or an address, when the provider says so and
     *     there is a next page
     * @param total how many rows there are in all, when the provider says
     * @param last whether the answer says itself that it is all
     */
    void add(Iterable<JsonNode> page, @Nullable String next, long total, boolean last, long size) {
        asked = 0;
        bytes += size;
        if (bytes > MOST_BYTES) {
            throw ProviderFailure.of(Cause.TOO_LARGE, "all pages together are over the size limit");
        }
        int before = rows.size();
        int here = 0;
        for (JsonNode row : page) {
            if (digests.add(Digest.of(row))) {
                rows.add(row);
            }
            if (rows.size() > FlowReader.MOST_FLOWS) {
                throw ProviderFailure.of(
                        Cause.TOO_LARGE,
                        "all pages together have more than " + FlowReader.MOST_FLOWS + " rows");
            }
            here++;
            values += values(row);
        }
        if (values > MOST_VALUES) {
            throw ProviderFailure.of(Cause.TOO_LARGE, "all pages together hold too many values");
        }
        received += here;
        stated = Math.max(stated, total);
        number++;
        more = !last && hasNext(next, total, here);
        if (!more) {
            refuseNoneOfSome();
            return;
        }
        if (here > 0 && rows.size() == before) {
            throw endless("a page holds nothing that earlier ones did not");
        }
        if (next != null && !cursors.add(next)) {
            throw endless("the same cursor or link came twice");
        }
        if (number > paging.mostPages()) {
            throw endless("there are more than " + paging.mostPages());
        }
        cursor = next == null ? "" : next;
    }

    private void refuseNoneOfSome() {
        if (received == 0 && stated > 0) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "the provider says that there are rows, and brings none: check what its credential may read, and the route's paging");
        }
    }

    /** Half of a SHA-256, which no two rows share: as text, it is larger than many a row. */
    private record Digest(long first, long second) {
        static Digest of(JsonNode row) {
            byte[] text = row.toString().getBytes(StandardCharsets.UTF_8);
            ByteBuffer digest = ByteBuffer.wrap(CatalogVersion.sha256().digest(text));
            return new Digest(digest.getLong(), digest.getLong());
        }
    }

    private static long values(JsonNode row) {
        long all = 1;
        for (JsonNode value : row) {
            all += values(value);
        }
        return all;
    }

    private boolean hasNext(@Nullable String next, long total, int here) {
        if (paging.hasCursor()) {
            // Some answer an empty page with the cursor that they were asked with
            return next != null && (here > 0 || !next.equals(cursor));
        }
        return here > 0 && (total < 0 || received < total);
    }

    private ProviderFailure endless(String why) {
        boolean isLink = !paging.hasLinks() && cursor.matches("https?://.*");
        return ProviderFailure.of(
                Cause.MALFORMED,
                "the provider's pages do not end ("
                        + why
                        + "): "
                        + (isLink
                                ? "its cursors are addresses, so set link and address of the paging bean instead of cursor"
                                : "check the route's paging"));
    }
}
