package io.agentruntime.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.settings.RouteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What is on disk is the last good list or nothing, whatever happened to the file. */
@ExtendWith(OutputCaptureExtension.class)
class FileCatalogStoreTest {
    private static final Flow FLOW =
            new Flow(
                    "langflow",
                    "f-1",
                    "Name",
                    "What it does",
                    List.of("a"),
                    List.of(),
                    null,
                    null,
                    null);
    private static final Duration MAX_STALE = Duration.ofDays(1);
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;
    private FileCatalogStore store;
    private Path file;

    @BeforeEach
    void keep() {
        store = new FileCatalogStore(folder, null, MAX_STALE);
        store.write(ProviderCatalog.remembered("langflow", List.of(FLOW), THEN, false));
        file = folder.resolve("langflow.json");
    }

    @Test
    void theListComesBackWithItsAge() {
        ProviderCatalog read = new FileCatalogStore(folder, null, MAX_STALE).read("langflow");
        assertThat(read.flows()).containsExactly(FLOW);
        assertThat(read.fetchedAt()).isEqualTo(THEN);
    }

    @ParameterizedTest
    @CsvSource({"86400, 10", "20, 2", "1, 0.1"})
    void aListComesBackAtMostTenSecondsAndATenthOfItsMaximalAgeTooOld(
            long maxStale, double tooOld) {
        var often = new FileCatalogStore(folder, null, Duration.ofSeconds(maxStale));
        Duration most = Duration.ofMillis(Math.round(tooOld * 1000));
        for (int refresh = 0; refresh < 100; refresh++) {
            Instant now = THEN.plusMillis(refresh * 250L);
            often.touch(ProviderCatalog.remembered("langflow", List.of(FLOW), now, false));
            assertThat(often.read("langflow").fetchedAt()).isBetween(now.minus(most), now);
        }
    }

    @Test
    void aListOfAnotherApiKeyIsOfAnotherUser() throws IOException {
        with("sk-alice").write(ProviderCatalog.remembered("langflow", List.of(FLOW), THEN, false));

        assertThat(with("sk-alice").read("langflow").elsewhere()).isFalse();
        ProviderCatalog bobs = with("sk-bob").read("langflow");
        assertThat(bobs.flows()).containsExactly(FLOW);
        assertThat(bobs.elsewhere()).isTrue();
        assertThat(with(null).read("langflow").elsewhere()).isTrue();
        assertThat(Files.readString(file)).doesNotContain("alice");
    }

    @Test
    void aListWhoseKeyWasNotKeptIsOursAndItsKeyIsKeptFromThenOn() throws IOException {
        with("sk-alice").write(ProviderCatalog.remembered("langflow", List.of(FLOW), THEN, false));
        String kept = Files.readString(file);
        String before = kept.replaceFirst("\"key\":\"[0-9a-f]{8}\",", "");
        assertThat(before).isNotEqualTo(kept);
        Files.writeString(file, before);

        FileCatalogStore bobs = with("sk-bob");
        ProviderCatalog read = bobs.read("langflow");

        assertThat(read.flows()).containsExactly(FLOW);
        assertThat(read.elsewhere()).isFalse();

        bobs.touch(read);

        assertThat(with("sk-bob").read("langflow").elsewhere()).isFalse();
        assertThat(with("sk-alice").read("langflow").elsewhere()).isTrue();
    }

    private FileCatalogStore with(@Nullable String apiKey) {
        return with("api-key", apiKey);
    }

    private FileCatalogStore with(String setting, @Nullable String value) {
        return new FileCatalogStore(
                folder,
                new RouteSettings(name -> name.endsWith(".langflow-" + setting) ? value : null),
                MAX_STALE);
    }

    @ParameterizedTest
    @CsvSource({", no", "no, ", "no, false", "yes, true"})
    void aListOfTheSameFlowsIsAnsweredFromHoweverTheyWereChosen(
            @Nullable String before, @Nullable String now) {
        with("include-examples", before).write(remembered());
        assertThat(with("include-examples", now).read("langflow").flows()).containsExactly(FLOW);
    }

    @ParameterizedTest
    @CsvSource({", yes", "no, yes", "yes, ", "yes, no"})
    void aListOfOtherFlowsIsNot(@Nullable String before, @Nullable String now) {
        with("include-examples", before).write(remembered());
        assertThat(with("include-examples", now).read("langflow").flows()).isNull();
    }

    /** As a version kept it that told an unset choice from one of false. */
    @Test
    void aListThatWasKeptWithoutAChoiceIsOneWithoutExamples() throws IOException {
        with("include-examples", "no").write(remembered());
        String kept = Files.readString(file);
        String none = CatalogVersion.hash("");
        Files.writeString(file, kept.replace(CatalogVersion.hash("false"), none));
        assertThat(Files.readString(file)).contains(none);

        assertThat(with("include-examples", "no").read("langflow").flows()).containsExactly(FLOW);
        assertThat(with("include-examples", "yes").read("langflow").flows()).isNull();
    }

    private static ProviderCatalog remembered() {
        return ProviderCatalog.remembered("langflow", List.of(FLOW), THEN, false);
    }

    /** A machine often gets its time some seconds after it was started. */
    @Test
    void aListIsAsOldAfterTheWallClockWasSetAsItWasBefore() {
        var wall = new AtomicReference<>(THEN);
        Clock set =
                new Clock() {
                    @Override
                    public Instant instant() {
                        return wall.get();
                    }

                    @Override
                    public ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }
                };
        var nanos = new AtomicLong();
        SteadyClock steady = new SteadyClock(set, nanos::get);
        wall.set(THEN.plus(Duration.ofDays(2)));
        nanos.set(Duration.ofSeconds(30).toNanos());
        Instant fetched = steady.instant().minusSeconds(10);

        var kept = new FileCatalogStore(folder, null, MAX_STALE, steady::byTheWall);
        for (boolean again : new boolean[] {false, true}) {
            ProviderCatalog list =
                    ProviderCatalog.remembered("langflow", List.of(FLOW), fetched, false);
            if (again) {
                kept.touch(list);
            } else {
                kept.write(list);
            }
            assertThat(kept.read("langflow").fetchedAt()).isEqualTo(wall.get().minusSeconds(10));
            fetched = fetched.plusSeconds(20);
            nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        }
    }

    @Test
    void aListFromTheFutureIsTakenForFreshAndNoYounger() throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1_000_000)));
        assertThat(store.read("langflow").fetchedAt()).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void aFileTornAnywhereIsIgnored() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThat(store.read("langflow").flows()).as("%d bytes", length).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"format\": 0}",
                "{\"flows\": [null]}",
                "\u0000\u0000",
                "<html>"
            })
    void aForeignFileIsIgnoredWithOneLine(String content, CapturedOutput log) throws IOException {
        Files.write(file, content.getBytes(UTF_8));
        assertThat(store.read("langflow").flows()).isNull();
        assertThat(log.getOut().lines().filter(line -> line.contains("ignored"))).hasSize(1);
    }

    @Test
    void anotherFormatAndAnotherContentAreIgnored() throws IOException {
        String whole = Files.readString(file);
        for (String other :
                List.of(
                        whole.replace("\"format\":1", "\"format\":2"),
                        whole.replace("What it does", "What it did"),
                        whole.replace(
                                "\"provider\":\"langflow\",\"flows\"",
                                "\"provider\":\"other\",\"flows\""))) {
            assertThat(other).isNotEqualTo(whole);
            Files.writeString(file, other);
            assertThat(store.read("langflow").flows()).isNull();
        }
    }

    @Test
    void twoServicesMayKeepTheirListsInOneFolder(CapturedOutput log) throws Exception {
        List<Flow> one = Collections.nCopies(400, FLOW);
        List<Flow> other = Collections.nCopies(300, FLOW);
        CompletableFuture<Void> both =
                CompletableFuture.allOf(keepingAgainAndAgain(one), keepingAgainAndAgain(other));
        while (!both.isDone()) {
            assertThat(store.read("langflow").flows()).isIn(List.of(FLOW), one, other);
        }
        assertThat(log.getOut()).doesNotContain("ignored", "cannot be kept");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    private CompletableFuture<Void> keepingAgainAndAgain(List<Flow> flows) {
        var service = new FileCatalogStore(folder, null, MAX_STALE);
        return CompletableFuture.runAsync(
                () -> {
                    for (int time = 0; time < 100; time++) {
                        service.write(ProviderCatalog.remembered("langflow", flows, THEN, false));
                    }
                });
    }

    /** A disk that is away, for one moment. */
    @Test
    void aListThatCouldNotBeWrittenIsWrittenWhenItComesAgain() throws IOException {
        Path away = Files.move(folder, folder.resolveSibling(folder.getFileName() + "-away"));
        Files.createFile(folder);
        Flow other =
                new Flow("langflow", "f-9", "Other", "", List.of(), List.of(), null, null, null);
        store.write(
                ProviderCatalog.remembered(
                        "langflow", List.of(other), THEN.plusSeconds(100), false));
        Files.delete(folder);
        Files.move(away, folder);
        assertThat(store.read("langflow").flows()).containsExactly(FLOW);

        store.touch(
                ProviderCatalog.remembered(
                        "langflow", List.of(other), THEN.plusSeconds(200), false));

        assertThat(store.read("langflow").flows()).containsExactly(other);
    }

    /** A long list as text takes memory for a moment, which is not always there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListThatThereWasNoMemoryToWriteIsWrittenWhenItComesAgain(
            boolean hasMemory, CapturedOutput log) {
        var failures = new AtomicInteger(2);
        var poor =
                new FileCatalogStore(
                        folder,
                        null,
                        MAX_STALE,
                        fetched -> {
                            if (failures.getAndDecrement() > 0) {
                                if (hasMemory) {
                                    throw new IllegalStateException("made up");
                                }
                                throw new OutOfMemoryError("made up");
                            }
                            return fetched;
                        });
        assertThat(poor.read("langflow").flows()).containsExactly(FLOW);
        Flow other =
                new Flow("langflow", "f-9", "Other", "", List.of(), List.of(), null, null, null);
        for (int refresh = 1; refresh < 3; refresh++) {
            ProviderCatalog list =
                    ProviderCatalog.remembered(
                            "langflow", List.of(other), THEN.plusSeconds(refresh), false);
            assertThat(refresh == 1 ? poor.write(list) : poor.touch(list)).isFalse();
            assertThat(poor.isWritable()).isFalse();
            assertThat(store.read("langflow").flows()).containsExactly(FLOW);
            assertThat(store.read("langflow").fetchedAt()).isEqualTo(THEN);
        }

        poor.touch(
                ProviderCatalog.remembered("langflow", List.of(other), THEN.plusSeconds(3), false));

        assertThat(poor.isWritable()).isTrue();
        ProviderCatalog read = store.read("langflow");
        assertThat(read.flows()).containsExactly(other);
        assertThat(read.fetchedAt()).isEqualTo(THEN.plusSeconds(3));
        assertThat(log.getOut().lines().filter(line -> line.contains("cannot be kept"))).hasSize(1);
    }

    /** By a person, or by a disk: nobody reads the file while the service runs. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileThatIsNotTheOneThatWasWrittenIsWrittenAnew(boolean restarted) throws IOException {
        var keeper = restarted ? new FileCatalogStore(folder, null, MAX_STALE) : store;
        assertThat(keeper.read("langflow").flows()).containsExactly(FLOW);
        Files.writeString(file, "garbage");

        keeper.touch(
                ProviderCatalog.remembered("langflow", List.of(FLOW), THEN.plusSeconds(60), false));

        ProviderCatalog read = store.read("langflow");
        assertThat(read.flows()).containsExactly(FLOW);
        assertThat(read.fetchedAt()).isEqualTo(THEN.plusSeconds(60));
    }

    @Test
    void aFolderThatCannotBeWrittenCostsOneWarning(CapturedOutput log) throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("taken"), "");
        var broken = new FileCatalogStore(notAFolder, null, MAX_STALE);
        for (int time = 0; time < 3; time++) {
            broken.write(ProviderCatalog.remembered("langflow", List.of(FLOW), THEN, false));
        }
        assertThat(log.getOut().lines().filter(line -> line.contains("cannot be kept"))).hasSize(1);
        assertThat(broken.read("langflow").flows()).isNull();
    }

    @Test
    void thatListsCanBeKeptAgainIsSaidOnceAllOfThemAre(CapturedOutput log) throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("taken"), "");
        var broken = new FileCatalogStore(notAFolder, null, MAX_STALE);
        ProviderCatalog one = ProviderCatalog.remembered("langflow", List.of(FLOW), THEN, false);
        ProviderCatalog other = ProviderCatalog.remembered("files", List.of(FLOW), THEN, false);
        assertThat(broken.isWritable()).isTrue();
        broken.write(one);
        broken.write(other);
        assertThat(broken.isWritable()).isFalse();
        Files.delete(notAFolder);

        broken.touch(one);
        assertThat(broken.isWritable()).isFalse();
        broken.touch(other);
        broken.touch(other);

        assertThat(broken.isWritable()).isTrue();
        assertThat(log.getOut().lines().filter(line -> line.contains("are kept in")))
                .singleElement()
                .asString()
                .contains("INFO", notAFolder + " again");
    }
}
