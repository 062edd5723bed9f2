package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.DefaultSettingsForTests;
import io.agentruntime.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One door, which opens by itself only where the test starts it, and three threads at most. */
class RequestExecutorTest {
    private static final int MOST_THREADS = 3;

    private final RequestExecutor executor = new RequestExecutor(1, MOST_THREADS);
    private final List<Arrival> all = new ArrayList<>();
    private final List<String> began = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        all.forEach(Arrival::ends);
        executor.stop();
        executor.close();
    }

    /** What a connection has sent; its thread stays until it is told to go. */
    private final class Arrival {
        final CountDownLatch passes = new CountDownLatch(1);
        final CountDownLatch ends = new CountDownLatch(1);

        Arrival comes(String name) {
            all.add(this);
            executor.execute(
                    () -> {
                        began.add(name);
                        try {
                            passes.await();
                            executor.passed();
                            ends.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
            return this;
        }

        void passes() {
            passes.countDown();
        }

        void ends() {
            passes.countDown();
            ends.countDown();
        }
    }

    private Arrival comes(String name) {
        return new Arrival().comes(name);
    }

    private void awaitBegun(String... names) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> began.size() >= names.length);
        assertThat(began).containsExactly(names);
    }

    @Test
    void whoHasPassedLetsTheNextInAndWorksOn() {
        Arrival first = comes("first");
        first.passes();
        Arrival second = comes("second");
        second.passes();
        comes("third");

        awaitBegun("first", "second", "third");
    }

    @Test
    void firstComeFirstServed() {
        Arrival first = comes("first");
        Arrival second = comes("second");
        Arrival third = comes("third");
        assertThat(executor.longestWait()).isPositive();

        first.ends();
        second.ends();
        third.ends();

        awaitBegun("first", "second", "third");
        await().until(() -> executor.longestWait() == 0);
    }

    @Test
    void whoStaysAtTheDoorForLongKeepsNobodyElse() {
        executor.start();
        comes("waits for its caller");
        comes("waits as well");
        comes("is read");

        await().until(() -> began.size() == MOST_THREADS);
    }

    /** As a system does that is out of memory or at the limit of a container's processes. */
    @Test
    void whoComesWhenTheSystemHasNoThreadToGiveIsServedAsSoonAsItHasOne() throws Exception {
        var more = new AtomicBoolean();
        var served = new CountDownLatch(1);
        var none = new RequestExecutor(1, 1, task -> more.get() ? new Thread(task) : noThread());
        none.execute(served::countDown);
        assertThat(served.await(50, TimeUnit.MILLISECONDS)).isFalse();

        more.set(true);
        none.start();

        assertThat(served.await(10, TimeUnit.SECONDS)).isTrue();
        none.close();
    }

    private static Thread noThread() {
        throw new OutOfMemoryError("unable to create native thread");
    }

    @Test
    void thereAreNoMoreThreadsThanSaid() throws Exception {
        executor.start();
        for (int i = 1; i <= MOST_THREADS; i++) {
            comes("works " + i).passes();
        }
        Arrival waits = comes("waits");
        await().until(() -> began.size() == MOST_THREADS);
        TimeUnit.MILLISECONDS.sleep(4 * RequestExecutor.LONGEST.toMillis());
        assertThat(began).doesNotContain("waits");

        all.get(0).ends();

        await().until(() -> began.contains("waits"));
        waits.ends();
    }

    @Test
    void aProbeFindsAThreadBesideAsManyAsMayBeUnderWay() throws Exception {
        int most = 1_000;
        Settings settings =
                Settings.read(
                        DefaultSettingsForTests.with(
                                Map.of(
                                        "AGENT_RUNTIME_SERVICE_MAX_CONCURRENT_REQUESTS",
                                        String.valueOf(most))));
        var ends = new CountDownLatch(1);
        var probed = new CountDownLatch(1);
        try (RequestExecutor roomy = new WebWiring().executor(settings)) {
            roomy.start();
            for (int i = 0; i < most; i++) {
                roomy.execute(
                        () -> {
                            roomy.passed();
                            try {
                                ends.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
            }
            roomy.execute(probed::countDown);

            assertThat(probed.await(20, TimeUnit.SECONDS)).as("the probe is answered").isTrue();
            ends.countDown();
            roomy.stop();
        } finally {
            ends.countDown();
        }
    }

    @Test
    void whoFailsLeavesTheDoor() {
        Arrival first = comes("first");
        executor.execute(
                () -> {
                    Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
                    throw new IllegalStateException("made for this test");
                });
        comes("next");
        first.ends();

        awaitBegun("first", "next");
    }

    @Test
    void aRequestKnowsWhenItCameUntilItHasPassed() throws Exception {
        Arrival first = comes("first");
        long before = System.nanoTime();
        List<Object> seen = new CopyOnWriteArrayList<>();
        executor.execute(
                () -> {
                    seen.add(executor.cameAt());
                    seen.add(executor.waited());
                    executor.passed();
                    seen.add(executor.waited());
                    seen.add(executor.cameAt());
                });
        long sent = System.nanoTime();
        first.ends();
        await().until(() -> seen.size() == 4);

        assertThat((long) seen.get(0)).isBetween(before, sent);
        assertThat(seen.get(1)).isEqualTo(true);
        assertThat(seen.get(2)).isEqualTo(false);
        assertThat((long) seen.get(3)).isGreaterThan((long) seen.get(0));
        assertThat(executor.waited()).isFalse();
    }

    @Test
    void whoStopsWaitsForAllThatCame() throws Exception {
        Arrival first = comes("first");
        Arrival second = comes("second");
        var stopped = new CountDownLatch(1);
        new Thread(
                        () -> {
                            executor.stop();
                            stopped.countDown();
                        })
                .start();
        first.ends();
        awaitBegun("first", "second");
        assertThat(stopped.await(50, TimeUnit.MILLISECONDS)).isFalse();

        second.ends();

        assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
