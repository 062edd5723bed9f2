package io.agentruntime.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes of a running context, exchanged without what a file says of itself being right. */
class LoadedRoutesTest {
    private static final String WITHOUT_ID =
            """
            - from:
                uri: direct:%s
                steps:
                  - setBody:
                      constant:
                        expression: %s
            """;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final LoadedRoutes loaded = new LoadedRoutes(camel);

    @BeforeEach
    void twoFiles() {
        camel.start();
        loaded.load(Map.of("one.camel.yaml", WITHOUT_ID.formatted("one", "old")));
        loaded.load(Map.of("two.camel.yaml", WITHOUT_ID.formatted("two", "two")));
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void aRouteWithoutAnIdIsExchanged() {
        loaded.exchange(
                Map.of("one.camel.yaml", WITHOUT_ID.formatted("one", "old")),
                Map.of("one.camel.yaml", WITHOUT_ID.formatted("one", "new")));
        assertThat(says("one")).isEqualTo("new");
        assertThat(camel.getRoutes()).hasSize(2);
    }

    @Test
    void theOldRoutesAreBackWhenTheNewOnesCannotBeUsed() {
        var before = Map.of("one.camel.yaml", WITHOUT_ID.formatted("one", "old"));
        var taken = Map.of("one.camel.yaml", WITHOUT_ID.formatted("two", "new"));
        assertThatThrownBy(() -> loaded.exchange(before, taken))
                .isInstanceOf(LoadedRoutes.LoadFailure.class);
        assertThat(says("one")).isEqualTo("old");
        assertThat(says("two")).isEqualTo("two");
        assertThat(camel.getRoutes()).hasSize(2);
    }

    @Test
    void theOldRoutesAreBackWhateverTheNewOnesEndWith() {
        var before = Map.of("one.camel.yaml", WITHOUT_ID.formatted("one", "old"));
        var thrown = new OutOfMemoryError("made up");
        var once = new AtomicBoolean();
        camel.getCamelContextExtension()
                .addInterceptStrategy(
                        (context, step, target, next) -> {
                            if (once.compareAndSet(false, true)) {
                                throw thrown;
                            }
                            return target;
                        });
        var taken = Map.of("one.camel.yaml", WITHOUT_ID.formatted("one", "new"));
        assertThatThrownBy(() -> loaded.exchange(before, taken)).isSameAs(thrown);
        assertThat(says("one")).isEqualTo("old");
        assertThat(camel.getRoutes()).hasSize(2);
    }

    @Test
    void whatIsTakenOutOfARestConfigurationIsGone() {
        String configuration = "- restConfiguration: {component: platform-http%s}\n";
        var before = Map.of("api.camel.yaml", configuration.formatted(", contextPath: /x"));
        var after = Map.of("api.camel.yaml", configuration.formatted(""));
        loaded.load(before);
        assertThat(camel.getRestConfiguration().getContextPath()).isEqualTo("/x");
        loaded.exchange(before, after);
        assertThat(camel.getRestConfiguration().getContextPath()).isNull();
        assertThat(camel.getRestConfiguration().getComponent()).isEqualTo("platform-http");
    }

    private String says(String route) {
        return camel.createProducerTemplate().requestBody("direct:" + route, "", String.class);
    }
}
