package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A setting whose name is misspelt would have no effect, and nothing would say why. */
@ExtendWith(OutputCaptureExtension.class)
class UnreadSettingsTest {
    private static final String PREFIX = "AGENT_RUNTIME_SERVICE_";
    private static final Set<String> DECLARED =
            Set.of(
                    "server.port",
                    "agent-runtime.port",
                    "agent-runtime.management-port",
                    "agent-runtime.langflow-api-url",
                    "agent-runtime.langflow-api-key",
                    "agent-runtime.m2m-jwt-secret-key",
                    "agent-runtime.files-dir",
                    "agent-runtime.catalog-ttl-seconds",
                    "agent-runtime.logging-level",
                    "agent-runtime.cors-allow-origins",
                    "agent-runtime.bots-team");
    private static final List<String> ROUTES =
            List.of(
                    """
                    uri: "{{agent-runtime.bots-api-url}}/bots"
                    expression: "${bean:setting?method=value('bots-token')}"
                    message: "set AGENT_RUNTIME_SERVICE_BOTS_TEAM"
                    """);

    @ParameterizedTest
    @CsvSource({
        "LANGFLOW_APIKEY, LANGFLOW_API_KEY",
        "LANGFLOW_URL, LANGFLOW_API_URL",
        "LANGLFOW_API_URL, LANGFLOW_API_URL",
        "M2M_JWT_SECRET, M2M_JWT_SECRET_KEY",
        "BOTS_APIURL, BOTS_API_URL",
        "BOTS_TOKENS, BOTS_TOKEN",
        "BOTS_TEA, BOTS_TEAM",
        "CATALOG_TTL, CATALOG_TTL_SECONDS",
        "LOG_LEVEL, LOGGING_LEVEL",
        "CORS_ORIGINS, CORS_ALLOW_ORIGINS"
    })
    void theSettingThatWasProbablyMeantIsNamed(String variable, String meant) {
        assertThat(unread(variable))
                .containsExactly(PREFIX + variable + " (did you mean " + PREFIX + meant + "?)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PORT",
                "LANGFLOW_API_KEY",
                "BOTS_API_URL",
                "BOTS_TOKEN",
                "BOTS_TEAM",
                "URL",
                "HOST",
                "API_URL",
                "VERSION",
                "SERVICE_PORT",
                "SERVICE_PORT_HTTP",
                "MANAGEMENT_PORT_8001_TCP_PORT",
                "FILES(X86)",
                "A[B"
            })
    void whatIsReadOrThereForSomebodyElseIsNotToldOf(String variable) {
        assertThat(unread(variable)).isEmpty();
    }

    @Test
    void theLogSaysSoAtTheStart(CapturedOutput log) {
        RunningService.withVariables(
                        Map.of(
                                PREFIX + "LANGFLOW_APIKEY", "sk-not-to-be-shown",
                                PREFIX + "LANGGRAPH_API_KEY", "read by a route that is not used",
                                PREFIX + "URL", "http://agent-runtime-service:8000"))
                .close();

        assertThat(log.getOut().lines())
                .filteredOn(line -> line.contains("WARN"))
                .singleElement()
                .asString()
                .contains(
                        "unknown setting, ignored: AGENT_RUNTIME_SERVICE_LANGFLOW_APIKEY"
                                + " (did you mean AGENT_RUNTIME_SERVICE_LANGFLOW_API_KEY?)");
        assertThat(log.getOut()).doesNotContain("sk-not-to-be-shown");
    }

    private static List<String> unread(String variable) {
        return UnreadSettings.of(Set.of(PREFIX + variable), DECLARED, ROUTES);
    }
}
