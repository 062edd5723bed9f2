package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.LogLines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** Paths of a provider's file that lead nowhere cost flows or their texts, and are said once. */
class WrongPathsTest {
    private static final String PAGE =
            """
            {"result": {"items": [{"id": 1, "name": "One", "meta": {"summary": "The first"}}],
             "continue": %s}}""";

    private static Pages take(Paging paging, String page) throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            paging.begin(exchange);
            exchange.getMessage().setBody(page.getBytes(StandardCharsets.UTF_8));
            paging.add(exchange);
            return exchange.getVariable(Paging.PAGES, Pages.class);
        }
    }

    private static Paging paging(String cursor) {
        var paging = new Paging();
        paging.setList("result.items");
        paging.setCursor(cursor);
        return paging;
    }

    @Test
    void aCursorThatNoAnswerHasIsSaidOnce() throws IOException {
        try (var log = LogLines.open()) {
            var paging = paging("result.next");
            assertThat(take(paging, PAGE.formatted("\"b\"")).isMore()).isFalse();
            take(paging, PAGE.formatted("\"b\""));
            assertThat(log.warnings()).singleElement().asString().contains("no field result.next");
        }
    }

    @Test
    void aLastPageThatNamesItsCursorSaysNothing() throws IOException {
        try (var log = LogLines.open()) {
            assertThat(take(paging("result.continue"), PAGE.formatted("null")).isMore()).isFalse();
            assertThat(take(paging("result.continue"), PAGE.formatted("\"b\"")).isMore()).isTrue();
            assertThat(log.warnings()).isEmpty();
        }
    }

    private static void read(FlowMapping mapping) {
        String list = "[{\"id\": 1, \"name\": \"One\", \"meta\": {\"summary\": \"The first\"}}]";
        new FlowReader()
                .read(
                        "orchid",
                        new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)),
                        mapping,
                        null,
                        List.of());
    }

    @Test
    void aDescriptionThatNoRowHasIsSaidOnce() {
        try (var log = LogLines.open()) {
            var mapping = new FlowMapping();
            mapping.setDescription("meta.sumary");
            read(mapping);
            read(mapping);
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("no row of orchid has a description at meta.sumary");
        }
    }

    @Test
    void rowsWithoutDescriptionsAreFineWhereTheFileSaysNothingOfThem() {
        try (var log = LogLines.open()) {
            read(new FlowMapping());
            var right = new FlowMapping();
            right.setDescription("meta.summary");
            read(right);
            assertThat(log.warnings()).isEmpty();
        }
    }
}
