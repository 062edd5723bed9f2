package io.agentruntime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.settings.SettingsPage.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** README, application.yaml, the example file and the compose file say the same about settings. */
class SettingsTableTest {
    @Test
    void theReadmeListsEverySettingWithItsDefaultAndMeaning() throws IOException {
        List<String> readme = Files.readAllLines(Path.of("README.md"));
        List<String> rows =
                readme.subList(
                        readme.indexOf("<!-- settings -->") + 3,
                        readme.indexOf("<!-- /settings -->"));

        assertThat(rows)
                .containsExactlyElementsOf(
                        SettingsPage.settings().stream().map(SettingsTableTest::row).toList());
    }

    @Test
    void aSettingAndItsVariableHaveOneName() {
        assertThat(SettingsPage.settings())
                .allSatisfy(
                        one -> {
                            assertThat("agent-runtime." + one.key())
                                    .isEqualTo(SettingNames.property(one.variable()));
                            assertThat(one.variable())
                                    .isEqualTo(SettingNames.variable("agent-runtime." + one.key()));
                        });
    }

    @Test
    void everyVariableOfTheContractIsThere() {
        assertThat(SettingsPage.settings())
                .extracting(one -> one.variable().substring("AGENT_RUNTIME_SERVICE_".length()))
                .contains(
                        "ENVIRONMENT",
                        "LOGGING_LEVEL",
                        "ROOT_PATH",
                        "CORS_ALLOW_ORIGINS",
                        "M2M_JWT_SECRET_KEY",
                        "M2M_JWT_ALGORITHM",
                        "M2M_JWT_ISSUER",
                        "M2M_JWT_AUDIENCE",
                        "M2M_JWT_JWKS_URL",
                        "USER_JWT_SECRET_KEY",
                        "USER_JWT_ALGORITHM",
                        "USER_JWT_ISSUER",
                        "USER_JWT_AUDIENCE",
                        "USER_JWT_JWKS_URL",
                        "JWT_CLOCK_SKEW_SECONDS",
                        "LANGFLOW_API_URL",
                        "PORT",
                        "MANAGEMENT_PORT",
                        "DOCS_ENABLED",
                        "PROVIDERS",
                        "ROUTES_DIR",
                        "LANGFLOW_API_KEY",
                        "LANGFLOW_USERNAME",
                        "LANGFLOW_PASSWORD",
                        "LANGFLOW_INCLUDE_EXAMPLES",
                        "DEFAULT_FLOW_ID",
                        "MATCH_THRESHOLD",
                        "PROJECT_HINT_MODE",
                        "CATALOG_TTL_SECONDS",
                        "CATALOG_MAX_STALE_SECONDS",
                        "STATE_DIR",
                        "REQUEST_DEADLINE_MS",
                        "PROVIDER_TIMEOUT_MS",
                        "MAX_CONCURRENT_REQUESTS",
                        "RATE_LIMIT_PER_MINUTE");
    }

    @Test
    void theExampleFileNamesEverySettingAndNoOther() throws IOException {
        assertThat(Files.readAllLines(Path.of(".env.dev")).stream())
                .filteredOn(line -> line.startsWith("# AGENT_RUNTIME_SERVICE_"))
                .map(line -> line.replaceFirst("^# ", "").replaceFirst("=.*", ""))
                .containsExactlyInAnyOrderElementsOf(
                        SettingsPage.settings().stream().map(Setting::variable).toList());
    }

    /** What has a default there would win over the file of settings. */
    @Test
    @SuppressWarnings("unchecked")
    void theComposeFilePassesEverySettingOnAndGivesDefaultsToFiveAlone() throws IOException {
        Map<String, Map<String, Map<String, Object>>> file =
                new Yaml().load(Files.readString(Path.of("docker-compose.dev.yml")));
        Map<String, Object> service = file.get("services").get("ars");
        Map<String, Object> environment = (Map<String, Object>) service.get("environment");

        assertThat(environment.keySet())
                .filteredOn(name -> name.startsWith("AGENT_RUNTIME_SERVICE_"))
                .containsExactlyInAnyOrderElementsOf(
                        SettingsPage.settings().stream().map(Setting::variable).toList());
        environment.values().removeIf(Objects::isNull);
        assertThat(environment)
                .containsOnlyKeys(
                        "AGENT_RUNTIME_SERVICE_PORT",
                        "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT",
                        "AGENT_RUNTIME_SERVICE_ROUTES_DIR",
                        "AGENT_RUNTIME_SERVICE_LANGFLOW_API_URL",
                        "AGENT_RUNTIME_SERVICE_STATE_DIR");
        assertThat((List<String>) service.get("volumes"))
                .contains("./.env.dev:/app/.env.dev:ro", "./routes:/app/routes:ro");
    }

    private static String row(Setting setting) {
        return "| `%s` | %s | %s |"
                .formatted(
                        setting.variable(),
                        setting.preset().isEmpty() ? "empty" : "`" + setting.preset() + "`",
                        setting.meaning().isEmpty() ? "(see above)" : setting.meaning());
    }
}
