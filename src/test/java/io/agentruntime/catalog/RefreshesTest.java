package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.request.RequestTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who asks a provider while it is being asked, and just after. */
class RefreshesTest {
    private final List<String> asked = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final Refreshes refreshes =
            new Refreshes(
                    (provider, attempt) -> asked.add(provider),
                    new Attempts(Duration.ofMinutes(1)),
                    later::add,
                    new CatalogMetrics(new SimpleMeterRegistry()),
                    RequestTurn.NONE);

    @Test
    void whoWantsItNoMoreBeginsNone() {
        assertThat(refreshes.join("langflow", () -> false, this::failed)).isNull();
        assertThat(later).isEmpty();
    }

    @Test
    void whoWantsItNoMoreStillJoinsTheOneUnderWay() {
        CompletableFuture<Void> first = refreshes.join("langflow", this::failed);
        assertThat(refreshes.join("langflow", () -> false, this::failed)).isSameAs(first);

        later.forEach(Runnable::run);

        assertThat(first).isDone();
        assertThat(asked).containsExactly("langflow");
        assertThat(refreshes.join("langflow", () -> false, this::failed)).isNull();
    }

    private Cause failed(
            String provider, Throwable thrown, @org.jspecify.annotations.Nullable String step) {
        return Cause.MALFORMED;
    }
}
