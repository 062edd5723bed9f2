package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentruntime.settings.InvalidSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a line of a file of settings sets. */
class EnvFileTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    X=secret              | secret
                    X = secret            | secret
                    export X=secret       | secret
                    X=secret # team       | secret
                    X=se#cret             | se#cret
                    X=#secret             | #secret
                    X=                    | ``
                    X= # none             | ``
                    X='secret'            | secret
                    X="secret"            | secret
                    X='secret' # team     | secret
                    X="secret" # "team"   | secret
                    X='se # cret' # team  | se # cret
                    X=' secret '          | ` secret `
                    X='say "secret"'      | say "secret"
                    X="it's" # it's       | it's
                    X=''                  | ``
                    X=se"cret"            | se"cret"
                    X=a=b${c}\\n           | a=b${c}\\n
                    """)
    void aValueEndsWithItsQuoteOrBeforeAComment(String line, String value) throws IOException {
        assertThat(EnvFile.read(file(line))).containsOnly(Map.entry("X", value));
    }

    /** Docker makes one where the file that it is to mount is not there. */
    @Test
    void aFolderOfThatNameIsNotPassedOver() throws IOException {
        Path made = Files.createDirectory(folder.resolve(".env.dev"));
        assertThatThrownBy(() -> EnvFile.read(made))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith(".env.dev is a folder");
    }

    @Test
    void aByteOrderMarkBelongsToNoName() throws IOException {
        assertThat(EnvFile.read(file("\uFEFFX=secret"))).containsOnly(Map.entry("X", "secret"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    X='secret' team       | goes on after its closing quote: only a comment may follow it
                    X='secret'# team      | goes on after its closing quote: only a comment may follow it
                    X="se"cret"           | goes on after its closing quote: only a comment may follow it
                    X='secret             | has no closing quote on its line
                    X="secret'            | has no closing quote on its line
                    X='                   | has no closing quote on its line
                    """)
    void aLineThatCannotBeUnderstoodIsNamedWithoutItsValue(String line, String reason)
            throws IOException {
        Path file = file("# Settings\n\nY=1\n" + line);

        assertThatThrownBy(() -> EnvFile.read(file))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(".env.dev line 4: X " + reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=secret", "X secret", "X: secret", "secret", "export X"})
    void aLineThatSetsNothingIsNamedWithoutWhatItSays(String line) throws IOException {
        Path file = file("Y=1\n" + line + "\n");

        assertThatThrownBy(() -> EnvFile.read(file))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(".env.dev line 2 is neither NAME=value nor a comment");
    }

    @Test
    void commentsAndBlankLinesArePassedOver() throws IOException {
        assertThat(EnvFile.read(file("\n  \n# X='1\n#X=2\n"))).isEmpty();
        assertThat(EnvFile.read(folder.resolve("none"))).isEmpty();
    }

    @Test
    void aFileThatIsNoTextIsNamed() throws IOException {
        Path file =
                Files.write(
                        folder.resolve(".env.dev"),
                        "X=\u00e4".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> EnvFile.read(file))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(".env.dev cannot be read: check who may, and that it is UTF-8");
    }

    private Path file(String lines) throws IOException {
        return Files.writeString(folder.resolve(".env.dev"), lines);
    }
}
