package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.matching.meaning.CachedEmbedding;
import io.agentruntime.matching.meaning.VectorTable;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.text.SharedNames;
import io.agentruntime.matching.words.LexicalIndex;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What an index makes of vectors that change beside it. */
class CatalogIndexTest {
    private static final Entry FLOW =
            new Entry("one", "Reader", "Reads mail", List.of(), List.of("look at it"));
    private static final Purpose PURPOSE = Purpose.of(FLOW, SharedNames.of(List.of(FLOW)));

    /** A model that answers at another length has all made again, also beside a text under way. */
    @Test
    void aTextIsComparedWithTheVectorsThatItWasReadFor() {
        VectorTable longer = table(5);
        AtomicReference<CatalogIndex> index = new AtomicReference<>();
        var meaning =
                new Meaning() {
                    @Override
                    public FlowIndex.Lacking withoutVectors() {
                        return FlowIndex.Lacking.VECTORS;
                    }

                    @Override
                    public boolean reads(String text) {
                        return true;
                    }

                    @Override
                    public boolean isEnglish() {
                        return true;
                    }

                    @Override
                    public Optional<CachedEmbedding.Read> fast(
                            LexicalIndex.Query query, int width) {
                        index.get().learn(longer, null);
                        short[] ofTheExample = new short[width];
                        ofTheExample[width - 1] = Short.MAX_VALUE;
                        return Optional.of(new CachedEmbedding.Read(ofTheExample, new byte[0]));
                    }

                    @Override
                    public byte[] flow(String text) {
                        throw new AssertionError("a model that tells nothing of tokens");
                    }

                    @Override
                    public Optional<short[]> thorough(LexicalIndex.Query query, int width) {
                        return Optional.empty();
                    }
                };
        List<Entry> entries = List.of(FLOW);
        List<Purpose> purposes = List.of(PURPOSE);
        index.set(
                new CatalogIndex(entries, purposes, new LexicalIndex(entries, purposes), meaning));
        index.get().learn(table(3), null);

        assertThat(index.get().rank("show me the post", any -> true, 1))
                .singleElement()
                .extracting(Candidate::why)
                .isEqualTo("like the example \"look at it\"");
    }

    /** The example lies along the last axis. */
    private static VectorTable table(int width) {
        return new TwoAxes(width, "look at it"::equals).table(PURPOSE.texts(FLOW.examples()));
    }
}
