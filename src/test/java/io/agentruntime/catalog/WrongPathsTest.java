package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentruntime.LogLines;
import io.agentruntime.RunningService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Paths of a provider's file that lead nowhere cost flows or their texts, and are said once. */
class WrongPathsTest {
    private static final String PAGE =
            """
            {"result": {"items": [{"id": 1, "name": "One", "meta": {"summary": "The first"}}],
             "continue": %s}}""";

    private static Pages take(Paging paging, String... pages) throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            paging.begin(exchange);
            exchange.setVariable(RefreshSteps.PROVIDER, "orchid");
            for (String page : pages) {
                exchange.getMessage().setBody(page.getBytes(StandardCharsets.UTF_8));
                paging.add(exchange);
            }
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
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("an answer of orchid with rows has no field result.next");
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

    /** As a number of pages is, which would end the list after the first. */
    @Test
    void aTotalThatIsLessThanTheRowsThatCameIsSaidOnce() throws IOException {
        try (var log = LogLines.open()) {
            var paging = new Paging();
            paging.setList("items");
            paging.setTotal("pages");
            String page = "{\"items\": [{\"id\": 1}, {\"id\": 2}], \"pages\": %d}";
            take(paging, page.formatted(0));
            take(paging, page.formatted(2));
            take(paging, page.formatted(18));
            assertThat(log.warnings()).isEmpty();
            assertThat(take(paging, page.formatted(1)).isMore()).isFalse();
            take(paging, page.formatted(1));
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("2 rows of orchid came, and by pages there are 1");
        }
    }

    @Test
    void aTotalThatShrinksFromPageToPageIsRight() throws IOException {
        try (var log = LogLines.open()) {
            var paging = new Paging();
            paging.setList("items");
            paging.setTotal("total");
            Pages pages =
                    take(
                            paging,
                            "{\"items\": [{\"id\": 1}, {\"id\": 2}], \"total\": 4}",
                            "{\"items\": [{\"id\": 3}, {\"id\": 4}], \"total\": 3}");
            assertThat(pages.isMore()).isFalse();
            assertThat(log.warnings()).isEmpty();
        }
    }

    /** It would be asked again and again, and nobody told why. */
    @Test
    void aRouteThatEndsWithoutAListIsAFailureAndSaysSo(@TempDir Path routes) throws IOException {
        Files.writeString(
                routes.resolve("provider-quiet.camel.yaml"),
                """
                - route:
                    id: quiet-flows
                    description: Ends before it has a list
                    nodePrefixId: quiet-flows-
                    errorHandler:
                      noErrorHandler: {}
                    from:
                      uri: direct:quiet-flows
                      steps:
                        - stop:
                            id: end
                """);
        try (var service =
                        RunningService.with(
                                Map.of("PROVIDERS", "quiet", "ROUTES_DIR", routes.toString()));
                var log = LogLines.open()) {
            service.provision("summarize documents").isProblem(502, "provider-contract");
            service.refresh("quiet")
                    .hasField("status", "\"down\"")
                    .hasField("last_error", "\"malformed\"");
            assertThat(log.warnings())
                    .anyMatch(line -> line.contains("its route ended without a flow list"));
        }
    }

    @Test
    void pagesThatNobodyBeganAreToldSo() throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody("[]");
            for (Consumer<Exchange> step :
                    List.<Consumer<Exchange>>of(
                            new Details()::missing, new Details()::complete, new Paging()::add)) {
                assertThatThrownBy(() -> step.accept(exchange))
                        .isInstanceOf(ProviderFailure.class)
                        .hasMessageContaining("let a paging bean begin and add them first");
            }
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

    /** Texts of the same hash are easily made, and sets of what they are part of get slow. */
    @Test
    @Timeout(30)
    void rowsThatHashAlikeCostNoTime() throws IOException {
        assertThat(pagesOfRowsThatHashAlike(1 << 14).rows()).hasSize(1 << 14);
    }

    @Test
    @Timeout(30)
    void detailsOfRowsThatHashAlikeCostNoTime() throws IOException {
        int rows = 1 << 15;
        var details = new Details();
        details.setMost(rows);
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.setVariable(Paging.PAGES, pagesOfRowsThatHashAlike(rows));
            for (Details.Row row : details.missing(exchange)) {
                exchange.setVariable("row", row);
                exchange.getMessage().setBody("{\"description\": \"Reads\"}");
                details.keep(exchange);
            }
            assertThat(details.missing(exchange)).isEmpty();
        }
    }

    private static Pages pagesOfRowsThatHashAlike(int rows) throws IOException {
        String page =
                IntStream.range(0, rows)
                        .mapToObj(
                                n ->
                                        Integer.toBinaryString(n | rows)
                                                .replace("0", "Aa")
                                                .replace("1", "BB"))
                        .map(id -> "{\"id\": \"" + id + "\"}")
                        .collect(Collectors.joining(","));
        return take(paging("next"), "{\"result\": {\"items\": [" + page + "]}}");
    }
}
