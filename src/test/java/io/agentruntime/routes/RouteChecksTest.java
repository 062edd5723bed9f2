package io.agentruntime.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One deliberately broken file per rule, and the files that are shipped. */
class RouteChecksTest {
    private static final String GOOD =
            """
            - route:
                id: bots-flows
                description: The flow list of Bots
                from:
                  uri: direct:bots-flows
                  steps:
                    - circuitBreaker:
                        id: breaker
                        resilience4jConfiguration:
                          throwExceptionWhenHalfOpenOrOpenState: true
                        steps:
                          - to:
                              id: list-flows
                              uri: direct:bots-list
            - route:
                id: bots-list
                description: The call itself
                from:
                  uri: direct:bots-list
                  steps:
                    - removeHeaders:
                        id: strip
                        pattern: "*"
                    - to:
                        id: get
                        uri: "{{agent-runtime.bots-api-url}}/bots"
            """;

    @TempDir Path folder;

    @Test
    void theFilesThatAreShippedAreRight() throws IOException {
        assertThat(run(Path.of("routes"))).contains("nothing to say");
    }

    @Test
    void aGoodFileHasNoFindings() {
        assertThat(check(GOOD)).isEmpty();
    }

    @Test
    void whatIsNotYamlIsSaidWithItsPlace() {
        finds("- route:\n    id: \"bots\n", 3, "this is not YAML");
    }

    @Test
    void aFileThatIsNoListIsRefused() {
        finds("route:\n  id: bots-flows\n", 1, "a route file is a list");
    }

    @Test
    void anUnknownEntityIsRefused() {
        finds(GOOD + "- rout:\n    id: x\n", 27, "there is no entity rout");
    }

    @Test
    void aRouteWithoutAnIdIsFound() {
        finds(GOOD.replace("    id: bots-list\n", ""), 16, "the route has no id");
    }

    @Test
    void aRouteWithoutADescriptionIsFound() {
        finds(
                GOOD.replace("    description: The call itself\n", ""),
                16,
                "bots-list has no description");
    }

    @Test
    void aRouteIdThatIsTakenIsFound() {
        finds(
                GOOD.replace("id: bots-list\n", "id: bots-flows\n"),
                16,
                "the route id bots-flows is taken");
    }

    @Test
    void aStepWithoutAnIdIsFound() {
        finds(GOOD.replace("            id: strip\n", ""), 21, "the step removeHeaders has no id");
    }

    @Test
    void aStepIdThatIsTakenIsFound() {
        finds(GOOD.replace("id: get", "id: strip"), 25, "the step id strip is taken");
    }

    @Test
    void aTargetThatIsMissingIsFound() {
        finds(
                GOOD.replace(
                        "uri: direct:bots-list\n      steps",
                        "uri: direct:bots-lists\n      steps"),
                12,
                "no route begins with direct:bots-list");
    }

    @Test
    void aProviderWithoutItsFlowsIsFound() {
        finds(
                GOOD.replace("uri: direct:bots-flows", "uri: direct:bots"),
                1,
                "there is no route bots-flows from direct:bots-flows");
    }

    @Test
    void anOutboundCallThatKeepsHeadersIsFound() {
        finds(
                GOOD.replace("pattern: \"*\"", "pattern: \"X-*\""),
                24,
                "put removeHeaders with pattern \"*\" before it");
    }

    @Test
    void aBreakerThatAnswersWhileOpenIsFound() {
        finds(
                GOOD.replace("OpenState: true", "OpenState: false"),
                7,
                "add throwExceptionWhenHalfOpenOrOpenState: true");
    }

    @Test
    void aPlaceholderWithoutAValueIsFoundAndItsVariableNamed() {
        finds(
                GOOD.replace("bots-api-url", "bot-api-url"),
                26,
                "set AGENT_RUNTIME_SERVICE_BOT_API_URL");
    }

    @Test
    void theCommandAnswersWithACodeAndOneLinePerFinding() throws IOException {
        Files.writeString(folder.resolve("provider-bots.camel.yaml"), GOOD);
        assertThat(run(folder))
                .contains(
                        "provider-bots.camel.yaml:26:18: {{agent-runtime.bots-api-url}} has no value")
                .contains("1 to correct");
    }

    private static void finds(String content, int line, String advice) {
        List<Finding> findings = check(content);
        assertThat(findings)
                .anySatisfy(
                        finding -> {
                            assertThat(finding.advice()).contains(advice);
                            assertThat(finding.line()).isEqualTo(line);
                        });
    }

    private static List<Finding> check(String content) {
        return RouteChecks.check(
                Map.of("provider-bots.camel.yaml", content), "agent-runtime.bots-api-url"::equals);
    }

    private static String run(Path folder) {
        var out = new ByteArrayOutputStream();
        CheckRoutes.run(folder, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }
}
