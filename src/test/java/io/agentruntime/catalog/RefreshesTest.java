package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentruntime.request.RequestTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks a provider while it is being asked, and just after. */
class RefreshesTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
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
        assertThat(refreshes.join("langflow", () -> false)).isNull();
        assertThat(later).isEmpty();
    }

    @Test
    void whoWantsItNoMoreStillJoinsTheOneUnderWay() {
        CompletableFuture<Void> first = refreshes.join("langflow");
        assertThat(refreshes.join("langflow", () -> false)).isSameAs(first);

        later.forEach(Runnable::run);

        assertThat(first).isDone();
        assertThat(asked).containsExactly("langflow");
        assertThat(refreshes.join("langflow", () -> false)).isNull();
    }

    /** Its own refresh hangs; the other was begun by somebody else, after it. */
    @Test
    void whoWaitsIsAnsweredAsSoonAsAnyRefreshBringsEnough() {
        List<CompletableFuture<Void>> own = List.of(refreshes.join("hangs"));
        CompletableFuture<Boolean> allDone =
                CompletableFuture.supplyAsync(
                        () ->
                                refreshes.await(
                                        own,
                                        Duration.ofMinutes(1),
                                        () -> asked.contains("answers")));

        refreshes.join("answers");
        later.get(1).run();

        assertThat(allDone).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(false);
    }

    /** At the first attempt, and at the one that repeats it when it was cut off. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRefreshThatCannotBeBegunEndsWhateverIsThrown(int broken) {
        var attempts = new Attempts(Duration.ofMinutes(1));
        var executions = new AtomicInteger();
        var some =
                new Refreshes(
                        (provider, attempt) -> {
                            asked.add(provider);
                            if (asked.size() < broken) {
                                attempt.cutOff();
                            }
                        },
                        attempts,
                        run -> {
                            if (executions.incrementAndGet() == broken) {
                                throw new StackOverflowError("made up");
                            }
                            run.run();
                        },
                        new CatalogMetrics(new SimpleMeterRegistry()),
                        RequestTurn.NONE);
        assertThatThrownBy(() -> some.join("langflow")).isInstanceOf(StackOverflowError.class);

        assertThat(some.join("langflow")).isDone();
        assertThat(asked).hasSize(broken);
    }
}
