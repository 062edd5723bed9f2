package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.junit.jupiter.api.Test;

/** What happens inside the service is not blamed on the provider. */
class FailuresTest {
    @Test
    void aListForWhichTheHeapIsTooSmallIsTooLargeAndTheHeapIsNamed() {
        ProviderFailure failure =
                Failures.classify(
                        new IllegalStateException(new OutOfMemoryError("Java heap space")),
                        Clock.systemUTC(),
                        null);

        assertThat(failure.reason()).isEqualTo(Cause.TOO_LARGE);
        assertThat(failure.hint())
                .contains("memory")
                .contains(Runtime.getRuntime().maxMemory() / (1024 * 1024) + " MiB")
                .contains("-Xmx");
    }
}
