package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentruntime.settings.SettingNames;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator is told of a failure: what to do, and where. */
class FailuresTest {
    private static ProviderFailure classified(Exception thrown) {
        return Failures.classify(new IllegalStateException(thrown), null, Clock.systemUTC(), null);
    }

    @Test
    void whereNobodyListensIsNamed() {
        ProviderFailure failure =
                classified(
                        new HttpHostConnectException(
                                "Connect to http://flows.example:7860 failed: Connection refused",
                                new HttpHost("http", "flows.example", 7860)));

        assertThat(failure.reason()).isEqualTo(Cause.UNREACHABLE);
        assertThat(failure.hint()).contains("http://flows.example:7860").contains("runs");
    }

    @Test
    void whereNoConnectionCameInTimeIsNamed() {
        ProviderFailure failure =
                classified(
                        new ConnectTimeoutException(
                                "Connect timed out", new HttpHost("http", "10.9.8.7", 7860)));

        assertThat(failure.reason()).isEqualTo(Cause.TIMEOUT);
        assertThat(failure.hint()).contains("http://10.9.8.7:7860").contains("firewall");
    }

    /** Java's addresses hold no underscore, and the client is told another name. */
    @Test
    void aHostIsNamedAsTheSettingsNameIt() {
        String host = URI.create(SettingNames.javaAddress("http://langflow_ide:7860")).getHost();
        var there = new HttpHost("http", host, 7860);
        for (Exception thrown :
                List.of(
                        new HttpHostConnectException("refused", there),
                        new ConnectTimeoutException("too late", there))) {
            assertThat(classified(thrown).hint()).contains("http://langflow_ide:7860");
        }
    }

    @Test
    void aHostThatIsNotKnownIsNamed() {
        assertThat(
                        classified(
                                        new UnknownHostException(
                                                "flows.example: Name or service not known"))
                                .hint())
                .startsWith("its host name, flows.example, is not known here");
        assertThat(classified(new UnknownHostException()).hint())
                .startsWith("its host name is not known here");
    }

    /** Nothing is known of the provider then. */
    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void aProxyThatCannotBeReachedIsNamedAsTheProxy(String scheme) {
        System.setProperty(scheme + ".proxyHost", "proxy.example");
        System.setProperty(scheme + ".proxyPort", "3128");
        try {
            var proxy = new HttpHost("http", "proxy.example", 3128);
            assertThat(classified(new HttpHostConnectException("refused", proxy)).hint())
                    .contains("no connection to the proxy http://proxy.example:3128")
                    .contains(scheme + ".proxyHost")
                    .doesNotContain("provider");
            assertThat(classified(new ConnectTimeoutException("too late", proxy)).hint())
                    .contains("no connection to the proxy http://proxy.example:3128 in time")
                    .contains(scheme + ".proxyHost");
            assertThat(classified(new UnknownHostException("proxy.example: not known")).hint())
                    .contains("the proxy's host name, proxy.example, is not known here")
                    .contains(scheme + ".proxyHost");
            assertThat(
                            classified(
                                            new HttpHostConnectException(
                                                    "refused",
                                                    new HttpHost("http", "proxy.example", 7860)))
                                    .hint())
                    .contains("provider");
        } finally {
            System.clearProperty(scheme + ".proxyHost");
            System.clearProperty(scheme + ".proxyPort");
        }
    }

    @Test
    void aProxyThatRequiresAPasswordIsNotTakenForTheProvider() {
        ProviderFailure failure =
                classified(
                        new HttpOperationFailedException(
                                "http://bots.example", 407, "", null, Map.of(), ""));
        assertThat(failure.reason()).isEqualTo(Cause.UPSTREAM_ERROR);
        assertThat(failure.hint()).contains("the proxy on the way requires a password");
    }

    /** GitHub says so with 403, and so do gateways that speak of quotas. */
    @ParameterizedTest
    @CsvSource({
        "403, Retry-After, 60, RATE_LIMITED, 60",
        "403, retry-after, 60, RATE_LIMITED, 60",
        "403, X-RateLimit-Remaining, 0, RATE_LIMITED, ",
        "403, x-ratelimit-remaining, 0, RATE_LIMITED, ",
        "403, X-RateLimit-Remaining, 12, AUTH_REJECTED, ",
        "403, X-Request-Id, 0, AUTH_REJECTED, ",
        "401, Retry-After, 60, AUTH_REJECTED, ",
        "429, Retry-After, 60, RATE_LIMITED, 60",
    })
    void aRefusalThatSaysWhenToComeBackIsOneOfTooManyCalls(
            int status, String header, String value, Cause cause, Long seconds) {
        ProviderFailure failure =
                classified(
                        new HttpOperationFailedException(
                                "http://bots.example",
                                status,
                                "",
                                null,
                                Map.of(header, value),
                                ""));
        assertThat(failure.reason()).isEqualTo(cause);
        assertThat(failure.retryAfter())
                .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html><p>log in", "{}", "<bots><bot>"})
    void whatARouteReadsAsXmlAndIsNoneIsMalformed(String answer) throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody(answer);
            Expression rows = camel.resolveLanguage("xpath").createExpression("/bots/bot/name");
            assertThatThrownBy(() -> rows.evaluate(exchange, String.class))
                    .satisfies(
                            thrown ->
                                    assertThat(classified((Exception) thrown).reason())
                                            .isEqualTo(Cause.MALFORMED));
        }
    }

    @Test
    void aListForWhichTheHeapIsTooSmallIsTooLargeAndTheHeapIsNamed() {
        ProviderFailure failure =
                Failures.classify(
                        new IllegalStateException(new OutOfMemoryError("Java heap space")),
                        null,
                        Clock.systemUTC(),
                        null);

        assertThat(failure.reason()).isEqualTo(Cause.TOO_LARGE);
        assertThat(failure.hint())
                .contains("memory")
                .contains(Runtime.getRuntime().maxMemory() / (1024 * 1024) + " MiB")
                .contains("-Xmx");
    }

    /** More heap would leave less memory for threads. */
    @Test
    void wantOfThreadsIsToldAsSuch() {
        ProviderFailure failure =
                Failures.classify(
                        new OutOfMemoryError("unable to create native thread"),
                        null,
                        Clock.systemUTC(),
                        null);

        assertThat(failure.hint()).contains("thread").doesNotContain("-Xmx");
    }

    /** HTTP's three forms of a date must all be read, and a number may be of any length. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "7 | 7",
                "601 | 600",
                "999999999 | 600",
                "9999999999 | 600",
                "99999999999999999999 | 600",
                "Sun, 29 Nov 2026 12:02:00 GMT | 120",
                "Sun, 29 Nov 2026 12:02:00 +0000 | 120",
                "Sunday, 29-Nov-26 12:02:00 GMT | 120",
                "Sun Nov 29 12:02:00 2026 | 120",
                "Sun, 29 Nov 2026 11:00:00 GMT |",
                "-1 |",
                "1.5 |",
                "soon |",
            })
    void whenToComeBackIsRead(String value, @Nullable Integer seconds) {
        assertThat(retryAfter(value, "2026-11-29T12:00:00Z"))
                .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }

    @Test
    void aDayOfOneDigitMayHaveASpaceBeforeIt() {
        assertThat(retryAfter("Sun Nov  1 12:02:00 2026", "2026-11-01T12:00:00Z"))
                .isEqualTo(Duration.ofMinutes(2));
    }

    private static @Nullable Duration retryAfter(String value, String now) {
        return Failures.retryAfter(
                new HttpOperationFailedException(
                        "http://flows.example", 429, "", null, Map.of("Retry-After", value), ""),
                Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
    }
}
