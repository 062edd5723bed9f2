package io.agentruntime.routes;

import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.LogLines;
import io.agentruntime.catalog.CatalogView;
import io.agentruntime.catalog.Flow;
import io.agentruntime.catalog.ProviderStatus;
import io.agentruntime.catalog.Snapshot;
import io.agentruntime.matching.Candidate;
import io.agentruntime.matching.FlowIndex;
import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.UseAdviceWith;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** The steps of {@code provision.camel.yaml}, with a mock in the place of the catalog. */
@CamelSpringBootTest
@UseAdviceWith
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "agent-runtime.environment=testing",
            "agent-runtime.management-port=0",
            "agent-runtime.state-dir=",
            "agent-runtime.embedding=off",
            "agent-runtime.providers=sample",
            "agent-runtime.m2m-jwt-secret-key=fake-m2m-secret-for-tests-0123456789abcdef"
        })
class ProvisionRouteTest {
    private static final String TASK = "{\"description\": \"summarize financial documents\"}";

    @Autowired private CamelContext camel;
    @Autowired private ProducerTemplate template;

    @EndpointInject("mock:catalog")
    private MockEndpoint catalog;

    @EndpointInject("mock:look-again")
    private MockEndpoint lookAgain;

    @BeforeEach
    void wellBehaved() throws Exception {
        if (!camel.isStarted()) {
            AdviceWith.adviceWith(
                    camel, "catalog-timer", route -> route.replaceFromWith("direct:never"));
            AdviceWith.adviceWith(
                    camel,
                    "provision",
                    route -> {
                        // A REST operation takes its route for itself
                        route.replaceFromWith("direct:ask");
                        route.weaveById("enrich-with-catalog").replace().to("mock:catalog");
                    });
            AdviceWith.adviceWith(
                    camel,
                    "look-again",
                    route -> route.weaveById("ask-once-more").replace().to("mock:look-again"));
            camel.start();
        }
        MockEndpoint.resetMocks(camel);
        RequestContextHolder.setRequestAttributes(
                new ServletRequestAttributes(
                        new MockHttpServletRequest("POST", "/api/v1/agents/provision")));
    }

    @AfterEach
    void forgetTheRequest() {
        RequestContextHolder.resetRequestAttributes();
    }

    @Test
    void aFlowThatFitsIsAnsweredWithoutASecondLook() throws Exception {
        catalog.whenAnyExchangeReceived(it -> it.setVariable("catalog", offering(0.9)));
        catalog.expectedMessageCount(1);
        lookAgain.expectedMessageCount(0);

        Exchange asked = provision(TASK);

        assertThatJson(body(asked))
                .isEqualTo(
                        """
                        {"flow_id": "f-1", "matched": true, "source": "discovery", "note": null}""");
        assertThat(asked.getMessage().getHeaders())
                .containsEntry("X-Flow-Provider", "langflow")
                .containsEntry("X-Catalog-Version", "v-1")
                .containsEntry("X-Catalog-Age", 7L)
                .doesNotContainKey("X-Callers-Own");
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void aMissIsLookedAtOnceMoreAndThenSaid() throws Exception {
        catalog.whenAnyExchangeReceived(it -> it.setVariable("catalog", offering(0.1)));
        lookAgain.expectedMessageCount(1);

        isProblem(provision(TASK), 404, "no-match");
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void aFlowFoundAtTheSecondLookIsAnswered() throws Exception {
        catalog.whenAnyExchangeReceived(it -> it.setVariable("catalog", offering(0.1)));
        lookAgain.whenAnyExchangeReceived(it -> it.setVariable("catalog", offering(0.9)));

        assertThatJson(body(provision(TASK))).node("flow_id").isEqualTo("f-1");
    }

    @Test
    void aRequestThatCannotBeReadAsksNobody() throws Exception {
        catalog.expectedMessageCount(0);

        isProblem(provision("{"), 400, "malformed-body");
        isProblem(provision("{\"description\": 42}"), 422, "invalid-request");
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void aRouteWithoutTheStepOfTheCatalogIsToldWhatToCall() {
        try (var log = LogLines.open()) {
            isProblem(provision(TASK), 500, "internal");
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains(
                            "step match: there is no catalog to match with: call catalogSteps.current before it");
        }
    }

    @Test
    void whatTheCatalogCannotSayIsAProblemWithItsTime() {
        catalog.whenAnyExchangeReceived(
                it -> {
                    throw RequestProblem.retryLater(
                            ProblemType.DEADLINE, "Too late.", Duration.ofMillis(1500));
                });

        Exchange asked = provision(TASK);
        isProblem(asked, 504, "deadline");
        assertThat(asked.getMessage().getHeader("Retry-After")).isEqualTo("2");
    }

    /** The answer to a request, or to what its route failed with. */
    private Exchange provision(String json) {
        Exchange asked =
                template.send(
                        "direct:ask",
                        exchange -> {
                            exchange.getMessage().setBody(json.getBytes(StandardCharsets.UTF_8));
                            exchange.getMessage().setHeader("X-Callers-Own", "secret");
                        });
        Exception failure = asked.getException();
        return failure == null
                ? asked
                : template.send(
                        "direct:problem",
                        it -> it.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, failure));
    }

    private static void isProblem(Exchange asked, int status, String type) {
        assertThat(asked.getException()).isNull();
        assertThat(asked.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(status);
        assertThat(asked.getMessage().getHeader(Exchange.CONTENT_TYPE))
                .isEqualTo("application/problem+json");
        assertThatJson(body(asked)).node("type").isEqualTo("urn:ars:problem:" + type);
    }

    private static String body(Exchange asked) {
        return asked.getMessage().getBody(String.class);
    }

    /** A catalog of one flow that fits any text with this confidence. */
    private static CatalogView offering(double confidence) {
        var flow = new Flow("langflow", "f-1", "Alpha", "", List.of(), List.of(), null, null, null);
        return new CatalogView(
                new Snapshot(
                        "v-1",
                        List.of(flow),
                        (text, scope, limit, doubts) ->
                                new FlowIndex.Matches(
                                        List.of(new Candidate(0, confidence, "words: " + text)),
                                        FlowIndex.Lacking.NOTHING)),
                List.of(
                        new ProviderStatus(
                                "langflow", ProviderStatus.State.UP, 1, 7L, "closed", null, false)),
                Instant.EPOCH,
                Set.of());
    }
}
