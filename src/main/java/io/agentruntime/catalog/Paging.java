package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a provider hands out its list page by page. A route file declares it as a bean, says {@code
 * begin}, and then, while {@code ${variable.pages.more}}: asks for a page, and says {@code add}.
 *
 * <p>With a cursor, pages end when none comes. Without, they end at the total, or with an empty
 * page. Pages that do not end are {@link Cause#MALFORMED}.
 */
public final class Paging {
    /** The exchange variable that holds the {@link Pages} under way. */
    static final String PAGES = "pages";

    private static final String HEADER = "header:";
    private static final Pattern STEPS = Pattern.compile("\\.");
    private static final Pattern COMMAS = Pattern.compile("\\s*,\\s*");

    private static final Logger log = LoggerFactory.getLogger(Paging.class);

    private List<String> list = List.of();
    private List<String> cursor = List.of();
    private String parameter = "cursor";
    private String total = "";
    private List<String> drop = List.of();

    /** At 100 rows a page, far more flows than are matched well. */
    private int mostPages = 500;

    private volatile boolean cursorSeen;

    /**
     * Where an answer keeps its rows: {@code data}, or {@code result.items}; empty when the answer
     * is the list. Where it is set, an answer that is the list itself is taken for all of it.
     */
    public void setList(String path) {
        list = path(path);
    }

    /** Where an answer keeps the next page's cursor; empty for a provider without cursors. */
    public void setCursor(String path) {
        cursor = path(path);
    }

    /** The query parameter that takes the cursor. */
    public void setParameter(String parameter) {
        this.parameter = parameter;
    }

    /** Where an answer says how many rows there are: a path, or {@code header:x-total}. */
    public void setTotal(String total) {
        this.total = total.strip();
    }

    /** Fields of a row that need not be kept, with commas between. */
    public void setDrop(String fields) {
        drop = List.of(COMMAS.split(fields.strip()));
    }

    public void setMostPages(int mostPages) {
        if (mostPages < 1) {
            throw new IllegalArgumentException("mostPages must be at least 1, not " + mostPages);
        }
        this.mostPages = mostPages;
    }

    /** Before the first page. */
    public void begin(Exchange exchange) {
        exchange.setVariable(PAGES, new Pages(this));
        exchange.getMessage().setBody(null);
    }

    /** Takes the page in the body. */
    public void add(Exchange exchange) {
        Message message = exchange.getMessage();
        RefreshSteps.refuseWebPage(message);
        byte[] answer = bytes(message);
        JsonNode body = FlowReader.tree(new ByteArrayInputStream(answer));
        boolean whole = body.isArray() && !list.isEmpty();
        JsonNode rows = whole ? body : at(body, list);
        if (!rows.isArray()) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "the answer is JSON but holds no flow list: check the route's address and paging");
        }
        for (JsonNode row : rows) {
            if (row instanceof ObjectNode fields) {
                fields.remove(drop);
            }
        }
        sayWhereNoCursorIs(whole || rows.isEmpty() ? null : body);
        exchange.getVariable(PAGES, Pages.class)
                .add(rows, next(body), total(message, body), whole, answer.length);
        message.setBody(null);
    }

    String parameter() {
        return parameter;
    }

    boolean hasCursor() {
        return !cursor.isEmpty();
    }

    int mostPages() {
        return mostPages;
    }

    /** Said once: a path that leads nowhere would pass one page off as all of the list. */
    private void sayWhereNoCursorIs(@Nullable JsonNode body) {
        if (body == null || !hasCursor() || cursorSeen) {
            return;
        }
        cursorSeen = true;
        if (at(body, cursor).isMissingNode()) {
            log.warn(
                    "an answer with rows has no field {}, where the route file says that the next page's cursor is: if there are more rows than came, correct it",
                    String.join(".", cursor));
        }
    }

    private @Nullable String next(JsonNode body) {
        JsonNode next = at(body, cursor);
        boolean holdsOne = hasCursor() && next.isValueNode() && !next.isNull();
        return holdsOne && !next.asText().isBlank() ? next.asText() : null;
    }

    private long total(Message message, JsonNode body) {
        if (total.isEmpty()) {
            return -1;
        }
        String text =
                total.startsWith(HEADER)
                        ? message.getHeader(total.substring(HEADER.length()), "", String.class)
                        : at(body, path(total)).asText();
        return text.matches("\\d{1,12}") ? Long.parseLong(text) : -1;
    }

    private static byte[] bytes(Message message) {
        try (InputStream in = RefreshSteps.stream(message)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw ProviderFailure.of(Cause.MALFORMED, e);
        }
    }

    private static JsonNode at(JsonNode node, List<String> path) {
        JsonNode at = node;
        for (String step : path) {
            at = at.path(step);
        }
        return at;
    }

    private static List<String> path(String path) {
        return path.isBlank() ? List.of() : List.of(STEPS.split(path.strip()));
    }
}
