package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.request.RequestTurn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** How long a provider may take to be asked. */
class AttemptsTest {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final AtomicLong nanos = new AtomicLong();
    private final Attempts attempts = new Attempts(LONGEST, nanos::get);
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** As after an error in one of Camel's own threads: nobody ever says that the split is over. */
    @Test
    void anAttemptThatWaitsForWhatNeverComesIsEndedAndTheNextOneBegins() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (var camel = new DefaultCamelContext()) {
            Refreshes refreshes = losing(camel, threads);
            CompletableFuture<Void> first = refreshes.join("n8n");
            await().until(() -> camel.getInflightRepository().size() == 1);

            passes(LONGEST);
            attempts.endLate();
            await().during(Duration.ofMillis(200))
                    .until(() -> !first.isDone() && failures.isEmpty());

            passes(LONGEST);
            attempts.endLate();
            assertThat(first).succeedsWithin(Duration.ofSeconds(10));
            assertThat(failures)
                    .singleElement()
                    .asString()
                    .contains("timeout: the list was not complete after 60 s");

            assertThat(refreshes.join("n8n")).isNotSameAs(first);
            await().until(() -> camel.getInflightRepository().size() == 2);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Who corrects a route that loses its refresh need not wait until its time is over. */
    @Test
    void anAttemptThatWaitsForWhatNeverComesIsMadeAgainWhenRoutesAreExchanged() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (var camel = new DefaultCamelContext()) {
            Refreshes refreshes = losing(camel, threads);
            CompletableFuture<Void> first = refreshes.join("n8n");
            await().until(() -> camel.getInflightRepository().size() == 1);

            attempts.without(Set.of("n8n"), () -> {});

            await().until(() -> camel.getInflightRepository().size() == 2);
            assertThat(first).isNotDone();
            assertThat(failures).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    /** A thread that asks for one provider may take the last steps of another one's attempt. */
    @Test
    void whatIsLostEndsNoOtherAttempt() throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Part over = part(camel, attempts.begin("n8n"));
            attempts.end("n8n");
            Attempt other = attempts.begin("acme");

            assertThat(attempts.lost(over, new IllegalStateException())).isTrue();
            assertThat(other.outcome(null)).isNull();
            assertThat(Thread.interrupted()).isFalse();

            var lost = new IllegalStateException();
            assertThat(attempts.lost(part(camel, other), lost)).isTrue();
            assertThat(other.outcome(null)).isSameAs(lost);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static Part part(DefaultCamelContext camel, Attempt attempt) {
        var exchange = new DefaultExchange(camel);
        attempt.owns(exchange);
        return Objects.requireNonNull(Part.of(exchange));
    }

    /** Asks a route whose refresh never ends. */
    private Refreshes losing(DefaultCamelContext camel, ExecutorService threads) throws Exception {
        camel.addRoutes(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:catalog-refresh")
                                .split(constant(List.of(1, 2)))
                                .parallelProcessing()
                                .executorService(new Losing())
                                .log("never");
                    }
                });
        camel.getShutdownStrategy().setTimeout(1);
        camel.start();
        var refreshes =
                new Refreshes(
                        (provider, attempt) -> CatalogWiring.ask(camel, provider, attempt),
                        attempts,
                        threads,
                        new CatalogMetrics(new SimpleMeterRegistry()),
                        RequestTurn.NONE);
        refreshes.whenFailed(this::failed);
        return refreshes;
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Cause failed(
            String provider, Throwable thrown, @org.jspecify.annotations.Nullable String step) {
        failures.add(thrown);
        return Cause.TIMEOUT;
    }

    private static final class Losing extends AbstractExecutorService {
        @Override
        public void execute(Runnable lost) {}

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long time, TimeUnit unit) {
            return true;
        }
    }
}
