package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.agentruntime.settings.InvalidSetting;
import io.agentruntime.settings.SettingFaults;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * The service, started with a value that is wrong: it ends, and says in a line for each which and
 * why. What is wrong with each single value is shown faster by the settings' own tests; these are
 * one for each place that can refuse. What needs a folder, a port or an exit code of its own is a
 * process of its own.
 */
class WrongSettingsTest {
    private static final String SHORT = "too-short-0123456789";
    private static final String PUBLISHED = "development-only-m2m-secret-change-me";

    /** A label over 63 characters is no name: no resolver asks anybody about it. */
    private static final String NO_NAME =
            "a2345678901234567890123456789012345678901234567890123456789012345.invalid";

    private static final String GOOD = "fake-m2m-secret-for-tests-0123456789abcdef";

    @TempDir Path folder;

    static Stream<Arguments> wrongSettings() {
        return Stream.of(
                arguments(
                        Map.of("REQUEST_DEADLINE_MS", "soon"),
                        "AGENT_RUNTIME_SERVICE_REQUEST_DEADLINE_MS",
                        "must be a whole number, not \"soon\""),
                arguments(
                        Map.of("LANGFLOW_API_URL", "http://u:" + GOOD + "@host"),
                        "AGENT_RUNTIME_SERVICE_LANGFLOW_API_URL",
                        "must not carry a user or password"),
                arguments(
                        Map.of("USER_JWT_SECRET_KEY", SHORT),
                        "AGENT_RUNTIME_SERVICE_USER_JWT_SECRET_KEY",
                        "32 bytes"),
                arguments(
                        Map.of("M2M_JWT_SECRET_KEY", GOOD, "M2M_JWT_ALGORITHM", "none"),
                        "AGENT_RUNTIME_SERVICE_M2M_JWT_ALGORITHM",
                        "is not one of HS256"),
                arguments(
                        Map.of("ENVIRONMENT", "production"),
                        "AGENT_RUNTIME_SERVICE_M2M_JWT_SECRET_KEY",
                        "production needs one of them"),
                arguments(
                        Map.of("ENVIRONMENT", "production", "M2M_JWT_SECRET_KEY", PUBLISHED),
                        "AGENT_RUNTIME_SERVICE_M2M_JWT_SECRET_KEY",
                        "published"),
                arguments(
                        Map.of("CORS_ALLOW_ORIGINS", "[\"https://a.test\""),
                        "AGENT_RUNTIME_SERVICE_CORS_ALLOW_ORIGINS",
                        "is not a JSON array"),
                arguments(
                        Map.of("PROVIDERS", "nobody"),
                        "AGENT_RUNTIME_SERVICE_PROVIDERS",
                        "there is no file "
                                + Path.of("routes/provider-nobody.camel.yaml").toAbsolutePath()),
                arguments(
                        Map.of("PROVIDERS", "langflo"),
                        "AGENT_RUNTIME_SERVICE_PROVIDERS",
                        "did you mean langflow?"),
                arguments(
                        Map.of(
                                "EMBEDDING",
                                "http://localhost:9/v1",
                                "EMBEDDING_MODEL",
                                "m",
                                "EMBEDDING_API_KEY",
                                GOOD + "\u200b"),
                        "AGENT_RUNTIME_SERVICE_EMBEDDING_API_KEY",
                        "contains a character that no key has"),
                arguments(
                        Map.of("PROVIDERS", "langflow", "LANGFLOW_API_KEY", "sk-one\nsk-two"),
                        "AGENT_RUNTIME_SERVICE_LANGFLOW_API_KEY",
                        "contains a character that no key has"),
                arguments(
                        Map.of(
                                "M2M_JWT_JWKS_URL",
                                "http://issuer.test:99999/keys",
                                "M2M_JWT_ALGORITHM",
                                "RS256"),
                        "AGENT_RUNTIME_SERVICE_M2M_JWT_JWKS_URL",
                        "has a port that is not from 1 to 65535"),
                arguments(
                        Map.of("DEFAULT_FLOW_ID", "\uFFFD"),
                        "AGENT_RUNTIME_SERVICE_DEFAULT_FLOW_ID",
                        "start with LC_ALL=C.UTF-8"),
                arguments(
                        Map.of("ROUTES_DIR", "nowhere"),
                        "AGENT_RUNTIME_SERVICE_ROUTES_DIR",
                        "is not a folder"),
                arguments(
                        Map.of("EXAMPLES_FILE", "nowhere.yaml"),
                        "AGENT_RUNTIME_SERVICE_EXAMPLES_FILE",
                        "nowhere.yaml, which is not there"));
    }

    @ParameterizedTest
    @MethodSource("wrongSettings")
    @ExtendWith(OutputCaptureExtension.class)
    void theStartEndsWithOneLine(
            Map<String, String> settings, String variable, String reason, CapturedOutput output) {
        Map<String, String> all = new HashMap<>();
        all.put("M2M_JWT_SECRET_KEY", "");
        all.put("USER_JWT_SECRET_KEY", "");
        all.putAll(settings);

        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> RunningService.with(all).close());
        assertThat(linesOf(output.getAll()))
                .singleElement()
                .asString()
                .contains(variable + " ", reason);
    }

    /** What the service says before it ends by itself. */
    private List<String> linesOf(Map<String, String> settings) throws Exception {
        ServiceProcess service = run(settings);

        assertThat(service.exitCode()).isEqualTo(1);
        return linesOf(service.said());
    }

    private static List<String> linesOf(String said) {
        assertThat(said).doesNotContain(SHORT, PUBLISHED, GOOD);
        return said.lines().filter(line -> !line.isBlank()).toList();
    }

    @Test
    void allThatIsWrongIsSaidAtOnceALineForEach() throws Exception {
        assertThat(
                        linesOf(
                                Map.of(
                                        "PORT", "80x",
                                        "ROUTES_DIR", "nowhere",
                                        "PROVIDERS", "langflow,nobody",
                                        "MATCH_THRESHOLD", "half",
                                        "LANGFLOW_API_URL", "langflow:7860",
                                        "CORS_ALLOW_ORIGINS", "nowhere",
                                        "USER_JWT_SECRET_KEY", SHORT,
                                        "M2M_JWT_SECRET_KEY", GOOD,
                                        "M2M_JWT_ALGORITHM", "none",
                                        "EXAMPLES_FILE", "nowhere.yaml")))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("cannot start: ", "_PORT must be"),
                        line -> assertThat(line).contains("_MATCH_THRESHOLD must be"),
                        line -> assertThat(line).contains("_ROUTES_DIR names", "not a folder"),
                        line -> assertThat(line).contains("_PROVIDERS names nobody"),
                        line -> assertThat(line).contains("_LANGFLOW_API_URL must be"),
                        line -> assertThat(line).contains("_CORS_ALLOW_ORIGINS holds"),
                        line -> assertThat(line).contains("_USER_JWT_SECRET_KEY").contains("32"),
                        line -> assertThat(line).contains("_M2M_JWT_ALGORITHM is not one of"),
                        line -> assertThat(line).contains("_EXAMPLES_FILE names", "not there"));
    }

    @ParameterizedTest
    @CsvSource({"development, 2", "testing, 1", "production, 1"})
    void theFileOfSettingsCountsInDevelopmentAlone(String environment, int lines) throws Exception {
        Files.writeString(
                folder.resolve(".env.dev"),
                """
                # A comment
                export AGENT_RUNTIME_SERVICE_LOGGING_LEVEL="a wrong one of the file"
                """);
        List<String> said =
                linesOf(
                        Map.of(
                                "ENVIRONMENT", environment,
                                "M2M_JWT_SECRET_KEY", GOOD,
                                "RATE_LIMIT_PER_MINUTE", "a wrong one"));

        assertThat(said).hasSize(lines).anyMatch(line -> line.contains("_RATE_LIMIT_PER_MINUTE"));
        assertThat(said.stream().anyMatch(line -> line.contains("_LOGGING_LEVEL")))
                .isEqualTo(lines == 2);
    }

    @Test
    void linesOfTheFileThatCannotBeUnderstoodAreNamed() throws Exception {
        Files.writeString(
                folder.resolve(".env.dev"),
                """
                AGENT_RUNTIME_SERVICE_PROVIDERS=sample
                AGENT_RUNTIME_SERVICE_USER_JWT_SECRET_KEY="%s" of the team
                AGENT_RUNTIME_SERVICE_M2M_JWT_SECRET_KEY='%s
                """
                        .formatted(GOOD, GOOD));

        assertThat(linesOf(Map.of()))
                .containsExactly(
                        "agent-runtime-service cannot start: .env.dev line 2:"
                                + " AGENT_RUNTIME_SERVICE_USER_JWT_SECRET_KEY goes on after its"
                                + " closing quote: only a comment may follow it",
                        "and: .env.dev line 3: AGENT_RUNTIME_SERVICE_M2M_JWT_SECRET_KEY has no"
                                + " closing quote on its line");
        assertThat(run(Map.of(), "check-routes", ".").exitCode()).isEqualTo(2);
    }

    @Test
    void linesOfTheFileThatAreForOthersArePassedOver() throws Exception {
        Files.writeString(
                folder.resolve(".env.dev"),
                """
                TZ=UTC
                HTTPS_PROXY=
                AGENT_RUNTIME_SERVICE_MATCH_THRESHOLD=half
                """);
        String wrong = "AGENT_RUNTIME_SERVICE_MATCH_THRESHOLD must be a number from 0 to 1";

        assertThat(linesOf(Map.of()))
                .singleElement()
                .asString()
                .startsWith("agent-runtime-service cannot start: " + wrong);
        ServiceProcess examples = run(Map.of(), "check-examples");
        assertThat(examples.exitCode()).isEqualTo(2);
        assertThat(examples.said()).startsWith(wrong);
        ServiceProcess routes = run(Map.of(), "check-routes", ".");
        assertThat(routes.said()).contains("nothing to say");
        assertThat(routes.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PORT", "MANAGEMENT_PORT"})
    void aPortThatIsInUseIsNamedWithItsVariable(String variable) throws Exception {
        try (var taken = new ServerSocket(0)) {
            assertThat(linesOf(Map.of(variable, " " + taken.getLocalPort() + " ")))
                    .singleElement()
                    .asString()
                    .contains("AGENT_RUNTIME_SERVICE_" + variable + " ", "in use");
        }
    }

    /** Root may listen anywhere, and in some containers everybody may. */
    @ParameterizedTest
    @CsvSource({"server.port, PORT", "management.server.port, MANAGEMENT_PORT"})
    void aPortThatTheUserMayNotListenAtIsNamedWithItsVariable(String property, String variable) {
        var faults = new SettingFaults();
        MachineChecks.check(
                Map.of(property, " 80 ")::get,
                faults,
                (address, port) -> {
                    throw new BindException("Permission denied");
                });

        assertThatThrownBy(faults::end)
                .hasMessageStartingWith(
                        "AGENT_RUNTIME_SERVICE_"
                                + variable
                                + " names port 80, which this user may not listen")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_ADDRESS, 192.0.2.1, is none of this machine",
        "MANAGEMENT_SERVER_ADDRESS, 192.0.2.1, is none of this machine",
        "SERVER_ADDRESS, " + NO_NAME + ", is not known here",
        "MANAGEMENT_SERVER_ADDRESS, " + NO_NAME + ", is not known here"
    })
    void anAddressThatCannotBeListenedAtIsNamedWithItsVariable(
            String variable, String address, String reason) throws Exception {
        assertThat(linesWith(Map.of(variable, address)))
                .singleElement()
                .asString()
                .contains("cannot start: " + variable + " ", "\"" + address + "\"", reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER_PORT", "MANAGEMENT_SERVER_PORT"})
    void aPortOfSpringsThatKubernetesSetIsNamedWithWhatToDo(String variable) throws Exception {
        assertThat(linesWith(Map.of(variable, "tcp://10.96.12.9:80")))
                .singleElement()
                .asString()
                .contains("cannot start: " + variable + " ", "enableServiceLinks: false");
    }

    @Test
    void aFolderOfRoutesThatCannotBeLoadedFromIsNamed() throws Exception {
        Files.createDirectory(folder.resolve("c++"));

        assertThat(linesOf(Map.of("ROUTES_DIR", "c++")))
                .singleElement()
                .asString()
                .contains("_ROUTES_DIR names a folder with one of");
    }

    @EnabledOnOs(OS.LINUX)
    @Test
    void aRouteFileThatCannotBeReadIsNamedBesideAllElseThatIsWrong() throws Exception {
        Path routes = Files.createDirectory(folder.resolve("mine"));
        Files.createSymbolicLink(routes.resolve("mine.camel.yaml"), Path.of("/proc/self/mem"));

        assertThat(linesOf(Map.of("ROUTES_DIR", "mine", "MATCH_THRESHOLD", "half")))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("_ROUTES_DIR cannot", "who may read it"),
                        line -> assertThat(line).contains("_MATCH_THRESHOLD must be"));
    }

    @EnabledOnOs(OS.LINUX)
    @Test
    void anExamplesFileThatCannotBeReadIsNamedWithTheReason() throws Exception {
        Path examples =
                Files.createSymbolicLink(
                        folder.resolve("examples.yaml"), Path.of("/proc/self/mem"));

        assertThat(linesOf(Map.of("EXAMPLES_FILE", examples.toString())))
                .singleElement()
                .asString()
                .contains("_EXAMPLES_FILE cannot be used: " + examples + " cannot be read: ")
                .doesNotContain("who may read it");
    }

    /** A process without a locale, whose paths are ASCII, is told so of each, and of each once. */
    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @ValueSource(strings = {"gr\u00F6\u00DFe", "gr\uFFFD\uFFFDe"})
    void aPathThatTheLocaleCannotExpressIsNamedInOneLine(String path) throws Exception {
        Files.writeString(
                folder.resolve(".env.dev"),
                """
                AGENT_RUNTIME_SERVICE_ROUTES_DIR=%1$s
                AGENT_RUNTIME_SERVICE_STATE_DIR=%1$s
                AGENT_RUNTIME_SERVICE_EXAMPLES_FILE=%1$s
                """
                        .formatted(path));
        ServiceProcess service =
                ServiceProcess.in(folder, Map.of("PORT", "0", "MANAGEMENT_PORT", "0"));

        assertThat(service.exitCode()).isEqualTo(1);
        assertThat(linesOf(service.said()))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).contains("start with LC_ALL=C.UTF-8"))
                .anySatisfy(line -> assertThat(line).contains("_ROUTES_DIR "))
                .anySatisfy(line -> assertThat(line).contains("_STATE_DIR "))
                .anySatisfy(line -> assertThat(line).contains("_EXAMPLES_FILE "));
    }

    @Test
    void aFolderForTemporaryFilesThatCannotBeWrittenIsNamedWithWhatToDo() throws Exception {
        Path nowhere = folder.resolve("nowhere");

        assertThat(linesWith(Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + nowhere)))
                .filteredOn(line -> !line.startsWith("Picked up"))
                .singleElement()
                .asString()
                .contains("cannot start: ", "java.io.tmpdir", nowhere.toString(), "mount");
    }

    /** What the service says before it ends by itself, with variables that are not its own. */
    private List<String> linesWith(Map<String, String> variables) throws Exception {
        ServiceProcess service = ServiceProcess.withVariables(folder, variables(variables));
        assertThat(service.exitCode()).isEqualTo(1);
        return linesOf(service.said());
    }

    /** These, and what every start here is given. */
    private static Map<String, String> variables(Map<String, String> these) {
        Map<String, String> all = new HashMap<>();
        all.put("AGENT_RUNTIME_SERVICE_PORT", "0");
        all.put("AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT", "0");
        all.put("AGENT_RUNTIME_SERVICE_STATE_DIR", "");
        all.put("AGENT_RUNTIME_SERVICE_EMBEDDING", "off");
        all.putAll(these);
        return all;
    }

    /**
     * The jar's own files were checked before it was made; one that was edited is not among them.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "description:|descripton:|:4:5: .*descripton.*description",
                "setBody:|unmarshal: {id: read, csv: {}}⏎        - setBody:|:11:11: unmarshal: .*csv",
            })
    void aMistakeInAnEditedCopyOfARouteStopsTheStartWithItsPlace(
            String part, String instead, String why) throws Exception {
        String own = Files.readString(Path.of("routes", "provider-sample.camel.yaml"));
        Files.createDirectory(folder.resolve("routes"));
        Files.writeString(
                folder.resolve("routes").resolve("provider-sample.camel.yaml"),
                own.replaceFirst(part, instead.replace('⏎', '\n')));
        ServiceProcess service = run(Map.of("PROVIDERS", "sample"));

        assertThat(service.exitCode()).isEqualTo(1);
        assertThat(service.said())
                .startsWith("agent-runtime-service cannot start, its routes are wrong:\n")
                .containsPattern(why)
                .doesNotContain("\tat ");
    }

    @Test
    void theRoutesThatAStartWouldUseAreCheckedWhereNoFolderIsNamed() throws Exception {
        Files.createDirectory(folder.resolve("mine"));
        Files.createFile(folder.resolve("mine").resolve("extra.camel.yaml"));

        ServiceProcess checked = run(Map.of("ROUTES_DIR", "mine"), "check-routes");
        assertThat(checked.said()).startsWith("extra.camel.yaml:1:1: the file is empty");
        assertThat(checked.exitCode()).isEqualTo(1);
    }

    @Test
    void aCommandThatDoesNotExistEndsWithTheListOfThoseThatDo() throws Exception {
        ServiceProcess wrong = run(Map.of(), "check-route");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.said()).contains("check-route", "check-routes [folder]");

        ServiceProcess help = run(Map.of(), "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.said())
                .contains("check-routes [folder]", "check-examples [--catalog PLACE]");
    }

    private ServiceProcess run(Map<String, String> settings, String... arguments) throws Exception {
        Map<String, String> all = new HashMap<>();
        all.put("PORT", "0");
        all.put("MANAGEMENT_PORT", "0");
        all.put("STATE_DIR", "");
        all.put("EMBEDDING", "off");
        all.putAll(settings);
        return ServiceProcess.in(folder, all, arguments);
    }

    @Test
    void whatACommandSaysIsInTheSameDigitsEverywhere() throws Exception {
        ServiceProcess checked =
                ServiceProcess.withVariables(
                        folder,
                        Map.of("JAVA_TOOL_OPTIONS", "-Duser.language=ar -Duser.country=EG"),
                        "check-routes",
                        Path.of("routes").toAbsolutePath().toString());
        assertThat(checked.exitCode()).isZero();
        assertThat(checked.said()).containsPattern("[1-9][0-9]* files checked");
    }
}
