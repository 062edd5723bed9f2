package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls for single flows, on a machine that gives no more threads. */
class FewAtOnceTest {
    private final AtomicInteger threads = new AtomicInteger();

    /** All that have begun, until one more is asked for. */
    private ThreadFactory most(int given) {
        return run ->
                new Thread(run) {
                    @Override
                    public void start() {
                        if (threads.incrementAndGet() > given) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        super.start();
                    }
                };
    }

    @Test
    void whoRunsTakesTheCallsForWhichThereIsNoThread() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var allDone = new CountDownLatch(3);
        try (var some = new Closed(new FewAtOnce(most(1)))) {
            some.calls.execute(
                    () -> {
                        awaitIt(begun);
                        allDone.countDown();
                    });
            some.calls.execute(allDone::countDown);
            some.calls.execute(allDone::countDown);
            begun.countDown();
            assertThat(allDone.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whereNobodyRunsTheCallerIsToldAndNothingIsLeftBehind() {
        try (var some = new Closed(new FewAtOnce(most(0)))) {
            assertThatThrownBy(() -> some.calls.execute(() -> {}))
                    .isInstanceOf(OutOfMemoryError.class);
            assertThat(some.calls.getQueue()).isEmpty();
        }
    }

    /** Camel hands on the split itself to a thread, too, and loses it with what it cannot begin. */
    @Test
    @Timeout(20)
    void aSplitEndsThoughAThreadCannotBeStarted() throws Exception {
        List<Object> seen = new CopyOnWriteArrayList<>();
        try (var some = new Closed(new FewAtOnce(most(1)));
                var camel = new DefaultCamelContext()) {
            camel.addRoutes(
                    new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("direct:details")
                                    .split(body())
                                    .parallelProcessing()
                                    .executorService(some.calls)
                                    .process(one -> seen.add(one.getMessage().getBody()));
                        }
                    });
            camel.start();
            try (var routes = camel.createProducerTemplate()) {
                routes.requestBody("direct:details", List.of(1, 2, 3, 4, 5));
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    }

    private record Closed(FewAtOnce calls) implements AutoCloseable {
        @Override
        public void close() {
            calls.shutdownNow();
        }
    }

    private static void awaitIt(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
