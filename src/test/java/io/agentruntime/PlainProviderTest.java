package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A provider's file that was written with Camel's own pages at hand, and none of ours: no ids, no
 * descriptions, short forms, retries and a breaker of its own.
 */
class PlainProviderTest {
    private static final String FLOWS =
            """
            [{"id": "b-1", "name": "Invoice Reader", "description": "Reads the totals of an invoice."},
             {"id": "b-2", "name": "Old Reader", "description": "Reads letters.", "active": false}]""";
    private static final String TASK = "read the totals of an invoice";

    @TempDir private Path routes;
    private WireMockServer acme;

    @BeforeEach
    void start() {
        acme =
                new WireMockServer(
                        WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        acme.start();
        acme.stubFor(get(urlPathEqualTo("/flows")).willReturn(okJson(FLOWS)));
    }

    @AfterEach
    void stop() {
        acme.stop();
    }

    private RunningService service(String file) throws IOException {
        return service(file, "INFO");
    }

    private RunningService service(String file, String loggingLevel) throws IOException {
        Files.writeString(routes.resolve("provider-acme.camel.yaml"), file);
        return RunningService.with(
                Map.of(
                        "LOGGING_LEVEL",
                        loggingLevel,
                        "PROVIDERS",
                        "acme",
                        "ACME_API_URL",
                        acme.baseUrl(),
                        "ROUTES_DIR",
                        routes.toString()));
    }

    @Test
    void aListThatStandsInTheFileIsOffered() throws IOException {
        try (var service =
                service(
                        """
                        - route:
                            id: list-acme
                            from:
                              uri: direct:acme-flows
                              steps:
                                - setBody:
                                    constant: '%s'
                        """
                                .formatted(FLOWS.replace("\n", "")))) {
            service.awaitFlows(1);
            service.provision(TASK).isMatch("b-1");
        }
    }

    @Test
    void aListThatIsAskedForIsOfferedAndAFailureIsOne() throws IOException {
        try (var service =
                service(
                        """
                        - onException:
                            exception: [org.apache.camel.http.base.HttpOperationFailedException]
                            redeliveryPolicy:
                              maximumRedeliveries: 2
                              redeliveryDelay: 10
                        - from:
                            uri: direct:acme-flows
                            steps:
                              - log: "asking Acme"
                              - circuitBreaker:
                                  steps:
                                    - to: "{{agent-runtime.acme-api-url}}/flows"
                        """)) {
            service.awaitFlows(1);
            service.provision(TASK).isMatch("b-1");
            acme.stubFor(get(urlPathEqualTo("/flows")).willReturn(serverError()));
            service.refresh("acme")
                    .hasField("status", "\"stale\"")
                    .hasField("last_error", "\"upstream-error\"");
            service.provision(TASK).isMatch("b-1");
            acme.stubFor(get(urlPathEqualTo("/flows")).willReturn(okJson(FLOWS)));
            await().untilAsserted(
                            () -> assertThat(service.refresh("acme").body()).contains("\"up\""));
        }
    }

    /** As Camel's own pages go on after a call. */
    @Test
    void anAnswerThatTheRouteTurnsIntoObjectsIsOffered() throws IOException {
        try (var service =
                service(
                        """
                        - from:
                            uri: direct:acme-flows
                            steps:
                              - to: "{{agent-runtime.acme-api-url}}/flows"
                              - unmarshal:
                                  json: {}
                        """)) {
            service.awaitFlows(1);
            service.provision(TASK).isMatch("b-1");
        }
    }

    @ParameterizedTest
    @CsvSource({"DEBUG, true, true", "INFO, true, false", "OFF, false, false"})
    void whatARouteLogsHasTheLevelOfTheService(String level, boolean isInfo, boolean isDebug)
            throws IOException {
        String file =
                """
                - route:
                    id: acme-flows
                    from:
                      uri: direct:acme-flows
                      steps:
                        - log: "asking Acme"
                        - log:
                            loggingLevel: DEBUG
                            message: "asking Acme in detail"
                        - to: "{{agent-runtime.acme-api-url}}/flows"
                """;
        try (var service = service(file, level);
                var log = LogLines.open()) {
            service.refresh("acme").hasField("status", "\"up\"");
            service.refresh("acme").hasField("status", "\"up\"");
            assertThat(log.all().stream().anyMatch(it -> it.contains("acme-flows: asking Acme ")))
                    .isEqualTo(isInfo);
            assertThat(log.all().stream().anyMatch(it -> it.contains("asking Acme in detail")))
                    .isEqualTo(isDebug);
        }
    }

    private static final String ASK =
            """
            - doTry:
                steps:
                  - to: "{{agent-runtime.acme-api-url}}/flows"
                doCatch:
                  - exception: [java.lang.Exception]
                    onWhen:
                      simple: "${exception.message.code} == 500"
            """;

    /** Camel would drop it without an answer, and the refresh would wait for one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "- circuitBreaker: {steps: [STEPS]}",
                "- circuitBreaker: {resilience4jConfiguration: {timeoutEnabled: true, timeoutDuration: 60000}, steps: [STEPS]}",
                "- setBody: {constant: \"a,b\"}\n- split: {tokenize: {token: \",\"}, parallelProcessing: true, steps: [STEPS]}",
                "- multicast: {parallelProcessing: true, steps: [{to: \"direct:acme-ask\"}]}",
            })
    void aRefreshWhoseConditionFailsEndsAtOnceAndSaysWhy(String around) throws IOException {
        acme.stubFor(get(urlPathEqualTo("/flows")).willReturn(serverError()));
        String steps = around.replace("STEPS", "{to: \"direct:acme-ask\"}").indent(6);
        String file =
                "- from:\n    uri: direct:acme-flows\n    steps:\n"
                        + steps
                        + "- from:\n    uri: direct:acme-ask\n    steps:\n"
                        + ASK.indent(6);
        try (var service = service(file);
                var log = LogLines.open()) {
            long began = System.nanoTime();
            service.refresh("acme").hasField("last_error", "\"upstream-error\"");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(log.all())
                    .anyMatch(
                            it ->
                                    it.contains("its route is wrong, not the provider: ")
                                            && it.contains("String has no method or property code"))
                    .noneMatch(it -> it.contains("reactive work"));
        }
    }

    /** What nobody waits for tells nothing of the list, however late it is lost. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "- wireTap: {uri: \"direct:acme-ask\"}",
                "- circuitBreaker: {resilience4jConfiguration: {timeoutEnabled: true, timeoutDuration: 300}, steps: [{to: \"direct:acme-ask\"}], onFallback: {steps: [{setBody: {constant: \"\"}}]}}",
                "- circuitBreaker: {resilience4jConfiguration: {timeoutEnabled: true, timeoutDuration: 300}, steps: [{to: \"direct:acme-ask\"}], onFallback: {steps: [{to: \"{{agent-runtime.acme-api-url}}/list?httpMethod=GET\"}]}}",
            })
    void aRefreshGoesOnWhenAnExchangeIsLostThatItDoesNotWaitFor(String before) throws IOException {
        acme.stubFor(get(urlPathEqualTo("/flows")).willReturn(serverError().withFixedDelay(400)));
        acme.stubFor(get(urlPathEqualTo("/list")).willReturn(okJson(FLOWS).withFixedDelay(500)));
        String list =
                """
                - removeHeaders: {pattern: "*"}
                - to: "{{agent-runtime.acme-api-url}}/list?httpMethod=GET"
                """;
        String file =
                "- from:\n    uri: direct:acme-flows\n    steps:\n"
                        + (before + "\n" + list).indent(6)
                        + "- from:\n    uri: direct:acme-ask\n    steps:\n"
                        + ASK.indent(6);
        try (var service = service(file)) {
            service.refresh("acme").hasField("status", "\"up\"");
            service.refresh("acme").hasField("status", "\"up\"");
        }
    }
}
