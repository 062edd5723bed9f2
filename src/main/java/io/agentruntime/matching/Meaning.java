package io.agentruntime.matching;

import io.agentruntime.matching.meaning.CachedEmbedding;
import io.agentruntime.matching.meaning.TextEmbedding;
import io.agentruntime.matching.words.LexicalIndex;
import java.util.Optional;

/** What the models make of a text, in fixed point; empty when they cannot be asked now. */
interface Meaning {
    /** What an index lacks that does not know its flows' vectors. */
    FlowIndex.Lacking withoutVectors();

    /** Whether they know the writing of a text; if not, words alone decide, for good. */
    boolean reads(String text);

    /** Whether they know English alone. */
    boolean isEnglish();

    Optional<CachedEmbedding.Read> fast(LexicalIndex.Query query, int width);

    /**
     * The tokens of a flow's text, where there are those of the text that asks.
     *
     * @throws TextEmbedding.EmbeddingFailure the model cannot be asked now
     */
    byte[] flow(String text);

    Optional<short[]> thorough(LexicalIndex.Query query, int width);
}
