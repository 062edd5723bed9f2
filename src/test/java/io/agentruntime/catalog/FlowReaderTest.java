package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of providers as flows, where writers of rows are free. */
class FlowReaderTest {
    private static final String ROW = "{\"id\": \"1\", \"name\": \"One\", %s}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a<!-- note -->b | a b",
                "a<!-- one --> and <!-- <b>two</b> -->b | a and b",
                "<p>a &amp; b</p> | a & b",
                "a<!-- never ends <i>b</i> | a<!-- never ends b",
                "1 < 2 and 3 > 2 | 1 < 2 and 3 > 2"
            })
    void markupAndCommentsAreNotText(String written, String read) {
        assertThat(FlowReader.plain(written)).isEqualTo(read);
    }

    /** By a pattern, one such text takes a fifth of a second; a flow may have fifty tags. */
    @Test
    @Timeout(20)
    void commentsThatNeverEndCostNoTime() {
        String text = "<!--".repeat(2_000);
        for (int tag = 0; tag < 1_000; tag++) {
            assertThat(FlowReader.plain(text)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-01-01T10:00:00Z",
                "2024-01-01T10:00:00",
                "2024-01-01 10:00:00.000000",
                "2024-01-01T12:00:00+02:00",
                "2024-01-01T12:00:00+0200",
                "2024-01-01T12:00:00+02",
                "1704103200",
                "1704103200000"
            })
    void theTimeOfAChangeIsReadAsProvidersWriteIt(String written) {
        Flow flow = read(ROW.formatted("\"updated_at\": \"" + written + "\""), new FlowMapping());
        assertThat(flow.updatedAt())
                .isEqualTo(Instant.EPOCH.plus(Duration.ofSeconds(1_704_103_200)));
    }

    @Test
    void aConditionMayHaveBlanksAroundItsParts() {
        var mapping = new FlowMapping();
        mapping.setExclude(" active = false , about . kind= draft ");
        String rows =
                String.join(
                        ",",
                        ROW.formatted("\"active\": false"),
                        ROW.formatted("\"about\": {\"kind\": \"draft\"}"),
                        "{\"id\": \"2\", \"name\": \"Two\", \"active\": true}");
        assertThat(list(rows, mapping).flows()).extracting(Flow::id).containsExactly("2");
    }

    private static Flow read(String row, FlowMapping mapping) {
        return list(row, mapping).flows().get(0);
    }

    private static FlowList list(String rows, FlowMapping mapping) {
        byte[] body = ("[" + rows + "]").getBytes(StandardCharsets.UTF_8);
        return new FlowReader()
                .read("bots", new ByteArrayInputStream(body), mapping, null, List.of());
    }
}
