package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentruntime.settings.SettingNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.hc.client5.http.utils.URIUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a provider hands out its list page by page. A route file declares it as a bean, says {@code
 * begin}, and then, while {@code ${variable.pages.more}}: asks for a page, and says {@code add}.
 *
 * <p>With a cursor or a link, pages end when none comes. Without, they end at the total, or with an
 * empty page; and wherever an answer says that there is no more. Pages that do not end are {@link
 * Cause#MALFORMED}.
 */
public final class Paging {
    /** The exchange variable that holds the {@link Pages} under way. */
    static final String PAGES = "pages";

    private static final String HEADER = "header:";

    private static final Logger log = LoggerFactory.getLogger(Paging.class);

    private FieldPath list = FieldPath.of("");
    private FieldPath cursor = FieldPath.of("");
    private FieldPath link = FieldPath.of("");
    private @Nullable URI address;
    private String parameter = "cursor";
    private FieldPath more = FieldPath.of("");
    private FieldPath total = FieldPath.of("");
    private String totalHeader = "";
    private List<String> drop = List.of();

    /** At 100 rows a page, far more flows than are matched well. */
    private int mostPages = 500;

    private volatile boolean cursorSeen;
    private volatile boolean totalTold;
    private volatile boolean errorTold;

    /**
     * Where an answer keeps its rows: {@code data}, or {@code result.items}; empty when the answer
     * is the list. Where it is set, an answer that is the list itself is taken for all of it.
     */
    public void setList(String path) {
        list = FieldPath.of(path);
    }

    /** Where an answer keeps the next page's cursor; empty for a provider without cursors. */
    public void setCursor(String path) {
        cursor = FieldPath.of(path);
    }

    /**
     * Where an answer keeps the link to the next page, an address or the end of one: {@code
     * links.next}; empty for a provider without links.
     */
    public void setLink(String path) {
        link = FieldPath.of(path);
    }

    /** Where the first page is, its query too, for a provider with links. */
    public void setAddress(String address) {
        this.address = URI.create(address.strip());
    }

    /** The query parameter that takes the cursor. */
    public void setParameter(String parameter) {
        this.parameter = parameter;
    }

    /** Where an answer says whether there is more: {@code pageInfo.hasNextPage}. */
    public void setMore(String path) {
        if (path.contains("=")) {
            throw new IllegalArgumentException(
                    "it is a path alone, whose value is false on the last page, such as pageInfo.hasNextPage, not \""
                            + path
                            + "\"");
        }
        more = FieldPath.of(path);
    }

    /** Where an answer says how many rows there are: a path, or {@code header:x-total}. */
    public void setTotal(String total) {
        String where = total.strip();
        boolean isHeader = where.startsWith(HEADER);
        this.totalHeader = isHeader ? where.substring(HEADER.length()) : "";
        this.total = FieldPath.of(isHeader ? "" : where);
    }

    /** Fields of a row that need not be kept, with commas between. */
    public void setDrop(String fields) {
        drop = FieldPath.names(fields);
    }

    public void setMostPages(int mostPages) {
        if (mostPages < 1) {
            throw new IllegalArgumentException("mostPages must be at least 1, not " + mostPages);
        }
        this.mostPages = mostPages;
    }

    /** Before the first page. */
    public void begin(Exchange exchange) {
        if (!link.isEmpty() && address == null) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "links are followed from the first page: give the paging bean its address");
        }
        exchange.setVariable(PAGES, new Pages(this));
        exchange.getMessage().setBody(null);
    }

    /** Takes the page in the body. */
    public void add(Exchange exchange) {
        Message message = exchange.getMessage();
        RefreshSteps.refuseWebPage(message);
        byte[] answer = bytes(message);
        JsonNode body = FlowReader.tree(new ByteArrayInputStream(answer));
        boolean whole = body.isArray() && !list.isEmpty() && !list.beginsInList();
        Pages pages = pages(exchange);
        JsonNode rows = whole ? body : rows(message, body, pages);
        if (rows.isEmpty()) {
            StatedError.refuse(StatedError.isIn(body));
        }
        for (JsonNode row : rows) {
            if (row instanceof ObjectNode fields) {
                fields.remove(drop);
            }
        }
        sayWhereNoCursorIs(exchange, whole || rows.isEmpty() ? null : body);
        boolean last = whole || saysNoMore(body);
        String next = last ? null : next(body, pages);
        long stated = total(message, body);
        pages.add(rows, next, stated, last, answer.length);
        if (!last && !hasCursor() && stated > 0) {
            sayThatMoreCame(exchange, pages.getOffset(), pages.stated());
        }
        sayErrorBesideRows(exchange, pages, !rows.isEmpty() && StatedError.isIn(body));
        message.setBody(null);
    }

    /**
     * The pages under way.
     *
     * @throws ProviderFailure malformed, when no paging bean was told to begin
     */
    static Pages pages(Exchange exchange) {
        Pages pages = exchange.getVariable(PAGES, Pages.class);
        if (pages == null) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "its route has no pages here: let a paging bean begin and add them first, also a list that comes in one answer");
        }
        return pages;
    }

    String parameter() {
        return parameter;
    }

    boolean hasLinks() {
        return !link.isEmpty();
    }

    /** Whether answers say where the next page is. */
    boolean hasCursor() {
        return !nextAt().isEmpty();
    }

    private FieldPath nextAt() {
        return hasLinks() ? link : cursor;
    }

    /** Where the first page is; empty for a provider without links. */
    String address() {
        return address == null ? "" : address.toString();
    }

    int mostPages() {
        return mostPages;
    }

    /** Said once: a path that leads nowhere would pass one page off as all of the list. */
    private void sayWhereNoCursorIs(Exchange exchange, @Nullable JsonNode body) {
        if (body == null || !hasCursor() || cursorSeen) {
            return;
        }
        cursorSeen = true;
        if (nextAt().there(body).isEmpty()) {
            log.warn(
                    "an answer of {} with rows has no field {}, where the route file says that the next page's {} is: if there are more rows than came, correct it",
                    provider(exchange),
                    nextAt(),
                    hasLinks() ? "link" : "cursor");
        }
    }

    /** Said once: a number of pages would end the list after a page or two. */
    private void sayThatMoreCame(Exchange exchange, int received, long stated) {
        if (received > stated && !totalTold) {
            totalTold = true;
            log.warn(
                    "{} rows of {} came, and by {} there are {}: if it counts something else than all rows, leave total out of the paging bean, or rows are missing",
                    received,
                    provider(exchange),
                    totalHeader.isEmpty() ? total : HEADER + totalHeader,
                    stated);
        }
    }

    /** Said once, until a whole list came without one. */
    private void sayErrorBesideRows(Exchange exchange, Pages pages, boolean stated) {
        if (stated && !errorTold) {
            log.warn(StatedError.BESIDE_ROWS, provider(exchange));
        }
        errorTold = pages.withError(stated) || errorTold && !pages.ended();
    }

    private static String provider(Exchange exchange) {
        return exchange.getVariable(RefreshSteps.PROVIDER, "a provider", String.class);
    }

    private boolean saysNoMore(JsonNode body) {
        return "false".equals(more.text(body));
    }

    /** Whether an answer without a list ends those that had one. */
    private boolean isEnd(Message message, JsonNode body, Pages pages) {
        String next = next(body, pages);
        boolean noMore = saysNoMore(body);
        boolean noNext = next == null && !nextAt().there(body).isEmpty();
        return (noMore || more.all(body).stream().allMatch(Pages::isNothing))
                && pages.endsWith(body, next, total(message, body), more, noMore || noNext);
    }

    private @Nullable String next(JsonNode body, Pages pages) {
        List<JsonNode> said = nextAt().all(body);
        if (!said.isEmpty() && said.get(0).isBoolean()) {
            if (said.get(0).booleanValue()) {
                throw ProviderFailure.of(
                        Cause.MALFORMED,
                        nextAt()
                                + " is true, which is no cursor or link: name it as more of the paging bean, and say where the next page begins");
            }
            return null;
        }
        if (!said.isEmpty() && said.get(0).isContainerNode() && !said.get(0).isEmpty()) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    nextAt()
                            + " holds an object or a list, which is no cursor or link: write the path to the text in it, such as links.next.href, or count pages");
        }
        String next = nextAt().text(body);
        return next != null && hasLinks() ? followed(pages.getAddress(), next.strip()) : next;
    }

    /** Never to another origin, which would be sent the provider's credential. */
    private static String followed(String page, String link) {
        try {
            URI from = URI.create(page);
            URI to = URIUtils.resolve(from, new URI(SettingNames.javaAddress(link)));
            if (OutboundHttp.isSameOrigin(from, to)) {
                return to.toString();
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "the link to the next page is no address: check the route's paging");
        }
        throw ProviderFailure.of(
                Cause.MALFORMED,
                "the link to the next page leads to another origin, where credentials are not sent: set the provider's address to the one that its links begin with");
    }

    private long total(Message message, JsonNode body) {
        String text =
                totalHeader.isEmpty()
                        ? total.text(body)
                        : message.getHeader(totalHeader, String.class);
        return text != null && text.matches("\\d{1,12}") ? Long.parseLong(text) : -1;
    }

    private static byte[] bytes(Message message) {
        try (InputStream in = RefreshSteps.stream(message)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw Failures.unreadable(e);
        }
    }

    /**
     * After the last row some programs write null in the place of the list, or leave it out; what
     * else has none is no page.
     */
    private JsonNode rows(Message message, JsonNode body, Pages pages) {
        Optional<JsonNode> rows =
                list.isEmpty() ? Optional.of(body).filter(JsonNode::isArray) : list.list(body);
        if (rows.isPresent()) {
            pages.hadList(body);
            return rows.get();
        }
        List<JsonNode> instead = list.inPlaceOfList(body);
        if (instead.stream().allMatch(JsonNode::isNull)
                && !list.isEmpty()
                && !StatedError.isIn(body)
                && isEnd(message, body, pages)) {
            return FlowReader.JSON.missingNode();
        }
        String page = "page " + pages.getNumber() + " is JSON but ";
        throw StatedError.withoutList(
                StatedError.isIn(body),
                list.isEmpty()
                        ? page
                                + "no flow list: check the route's address, or give the paging bean its list, where the rows are in the answer"
                        : page
                                + "holds no flow list at "
                                + list
                                + ": check the route's address, and list of its paging bean");
    }
}
