package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {

    @TempDir Path folder;

    /** Each quote was once looked at as often as there are quotes. */
    @Test
    @Timeout(20)
    void aMegabyteOfQuotesIsReadLikeAnyText() {
        String quotes = "\"".repeat(1_000_000);
        assertThat(ExampleLines.in("Examples: a" + quotes + "x").examples())
                .containsExactly("a" + quotes + "x");
        assertThat(ExampleLines.in("Examples: " + quotes + "say 'hello'." + quotes).examples())
                .containsExactly("say 'hello");
    }

    @Test
    void exampleLinesLeaveTheDescriptionAndBecomePhrases() {
        ExampleLines lines =
                ExampleLines.in(
                        """
                        Reads invoices.
                        Examples: what do we owe ACME? | "due date of this bill"; sum of invoices
                        Works offline.""");
        assertThat(lines.description()).isEqualTo("Reads invoices.\nWorks offline.");
        assertThat(lines.examples())
                .containsExactly(
                        "what do we owe ACME?", "due date of this bill", "sum of invoices");
    }

    @Test
    void aListBelowTheHeadingIsPhrasesUntilAnotherLineBegins() {
        ExampleLines lines =
                ExampleLines.in("EXAMPLES:\n- one task\n\n* another task\nThe rest\n- kept");
        assertThat(lines.examples()).containsExactly("one task", "another task");
        assertThat(lines.description()).isEqualTo("The rest\n- kept");
    }

    @Test
    void aDescriptionWithoutExamplesIsLeftAlone() {
        assertThat(ExampleLines.in("For example: this.\n- point").description())
                .isEqualTo("For example: this.\n- point");
    }

    @Test
    void namesWithoutALetterAreToldApart() throws IOException {
        ExamplesFile examples =
                ExamplesFile.load(file("- {flow: \"\uD83E\uDDFE\", phrases: [read it]}\n"));
        assertThat(examples.items("langflow", "f-1", "\uD83E\uDDFE")).hasSize(1);
        assertThat(examples.items("langflow", "f-2", "\uD83C\uDF89")).isEmpty();
    }

    @Test
    void phrasesGoToAFlowByIdOrNameAtItsProviderOrAny() throws IOException {
        ExamplesFile examples =
                ExamplesFile.load(
                        file(
                                """
                                - provider: langflow
                                  flow: f-1
                                  phrases: [read my bills]
                                - flow: Invoice réader
                                  phrases:
                                    - what do we owe
                                """));
        assertThat(ExamplesFile.phrases(examples.items("langflow", "f-1", "INVOICE READER")))
                .containsExactly("read my bills", "what do we owe");
        assertThat(examples.items("flowise", "f-1", "Other")).isEmpty();
    }

    @Test
    void anEmptyFileHoldsNothing() throws IOException {
        assertThat(ExamplesFile.load(file("# none yet\n"))).isEqualTo(ExamplesFile.NONE);
    }

    @Test
    void aWrongFileIsRefusedWithThePlace() throws IOException {
        assertRefused("- phrases: [x]\n", "line 1: flow is missing");
        assertRefused("- flow: a\n", "line 1: phrases is missing");
        assertRefused("- flow: [\n", "line 2 is not YAML");
        assertRefused("a: b\n", "line 1: a list of flows is expected");
        assertRefused("- flow: a\n  phrases: [x]\n- text\n", "line 3: provider, flow and phrases");
        assertRefused("- flow: a\n  phrases: x\n", "line 2: a list of phrases is expected");
        assertRefused("- flow: a\n  phrases: [x, '']\n", "line 2: a phrase must be a text");
        assertRefused("- flow: a\n  phrases: [[x]]\n", "line 2: a phrase must be a text");
        assertRefused("- flow: a\n  phrase: [x]\n", "line 2: only provider, flow and phrases");
        assertRefused("- flow: a\n  phrases: &p [*p]\n", "line 2");
    }

    @Test
    void aFileInAnotherEncodingIsRefused() throws IOException {
        Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'-', ' ', (byte) 0xe9});
        assertThatThrownBy(() -> ExamplesFile.load(latin))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("latin.yaml is not YAML in UTF-8");
    }

    private void assertRefused(String content, String reason) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> ExamplesFile.load(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("examples.yaml " + reason)
                .hasMessageNotContaining("\n");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("examples.yaml"), content);
    }
}
