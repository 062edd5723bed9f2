package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * What a provider tells about a flow only when asked for that one. A route file declares it as a
 * bean, splits by {@code missing}, asks for each, says {@code keep}, and in the end {@code
 * complete}. What is known is not asked for again until the row's version changes.
 */
public final class Details {
    private static final String ROW = "row";
    private static final Pattern COMMAS = Pattern.compile("\\s*,\\s*");

    private final Map<Row, ObjectNode> known = new ConcurrentHashMap<>();
    private String id = "id";
    private String version = "updated_at";
    private List<String> adds = List.of("description");

    /** Calls in one refresh; the rest come with the next ones. */
    private int most = 100;

    /**
     * A row whose details are asked for.
     *
     * @param version changes when the row does
     */
    public record Row(String id, String version) {
        /** The id as the end of an address; an id with a slash stays one step. */
        public String path() {
            return "/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        }
    }

    public void setId(String field) {
        id = field;
    }

    /** The field that changes when the row does. */
    public void setVersion(String field) {
        version = field;
    }

    /** The fields to take over from the details, with commas between. */
    public void setAdds(String fields) {
        adds = List.of(COMMAS.split(fields.strip()));
    }

    public void setMost(int most) {
        this.most = most;
    }

    /** The rows to ask for now. */
    public List<Row> missing(Exchange exchange) {
        Pages pages = exchange.getVariable(Paging.PAGES, Pages.class);
        Set<Row> rows =
                pages.rows().stream()
                        .filter(row -> row.path(id).isValueNode())
                        .map(this::row)
                        .collect(Collectors.toSet());
        known.keySet().retainAll(rows);
        return pages.rows().stream()
                .map(this::row)
                .filter(rows::contains)
                .filter(row -> !known.containsKey(row))
                .limit(most)
                .toList();
    }

    /** Keeps the details in the body, of the row in the variable {@code row}. */
    public void keep(Exchange exchange) {
        RefreshSteps.refuseWebPage(exchange.getMessage());
        JsonNode details = FlowReader.tree(RefreshSteps.stream(exchange.getMessage()));
        if (details instanceof ObjectNode object) {
            known.put(exchange.getVariable(ROW, Row.class), object.retain(adds));
        }
    }

    /** Adds what is known to the rows, and answers them as one JSON list. */
    public void complete(Exchange exchange) {
        Pages pages = exchange.getVariable(Paging.PAGES, Pages.class);
        for (JsonNode row : pages.rows()) {
            ObjectNode details = known.get(row(row));
            if (details != null && row instanceof ObjectNode fields) {
                fields.setAll(details);
            }
        }
        exchange.getMessage().setBody(pages.getList());
    }

    private Row row(JsonNode row) {
        return new Row(row.path(id).asText(), row.path(version).asText());
    }
}
