package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.time.Clock;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;

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
}
