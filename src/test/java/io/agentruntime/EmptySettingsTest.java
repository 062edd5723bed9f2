package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates leave variables empty that nobody has chosen a value for. */
class EmptySettingsTest {
    private static final Pattern VARIABLE =
            Pattern.compile("(?m)^\\| `(AGENT_RUNTIME_SERVICE_\\w+)`");

    @Test
    void anEmptyVariableCountsAsNotSet() throws Exception {
        Map<String, String> empty = new HashMap<>();
        VARIABLE.matcher(Files.readString(Path.of("README.md")))
                .results()
                .forEach(variable -> empty.put(variable.group(1), ""));
        empty.remove("AGENT_RUNTIME_SERVICE_ROOT_PATH");
        assertThat(empty).hasSizeGreaterThan(40);

        try (var service = RunningService.withVariables(empty)) {
            var settings = service.context().getBean(Settings.class);
            assertThat(settings.port()).isEqualTo(8000);
            assertThat(settings.matchThreshold()).isEqualTo(0.5);
            assertThat(settings.catalogTtl()).isEqualTo(Duration.ofSeconds(30));
            assertThat(settings.corsAllowOrigins()).as("says something").isEmpty();
            service.provision("summarize financial documents").hasStatus(200);
        }
    }

    @Test
    void soItDoesInTheFileOfSettings(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve(".env.dev"),
                "AGENT_RUNTIME_SERVICE_MATCH_THRESHOLD=\nAGENT_RUNTIME_SERVICE_PORT=''\n");

        ServiceProcess checked =
                ServiceProcess.withVariables(
                        folder, Map.of("AGENT_RUNTIME_SERVICE_CATALOG_TTL_SECONDS", "none"));

        assertThat(checked.said().lines().filter(line -> !line.isBlank()))
                .isEqualTo(
                        List.of(
                                "agent-runtime-service cannot start: AGENT_RUNTIME_SERVICE_CATALOG_TTL_SECONDS must be a whole number, not \"none\""));
    }

    @Test
    void soDoesWhatIsOfAProviderOfOnesOwn(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("provider-acme.camel.yaml"),
                """
                - from:
                    uri: direct:acme-flows
                    steps:
                      - to: "{{agent-runtime.acme-api-url:https://acme.test}}/flows?size={{agent-runtime.acme-page-size:50}}"
                """);
        Files.writeString(
                folder.resolve(".env.dev"), "AGENT_RUNTIME_SERVICE_ACME_INCLUDE_EXAMPLES=\n");
        Map<String, String> settings =
                Map.of(
                        "ROUTES_DIR", ".",
                        "PROVIDERS", "acme",
                        "ACME_API_URL", "",
                        "ACME_PAGE_SIZE", " ",
                        "EMBEDDING", "none");

        assertThat(
                        ServiceProcess.in(folder, settings)
                                .said()
                                .lines()
                                .filter(line -> !line.isBlank()))
                .singleElement()
                .asString()
                .contains("AGENT_RUNTIME_SERVICE_EMBEDDING must be");
    }
}
