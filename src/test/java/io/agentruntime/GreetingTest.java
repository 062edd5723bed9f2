package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the first lines of the log tell besides how to try the service. */
@ExtendWith(OutputCaptureExtension.class)
class GreetingTest {
    private static final String NONE = "";
    private static final Pattern TOKEN = Pattern.compile("'Authorization: Bearer ([^']+)'");

    private static RunningService withoutSecret(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("M2M_JWT_SECRET_KEY", NONE);
        settings.put("USER_JWT_SECRET_KEY", NONE);
        settings.put("PROVIDERS", "sample");
        return RunningService.with(settings);
    }

    @Test
    void bothPortsAreTold(CapturedOutput log) {
        try (var service = withoutSecret(Map.of("ENVIRONMENT", "development"))) {
            assertThat(log.getOut())
                    .contains(
                            "ready on port "
                                    + service.port()
                                    + ", metrics on "
                                    + service.managementPort()
                                    + ",");
        }
    }

    @Test
    void theTokenThatIsToldCountsForThisRunAlone(CapturedOutput log) {
        Map<String, String> development = Map.of("ENVIRONMENT", "development");
        String first;
        try (var service = withoutSecret(development)) {
            first = await().until(() -> lastTold(log), told -> !told.isEmpty());
            flows(service, first).hasStatus(200);
        }
        try (var service = withoutSecret(development)) {
            String second = await().until(() -> lastTold(log), told -> !told.equals(first));
            flows(service, second).hasStatus(200);
            flows(service, first).isProblem(401, "unauthenticated");
        }
    }

    private static String lastTold(CapturedOutput log) {
        return TOKEN.matcher(log.getOut())
                .results()
                .map(told -> told.group(1))
                .reduce("", (before, told) -> told);
    }

    private static RunningService.Answer flows(RunningService service, String token) {
        return service.send(
                service.request("/api/v1/flows").header("Authorization", "Bearer " + token));
    }

    @Test
    void theOnlyTokenThatCountsIsToldHoweverLittleIsLogged(CapturedOutput log) {
        try (var service =
                withoutSecret(Map.of("ENVIRONMENT", "development", "LOGGING_LEVEL", "ERROR"))) {
            assertThat(log.getOut()).doesNotContain("curl");
        }
        try (var service =
                withoutSecret(Map.of("ENVIRONMENT", "development", "LOGGING_LEVEL", "WARNING"))) {
            assertThat(log.getOut()).contains("curl -s http://localhost:" + service.port());
        }
    }

    @Test
    void whatTheServiceFindsOutItselfCannotBeSet(CapturedOutput log) {
        try (var service =
                RunningService.with(
                        Map.of(
                                "PROVIDERS", "sample",
                                "SECRET_MADE", "true",
                                "SAMPLE_BY_DEFAULT", "true",
                                "SERVICE_LINKS", "made up",
                                "UNREAD", "made up"))) {
            service.get("/api/v1/flows").hasStatus(200);
            assertThat(log.getOut())
                    .contains("ready on port")
                    .doesNotContain("curl", "no provider is set", "made up");
        }
    }

    @Test
    void whatTheServiceFindsOutItselfCannotBeSetByItsPropertyEither(CapturedOutput log) {
        try (var service =
                RunningService.withVariables(
                        Map.of(
                                "AGENTRUNTIMEDERIVED_SECRETMADE", "true",
                                "AGENTRUNTIMEDERIVED_UNREAD", "made up"))) {
            service.get("/api/v1/flows").hasStatus(200);
            assertThat(log.getOut()).contains("ready on port").doesNotContain("curl", "made up");
        }
    }

    @Test
    void thatNoTokenCountsIsTold(CapturedOutput log) {
        try (var service = withoutSecret(Map.of("ENVIRONMENT", "testing"))) {
            service.get("/api/v1/flows").isProblem(401, "unauthenticated");
            assertThat(log.getOut())
                    .contains("WARN", "401; set AGENT_RUNTIME_SERVICE_M2M_JWT_SECRET_KEY");
        }
    }

    /** As where a template has left out the secret. */
    @Test
    void thatAKindHasAnIssuerButNoKeyIsTold(CapturedOutput log) {
        try (var service =
                RunningService.with(
                        Map.of(
                                "PROVIDERS", "sample",
                                "USER_JWT_SECRET_KEY", NONE,
                                "USER_JWT_ISSUER", "https://issuer.test"))) {
            service.get("/api/v1/flows").hasStatus(200);
            assertThat(log.getOut())
                    .contains("WARN")
                    .containsOnlyOnce("every token of this kind is refused: set")
                    .contains("AGENT_RUNTIME_SERVICE_USER_JWT_SECRET_KEY or");
        }
    }

    @Test
    void aCredentialThatCameWithMoreThanItselfIsWarnedOfOnceAndNotPrinted(CapturedOutput log) {
        try (var service =
                RunningService.with(
                        Map.of(
                                "PROVIDERS", "langflow,flowise,n8n",
                                "LANGFLOW_USERNAME", "'ann'",
                                "LANGFLOW_PASSWORD", "pw-of-ann\n",
                                "FLOWISE_API_KEY", "\"sk-of-flowise\"",
                                "N8N_API_KEY", "sk-of-n8n\n",
                                "LANGGRAPH_API_KEY", "'sk-of-langgraph'",
                                "EMBEDDING", "http://127.0.0.1:9/v1/embeddings",
                                "EMBEDDING_MODEL", "m",
                                "EMBEDDING_API_KEY", "'sk-of-model'"))) {
            service.get("/api/v1/providers").hasStatus(200);
        }
        String wrapped = " begins or ends with a blank or a line end, or stands in quotes";
        assertThat(log.getOut().lines().filter(line -> line.contains(wrapped)))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("WARN", "_LANGFLOW_USERNAME" + wrapped),
                        line -> assertThat(line).contains("WARN", "_LANGFLOW_PASSWORD" + wrapped),
                        line -> assertThat(line).contains("WARN", "_FLOWISE_API_KEY" + wrapped),
                        line -> assertThat(line).contains("WARN", "_EMBEDDING_API_KEY" + wrapped));
        assertThat(log.getOut()).doesNotContain("ann'", "pw-of", "sk-of");
    }

    @Test
    void theSampleIsNotServedWhereAProviderIsNamedHoweverTheVariableIsWritten(CapturedOutput log) {
        try (var service =
                RunningService.with(
                        Map.of("ENVIRONMENT", "development", "Providers", "n8n,langflow"))) {
            assertThat(service.get("/health").body()).contains("\"n8n\"");
            assertThat(log.getOut()).doesNotContain("no provider is set");
        }
    }

    @Test
    void theSampleIsServedHoweverTheEnvironmentIsWritten(@TempDir Path folder) throws Exception {
        try (var service =
                StartedProcess.in(
                        folder,
                        Map.of("AGENT_RUNTIME_SERVICE_ENVIRONMENT", " Development "),
                        Redirect.DISCARD)) {
            assertThat(service.get("/health").body()).contains("\"sample\"");
        }
    }
}
