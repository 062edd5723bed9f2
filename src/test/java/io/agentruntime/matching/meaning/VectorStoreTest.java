package io.agentruntime.matching.meaning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What one start has learnt of flows, the next one knows. */
class VectorStoreTest {
    private static final float[] TEXT = {0.6f, 0.8f};
    private static final float[] EXAMPLE = {1, 0};
    private static final Map<VectorKey, FlowVectors> TWO =
            Map.of(
                    new VectorKey(1, 2), FlowVectors.of(List.of(TEXT, TEXT)),
                    new VectorKey(-3, 4), FlowVectors.of(List.of(TEXT, TEXT, EXAMPLE)));

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("state").resolve("vectors");
    }

    private VectorStore opened() {
        return opened(Duration.ofDays(1));
    }

    private VectorStore opened(Duration pause) {
        return new VectorStore(Optional.of(file), pause);
    }

    private static VectorPool pool(Map<VectorKey, FlowVectors> flows) {
        return VectorStore.emptyFor(flows).with(flows.keySet(), flows::get);
    }

    private static void assertHolds(VectorPool pool, Map<VectorKey, FlowVectors> flows) {
        Map<VectorKey, Integer> slots = pool.slots();
        assertThat(slots).containsOnlyKeys(flows.keySet());
        flows.forEach(
                (key, flow) -> {
                    FlowVectors read = pool.flow(slots.get(key));
                    assertThat(read.text()).isEqualTo(flow.text());
                    assertThat(read.centre()).isEqualTo(flow.centre());
                    assertThat(read.examples()).containsExactlyElementsOf(flow.examples());
                });
    }

    @Test
    void theSameVectorsAreReadAgain() {
        Map<VectorKey, FlowVectors> other =
                Map.of(
                        new VectorKey(1, 2),
                        FlowVectors.of(List.of(new float[] {1}, new float[] {1})));
        keep(opened(), Map.of("one", pool(TWO), "other", pool(other)));

        Map<String, VectorPool> read = opened().pools();

        assertThat(read).containsOnlyKeys("one", "other");
        assertHolds(read.get("one"), TWO);
        assertHolds(read.get("other"), other);
    }

    @Test
    void whatNoIndexIsMadeOfIsForgotten() {
        keep(opened(), Map.of("one", pool(TWO), "other", pool(TWO)));
        keep(opened(), Map.of("other", pool(TWO)));

        assertThat(opened().pools()).containsOnlyKeys("other");
    }

    /** As at a first start, when an index of no flows comes before the first list. */
    @Test
    void whatIsMadeAfterAnEmptyIndexIsThereAfterAKill() {
        VectorStore store = opened(Duration.ZERO);
        store.settle(Map.of("one", VectorPool.empty(0)));
        store.save();
        store.put("one", TWO);

        assertHolds(opened().pools().get("one"), TWO);
    }

    @Test
    void whatAModelMadeBeforeItMadeOtherVectorsIsForgotten() {
        VectorStore store = opened(Duration.ZERO);
        keep(store, Map.of("one", pool(TWO), "other", pool(TWO)));
        store.put("one", Map.of(new VectorKey(5, 5), FlowVectors.of(List.of(TEXT, TEXT))));
        store.forget("one");
        Map<VectorKey, FlowVectors> longer =
                Map.of(
                        new VectorKey(5, 5),
                        FlowVectors.of(List.of(new float[] {1, 0, 0}, new float[] {1, 0, 0})));
        store.put("one", longer);

        Map<String, VectorPool> read = opened().pools();
        assertHolds(read.get("one"), longer);
        assertHolds(read.get("other"), TWO);
    }

    @Test
    void aFileThatCannotBeWrittenLeavesNoHalfBehind() throws Exception {
        Files.createDirectories(file.resolve("in the way"));
        keep(opened(), Map.of("one", pool(TWO)));

        try (var left = Files.list(file.getParent())) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aFolderThatCannotBeWrittenCostsOneWarningAndOneLineWhenItIsWellAgain(CapturedOutput log)
            throws Exception {
        Path taken = Files.writeString(file.getParent(), "");
        VectorStore store = opened();
        keep(store, Map.of("one", pool(TWO)));
        store.save();
        store.save();
        assertThat(linesOf(log))
                .singleElement()
                .asString()
                .contains("WARN", "vectors cannot be kept in " + file);

        Files.delete(taken);
        store.save();
        store.save();
        assertThat(linesOf(log))
                .hasSize(2)
                .last()
                .asString()
                .contains("INFO", "vectors are kept in " + file + " again");

        Files.delete(file);
        Files.createDirectories(file.resolve("in the way"));
        store.save();
        assertThat(linesOf(log)).hasSize(3).last().asString().contains("WARN");
    }

    private static List<String> linesOf(CapturedOutput log) {
        return log.getOut().lines().filter(line -> line.contains("kept in")).toList();
    }

    @Test
    void twoServicesMayKeepTheirVectorsInOneFile() {
        FlowVectors vectors = FlowVectors.of(List.of(TEXT, TEXT, EXAMPLE));
        Map<VectorKey, FlowVectors> many =
                LongStream.range(0, 1_000)
                        .boxed()
                        .collect(Collectors.toMap(it -> new VectorKey(it, it), it -> vectors));
        keep(opened(), Map.of("one", pool(many)));
        CompletableFuture<Void> both =
                CompletableFuture.allOf(savingAgainAndAgain(), savingAgainAndAgain());
        while (!both.isDone()) {
            assertThat(opened().pools()).containsOnlyKeys("one");
        }
        assertThat(file.getParent().toFile().list()).containsExactly("vectors");
    }

    private CompletableFuture<Void> savingAgainAndAgain() {
        VectorStore service = opened();
        return CompletableFuture.runAsync(
                () -> {
                    for (int time = 0; time < 100; time++) {
                        service.save();
                    }
                });
    }

    private static void keep(VectorStore store, Map<String, VectorPool> pools) {
        assertThat(store.settle(pools)).isTrue();
        store.save();
    }

    @Test
    void whatIsMadeBeforeTheRestIsThereAfterAKill() {
        VectorStore store = opened(Duration.ZERO);
        keep(store, Map.of("one", pool(TWO)));
        Map<VectorKey, FlowVectors> more =
                Map.of(new VectorKey(9, 9), FlowVectors.of(List.of(EXAMPLE, EXAMPLE)));
        store.put("one", more);
        store.put("new", more);

        Map<String, VectorPool> read = opened().pools();

        assertThat(read.get("one").slots()).hasSize(3).containsKey(new VectorKey(9, 9));
        assertHolds(read.get("new"), more);
    }

    @Test
    void theFileIsNotWrittenForEachPortion() {
        VectorStore store = opened();
        store.put("one", TWO);

        assertThat(file).doesNotExist();
        assertThat(store.made("one")).isEqualTo(TWO);
    }

    @Test
    void aTornFileIsAsGoodAsNone() throws Exception {
        keep(opened(), Map.of("one", pool(TWO)));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThat(opened().pools()).isEmpty();
        }
    }

    @Test
    void aDamagedFileIsAsGoodAsNone() throws Exception {
        keep(opened(), Map.of("one", pool(TWO)));
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] wrong = whole.clone();
            wrong[at] ^= 0x7f;
            Files.write(file, wrong);

            assertThat(opened().pools()).isEmpty();
        }
    }
}
