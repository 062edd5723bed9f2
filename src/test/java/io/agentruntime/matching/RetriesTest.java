package io.agentruntime.matching;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
    @Test
    void aTryThatEndsInAnErrorIsNotTheLast() {
        AtomicInteger tries = new AtomicInteger();
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        try {
            new Retries(
                            executor,
                            () -> {
                                if (tries.incrementAndGet() < 3) {
                                    throw new OutOfMemoryError("unable to create native thread");
                                }
                            },
                            Duration.ofMillis(1))
                    .later();

            await().until(() -> tries.get() == 3);
        } finally {
            executor.shutdownNow();
        }
    }
}
