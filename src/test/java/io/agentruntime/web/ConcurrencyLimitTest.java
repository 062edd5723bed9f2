package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two places, and bursts of ten: who is let in, who waits, who is refused, by a clock of its own.
 */
class ConcurrencyLimitTest {
    private static final int BURST = 10;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
    private final AtomicLong longestAtDoor = new AtomicLong();
    private final ConcurrencyLimit places =
            new ConcurrencyLimit(2, BURST, nanos::get, longestAtDoor::get);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Caller> queue = new ArrayList<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** One request on a thread of its own. */
    private final class Caller {
        private final CompletableFuture<Boolean> letIn = new CompletableFuture<>();
        private final CountDownLatch done = new CountDownLatch(1);
        private final CompletableFuture<Void> gone = new CompletableFuture<>();

        Caller comes(Duration longest) {
            int before = places.waiting();
            threads.execute(
                    () -> {
                        try {
                            letIn.complete(places.enter(longest, nanos.get(), false, () -> {}));
                            done.await();
                        } catch (InterruptedException e) {
                            letIn.completeExceptionally(e);
                        }
                        places.leave();
                        gone.complete(null);
                    });
            await().until(() -> letIn.isDone() || places.waiting() > before);
            return this;
        }

        boolean isIn() {
            return letIn.getNow(false);
        }

        boolean isRefused() {
            return letIn.isDone() && !letIn.join();
        }

        void finishes() {
            done.countDown();
            gone.join();
        }
    }

    private Caller comes() {
        return new Caller().comes(LONG);
    }

    private List<Caller> come(int many) {
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            callers.add(comes());
        }
        return callers;
    }

    private boolean refusesNow() {
        return places.refuses(nanos.get());
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** Late for long, with more waiting than a burst. */
    private List<Caller> overload() {
        List<Caller> working = come(2);
        queue.addAll(come(BURST + 1));
        passes(ConcurrencyLimit.PATIENCE.plusMillis(1));
        working.get(0).finishes();
        passes(ConcurrencyLimit.INTERVAL);
        working.get(1).finishes();
        return working;
    }

    @Test
    void thereAreAsManyPlacesAsSaid() {
        List<Caller> callers = come(3);

        assertThat(callers).extracting(Caller::isIn).containsExactly(true, true, false);
        callers.get(0).finishes();
        assertThat(callers.get(2).letIn.join()).isTrue();
    }

    @Test
    void whoCameFirstIsServedFirst() {
        Caller working = comes();
        comes();
        Caller first = comes();
        passes(Duration.ofMillis(1));
        Caller second = comes();

        working.finishes();

        assertThat(first.letIn.join()).isTrue();
        assertThat(places.waiting()).isOne();
        assertThat(second.isIn()).isFalse();
    }

    @Test
    void aBurstIsServedWholeHoweverLongItTakes() {
        List<Caller> burst = come(2 + BURST);

        while (!burst.isEmpty()) {
            Caller working = burst.stream().filter(Caller::isIn).findFirst().orElseThrow();
            passes(Duration.ofSeconds(1));
            working.finishes();
            burst.remove(working);
            await().until(() -> places.waiting() == Math.max(0, burst.size() - 2));
            await().until(
                            () ->
                                    burst.stream().filter(Caller::isIn).count()
                                            == Math.min(2, burst.size()));
        }

        assertThat(refusesNow()).isFalse();
    }

    @Test
    void inALongQueueTheNewestIsServedFirst() {
        List<Caller> working = come(2);
        Caller oldest = comes();
        passes(ConcurrencyLimit.PATIENCE.plusMillis(1));
        working.get(0).finishes();
        assertThat(oldest.letIn.join()).isTrue();
        Caller old = comes();
        passes(ConcurrencyLimit.PATIENCE.plusMillis(1));
        Caller notices = comes();
        passes(ConcurrencyLimit.INTERVAL);
        Caller newest = comes();

        working.get(1).finishes();

        assertThat(newest.letIn.join()).isTrue();
        assertThat(places.waiting()).isEqualTo(2);
        assertThat(old.isIn() || notices.isIn()).isFalse();
    }

    @Test
    void aPauseOfTheProcessIsNoOverload() {
        List<Caller> working = come(2);
        queue.addAll(come(BURST + 5));
        passes(Duration.ofSeconds(3));

        working.get(0).finishes();

        assertThat(queue.get(0).letIn.join()).isTrue();
        assertThat(queue).noneMatch(Caller::isRefused);
        assertThat(refusesNow()).isFalse();
    }

    @Test
    void inAnOverloadTheLateAreRefused() {
        overload();

        await().untilAsserted(
                        () ->
                                assertThat(queue)
                                        .filteredOn(Caller::isRefused)
                                        .hasSizeGreaterThanOrEqualTo(BURST - 1));
        assertThat(places.waiting()).isZero();
    }

    @Test
    void inAnOverloadWhoWouldBeLateIsRefusedAtTheDoor() {
        overload();
        assertThat(refusesNow()).isFalse();
        int free = places.waiting();

        come(6 - free);

        assertThat(refusesNow()).isTrue();
    }

    @Test
    void theDoorOpensAgainWhenThereIsRoom() {
        overload();
        queue.addAll(come(6));
        assertThat(refusesNow()).isTrue();

        await().until(
                        () -> {
                            queue.stream().filter(Caller::isIn).forEach(Caller::finishes);
                            return !refusesNow();
                        });
        assertThat(places.waiting()).isLessThan(2);
    }

    @Test
    void anOverloadEndsWhenNobodyHadToBeRefusedForAWhile() {
        overload();
        passes(ConcurrencyLimit.CALM.plusMillis(1));
        comes();

        List<Caller> burst = come(BURST);

        assertThat(refusesNow()).isFalse();
        assertThat(burst).noneMatch(Caller::isRefused);
    }

    @Test
    void whoWaitsAtTheDoorIsWaitingToo() throws Exception {
        longestAtDoor.set(ConcurrencyLimit.PATIENCE.toNanos() + 1);
        for (int i = 0; i <= BURST; i++) {
            isServedAfterWaitingAtTheDoor();
        }
        assertThat(refusesNow()).isFalse();
        passes(ConcurrencyLimit.INTERVAL);
        isServedAfterWaitingAtTheDoor();
        long late = nanos.get() - ConcurrencyLimit.PATIENCE.toNanos() - 1;

        assertThat(places.refuses(late)).isTrue();
        assertThat(places.enter(LONG, late, true, () -> {})).isFalse();
        assertThat(refusesNow()).isFalse();
        assertThat(places.enter(LONG, nanos.get(), true, () -> {})).isTrue();
    }

    private void isServedAfterWaitingAtTheDoor() throws InterruptedException {
        assertThat(places.enter(LONG, nanos.get() - 1, true, () -> {})).isTrue();
        places.leave();
    }

    @Test
    void howManyAreServedInASecondFollowsTheLastSeconds() throws Exception {
        assertThat(places.servedPerSecond()).isLessThan(20);

        servedInEachTenthOfASecond(30);
        assertThat(places.servedPerSecond()).isBetween(250, 300);

        servedInEachTenthOfASecond(6);
        assertThat(places.servedPerSecond()).isBetween(50, 75);
    }

    private void servedInEachTenthOfASecond(int many) throws InterruptedException {
        for (int tenth = 0; tenth < 40; tenth++) {
            for (int i = 0; i < many; i++) {
                assertThat(places.enter(LONG, nanos.get(), false, () -> {})).isTrue();
                places.leave();
            }
            passes(Duration.ofMillis(100));
        }
    }

    /** While somebody waits for it, or nobody does. */
    private void work(Duration each, boolean withModel, boolean waitedFor) throws Exception {
        longestAtDoor.set(waitedFor ? 1 : 0);
        for (long done = 0; done < Duration.ofSeconds(4).toNanos(); done += each.toNanos()) {
            assertThat(places.enter(LONG, nanos.get(), false, () -> {})).isTrue();
            if (withModel) {
                places.computes();
            }
            passes(each);
            places.leave();
        }
    }

    private long patienceMillis() {
        return Duration.ofNanos(places.patience()).toMillis();
    }

    @Test
    void whereWorkIsDoneFasterAWaitIsLateSooner() throws Exception {
        assertThat(patienceMillis()).isEqualTo(120);

        work(Duration.ofNanos(150_000), false, true);
        assertThat(patienceMillis()).isBetween(59L, 60L);

        work(Duration.ofNanos(50_000), false, true);
        assertThat(patienceMillis()).isEqualTo(40);

        work(Duration.ofMillis(1), false, true);
        assertThat(patienceMillis()).isBetween(119L, 120L);
    }

    @Test
    void workWithAModelIsKnownToTakeForty() throws Exception {
        work(Duration.ofMillis(6), true, true);

        assertThat(patienceMillis()).isBetween(59L, 60L);
    }

    @Test
    void timeInWhichNobodyWaitsDoesNotTellHowFastWorkIsDone() throws Exception {
        work(Duration.ofNanos(150_000), false, true);

        work(Duration.ofMillis(20), false, false);

        assertThat(patienceMillis()).isBetween(59L, 60L);
    }

    @Test
    void whoHasNoPlaceDoesNotWork() throws Exception {
        places.computes();
        work(Duration.ofNanos(150_000), false, true);

        assertThat(patienceMillis()).isBetween(59L, 60L);
    }

    @Test
    void whereAWaitIsLateSoonerItIsRefusedSooner() throws Exception {
        work(Duration.ofNanos(150_000), false, true);
        longestAtDoor.set(Duration.ofMillis(80).toNanos());
        for (int i = 0; i <= BURST; i++) {
            isServedAfterWaitingAtTheDoor();
        }
        passes(ConcurrencyLimit.INTERVAL);
        isServedAfterWaitingAtTheDoor();

        long now = nanos.get();
        assertThat(places.refuses(now - Duration.ofMillis(80).toNanos())).isTrue();
        assertThat(places.refuses(now - Duration.ofMillis(50).toNanos())).isFalse();
    }

    @Test
    void whoWaitsForSomebodyElseGivesItsPlaceAwayOnce() throws Exception {
        assertThat(places.enter(LONG, nanos.get(), false, () -> {})).isTrue();
        comes();
        Caller next = comes();

        places.leave();
        assertThat(next.letIn.join()).isTrue();
        Caller after = comes();
        places.leave();

        assertThat(places.waiting()).isOne();
        assertThat(after.isIn()).isFalse();
    }

    @Test
    void nobodyWaitsLongerThanItsDeadline() {
        come(2);

        Caller late = new Caller().comes(Duration.ofMillis(1));

        await().until(late::isRefused);
        assertThat(places.waiting()).isZero();
    }

    @Test
    void aWaitThatIsInterruptedLeavesNothingBehind() throws Exception {
        Caller working = comes();
        comes();
        var interrupted = new CompletableFuture<Void>();
        var waiter =
                new Thread(
                        () -> {
                            try {
                                places.enter(LONG, nanos.get(), false, () -> {});
                            } catch (InterruptedException e) {
                                interrupted.complete(null);
                            }
                        });
        waiter.start();
        await().until(() -> places.waiting() == 1);

        waiter.interrupt();
        interrupted.join();

        assertThat(places.waiting()).isZero();
        working.finishes();
        assertThat(comes().isIn()).isTrue();
    }
}
