package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void aBadRowBesideOneThatIsLeftOutMakesTheListEmptyAndNotMalformed() throws IOException {
        String archived = "{\"id\": 1, \"name\": \"One\", \"archived\": true}";
        assertThat(read("{\"data\": [" + archived + ", {\"id\": null}]}")).isEmpty();
        assertThatThrownBy(() -> read("{\"data\": [{\"id\": null}]}"))
                .hasMessageContaining("none of 1 rows has an id and a name");
    }

    @Test
    void withoutAnErrorAnAnswerWithoutAListIsOfAnotherShape() {
        String answer = "{\"errors\": [], \"data\": null}";
        assertThatThrownBy(() -> pages(answer)).hasMessageContaining("holds no flow list");
        assertThatThrownBy(() -> read(answer)).hasMessageContaining("holds no flow list");
    }

    @Test
    void anErrorBesideRowsCostsNoRows() throws IOException {
        String answer =
                "{\"errors\": [\"one is missing\"], \"data\": [{\"id\": 1, \"name\": \"One\"}]}";
        assertThat(pages(answer)).hasSize(1);
        assertThat(read(answer)).hasSize(1);
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

    private static List<?> pages(String... answers) throws IOException {
        var paging = new Paging();
        paging.setList("data");
        paging.setTotal("total");
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
        var in = new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8));
        return new FlowReader().read("bots", in, new FlowMapping(), null, List.of()).flows();
    }
}
