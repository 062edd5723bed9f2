package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a failed login tells goes into the log, and an answer does not. */
class ProviderTokensTest {
    private static final String ANSWER =
            "{\"grant\": {\"bearer\": \"T179-fake\", \"all\": [\"read\", 1234567]}}";

    private final ProviderTokens tokens = new ProviderTokens(new ObjectMapper());

    /** As where the path was forgotten: Camel gives the answer twice. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ANSWER,
                "[\"T179-fake\"]",
                "\"T179-fake\"",
                "1234567",
                " 1234567\n",
                "{\"\": \"T179-fake\"}",
            })
    void anAnswerInThePlaceOfThePathIsNotTold(String answer) {
        assertThat(hint(answer, answer))
                .contains("tokens.keepAt takes the provider's name, the path", "${body}")
                .doesNotContain("T179", "1234567");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "T179-fake",
                "T179",
                "1234567",
                "s3cr3t-session-9f8e7d",
                "SESSION=abc123; Path=/",
                "AbC+12/34==",
                "null",
                "grant..bearer",
                "$.bearer",
                "grant[0]"
            })
    void whatIsNoPathOrIsInTheAnswerIsNotTold(@Nullable String path) {
        assertThat(hint(path, ANSWER))
                .contains("tokens.keepAt takes the provider's name, the path")
                .doesNotContain("T179", "1234567", "bearer", "9f8e7d", "abc123", "AbC");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session.ticket",
                "grant",
                "@odata.token|x-token|my token",
                "sessions.0.tïcket"
            })
    void aPathIsTold(String path) {
        assertThat(hint(path, ANSWER))
                .contains("without a usable token at " + path + ": say with tokens.keepAt");
    }

    @Test
    void aTokenIsKeptThoughItsPathIsAValueOfTheAnswerToo() {
        tokens.keepAt("bots", "token", "{\"type\": \"token\", \"token\": \"t\"}");
        assertThat(tokens.get("bots")).isEqualTo("t");
    }

    private String hint(@Nullable String path, String answer) {
        var told = new StringBuilder();
        assertThatThrownBy(() -> tokens.keepAt("bots", path, answer))
                .isInstanceOfSatisfying(
                        ProviderFailure.class,
                        failure -> {
                            assertThat(failure.reason()).isEqualTo(Cause.MALFORMED);
                            told.append(failure.hint()).append(failure.getMessage());
                        });
        assertThat(tokens.has("bots")).isFalse();
        return told.toString();
    }
}
