package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {

    @TempDir Path folder;

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
        assertThat(examples.phrases("langflow", "f-1", "INVOICE READER"))
                .containsExactly("read my bills", "what do we owe");
        assertThat(examples.phrases("flowise", "f-1", "Other")).isEmpty();
    }

    @Test
    void anEmptyFileHoldsNothing() throws IOException {
        assertThat(ExamplesFile.load(file("# none yet\n"))).isEqualTo(ExamplesFile.NONE);
    }

    @Test
    void aWrongFileIsRefusedWithThePlace() throws IOException {
        Path noFlow = file("- phrases: [x]\n");
        assertThatThrownBy(() -> ExamplesFile.load(noFlow))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("item 1: flow must not be empty");
        Path notYaml = file("- flow: [\n");
        assertThatThrownBy(() -> ExamplesFile.load(notYaml)).hasMessageContaining("is not YAML");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("examples.yaml"), content);
    }
}
