package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a provider tells about a flow only when asked for that one. A route file declares it as a
 * bean, splits by {@code missing}, asks for each as long as that {@code isWorthAsking}, says {@code
 * keep} or {@code failed}, and in the end {@code complete}. What is known is not asked for again
 * until the row's version changes.
 *
 * <p>A list never waits long for details, nor for ever without them: after a few failures, or some
 * seconds, the rest is left to the next refresh, which asks last for what failed. A flow whose
 * details are not known yet keeps what they told before, until its row says that it has changed:
 * after a start none are known here, and all have to be asked for again.
 */
public final class Details {
    private static final Logger log = LoggerFactory.getLogger(Details.class);

    private static final String ROW = "row";

    /** In a row whose details are not known yet: the fields that they add. */
    private static final String UNTOLD = "fields of unknown details";

    /** Failures in one refresh after which the others would most likely fail as well. */
    private static final int MOST_FAILURES = 3;

    /** How long a list may wait: for as much as a page that is answered slowly. */
    private static final long LONGEST_NANOS = Duration.ofSeconds(5).toNanos();

    /**
     * A list that is short for so long is one that the catalog believes as well. With a longer TTL
     * it may not do so yet; should the whole list come again, its details are asked for anew.
     */
    private static final long LONGEST_DOUBT_NANOS = Duration.ofMinutes(10).toNanos();

    private final LongSupplier nanos;
    private final Map<Row, ObjectNode> known = new ConcurrentHashMap<>();

    /** In the order in which they failed. */
    private final Set<Row> failed = Collections.synchronizedSet(new LinkedHashSet<>());

    /** Of the last list that was no less than half of the one before, or shorter for good. */
    private Set<Row> before = Set.of();

    /** Since when lists are less than half of that; null while they are not. */
    private @Nullable Long shortSince;

    private final AtomicInteger failures = new AtomicInteger();

    /** What a call failed with last, for the log. */
    private volatile String lastFailure = "";

    /** Whether the details of any row had a field that is added. */
    private volatile boolean told;

    private volatile boolean failuresSaid;
    private volatile boolean fieldsSaid;
    private volatile long began;
    private FieldPath id = FieldPath.of("id");
    private FieldPath version = FieldPath.of("updated_at");
    private List<String> adds = List.of("description");

    /** Calls in one refresh; the rest come with the next ones. */
    private int most = 100;

    /**
     * A row whose details are asked for. It has an order, since a provider could choose rows whose
     * hashes are all the same: maps find these by their order.
     *
     * @param version changes when the row does
     */
    public record Row(String id, String version) implements Comparable<Row> {
        private static final Comparator<Row> ORDER =
                Comparator.comparing(Row::id).thenComparing(Row::version);

        @Override
        public int compareTo(Row other) {
            return ORDER.compare(this, other);
        }

        /** The id as the end of an address; an id with a slash stays one step. */
        public String path() {
            return "/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        }
    }

    public Details() {
        this(System::nanoTime);
    }

    Details(LongSupplier nanos) {
        this.nanos = nanos;
    }

    public void setId(String path) {
        id = FieldPath.of(path);
    }

    /** What changes when the row does. */
    public void setVersion(String path) {
        version = FieldPath.of(path);
    }

    /** The fields to take over from the details, with commas between. */
    public void setAdds(String fields) {
        adds = FieldPath.names(fields);
    }

    public void setMost(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most must be at least 1, not " + most);
        }
        this.most = most;
    }

    /** The rows to ask for now: new and changed ones, then those that failed longest ago. */
    public List<Row> missing(Exchange exchange) {
        lastFailure = "";
        Pages pages = Paging.pages(exchange);
        Set<Row> rows =
                pages.rows().stream()
                        .filter(row -> id.text(row) != null)
                        .map(this::row)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        // A list that is cut short is not believed at once, and then the whole one comes again
        Set<Row> kept = new HashSet<>(rows);
        kept.addAll(before);
        known.keySet().retainAll(kept);
        failed.retainAll(kept);
        if (!isDoubted(rows.size())) {
            before = new HashSet<>(rows);
            shortSince = null;
        }
        failures.set(0);
        began = nanos.getAsLong();
        rows.removeAll(known.keySet());
        List<Row> again = List.copyOf(failed).stream().filter(rows::remove).toList();
        return Stream.concat(rows.stream(), again.stream()).limit(most).toList();
    }

    private boolean isDoubted(int rows) {
        if (rows * 2 >= before.size()) {
            return false;
        }
        long now = nanos.getAsLong();
        if (shortSince == null) {
            shortSince = now;
        }
        return now - shortSince < LONGEST_DOUBT_NANOS;
    }

    /** Whether the next row of this refresh is to be asked for. */
    public boolean isWorthAsking() {
        return failures.get() < MOST_FAILURES && nanos.getAsLong() - began < LONGEST_NANOS;
    }

    /** Keeps the details in the body, of the row in the variable {@code row}. */
    public void keep(Exchange exchange) {
        RefreshSteps.refuseWebPage(exchange.getMessage());
        JsonNode details = FlowReader.tree(RefreshSteps.stream(exchange.getMessage()));
        Row row = exchange.getVariable(ROW, Row.class);
        boolean tells = adds.stream().anyMatch(details::has);
        // A flow may have such a field itself
        boolean isFlow = tells || !row.version().isEmpty() && row.equals(row(details));
        if (!(details instanceof ObjectNode object) || !isFlow && StatedError.isIn(details)) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "the answer for one flow is no object with its details: see the provider's own log, and check what the route asks for");
        }
        if (tells) {
            told = true;
        }
        known.put(row, object.retain(adds));
        failed.remove(row);
    }

    /** The details of the row in the variable {@code row} did not come. */
    public void failed(Exchange exchange) {
        Row row = exchange.getVariable(ROW, Row.class);
        failed.remove(row);
        failed.add(row);
        Attempt attempt = Attempt.of(exchange);
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (caught != null) {
            String step = attempt == null ? null : attempt.stepOf(caught);
            ProviderFailure why = Failures.classify(caught, step, Clock.systemUTC(), null);
            lastFailure = why.reason().label() + " (" + why.hint() + ")";
        }
        failures.incrementAndGet();
    }

    /**
     * Adds what is known to the rows, and answers them as one JSON list. A row of which nothing is
     * known says so, see {@link #untold}.
     */
    public void complete(Exchange exchange) {
        Pages pages = Paging.pages(exchange);
        sayThatNoneIsTold(exchange.getVariable(RefreshSteps.PROVIDER, "a provider", String.class));
        for (JsonNode row : pages.rows()) {
            if (row instanceof ObjectNode fields) {
                ObjectNode details = known.get(row(row));
                if (details == null || details.isEmpty() && !told) {
                    ArrayNode untold = fields.putArray(UNTOLD);
                    adds.forEach(field -> untold.add(field));
                } else {
                    fields.setAll(details);
                }
            }
        }
        exchange.getMessage().setBody(pages.getList());
    }

    /** Each said once: flows are then found by what their rows say, and nothing else tells why. */
    private void sayThatNoneIsTold(String provider) {
        if (told) {
            return;
        }
        if (known.isEmpty() && !lastFailure.isEmpty() && !failuresSaid) {
            failuresSaid = true;
            log.warn("{} tells the details of no flow: {}", provider, lastFailure);
        } else if (!known.isEmpty() && !fieldsSaid) {
            fieldsSaid = true;
            log.warn(
                    "no details of a flow have a field {}, which the route file of {} adds: no flow has one, or name fields of the answer for one flow, not paths in it",
                    String.join(" or ", adds),
                    provider);
        }
    }

    /** The fields that a row lacks, or has in another form, until its details are known. */
    static List<String> untold(JsonNode row) {
        JsonNode untold = row.path(UNTOLD);
        return untold.isMissingNode()
                ? List.of()
                : FieldPath.elements(untold).map(JsonNode::asText).toList();
    }

    private Row row(JsonNode row) {
        return new Row(text(id, row), text(version, row));
    }

    private static String text(FieldPath path, JsonNode row) {
        String text = path.text(row);
        return text == null ? "" : text;
    }
}
