package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one start has learnt of flows, the next one knows. */
class VectorStoreTest {
    private static final float[] ALONE = {0.6f, 0.8f};
    private static final float[] EXAMPLE = {1, 0};

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void keepTwo() {
        file = folder.resolve("state").resolve("vectors");
        VectorStore store = new VectorStore(Optional.of(file));
        store.put("alone", FlowVectors.of(List.of(ALONE, ALONE)));
        store.put("with example", FlowVectors.of(List.of(ALONE, ALONE, EXAMPLE)));
        store.put("gone", FlowVectors.of(List.of(EXAMPLE, EXAMPLE)));
        store.keep(Set.of("alone", "with example"));
    }

    private Optional<FlowVectors> read(String key) {
        return new VectorStore(Optional.of(file)).find(key);
    }

    @Test
    void theSameVectorsAreReadAgain() {
        FlowVectors read = read("with example").orElseThrow();

        assertThat(read.text()).isEqualTo(FlowVectors.of(List.of(ALONE, ALONE)).text());
        assertThat(read.examples()).containsExactly(Vectors.fixed(EXAMPLE));
        assertThat(read.centre()).isNotEqualTo(read.text());
        assertThat(read("gone")).isEmpty();
    }

    @Test
    void aFlowWithoutExamplesTakesNoMoreRoomThanBefore() {
        FlowVectors read = read("alone").orElseThrow();

        assertThat(read.centre()).isSameAs(read.text());
    }

    @Test
    void whatATableHasIsKeptThereAloneAndSurvivesTheTable() {
        VectorStore store = new VectorStore(Optional.of(file));
        FlowVectors alone = store.find("alone").orElseThrow();
        FlowVectors withExample = store.find("with example").orElseThrow();
        VectorTable both = tableOf(store, "alone", "with example");

        store.share(List.of(both));
        assertThat(store.find("alone").orElseThrow().text())
                .isEqualTo(alone.text())
                .isNotSameAs(alone.text());

        store.share(List.of(tableOf(store, "with example")));
        FlowVectors left = store.find("alone").orElseThrow();
        assertThat(left.text()).isEqualTo(alone.text());
        // Kept on its own again, not read from the table that went
        assertThat(store.find("alone").orElseThrow().text()).isSameAs(left.text());
        assertThat(store.find("with example").orElseThrow().examples())
                .isEqualTo(withExample.examples());
    }

    private static VectorTable tableOf(VectorStore store, String... keys) {
        return VectorTable.of(List.of(keys), key -> store.find(key).orElseThrow());
    }

    @Test
    void aTornFileIsAsGoodAsNone() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 3));

        assertThat(read("alone")).isEmpty();
    }
}
