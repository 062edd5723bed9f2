package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentruntime.LogLines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A list is empty only where nothing in the answer says otherwise. */
class EmptyListsTest {
    private static final String SECRET = "sk-secret";

    @Test
    void noRowsAtAllWhereTheAnswerCountsSomeAreMalformed() {
        assertThatThrownBy(() -> pages("{\"data\": [], \"total\": 5}"))
                .isInstanceOf(ProviderFailure.class)
                .hasMessageStartingWith("malformed: ")
                .hasMessageContaining("says that there are rows, and brings none")
                .hasMessageContaining("what its credential may read")
                .hasMessageContaining("paging");
    }

    @Test
    void aCountIsHeldAgainstAllPagesTogether() throws IOException {
        assertThat(pages("{\"data\": [{\"id\": 1}], \"total\": 5}", "{\"data\": [], \"total\": 5}"))
                .hasSize(1);
        assertThat(pages("{\"data\": [], \"total\": 0}")).isEmpty();
        assertThat(pages("{\"data\": []}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\": [], \"error\": \"sk-secret\"}",
                "{\"error\": {\"message\": \"sk-secret\"}, \"data\": []}",
                "{\"data\": [], \"more\": {\"a\": []}, \"errors\": [\"sk-secret\"]}",
                "{\"errors\": [{\"data\": [1]}], \"data\": []}",
                "{\"error\": true, \"data\": []}",
            })
    void anErrorBesideAnEmptyListIsMalformed(String answer) {
        assertThatThrownBy(() -> pages(answer)).satisfies(EmptyListsTest::tellsOfAnError);
        assertThatThrownBy(() -> read(answer)).satisfies(EmptyListsTest::tellsOfAnError);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\": [], \"error\": null}",
                "{\"error\": false, \"data\": []}",
                "{\"error\": \"\", \"data\": [], \"errors\": []}",
                "{\"data\": [], \"errors\": {}}",
                "{\"data\": [], \"errors\": 0}",
                "{\"data\": [], \"meta\": {\"error\": \"of another thing\"}}",
            })
    void withoutAnErrorAnEmptyListIsEmpty(String answer) throws IOException {
        assertThat(pages(answer)).isEmpty();
        assertThat(read(answer)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errors\": [{\"message\": \"sk-secret\"}], \"data\": null}",
                "{\"data\": {\"flows\": null}, \"errors\": [\"sk-secret\"]}",
                "{\"error\": \"sk-secret\"}",
            })
    void anErrorInThePlaceOfAListIsToldAsOne(String answer) {
        assertThatThrownBy(() -> pages(answer)).satisfies(EmptyListsTest::tellsOfAnErrorAlone);
        assertThatThrownBy(() -> read(answer)).satisfies(EmptyListsTest::tellsOfAnErrorAlone);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errors\": [], \"result\": null}",
                "{\"result\": {\"data\": null}}",
                "{\"data\": {}}",
                "null",
            })
    void withoutAnErrorAnAnswerWithoutAListIsOfAnotherShape(String answer) {
        assertThatThrownBy(() -> pages(answer))
                .hasMessageContaining("page 1 is JSON but holds no flow list at data:")
                .hasMessageContaining("list of its paging bean");
        assertThatThrownBy(() -> read(answer, "data"))
                .hasMessageContaining("the answer is JSON but holds no flow list at data:")
                .hasMessageContaining("list of its mapping");
    }

    @Test
    void aBadRowBesideOneThatIsLeftOutMakesTheListEmptyAndNotMalformed() throws IOException {
        String archived = "{\"id\": 1, \"name\": \"One\", \"archived\": true}";
        assertThat(read("{\"data\": [" + archived + ", {\"id\": null}]}")).isEmpty();
        assertThatThrownBy(() -> read("{\"data\": [{\"id\": null}]}"))
                .hasMessageContaining("none of 1 rows has an id and a name");
        String renamed = "{\"id\": 2, \"title\": \"Two\"}, {\"id\": 3, \"title\": \"Three\"}";
        assertThatThrownBy(() -> read("{\"data\": [" + archived + ", " + renamed + "]}"))
                .hasMessageContaining("none of 2 rows has an id and a name");
    }

    @Test
    void whereNoFileSaysWhereTheListIsThePlacesThatWereTriedAreNamed() {
        assertThatThrownBy(() -> read("{\"data\": null}"))
                .hasMessageContaining("no flow list at flows|items|data|results|workflows:");
        var paging = new Paging();
        assertThatThrownBy(() -> pages(paging, "{\"data\": []}"))
                .hasMessageContaining("page 1 is JSON but no flow list:")
                .hasMessageContaining("give the paging bean its list");
        assertThatThrownBy(() -> pages(paging, "null"))
                .hasMessageContaining("page 1 is JSON but no");
    }

    /** So answers a provider that refuses with 200, too. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "data; {\"data\": null}",
                "data; {\"code\": 401, \"msg\": \"token expired\", \"data\": null}",
                "result.data|data; {\"result\": {\"data\": null, \"next\": \"\"}}",
                "0.data; [{\"data\": null}]",
            })
    void nullInThePlaceOfTheOnlyListIsMalformed(String list, String answer) {
        var paging = new Paging();
        paging.setList(list);
        assertThatThrownBy(() -> pages(paging, answer)).hasMessageStartingWith("malformed: page 1");
        assertThatThrownBy(() -> read(answer, list)).hasMessageStartingWith("malformed: ");
    }

    @Test
    void nullBesideAListIsNotIt() throws IOException {
        String answer = "{\"data\": null, \"rows\": [{\"id\": 1, \"name\": \"One\"}]}";
        var paging = new Paging();
        paging.setList("data|rows");
        assertThat(pages(paging, answer)).hasSize(1);
        assertThat(read(answer, "data|rows")).hasSize(1);
    }

    /** So do programs write an empty list that leave out what is empty. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"next\": null}",
                "{\"next\": \"\", \"total\": 1}",
                "{\"data\": null}",
                "{\"data\": null, \"code\": 0, \"message\": \"\", \"meta\": {\"of\": \"me\"}}"
            })
    void aListMayBeMissingAfterAPageThatHadIt(String last) throws IOException {
        String first =
                "{\"data\": [{\"id\": 1}], \"next\": \"a\", \"total\": 1, \"code\": 0, \"message\": \"\", \"meta\": {\"of\": \"me\"}}";
        var paging = new Paging();
        paging.setList("data");
        assertThat(pages(paging, first, last)).hasSize(1);
        paging.setCursor("next");
        assertThat(pages(paging, first, last)).hasSize(1);
    }

    /** So writes a program in Go an empty list. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "more=has_more; {'data': [{'id': 1}], 'has_more': true}; {'data': null, 'has_more': false}",
                "more=page.truncated; {'data': [{'id': 1}], 'page': {'truncated': 'true'}}; {'data': null, 'page': {'truncated': 'false'}}",
                "cursor=meta.next; {'data': [{'id': 1}], 'meta': {'next': 'a', 'more': true}}; {'data': null, 'meta': {'next': '', 'more': false}}",
                "cursor=next; {'data': [{'id': 1}], 'next': 'a', 'prev': null, 'requestId': 'r-1'}; {'data': null, 'next': null, 'prev': 'b', 'requestId': 'r-2'}",
                "link=links.next; {'data': [{'id': 1}], 'links': {'self': '/1', 'next': '/2'}}; {'data': null, 'links': {'self': '/2', 'prev': '/1', 'next': null}}",
                "; {'data': [{'id': 1}], 'page': 1}; {'data': null, 'page': 2}",
                "; {'data': [{'id': 1}], 'offset': 0, 'limit': 1, 'count': 1}; {'data': null, 'offset': 1, 'limit': 1, 'count': 0}",
                "; {'data': [{'id': 1}], 'meta': {'page_index': 0, 'isLast': false}}; {'data': null, 'meta': {'page_index': 1, 'isLast': true}}",
            })
    void nullEndsPagesWhereNothingDiffersButWhatTellsOfPages(
            String property, String first, String last) throws IOException {
        assertThat(pages(paging(property), json(first), json(last))).hasSize(1);
    }

    /** A program that refuses writes its fields, too, and false is what a truth value begins as. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "more=has_more; {'data': [{'id': 1}], 'code': 0, 'has_more': true}; {'data': null, 'code': 401, 'has_more': false}",
                "more=has_more; {'data': [{'id': 1}], 'message': 'ok', 'has_more': true}; {'data': null, 'message': 'token expired', 'has_more': false}",
                "more=has_more; {'data': [{'id': 1}], 'success': true, 'has_more': true}; {'data': null, 'success': false, 'has_more': false}",
                "more=has_more; {'data': [{'id': 1}], 'has_more': true}; {'data': null, 'error': 'slow down', 'has_more': false}",
                "more=has_more; {'data': [{'id': 1}], 'has_more': true}; {'data': null, 'has_more': true}",
                "more=has_more; {'data': [{'id': 1}], 'total': 2, 'has_more': true}; {'data': null, 'total': 2, 'has_more': false}",
                "cursor=next; {'data': [{'id': 1}], 'code': 200, 'next': 'a'}; {'data': null, 'code': 429, 'next': null}",
                "cursor=next; {'data': [{'id': 1}], 'next': 2}; {'data': null, 'next': 3}",
                "link=next; {'data': [{'id': 1}], 'next': '/2'}; {'data': null, 'next': '/3'}",
                "; {'data': [{'id': 1}], 'page': 1, 'status': 'ok'}; {'data': null, 'page': 2, 'status': 'failed'}",
                "; {'data': [{'id': 1}], 'page': 1}; {'data': null, 'page': 'slow down'}",
            })
    void nullIsNotTheEndWhereMoreDiffersThanWhatTellsOfPages(
            String property, String first, String last) {
        assertThatThrownBy(() -> pages(paging(property), json(first), json(last)))
                .isInstanceOf(ProviderFailure.class)
                .hasMessageStartingWith("malformed: ");
    }

    @Test
    void nullInTheFirstAnswerIsMalformedThoughItSaysThatThereIsNoMore() {
        assertThatThrownBy(
                        () ->
                                pages(
                                        paging("more=has_more"),
                                        json("{'data': null, 'has_more': false}")))
                .hasMessageStartingWith("malformed: page 1 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"message\": \"slow down\"}",
                "{\"code\": 429, \"message\": \"slow down\", \"data\": null}",
                "{\"code\": 500}",
                "{\"code\": 1e400}",
                "{\"success\": false, \"data\": null}",
                "{\"meta\": {\"reason\": \"slow down\"}, \"data\": null}",
                "{\"data\": {}}",
                "{\"data\": \"slow down\"}",
                "null",
                "\"slow down\"",
            })
    void whatIsNoPageIsNotTheLastOne(String answer) {
        String first =
                "{\"data\": [{\"id\": 1}], \"next\": \"a\", \"code\": 0, \"message\": \"\", \"success\": true, \"meta\": {}}";
        assertThatThrownBy(() -> pages(first, answer))
                .isInstanceOf(ProviderFailure.class)
                .hasMessageStartingWith("malformed: page 2 ");
    }

    @Test
    void anErrorInThePlaceOfTheLastPageIsToldAsOne() {
        String first = "{\"data\": [{\"id\": 1}], \"error\": null}";
        assertThatThrownBy(() -> pages(first, "{\"data\": null, \"error\": \"sk-secret\"}"))
                .satisfies(EmptyListsTest::tellsOfAnErrorAlone);
        assertThatThrownBy(() -> pages(first, "{\"error\": \"sk-secret\"}"))
                .satisfies(EmptyListsTest::tellsOfAnErrorAlone);
    }

    @Test
    void aListThatIsMissingBeforeAllRowsCameIsMalformed() {
        assertThatThrownBy(() -> pages("{\"data\": [{\"id\": 1}], \"total\": 2}", "{}"))
                .hasMessageContaining("page 2 is JSON but holds no flow list at data:");
    }

    @Test
    void anErrorBesideRowsCostsNoRows() throws IOException {
        String answer =
                "{\"errors\": [\"one is missing\"], \"data\": [{\"id\": 1, \"name\": \"One\"}]}";
        assertThat(pages(answer)).hasSize(1);
        assertThat(read(answer)).hasSize(1);
    }

    @Test
    void anErrorBesideRowsIsSaidOnceUntilItIsGone() throws IOException {
        String row = "\"data\": [{\"id\": 1, \"name\": \"One\"}]";
        String wrong = "{" + row + ", \"error\": {\"message\": \"sk-secret\"}}";
        String right = "{" + row + ", \"error\": null}";
        String next = "{\"data\": [{\"id\": 2}]}";
        var paging = new Paging();
        paging.setList("data");
        paging.setTotal("total");
        var reader = new FlowReader();
        for (ThrowingConsumer<String> take :
                List.<ThrowingConsumer<String>>of(
                        answer -> pages(paging, answer, next, "{\"data\": []}"),
                        answer -> read(reader, answer, new FlowMapping()))) {
            try (var log = LogLines.open()) {
                take.accept(wrong);
                take.accept(wrong);
                assertThat(log.warnings())
                        .singleElement()
                        .asString()
                        .contains("has an error beside its rows")
                        .contains("the rows are offered")
                        .doesNotContain(SECRET);
                take.accept(right);
                assertThat(log.warnings()).hasSize(1);
                take.accept(wrong);
                assertThat(log.warnings()).hasSize(2);
            }
        }
    }

    private static void tellsOfAnError(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOf(ProviderFailure.class)
                .hasMessageStartingWith("malformed: ")
                .hasMessageContaining("an error beside an empty list")
                .hasMessageNotContaining(SECRET);
    }

    private static void tellsOfAnErrorAlone(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOf(ProviderFailure.class)
                .hasMessageStartingWith("malformed: the answer tells of an error in the place of")
                .hasMessageContaining("the provider's own log")
                .hasMessageNotContaining(SECRET);
    }

    private static Paging paging(@Nullable String property) {
        var paging = new Paging();
        paging.setList("data");
        paging.setTotal("total");
        if (property != null) {
            String[] where = property.split("=");
            switch (where[0]) {
                case "more" -> paging.setMore(where[1]);
                case "cursor" -> paging.setCursor(where[1]);
                default -> {
                    paging.setLink(where[1]);
                    paging.setAddress("http://localhost/1");
                }
            }
        }
        return paging;
    }

    private static String json(String withApostrophes) {
        return withApostrophes.replace('\'', '"');
    }

    private static List<?> pages(String... answers) throws IOException {
        var paging = new Paging();
        paging.setList("data");
        paging.setTotal("total");
        return pages(paging, answers);
    }

    private static List<?> pages(Paging paging, String... answers) throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            paging.begin(exchange);
            for (String answer : answers) {
                exchange.getMessage().setBody(answer);
                paging.add(exchange);
            }
            return exchange.getVariable(Paging.PAGES, Pages.class).rows();
        }
    }

    private static List<Flow> read(String answer) {
        return read(answer, new FlowMapping());
    }

    private static List<Flow> read(String answer, String list) {
        var mapping = new FlowMapping();
        mapping.setList(list);
        return read(answer, mapping);
    }

    private static List<Flow> read(String answer, FlowMapping mapping) {
        return read(new FlowReader(), answer, mapping);
    }

    private static List<Flow> read(FlowReader reader, String answer, FlowMapping mapping) {
        var in = new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8));
        return reader.read("bots", in, mapping, null, List.of()).flows();
    }
}
