package io.agentruntime.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.catalog.Catalogs;
import io.agentruntime.catalog.ProviderFailure;
import io.agentruntime.catalog.ProviderTokens;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.net.SocketTimeoutException;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.UseAdviceWith;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** The steps of {@code provider-langflow.camel.yaml}, with a mock in the place of each call. */
@CamelSpringBootTest
@UseAdviceWith
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "agent-runtime.environment=testing",
            "agent-runtime.management-port=0",
            "agent-runtime.state-dir=",
            "agent-runtime.embedding=off",
            "agent-runtime.providers=langflow",
            "agent-runtime.m2m-jwt-secret-key=fake-m2m-secret-for-tests-0123456789abcdef"
        })
class LangflowRouteTest {
    private static final String FLOWS = "[{\"id\": \"f-1\", \"name\": \"Alpha\"}]";

    @Autowired private CamelContext camel;
    @Autowired private ProducerTemplate template;
    @Autowired private ProviderTokens tokens;
    @Autowired private Catalogs catalogs;

    @EndpointInject("mock:auto-login")
    private MockEndpoint login;

    @EndpointInject("mock:flows")
    private MockEndpoint flows;

    @EndpointInject("mock:projects")
    private MockEndpoint projects;

    @BeforeEach
    void wellBehaved() throws Exception {
        if (!camel.isStarted()) {
            AdviceWith.adviceWith(
                    camel, "catalog-timer", route -> route.replaceFromWith("direct:never"));
            inPlaceOf("langflow-auto-login-call", "get", "mock:auto-login");
            inPlaceOf("langflow-get-flows", "get", "mock:flows");
            inPlaceOf("langflow-get-projects", "get-projects", "mock:projects");
            camel.start();
        }
        MockEndpoint.resetMocks(camel);
        tokens.forget("langflow");
        camel.getProcessor("langflow-flows-breaker", ResilienceProcessor.class)
                .transitionToCloseState();
        login.whenAnyExchangeReceived(answers("{\"access_token\": \"fake-token\"}"));
        flows.whenAnyExchangeReceived(answers(FLOWS));
        projects.whenAnyExchangeReceived(answers("[]"));
    }

    @Test
    void aListTakesATokenThenTheFlowsThenTheProjects() throws Exception {
        login.expectedMessageCount(1);
        flows.expectedHeaderReceived("Authorization", "Bearer fake-token");
        flows.expectedHeaderReceived(
                "CamelHttpQuery", "get_all=true&header_flows=true&remove_example_flows=true");
        projects.expectedHeaderReceived("Authorization", "Bearer fake-token");

        Exchange asked = ask();

        assertThat(asked.getMessage().getBody(String.class)).isEqualTo(FLOWS);
        assertThat(asked.getVariable("projects", String.class)).isEqualTo("[]");
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void aTokenIsUsedAgainAndACallCarriesNothingElse() throws Exception {
        login.expectedMessageCount(1);
        flows.expectedMessageCount(2);

        ask();
        template.request(
                "direct:langflow-flows",
                exchange -> exchange.getMessage().setHeader("X-Callers-Own", "secret"));

        MockEndpoint.assertIsSatisfied(camel);
        assertThat(flows.getReceivedExchanges())
                .allSatisfy(
                        call ->
                                assertThat(call.getMessage().getHeaders())
                                        .containsOnlyKeys("Authorization", "CamelHttpQuery"));
    }

    @Test
    void aServerErrorIsTriedTwiceMore() throws Exception {
        flows.whenAnyExchangeReceived(fails(503));
        flows.expectedMessageCount(3);

        assertThat(ask().getException()).hasRootCauseInstanceOf(HttpOperationFailedException.class);
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void aServerErrorThatPassesIsNotSeen() throws Exception {
        flows.whenExchangeReceived(1, fails(500));
        flows.expectedMessageCount(2);

        assertThat(ask().getMessage().getBody(String.class)).isEqualTo(FLOWS);
        MockEndpoint.assertIsSatisfied(camel);
    }

    /** Camel would go on with the retries of the failure before. */
    @ParameterizedTest
    @ValueSource(ints = {404, 429, 401})
    void whatIsRefusedAfterAServerErrorIsNotTriedAgain(int status) throws Exception {
        flows.whenExchangeReceived(1, fails(503));
        flows.whenExchangeReceived(2, fails(status));
        flows.whenExchangeReceived(3, fails(404));
        flows.expectedMessageCount(status == 401 ? 3 : 2);
        login.expectedMessageCount(status == 401 ? 2 : 1);

        assertThat(ask().getException()).hasRootCauseInstanceOf(HttpOperationFailedException.class);
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void silenceAfterAServerErrorIsNotWaitedForTwice() throws Exception {
        flows.whenExchangeReceived(1, fails(503));
        flows.whenExchangeReceived(
                2, exchange -> exchange.setException(new SocketTimeoutException("silent")));
        flows.expectedMessageCount(2);

        assertThat(ask().getException()).hasRootCauseInstanceOf(SocketTimeoutException.class);
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void whatIsRefusedIsNotTriedAgain() throws Exception {
        flows.whenAnyExchangeReceived(fails(404));
        flows.expectedMessageCount(1);

        assertThat(ask().getException()).hasRootCauseInstanceOf(HttpOperationFailedException.class);
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void aRefusedTokenIsRenewedOnce() throws Exception {
        flows.whenExchangeReceived(1, fails(401));
        login.expectedMessageCount(2);
        flows.expectedMessageCount(2);

        assertThat(ask().getMessage().getBody(String.class)).isEqualTo(FLOWS);
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void aTokenThatIsRefusedAfterAFreshLoginIsGivenUp() throws Exception {
        flows.whenAnyExchangeReceived(fails(403));
        login.expectedMessageCount(2);
        flows.expectedMessageCount(2);

        assertThat(ask().getException()).hasRootCauseInstanceOf(HttpOperationFailedException.class);
        MockEndpoint.assertIsSatisfied(camel);
    }

    /** There is no fresh one to get. */
    @Test
    void anApiKeyThatIsRefusedIsNotSentAgain() throws Exception {
        flows.whenAnyExchangeReceived(fails(403));
        flows.expectedMessageCount(1);
        flows.expectedHeaderReceived("x-api-key", "fake-key");
        System.setProperty("agent-runtime.langflow-api-key", "fake-key");
        try {
            assertThat(ask().getException())
                    .hasRootCauseInstanceOf(HttpOperationFailedException.class);
        } finally {
            System.clearProperty("agent-runtime.langflow-api-key");
        }
        MockEndpoint.assertIsSatisfied(camel);
    }

    @Test
    void aLoginThatIsSwitchedOffTellsWhatToSet() {
        login.whenAnyExchangeReceived(fails(400));

        assertThat(ask().getException())
                .isInstanceOf(ProviderFailure.AuthUnavailable.class)
                .hasMessageContaining("AGENT_RUNTIME_SERVICE_LANGFLOW_API_KEY");
    }

    /** No Langflow is there, so a credential would not help. */
    @Test
    void aLoginThatIsNotThereTellsToCheckTheAddressFirst() {
        login.whenAnyExchangeReceived(fails(404));

        assertThat(ask().getException())
                .isInstanceOf(ProviderFailure.AuthUnavailable.class)
                .hasMessageContaining(
                        "Langflow's auto_login is not found: check AGENT_RUNTIME_SERVICE_LANGFLOW_API_URL")
                // Too much is as likely a mistake as too little
                .hasMessageContaining("without /api/v1")
                .hasMessageContaining("with the prefix of its path if it has one")
                .hasMessageNotContaining("lack");
    }

    @Test
    void threeFailuresOpenTheBreakerAndThenLangflowIsLeftAlone() throws Exception {
        flows.whenAnyExchangeReceived(fails(404));
        flows.expectedMessageCount(3);

        for (int failure = 0; failure < 3; failure++) {
            assertThat(ask().getException())
                    .hasRootCauseInstanceOf(HttpOperationFailedException.class);
        }
        assertThat(ask().getException()).isInstanceOf(CallNotPermittedException.class);
        assertThat(ask().getException()).isInstanceOf(CallNotPermittedException.class);
        MockEndpoint.assertIsSatisfied(camel);
    }

    /** The breaker does not notice that the one call it lets through has ended with an error. */
    @ParameterizedTest
    @CsvSource({"langflow-flows-breaker, mock:flows", "langflow-projects-try, mock:projects"})
    void aHeapThatIsFullWhenABreakerTriesLangflowAgainKeepsItOutNoLonger(String id, String call) {
        ResilienceProcessor breaker = camel.getProcessor(id, ResilienceProcessor.class);
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        camel.getEndpoint(call, MockEndpoint.class)
                .whenExchangeReceived(
                        1,
                        exchange -> {
                            throw new OutOfMemoryError("made up");
                        });
        assertThat(catalogs.refreshNow("langflow").lastError()).isEqualTo("too-large");

        assertThat(catalogs.refreshNow("langflow").lastError()).isNull();
        assertThat(breaker.getCircuitBreakerState()).isEqualTo("CLOSED");
    }

    private Exchange ask() {
        return template.request("direct:langflow-flows", exchange -> {});
    }

    private void inPlaceOf(String route, String step, String mock) throws Exception {
        AdviceWith.adviceWith(camel, route, advice -> advice.weaveById(step).replace().to(mock));
    }

    private static Processor answers(String json) {
        return exchange -> {
            exchange.getMessage().setBody(json);
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        };
    }

    private static Processor fails(int status) {
        return exchange -> {
            throw new HttpOperationFailedException(
                    "http://langflow.test", status, "", null, Map.of(), "");
        };
    }
}
