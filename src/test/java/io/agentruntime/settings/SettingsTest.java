package io.agentruntime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every setting has a default that is right, and a wrong value is named in one line. */
class SettingsTest {
    @Test
    void theDefaultsAreThoseOfTheContract() {
        Settings settings = read(Map.of());

        assertThat(settings.port()).isEqualTo(8000);
        assertThat(SettingsPage.settings())
                .extracting(SettingsPage.Setting::key, SettingsPage.Setting::preset)
                .contains(
                        tuple("management-port", "8001"),
                        tuple("logging-level", "INFO"),
                        tuple("m2m-jwt-algorithm", "HS256"),
                        tuple("user-jwt-algorithm", "HS256"),
                        tuple("jwt-clock-skew-seconds", "0"),
                        tuple("langflow-api-url", "http://langflow_ide:7860"),
                        tuple("langflow-include-examples", "false"),
                        tuple("routes-dir", "routes"));
        assertThat(settings.rootPath()).isEqualTo("/api/v1");
        assertThat(settings.environment()).isEqualTo(Settings.Environment.DEVELOPMENT);
        assertThat(settings.providers()).containsExactly("langflow");
        assertThat(settings.matchThreshold()).isEqualTo(0.5);
        assertThat(settings.projectHintMode()).isEqualTo(Settings.ProjectHintMode.PREFER);
        assertThat(settings.catalogTtl()).hasSeconds(30);
        assertThat(settings.catalogMaxStale()).hasSeconds(86_400);
        assertThat(settings.stateDir()).hasValue("./state");
        assertThat(settings.requestDeadline()).hasMillis(10_000);
        assertThat(settings.providerTimeout()).hasMillis(5_000);
        assertThat(settings.rateLimitPerMinute()).isZero();
        assertThat(settings.defaultFlowId()).isEmpty();
        assertThat(settings.docsEnabled()).isTrue();
        assertThat(read(Map.of("ENVIRONMENT", "production")).docsEnabled()).isFalse();
    }

    @Test
    void originsAreAJsonArrayOrACommaList() {
        assertThat(origins("[\"*\"]")).containsExactly("*");
        assertThat(origins("*")).containsExactly("*");
        assertThat(origins("")).isEmpty();
        assertThat(origins("[]")).isEmpty();
        assertThat(origins("https://a.test, http://localhost:3000,"))
                .containsExactly("https://a.test", "http://localhost:3000");
        assertThat(origins("[\"https://a.test:80\",\"http://[::1]:8080\"]"))
                .containsExactly("https://a.test:80", "http://[::1]:8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.test",
                "https://a.test/",
                "https://a.test/path",
                "https://*.a.test",
                "null",
                "[null]",
                "[\"null\"]",
                "[1]",
                "[\"*\"",
                "[\"https://a.test\"], https://b.test",
                "[\"https://a.test\"]]",
                "[[]]",
                "ftp://a.test",
                "https://a.test:port",
                "https://a.test:0",
                "https://a.test:08443",
                "https://a.test:65536",
                "https://a.test\r\nX: y"
            })
    void anOriginThatIsNoneStopsTheStart(String setting) {
        assertThatThrownBy(() -> origins(setting))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("AGENT_RUNTIME_SERVICE_CORS_ALLOW_ORIGINS ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    https://a.test/                     | holds "https://a.test/", but an origin ends before the first slash behind its host or port: write https://a.test
                    https://b.test, http://a.test:81/p/ | holds "http://a.test:81/p/", but an origin ends before the first slash behind its host or port: write http://a.test:81
                    ["https://a.test","https://b.test/"]| holds "https://b.test/", but an origin ends before the first slash behind its host or port: write https://b.test
                    https://u:p@a.test/                 | holds something else than * or an origin such as https://app.example.org
                    ['https://a.test']                  | is not a JSON array of strings in double quotes such as ["https://app.example.org"]: write one, or a comma list without brackets and quotes
                    [https://a.test]                    | is not a JSON array of strings in double quotes such as ["https://app.example.org"]: write one, or a comma list without brackets and quotes
                    """)
    void whatToWriteInsteadOfAnOriginThatIsNoneIsSaid(String setting, String reason) {
        assertThatThrownBy(() -> origins(setting))
                .hasMessage("AGENT_RUNTIME_SERVICE_CORS_ALLOW_ORIGINS " + reason);
    }

    /** A page's origin is compared as it is sent. */
    @Test
    void anOriginIsMeantWithoutThePortThatBrowsersLeaveOut() {
        assertThat(origins("https://a.test:443, http://[::1]:80, http://c.test:443"))
                .containsExactly("https://a.test", "http://[::1]", "http://c.test:443");
    }

    private static List<String> origins(String setting) {
        return read(Map.of("CORS_ALLOW_ORIGINS", setting)).corsAllowOrigins();
    }

    @Test
    void aLoginHasTwoHalves() {
        assertThatThrownBy(() -> read(Map.of("LANGFLOW_USERNAME", "fake-user")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("AGENT_RUNTIME_SERVICE_LANGFLOW_PASSWORD must be set too");
        assertThatThrownBy(() -> read(Map.of("LANGFLOW_PASSWORD", "fake-password")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("AGENT_RUNTIME_SERVICE_LANGFLOW_USERNAME must be set too")
                .hasMessageNotContaining("fake-password");
        read(Map.of("LANGFLOW_USERNAME", "fake-user", "LANGFLOW_API_KEY", "fake-key"));
        read(Map.of("PROVIDERS", "bots", "BOTS_USERNAME", "fake-user"));
    }

    @Test
    void anEmbeddingHostThatCannotBeCalledIsRefused() {
        Map<String, String> settings =
                Map.of(
                        "EMBEDDING", "http://my_ollama:11434/v1/embeddings",
                        "EMBEDDING_MODEL", "some-model");
        assertThatThrownBy(() -> read(settings))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith(
                        "AGENT_RUNTIME_SERVICE_EMBEDDING has a host name with an underscore");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ENVIRONMENT              | staging                 | must be one of development, testing, production
                    ENVIRONMENT              | ''                      | must be one of
                    LOGGING_LEVEL            | LOUD                    | must be one of TRACE
                    PORT                     | 80x                     | must be a whole number, not "80x"
                    PORT                     | ''                      | must be a whole number, not empty
                    PORT                     | 65536                   | must be from 0 to 65535
                    PORT                     | -1                      | must be from 0 to 65535
                    PORT                     | 99999999999             | must be from 0 to 65535
                    MANAGEMENT_PORT          | 8000                    | must differ from the API's port
                    ROOT_PATH                | api                     | must be a path
                    ROOT_PATH                | /api//v1                | must be a path
                    ROOT_PATH                | /{x}                    | must be a path
                    ROOT_PATH                | /api?x                  | must be a path
                    ROOT_PATH                | /a/../b                 | must be a path
                    ROOT_PATH                | /a/./b                  | must be a path
                    ROOT_PATH                | /a/..                   | must be a path
                    ROOT_PATH                | /./                     | must be a path
                    ROOT_PATH                | /a/%2e%2e/b             | must be a path
                    ROOT_PATH                | /docs                   | must not begin with /docs
                    ROOT_PATH                | /docs/                  | must not begin with /docs
                    ROOT_PATH                | /docs/v1                | must not begin with /docs
                    PROVIDERS                | ''                      | must name at least one provider
                    PROVIDERS                | ,                       | must name at least one provider
                    PROVIDERS                | Langflow                | must be a comma list of provider names
                    PROVIDERS                | ../etc                  | must be a comma list of provider names
                    LANGFLOW_API_URL         | ''                      | must be an http or https address
                    LANGFLOW_API_URL         | langflow:7860           | must be an http or https address
                    LANGFLOW_API_URL         | langflow:7860           | write http:// or https:// before it
                    LANGFLOW_API_URL         | 127.0.0.1:7860/flows    | must be an http or https address: write http:// or https:// before it
                    LANGFLOW_API_URL         | lang flow               | write http:// or https:// before it
                    LANGFLOW_API_URL         | http://münchen.example  | has a host name with letters outside of ASCII: write it as the name service has it, beginning with xn--
                    LANGFLOW_API_URL         | https://bücher.example:7860/x | letters outside of ASCII
                    LANGFLOW_API_URL         | HTTP://langflow         | must begin with http:// or https:// in lower case
                    LANGFLOW_API_URL         | ftp://langflow          | must be an http or https address
                    LANGFLOW_API_URL         | http://                 | is not an address
                    LANGFLOW_API_URL         | http://u:p@langflow     | must not carry a user or password
                    LANGFLOW_API_URL         | http://langflow?x=1     | must not carry a query
                    LANGFLOW_API_URL         | http://langflow#x       | must not carry a query or a fragment
                    LANGFLOW_API_URL         | http://langflow:99999   | has a port that is not from 1 to 65535
                    LANGFLOW_API_URL         | http://langflow:0       | has a port that is not from 1 to 65535
                    LANGFLOW_API_URL         | http://lang flow        | is not an address
                    LANGFLOW_API_URL         | http://${host}          | is not an address
                    LANGFLOW_INCLUDE_EXAMPLES| perhaps                 | must be true or false, not "perhaps"
                    JWT_CLOCK_SKEW_SECONDS   | -1                      | must be from 0 to 600
                    MATCH_THRESHOLD          | 1.1                     | must be from 0 to 1
                    MATCH_THRESHOLD          | half                    | must be a number from 0 to 1
                    MATCH_THRESHOLD          | NaN                     | must be from 0 to 1
                    EMBEDDING                | cloud                   | must be in-process, off
                    PROJECT_HINT_MODE        | maybe                   | must be one of prefer, strict
                    CATALOG_TTL_SECONDS      | 1.5                     | must be a whole number
                    CATALOG_TTL_SECONDS      | 99999999999             | must be from 0 to 86400
                    CATALOG_MAX_STALE_SECONDS| 0                       | must be from 1
                    REQUEST_DEADLINE_MS      | 99                      | must be from 100
                    PROVIDER_TIMEOUT_MS      | 0                       | must be from 50
                    MAX_CONCURRENT_REQUESTS  | 0                       | must be from 1
                    MAX_CONCURRENT_REQUESTS  | 3001                    | must be from 1 to 3000
                    RATE_LIMIT_PER_MINUTE    | -1                      | must be from 0
                    DOCS_ENABLED             | perhaps                 | must be true or false
                    """)
    void aWrongValueIsNamedWithItsReason(String variable, String value, String reason) {
        assertThatThrownBy(() -> read(Map.of(variable, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("AGENT_RUNTIME_SERVICE_" + variable + " ")
                .hasMessageContaining(reason);
    }

    /** A shell would have; a file of settings and a container's variables go through none. */
    @ParameterizedTest
    @CsvSource({
        "STATE_DIR, ~/state, state",
        "STATE_DIR, ~, ''",
        "STATE_DIR, ' ~/state', state",
        "ROUTES_DIR, $HOME/routes, routes",
        "ROUTES_DIR, ${HOME}/routes, routes",
        "EXAMPLES_FILE, ~/examples.yaml, examples.yaml",
        "FILES_DIR, ~/flows, flows"
    })
    void aPlaceInTheHomeFolderIsWrittenInFull(String variable, String value, String rest) {
        assertThatThrownBy(() -> read(Map.of("PROVIDERS", "files", variable, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("AGENT_RUNTIME_SERVICE_" + variable + " ")
                .hasMessageContaining(
                        "which only a shell reads as your home folder: write it in full, such as /home/me/"
                                + rest)
                .message()
                .hasLineCount(1);
    }

    /** A shell takes them away; Docker's env-file and a compose list do not. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "STATE_DIR, \"./state\"",
                "ROUTES_DIR, 'routes'",
                "EXAMPLES_FILE, \"examples.yaml\"",
                "LANGFLOW_API_URL, \"http://langflow:7860\""
            })
    void quotesAroundAValueAreNoPartOfIt(String variable, String value) {
        assertThatThrownBy(() -> read(Map.of(variable, value)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage(
                        "AGENT_RUNTIME_SERVICE_"
                                + variable
                                + " is in quotes, which are taken as a part of it: leave them out");
    }

    @Test
    void aQuoteInAValueIsPartOfIt() {
        assertThat(read(Map.of("STATE_DIR", "it's")).stateDir()).hasValue("it's");
        assertThat(read(Map.of("STATE_DIR", "'")).stateDir()).hasValue("'");
    }

    @Test
    void signsOfAShellElsewhereInAPlaceArePartOfIt() {
        assertThat(read(Map.of("STATE_DIR", "./~/state")).stateDir()).hasValue("./~/state");
        assertThat(read(Map.of("STATE_DIR", "~state")).stateDir()).hasValue("~state");
        assertThat(read(Map.of("STATE_DIR", "$HOMES")).stateDir()).hasValue("$HOMES");
        assertThat(read(Map.of("FILES_DIR", "~/flows")).providers()).containsExactly("langflow");
    }

    @Test
    void whatIsSaidOfAWrongValueStaysOnOneLine() {
        assertThatThrownBy(() -> read(Map.of("PORT", "1\n2026-01-01 INFO ready" + "x".repeat(900))))
                .satisfies(
                        wrong ->
                                assertThat(wrong.getMessage())
                                        .doesNotContain("\n")
                                        .hasSizeLessThan(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", "//"})
    void theRootMayBeTheVeryRoot(String path) {
        if (path.equals("//")) {
            assertThatThrownBy(() -> read(Map.of("ROOT_PATH", path)))
                    .isInstanceOf(InvalidSetting.class);
        } else {
            assertThat(read(Map.of("ROOT_PATH", path)).rootPath()).isEmpty();
        }
    }

    @Test
    void whiteSpaceAndCaseAreForgiven() {
        assertThat(read(Map.of("ROOT_PATH", "/api/v2/")).rootPath()).isEqualTo("/api/v2");
        assertThat(read(Map.of("ROOT_PATH", "/docs2")).rootPath()).isEqualTo("/docs2");
        assertThat(read(Map.of("ROOT_PATH", "/.api/v1..2")).rootPath()).isEqualTo("/.api/v1..2");
        assertThat(read(Map.of("PORT", " 8123 ")).port()).isEqualTo(8123);
        assertThat(read(Map.of("PROVIDERS", " langflow , sample,langflow,")).providers())
                .containsExactly("langflow", "sample");
        assertThat(read(Map.of("ENVIRONMENT", "Production")).isProduction()).isTrue();
        assertThat(read(Map.of("DOCS_ENABLED", "False")).docsEnabled()).isFalse();
        assertThat(read(Map.of("PROJECT_HINT_MODE", "STRICT")).projectHintMode())
                .isEqualTo(Settings.ProjectHintMode.STRICT);
    }

    private static Settings read(Map<String, String> set) {
        Map<String, String> properties = new LinkedHashMap<>();
        SettingsPage.settings()
                .forEach(
                        one -> properties.put(SettingNames.property(one.variable()), one.preset()));
        set.forEach(
                (name, value) ->
                        properties.put(
                                SettingNames.property(SettingNames.VARIABLE_PREFIX + name), value));
        return Settings.read(properties::get);
    }
}
