package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** How long the details of rows that are gone are kept. */
class KeptDetailsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Details details = new Details(nanos::get);

    @Test
    void aListThatIsCutShortForAWhileForgetsNothing() {
        assertThat(askedFor(20)).hasSize(20);
        assertThat(askedFor(5)).isEmpty();
        pass(Duration.ofMinutes(9));
        assertThat(askedFor(5)).isEmpty();
        assertThat(askedFor(20)).isEmpty();
    }

    @Test
    void aListThatIsShortForGoodForgetsTheOthers() {
        assertThat(askedFor(20)).hasSize(20);
        assertThat(askedFor(5)).isEmpty();
        pass(Duration.ofMinutes(10));
        assertThat(askedFor(5)).isEmpty();
        assertThat(askedFor(5)).isEmpty();
        assertThat(askedFor(20)).hasSize(15);
    }

    @Test
    void aListThatWasWholeInBetweenIsCutShortAnew() {
        assertThat(askedFor(20)).hasSize(20);
        assertThat(askedFor(5)).isEmpty();
        assertThat(askedFor(20)).isEmpty();
        pass(Duration.ofMinutes(10));
        assertThat(askedFor(5)).isEmpty();
        assertThat(askedFor(5)).isEmpty();
        assertThat(askedFor(20)).isEmpty();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** The rows of a list of so many that a refresh asks for, and is told the details of. */
    private List<Details.Row> askedFor(int rows) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        var pages = new Pages(new Paging());
        List<JsonNode> page =
                IntStream.range(0, rows)
                        .<JsonNode>mapToObj(
                                n -> JsonNodeFactory.instance.objectNode().put("id", "w" + n))
                        .toList();
        pages.add(page, null, -1, true, rows);
        exchange.setVariable(Paging.PAGES, pages);
        List<Details.Row> missing = details.missing(exchange);
        for (Details.Row row : missing) {
            exchange.setVariable("row", row);
            exchange.getMessage().setBody("{\"description\": \"Sorts the mail.\"}");
            details.keep(exchange);
        }
        return missing;
    }
}
