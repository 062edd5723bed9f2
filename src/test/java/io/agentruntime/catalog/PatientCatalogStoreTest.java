package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.LogLines;
import io.agentruntime.state.StateWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The disk below may be elsewhere, and hang for hours. */
class PatientCatalogStoreTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    /** What the store below was told, once it did not hang. */
    private final List<String> done = new CopyOnWriteArrayList<>();

    private final CountDownLatch answers = new CountDownLatch(1);
    private volatile boolean hangs;

    private final CatalogStore below =
            new CatalogStore() {
                @Override
                public ProviderCatalog read(String provider) {
                    waitWhileItHangs();
                    return list(provider, 7);
                }

                @Override
                public boolean write(ProviderCatalog catalog) {
                    waitWhileItHangs();
                    done.add("wrote " + catalog.name() + " of " + catalog.fetchedAt());
                    return true;
                }

                @Override
                public boolean touch(ProviderCatalog catalog) {
                    waitWhileItHangs();
                    done.add("marked " + catalog.name() + " of " + catalog.fetchedAt());
                    return true;
                }
            };

    private final PatientCatalogStore store =
            new PatientCatalogStore(
                    below, new StateWriter("flow lists", Path.of("state"), Duration.ofMillis(300)));

    @AfterEach
    void end() {
        answers.countDown();
        store.close();
    }

    @Test
    void whatIsWrittenToAFolderThatAnswersIsThereAtOnce() {
        store.write(list("langflow", 1));
        store.touch(list("langflow", 2));

        assertThat(done)
                .containsExactly("wrote langflow of " + at(1), "marked langflow of " + at(2));
        assertThat(store.read("langflow")).isEqualTo(list("langflow", 7));
        assertThat(store.isWritable()).isTrue();
    }

    @Test
    void aFolderThatHangsHoldsNobodyUpAndGetsTheNewestOfEachWhenItAnswers() {
        try (var log = LogLines.open()) {
            hangs = true;
            store.write(list("langflow", 1));
            assertThat(store.isWritable()).isFalse();
            for (int refresh = 2; refresh < 1_000; refresh++) {
                store.write(list("langflow", refresh));
                store.touch(list("langflow", refresh + 1));
                store.touch(list("bots", refresh));
            }
            assertThat(store.read("langflow").flows()).isNull();
            assertThat(done).isEmpty();
            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .contains("WARN", "state has not answered", "_STATE_DIR");

            answers.countDown();
            await().until(() -> done.size() == 3);

            assertThat(done)
                    .containsExactly(
                            "wrote langflow of " + at(1),
                            "wrote langflow of " + at(1_000),
                            "marked bots of " + at(999));
            await().until(store::isWritable);
            assertThat(log.all()).hasSize(2).last().asString().contains("INFO", "answers again");
        }
    }

    @Test
    void aFolderThatHangsAtTheStartIsOneOfWhichNothingIsKnown() {
        hangs = true;

        assertThat(store.read("langflow")).isEqualTo(ProviderCatalog.unknown("langflow"));
        assertThat(store.isWritable()).isFalse();
    }

    @Test
    void aListThatIsReadTooLateForTheStartIsHandedInWhenItIsRead() {
        hangs = true;
        List<ProviderCatalog> late = new CopyOnWriteArrayList<>();
        store.read("langflow");
        store.whenReadLate(late::add);
        store.read("bots");
        assertThat(late).isEmpty();

        answers.countDown();

        await().until(() -> late.size() == 2);
        assertThat(late).containsExactly(list("langflow", 7), list("bots", 7));
    }

    /** Between the end of the wait and the moment in which somebody is told. */
    @Test
    void aListThatWasReadBeforeAnybodyAskedForLateOnesIsHandedInToo() {
        hangs = true;
        store.read("langflow");
        answers.countDown();
        store.write(list("langflow", 1));
        await().until(() -> done.size() == 1);

        List<ProviderCatalog> late = new CopyOnWriteArrayList<>();
        store.whenReadLate(late::add);

        assertThat(late).containsExactly(list("langflow", 7));
    }

    @Test
    void aLateListThatCannotBeUsedCostsOneLineInTheLog() {
        hangs = true;
        store.read("langflow");
        store.whenReadLate(
                list -> {
                    throw new OutOfMemoryError("made up");
                });
        try (var log = LogLines.open()) {
            answers.countDown();
            await().until(() -> !log.all().isEmpty());
            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .contains("WARN", "list of langflow", "made up");
        }
        store.write(list("langflow", 1));
        await().until(() -> done.size() == 1);
    }

    @Test
    void whatIsUnderWayWhenTheServiceEndsIsDone() {
        store.write(list("langflow", 1));
        store.close();
        store.write(list("langflow", 2));

        assertThat(done).containsExactly("wrote langflow of " + at(1));
    }

    private void waitWhileItHangs() {
        while (hangs && answers.getCount() > 0) {
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static ProviderCatalog list(String provider, int second) {
        return ProviderCatalog.remembered(provider, List.of(), at(second), false);
    }

    private static Instant at(int second) {
        return THEN.plusSeconds(second);
    }
}
