package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentruntime.LogLines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is offered of a flow whose details are not known yet, and were before a restart. */
class UntoldDetailsTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    private static final Flow KNOWN =
            new Flow(
                    "bots",
                    "1",
                    "One",
                    "Sorts the mail.",
                    List.of("mail"),
                    List.of("where is my parcel"),
                    "p-1",
                    "Post",
                    THEN);

    private static final String ROW =
            "{\"id\": 1, \"name\": \"One\", \"updated_at\": \"2026-01-01T00:00:00Z\"}";

    private final Details details = new Details();
    private final FlowMapping mapping = new FlowMapping();

    @Test
    void isAllThatTheyToldBefore() throws IOException {
        details.setAdds("description,tags,project_id,project");
        assertThat(read(ROW, KNOWN)).isEqualTo(KNOWN);
    }

    @Test
    void isWhatTheyToldBeforeThoughTheRowTellsPartOfIt() throws IOException {
        details.setAdds("about");
        mapping.setDescription("about.summary|title");
        String row = ROW.replace("{", "{\"title\": \"Sorts\", \"about\": {\"summary\": \"S\"},");
        Flow read = read(row, KNOWN);
        assertThat(read.description()).isEqualTo("Sorts the mail.");
        assertThat(read.examples()).containsExactly("where is my parcel");
    }

    @Test
    void isNothingThatTheRowTellsOtherwiseNow() throws IOException {
        details.setAdds("description,shared");
        mapping.setProjectId("shared.0.projectId");
        Flow read =
                read(
                        ROW.replace(
                                "{",
                                "{\"tags\": [\"new\"], \"shared\": [{\"projectId\": \"p-2\"}],"),
                        KNOWN);
        assertThat(read.description()).isEqualTo("Sorts the mail.");
        assertThat(read.tags()).containsExactly("new");
        assertThat(read.projectId()).isEqualTo("p-2");
        assertThat(read.project()).isNull();
        assertThat(read(ROW, KNOWN).projectId()).isEqualTo("p-1");
        assertThat(read(ROW, KNOWN).tags()).isEmpty();
    }

    @Test
    void isTheNameAndTheTimeOfAChangeWhereOnlyTheyTellThem() throws IOException {
        details.setAdds("name,description,tags,project,updated_at");
        assertThat(read("{\"id\": 1}", KNOWN)).isEqualTo(KNOWN);
    }

    @ParameterizedTest
    @CsvSource({"One, Two", "2026-01-01, 2026-01-02", "updated_at, changed_at"})
    void isNothingOnceTheRowSaysThatItHasChanged(String before, String after) throws IOException {
        Flow read = read(ROW.replace(before, after), KNOWN);
        assertThat(read.description()).isEmpty();
        assertThat(read.examples()).isEmpty();
    }

    @Test
    void isKeptWhereRowsNeverSayWhenTheyWereChanged() throws IOException {
        Flow undated =
                new Flow("bots", "1", "One", "Sorts.", List.of(), List.of(), null, null, null);
        assertThat(read("{\"id\": 1, \"name\": \"One\"}", undated)).isEqualTo(undated);
    }

    @Test
    void isNothingOnceTheyAreKnownAndTellNothing() throws IOException {
        keep("1", "{\"description\": null}");
        Flow read = read(ROW, KNOWN);
        assertThat(read.description()).isEmpty();
        assertThat(read.examples()).isEmpty();
    }

    /** As where the file names the wrong ones. */
    @Test
    void isWhatTheyToldBeforeWhereNoAnswerHasTheirFieldsAndThatIsSaidOnce() throws IOException {
        try (var log = LogLines.open()) {
            keep("1", "{\"data\": {\"description\": \"Sorts the post.\"}}");
            assertThat(read(ROW, KNOWN).description()).isEqualTo("Sorts the mail.");
            read(ROW, KNOWN);
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("no details of a flow have a field description")
                    .contains("no flow has one, or name fields");
        }
    }

    /** As where empty fields are left out. */
    @Test
    void isNothingWhereOnlyTheAnswersForOthersHaveTheFields() throws IOException {
        try (var log = LogLines.open()) {
            keep("1", "{\"id\": 1}");
            keep("2", "{\"id\": 2, \"description\": \"Sorts the post.\"}");
            assertThat(read(ROW, KNOWN).description()).isEmpty();
            assertThat(log.warnings()).isEmpty();
        }
    }

    @Test
    void isNothingWhereTheFlowItselfHasAFieldForAnError() throws IOException {
        keep(
                "1",
                "{\"id\": 1, \"updated_at\": \"2026-01-01T00:00:00Z\", \"error\": \"the last run failed\"}");
        keep("2", "{\"id\": 2, \"description\": \"Sorts the post.\"}");
        assertThat(read(ROW, KNOWN).description()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"description\": \"Sorts the post.\"}]",
                "\"Sorts the post.\"",
                "{\"error\": \"too many calls\"}",
                "{\"id\": 17, \"error\": \"too many calls\"}",
                "{\"id\": 1, \"error\": \"too many calls\"}",
            })
    void isAskedForAgainWhereTheAnswerHoldsNoDetails(String answer) {
        assertThatThrownBy(() -> keep("1", answer))
                .isInstanceOf(ProviderFailure.class)
                .hasMessageStartingWith("malformed: ");
    }

    @Test
    void isSaidOnceToBeMissingWhereNoCallForItSucceeds() throws IOException {
        try (var log = LogLines.open()) {
            fails();
            assertThat(read(ROW, KNOWN).description()).isEqualTo("Sorts the mail.");
            read(ROW, KNOWN);
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains("upstream-error (the provider answered HTTP 404");
        }
    }

    /** As where the provider was still starting. */
    @Test
    void isSaidToHaveNoSuchFieldThoughNoCallForItSucceededAtFirst() throws IOException {
        try (var log = LogLines.open()) {
            fails();
            read(ROW, KNOWN);
            keep("1", "{\"data\": {\"description\": \"Sorts the post.\"}}");
            read(ROW, KNOWN);
            assertThat(log.warnings())
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("no details of a flow have a field description");
        }
    }

    private void fails() throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.setVariable("row", new Details.Row("1", "2026-01-01T00:00:00Z"));
            exchange.setProperty(
                    Exchange.EXCEPTION_CAUGHT,
                    new HttpOperationFailedException("http://x", 404, "", null, Map.of(), ""));
            details.failed(exchange);
        }
    }

    private void keep(String id, String answer) throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange told = new DefaultExchange(camel);
            told.setVariable("row", new Details.Row(id, "2026-01-01T00:00:00Z"));
            told.getMessage().setBody(answer);
            details.keep(told);
        }
    }

    private Flow read(String row, Flow known) throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            var paging = new Paging();
            paging.begin(exchange);
            exchange.getMessage().setBody("[" + row + "]");
            paging.add(exchange);
            details.complete(exchange);
            var list = new ByteArrayInputStream(exchange.getMessage().getBody(byte[].class));
            return new FlowReader()
                    .read("bots", list, mapping, null, List.of(known))
                    .flows()
                    .get(0);
        }
    }
}
