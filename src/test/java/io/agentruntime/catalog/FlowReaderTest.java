package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    @ParameterizedTest
    @ValueSource(strings = {"1704103200", "1704103200.12", "1704103200000.5", "\"1704103200.12\""})
    void theTimeOfAChangeMayBeANumberAndHaveAFraction(String written) {
        Flow flow = read(ROW.formatted("\"updated_at\": " + written), new FlowMapping());
        assertThat(flow.updatedAt()).isEqualTo(Instant.ofEpochSecond(1_704_103_200));
    }

    @Test
    void aDayIsTheBeginningOfItInUtc() {
        Flow flow = read(ROW.formatted("\"updated_at\": \"2024-05-02\""), new FlowMapping());
        assertThat(flow.updatedAt()).isEqualTo(Instant.parse("2024-05-02T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-05", "2024-13-01", "2024-05-02T", "2024-05-02+02:00", "today"})
    void whatIsNoTimeIsNone(String written) {
        Flow flow = read(ROW.formatted("\"updated_at\": \"" + written + "\""), new FlowMapping());
        assertThat(flow.updatedAt()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mode!=completion; \"mode\": \"chat\"; true",
                "mode!=completion; \"mode\": \"completion\"; false",
                "mode!=completion; \"mode\": null; true",
                "mode!=completion; \"other\": 1; true",
                "mode!=chat|completion; \"mode\": \"completion\"; false",
                "mode!=chat|completion; \"mode\": \"agent\"; true",
                "mode=completion|chat; \"mode\": \"chat\"; true",
                "mode = completion | chat ; \"mode\": \"chat\"; true",
                "mode=completion|chat; \"mode\": \"agent\"; false",
                "active=False; \"active\": false; true",
                "public!=TRUE; \"public\": true; false",
                "status=False; \"status\": \"False\"; true",
                "archivedAt!=null; \"archivedAt\": \"2024-05-02\"; true",
                "archivedAt!=null; \"archivedAt\": null; false",
                "archivedAt!=null; \"archivedAt\": \"\"; false",
                "archivedAt!=null; \"other\": 1; false",
                "archivedAt=null; \"archivedAt\": null; true",
                "archivedAt=null; \"other\": 1; false",
                "owner!=null; \"owner\": {\"id\": 1}; true",
                "tags=finance; \"tags\": [\"etl\", \"finance\"]; true",
                "tags=finance; \"tags\": [\"etl\"]; false",
                "tags.name=finance; \"tags\": [{\"name\": \"etl\"}, {\"name\": \"finance\"}]; true",
                "tags.name=finance; \"tags\": [{\"name\": \"etl\"}]; false",
                "tags.0.name=finance; \"tags\": [{\"name\": \"etl\"}, {\"name\": \"finance\"}]; false",
                "tags!=public; \"tags\": [\"etl\", \"public\"]; false",
                "tags!=public; \"tags\": [\"etl\"]; true",
                "tags!=public; \"tags\": []; true",
                "tags!=null; \"tags\": []; false",
                "tags.name!=public; \"tags\": [{\"name\": \"public\"}, {}]; false",
                "project!=Sales; \"project\": \"Sales\"; false",
                "project!=Sales; \"project\": \"Stock\"; true",
                "kind=draft,mode!=chat; \"mode\": \"chat\"; false",
                "kind=draft,mode!=chat; \"mode\": \"chat\", \"kind\": \"draft\"; true",
            })
    void aRowIsLeftOutWhenOneConditionHolds(String exclude, String fields, boolean isLeftOut) {
        var mapping = new FlowMapping();
        mapping.setExclude(exclude);
        assertThat(list(ROW.formatted(fields), mapping).excluded()).isEqualTo(isLeftOut ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"active\": false; 1",
                "\"active\": 0; 1",
                "\"active\": 1; 0",
                "\"archived\": true; 1",
                "\"archived\": \"True\"; 1",
                "\"kind\": \"component\"; 1",
                "\"kind\": \"example\"; 1",
                "\"kind\": \"system\"; 1",
                "\"mode\": \"draft\"; 1",
                "\"active\": true, \"archived\": false, \"kind\": \"flow\"; 0",
            })
    void whatCannotRunIsLeftOutWhateverAFileAdds(String fields, int excluded) {
        var mapping = new FlowMapping();
        mapping.setExclude("mode=draft");
        assertThat(list(ROW.formatted(fields), mapping).excluded()).isEqualTo(excluded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mode", "mode==chat", "size>=3", "name~=draft", "!=chat", "=chat", "|=chat"})
    void whatIsNoConditionIsRefused(String exclude) {
        assertThatThrownBy(() -> new FlowMapping().setExclude("kind=draft," + exclude))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path=value or path!=value")
                .hasMessageContaining(exclude);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode='chat'",
                "mode != \"chat\"",
                "mode=agent| 'chat' ",
                "mode='chat|agent'"
            })
    void aValueInQuotesIsRefused(String exclude) {
        assertThatThrownBy(() -> new FlowMapping().setExclude("kind=draft," + exclude))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without quotes");
    }

    @Test
    void whoRefusesAnEmptyTextInQuotesSaysHowItIsWritten() {
        assertThatThrownBy(() -> new FlowMapping().setExclude("archivedAt!=''"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an empty one not at all: archivedAt!=,");
        new FlowMapping().setExclude("archivedAt!=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"team=Sales 'n' Co; Sales 'n' Co", "team=5'; 5'", "team=\"; \\\""})
    void aQuoteMayBePartOfAValue(String exclude, String value) {
        var mapping = new FlowMapping();
        mapping.setExclude(exclude);
        assertThat(list(ROW.formatted("\"team\": \"" + value + "\""), mapping).excluded())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "active=false or archived=true",
                "active=false AND archived=true",
                "type!=tab;disabled=true",
                "type!=tab; disabled=true",
                "active=false && archived=true",
                "active=false||archived=true",
            })
    void onlyCommasStandBetweenConditions(String exclude) {
        assertThatThrownBy(() -> new FlowMapping().setExclude("kind=draft," + exclude))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only commas stand between conditions")
                .hasMessageContaining("one that holds is enough")
                .hasMessageContaining(exclude);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sales and Marketing", "Make or Buy", "R&D", "Or", "and"})
    void theWordsMayBePartOfAValue(String value) {
        var mapping = new FlowMapping();
        mapping.setExclude("team=" + value + "|other");
        assertThat(list(ROW.formatted("\"team\": \"" + value + "\""), mapping).excluded())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "tags; [\"etl\", \"sales\"]",
                "tags; [{\"name\": \"etl\"}, {\"name\": \"sales\"}]",
                "tags.name; [{\"name\": \"etl\"}, {\"id\": 1}, {\"name\": \"sales\"}]",
                "tags.label.text; [{\"label\": {\"text\": \"etl\"}}, {\"label\": [{\"text\": \"sales\"}]}]",
                "labels|tags.name; [{\"name\": \"etl\"}, {\"name\": \"sales\"}]",
            })
    void tagsMayBeAFieldOfEachObjectOfAList(String path, String tags) {
        var mapping = new FlowMapping();
        mapping.setTags(path);
        assertThat(read(ROW.formatted("\"tags\": " + tags), mapping).tags())
                .containsExactly("etl", "sales");
    }

    @Test
    void elsewhereAPathThroughAListLeadsToTheFirstThatHoldsSomething() {
        var mapping = new FlowMapping();
        mapping.setProject("shared.project.name");
        String shared =
                "\"shared\": [{\"project\": {}}, {\"project\": {\"name\": \"A\"}}, {\"project\": {\"name\": \"B\"}}]";
        assertThat(read(ROW.formatted(shared), mapping).project()).isEqualTo("A");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Promptly Ingenious!; ''",
                "PROMPTLY  ingenious; ''",
                "Create, Connect, Converse.; ''",
                "Promptly Ingenious! Writes offers.; Promptly Ingenious! Writes offers.",
                "Writes offers.; Writes offers.",
                "!!!; !!!",
            })
    void whatAProductWritesIntoEachNewFlowDescribesNone(String written, String read) {
        var mapping = new FlowMapping();
        mapping.setStockDescriptions("Promptly Ingenious! |\n Create, Connect, Converse.");
        mapping.setDescription("description|tool");
        assertThat(
                        read(ROW.formatted("\"description\": \"" + written + "\""), mapping)
                                .description())
                .isEqualTo(read);
    }

    @Test
    void whatAProductWritesByItselfHidesNoOtherDescription() {
        var mapping = new FlowMapping();
        mapping.setStockDescriptions("Promptly Ingenious!");
        mapping.setDescription("description|tool");
        String row = ROW.formatted("\"description\": \"%s\", \"tool\": \"Reads invoices.\"");
        assertThat(read(row.formatted("Promptly Ingenious!"), mapping).description())
                .isEqualTo("Reads invoices.");
        assertThat(read(row.formatted(""), mapping).description()).isEqualTo("Reads invoices.");
        assertThat(read(row.formatted("Reads bills."), mapping).description())
                .isEqualTo("Reads bills.");
        Flow taught = read(row.formatted("Promptly Ingenious!\\nExamples: read my bill"), mapping);
        assertThat(taught.description()).isEmpty();
        assertThat(taught.examples()).containsExactly("read my bill");
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

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void longTextsAreCutBetweenCharacters(int before) {
        String text = "a".repeat(before) + "\uD83D\uDE00".repeat(5_000);
        String row = "{\"id\": 1, \"name\": \"%s\", \"description\": \"%s\"}".formatted(text, text);
        Flow flow = read(row, new FlowMapping());
        for (String read : List.of(flow.name(), flow.description())) {
            assertThat(read).hasSizeGreaterThan(500);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(read)).isTrue();
        }
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
