package io.agentruntime.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.catalog.Attempt;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** A route that would go on for ever. */
class ProviderStepsTest {
    private static final String ENDLESS =
            """
            - route:
                id: bots-flows
                from:
                  uri: direct:bots-flows
                  steps:
                    - loop:
                        doWhile: true
                        expression:
                          constant:
                            expression: "true"
                        steps:
                          - doTry:
                              steps:
                                - setBody:
                                    constant:
                                      expression: nothing
                              doCatch:
                                - exception:
                                    - java.lang.Throwable
            """;

    @Test
    void aRouteEndsWhenItsTimeIsOverEvenIfItCatchesEverything() throws IOException {
        try (var camel = new DefaultCamelContext()) {
            camel.getCamelContextExtension().addInterceptStrategy(new ProviderSteps());
            new LoadedRoutes(camel).load(Map.of("provider-bots.camel.yaml", ENDLESS));
            camel.start();
            Exchange asked =
                    camel.createProducerTemplate()
                            .request(
                                    "direct:bots-flows",
                                    new Attempt("bots", Duration.ofMillis(200))::owns);
            assertThat(asked.getException())
                    .hasMessageContaining("timeout: the list was not complete after")
                    .hasMessageContaining("check that the loops of the provider's route end");
        }
    }
}
