package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever a route file names a path, it may hold places in lists and choices. */
class FieldPathTest {
    private static final String ROWS = "[{\"id\": 1, \"name\": \"One\"}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "data.0.items; {\"data\": [{\"items\": %s}]}",
                "data.1.items; {\"data\": [{\"items\": {}}, {\"items\": %s}]}",
                "0.items; [{\"items\": %s}, {}]",
                "bots|data.items; {\"data\": {\"items\": %s}}",
                "bots|data.items; {\"bots\": null, \"data\": {\"items\": %s}}",
                "data | data.0; {\"data\": {\"0\": %s}}",
            })
    void aListIsFoundAlike(String path, String answer) throws IOException {
        var paging = new Paging();
        paging.setList(path);
        var mapping = new FlowMapping();
        mapping.setList(path);
        String body = answer.formatted(ROWS);

        assertThat(after(paging, body).rows()).hasSize(1);
        assertThat(read(body, mapping).flows()).extracting(Flow::id).containsExactly("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "data.1.items; {\"data\": [{\"items\": %s}]}",
                "0.items; %s",
                "bots|data; {\"data\": {\"items\": %s}}",
                "data.00; {\"data\": [%s]}",
            })
    void anAnswerWithoutAListIsMalformedAlike(String path, String answer) {
        var paging = new Paging();
        paging.setList(path);
        var mapping = new FlowMapping();
        mapping.setList(path);
        String body = answer.formatted(ROWS);

        assertThatThrownBy(() -> after(paging, body)).hasMessageContaining("holds no flow list");
        assertThatThrownBy(() -> read(body, mapping)).hasMessageContaining("holds no flow list");
    }

    @Test
    void aCursorMayBeInAListAndAChoice() throws IOException {
        var paging = new Paging();
        paging.setList("data");
        paging.setCursor("next|links.1.cursor");
        String body =
                "{\"data\": %s, \"next\": null, \"links\": [{}, {\"cursor\": \"b\"}]}"
                        .formatted(ROWS);
        assertThat(after(paging, body).getNext()).isEqualTo("&cursor=b");
    }

    @Test
    void aLinkMayBeInAListAndAChoice() throws IOException {
        var paging = new Paging();
        paging.setList("data");
        paging.setAddress("http://bots.example/bots");
        paging.setLink("next|links.0.href");
        String body = "{\"data\": %s, \"links\": [{\"href\": \"?page=2\"}]}".formatted(ROWS);
        assertThat(after(paging, body).getAddress()).isEqualTo("http://bots.example/bots?page=2");
    }

    @Test
    void aTotalMayBeInAListAndAChoice() throws IOException {
        var paging = new Paging();
        paging.setList("data");
        paging.setTotal("count|meta.0.total");
        String body = "{\"data\": %s, \"meta\": [{\"total\": %d}]}";
        assertThat(after(paging, body.formatted(ROWS, 1)).isMore()).isFalse();
        assertThat(after(paging, body.formatted(ROWS, 2)).isMore()).isTrue();
    }

    @Test
    void aTokenMayBeInAListAndAChoice() {
        var tokens = new ProviderTokens(new ObjectMapper());
        tokens.keepAt("bots", "token|sessions.0.ticket", "{\"sessions\": [{\"ticket\": \"t\"}]}");
        assertThat(tokens.get("bots")).isEqualTo("t");
    }

    @Test
    void whatDetailsAreKnownByMayBeInAListAndAChoice() throws IOException {
        var paging = new Paging();
        paging.setList("data");
        var details = new Details();
        details.setId("key|ids.0");
        details.setVersion("changed|versions.0.id");
        String body = "{\"data\": [{\"ids\": [7], \"versions\": [{\"id\": \"v1\"}]}]}";
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = exchange(camel, paging, body);
            assertThat(details.missing(exchange)).containsExactly(new Details.Row("7", "v1"));
        }
    }

    @Test
    void aConditionMayBeInAListAndAChoice() {
        var mapping = new FlowMapping();
        mapping.setExclude("state|about.0.state=draft,owner|user=null");
        String rows =
                """
                [{"id": 1, "name": "One", "about": [{"state": "draft"}]},
                 {"id": 2, "name": "Two", "state": "ready", "about": [{"state": "draft"}]},
                 {"id": 3, "name": "Three", "user": null}]""";
        assertThat(read(rows, mapping).flows()).extracting(Flow::id).containsExactly("2");
    }

    /** The whole rest of a path may be one field's name; it is the one that is meant then. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a.b; {\"a.b\": \"x\"}; x",
                "a.b; {\"a\": {\"b\": \"x\"}}; x",
                "a.b; {\"a\": {\"b\": \"y\"}, \"a.b\": \"x\"}; x",
                "a.b; {\"a\": {\"b\": \"y\"}, \"a.b\": null}; ",
                "a.b|c; {\"a\": {\"b\": \"y\"}, \"a.b\": null, \"c\": \"x\"}; x",
                "a.b.c; {\"a\": {\"b.c\": \"x\"}}; x",
                "a.b.c; {\"a.b\": {\"c\": \"x\"}}; ",
                "a . b; {\"a.b\": \"x\"}; x",
                "a.b.c; {\"a\": [{\"b\": 1}, {\"b.c\": \"x\"}]}; x",
                "a.0; {\"a.0\": \"x\"}; x",
                "metadata.annotations.workflows.argoproj.io/description; {\"metadata\": {\"annotations\": {\"workflows.argoproj.io/description\": \"x\"}}}; x",
            })
    void aFieldsNameMayHoldDots(String path, String row, String read) throws IOException {
        assertThat(FieldPath.of(path).text(new ObjectMapper().readTree(row))).isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bots.all; {\"bots.all\": %s}",
                "data.bots.all; {\"data\": {\"bots.all\": %s}}",
                "data.bots.all; {\"data\": {\"bots\": {\"all\": %s}}}",
                "data.0.bots.all; {\"data\": [{\"bots.all\": %s}]}",
            })
    void aListsNameMayHoldDots(String path, String answer) throws IOException {
        aListIsFoundAlike(path, answer);
    }

    /** As OData names what it adds. */
    @Test
    void aLinkAndATotalMayHaveDotsInTheirNames() throws IOException {
        var paging = new Paging();
        paging.setList("value");
        paging.setAddress("http://bots.example/bots");
        paging.setLink("@odata.nextLink");
        String body = "{\"value\": %s, \"@odata.nextLink\": \"?page=2\", \"@odata.count\": %d}";
        assertThat(after(paging, body.formatted(ROWS, 2)).getAddress())
                .isEqualTo("http://bots.example/bots?page=2");
        paging = new Paging();
        paging.setList("value");
        paging.setTotal("@odata.count");
        assertThat(after(paging, body.formatted(ROWS, 1)).isMore()).isFalse();
        assertThat(after(paging, body.formatted(ROWS, 2)).isMore()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"about..summary", ".summary", "about.", "a|b..c"})
    void aStepWithoutANameIsRefusedWhereverItStands(String path) {
        var paging = new Paging();
        for (Runnable setter :
                List.<Runnable>of(
                        () -> new FlowMapping().setDescription(path),
                        () -> new FlowMapping().setId("{" + path + "}/{id}"),
                        () -> new FlowMapping().setList(path),
                        () -> new FlowMapping().setProjects(path),
                        () -> new FlowMapping().setExclude(path + "=x"),
                        () -> paging.setList(path),
                        () -> paging.setCursor(path),
                        () -> paging.setLink(path),
                        () -> paging.setMore(path),
                        () -> paging.setTotal(path),
                        () -> new Details().setId(path),
                        () -> new Details().setVersion(path))) {
            assertThatThrownBy(setter::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("names with dots between")
                    .hasMessageContaining(path);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "$.data; write data",
                "$; leave it out",
                "$.data.items; write data.items",
                "a|$.b; write a|b",
                "data[*]; a place in a list is a number with dots around it",
                "data[0].items; such as data.0.items",
                "data.]; a place in a list is a number with dots around it",
                "$[0].x; a place in a list is a number with dots around it",
                "header:Link; only total can be one of its headers",
                "a|header:x-next; only total can be one of its headers",
                "!isLast; the contrary of a value cannot be said",
                "a|!b; the contrary of a value cannot be said",
            })
    void whatIsNoPathIsRefusedAndWhatToWriteInsteadIsSaid(String path, String advice) {
        for (Runnable setter :
                List.<Runnable>of(
                        () -> new FlowMapping().setDescription(path),
                        () -> new FlowMapping().setList(path),
                        () -> new Paging().setLink(path),
                        () -> new Paging().setMore(path),
                        () -> new Details().setVersion(path))) {
            assertThatThrownBy(setter::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(advice)
                    .hasMessageContaining(path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"$id", "@type", "a.$ref", "headers.x", "is-last!", "a:b", "header"})
    void aFieldMayBeCalledSo(String path) {
        assertThatNoException().isThrownBy(() -> new FlowMapping().setDescription(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"isLast=false", "hasMore=true", "last!=true"})
    void whetherThereIsMoreIsAPathAlone(String more) {
        assertThatThrownBy(() -> new Paging().setMore(more))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a path alone, whose value is false on the last page")
                .hasMessageContaining(more);
    }

    private static Pages after(Paging paging, String body) throws IOException {
        try (var camel = new DefaultCamelContext()) {
            return exchange(camel, paging, body).getVariable(Paging.PAGES, Pages.class);
        }
    }

    private static Exchange exchange(DefaultCamelContext camel, Paging paging, String body) {
        Exchange exchange = new DefaultExchange(camel);
        paging.begin(exchange);
        exchange.getMessage().setBody(body);
        paging.add(exchange);
        return exchange;
    }

    private static FlowList read(String body, FlowMapping mapping) {
        var in = new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
        return new FlowReader().read("bots", in, mapping, null, List.of());
    }
}
