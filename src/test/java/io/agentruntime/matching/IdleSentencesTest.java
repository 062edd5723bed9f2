package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.matching.meaning.CachedEmbedding;
import io.agentruntime.matching.meaning.VectorTable;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.text.SharedNames;
import io.agentruntime.matching.text.Words;
import io.agentruntime.matching.words.LexicalIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a text is matched, with a model to which all that speaks of invoices is near. */
class IdleSentencesTest {
    private static final Entry FLOW =
            new Entry(
                    "one",
                    "Invoice Reader",
                    "Extracts totals and due dates from an invoice",
                    List.of(),
                    List.of("The supplier wrote. What do we owe?"));
    private static final Purpose PURPOSE = Purpose.of(FLOW, SharedNames.of(List.of(FLOW)));
    private static final LexicalIndex LEXICAL = new LexicalIndex(List.of(FLOW), List.of(PURPOSE));
    private static final String TASK = "Extract the totals from this supplier's invoice.";

    /** Invoices lie along the last axis. */
    private static final TwoAxes MODEL =
            new TwoAxes(3, text -> text.toLowerCase(Locale.ROOT).contains("invoice"));

    private static final VectorTable TABLE = MODEL.table(PURPOSE.texts(List.of()));

    private final List<String> read = new ArrayList<>();
    private boolean answers = true;
    private boolean english = true;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hi, hope you are doing well. %s",
                "My boss is waiting. %s",
                "%s No hurry, tomorrow is fine.",
                "%s I already tried it myself but it didn't work.",
                "My boss is waiting. %s Best, Jonas",
                "My boss is waiting\n%s",
                "Sorry! Me again. %s How are you? Have a nice weekend!"
            })
    void whatIsNearNoFlowIsLeftOut(String text) {
        assertCore(text.formatted(TASK), TASK);
    }

    @Test
    void theRulesSeeWhatIsLeft() {
        assertThat(query("What is an invoice? We need it by Friday.").task().isAskedAbout())
                .isTrue();
        assertThat(query("Long day today. Delete the invoice.").task().decisive()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // All of it
                "Here is an invoice. Extract its totals.",
                // Nothing
                "My boss is waiting. He is hungry.",
                // Asks for something
                "Here is an invoice. Order a new laptop.",
                "Here is an invoice. Cancel it.",
                "Here is an invoice. Translate it",
                "Here is an invoice. Could you proofread the letter",
                "Here is an invoice. What is the weather like in Vienna?",
                "Here is an invoice. where did John Denver live",
                "My laptop is broken. Order a new one.",
                "My laptop is broken. What is it?",
                // Says that something is to end, or where
                "Here is the invoice. The newsletter is to end.",
                "Here is the invoice. I live in Austria.",
                // Says which one, by a number or a word of a flow's name
                "Here is the invoice. We need 21.",
                "Here is the invoice. The one for readers.",
                // Little by itself
                "Owen Price lacks a licence. Invoice please",
                // The invoice is done, but not all
                "I already sent the invoice. Still no luck.",
                // Flows and words are asked about
                "Who built the invoice agent? My boss is waiting.",
                // An example of a flow, and a call by name
                "The supplier wrote. What do we owe?",
                // Another language
                "Mein Chef wartet schon sehr lange. Lies bitte die invoice aus.",
                "Мой начальник ждёт. Прочитай invoice.",
                // Many sentences
                "One. Two. Three. Four. Five. Six. Read the invoice."
            })
    void aTextIsMatchedAsItIs(String text) {
        assertCore(text, text);
    }

    @Test
    void aLongTextIsMatchedAsItIs() {
        String text = TASK + " My boss is waiting for it and" + " waiting".repeat(60);
        assertCore(text, text);
        assertThat(read).isEmpty();
    }

    @Test
    void aModelOfAllLanguagesIsNotAskedForSentences() {
        english = false;
        String text = "My boss is waiting. " + TASK;
        assertCore(text, text);
        assertThat(read).isEmpty();
    }

    @Test
    void oneSentenceIsNotReadAlone() {
        assertCore(TASK, TASK);
        assertThat(read).isEmpty();
    }

    /** Else what such a moment leaves in would be kept as the text's answer. */
    @Test
    void withoutTheModelNothingIsKnownOfSentences() {
        answers = false;
        assertThat(idle().core(LEXICAL.read("My boss is waiting. " + TASK), TABLE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "My boss is waiting. My laptop is broken. Order a new one. | My laptop is broken. Order a new one.",
                "Here is the invoice. It is raining here. Cancel it. Thanks! | Here is the invoice. It is raining here. Cancel it."
            })
    void whatAnOrderPointsToStaysWithIt(String text, String core) {
        assertCore(text, core);
    }

    private void assertCore(String text, String core) {
        assertThat(query(text).typed()).isEqualTo(Words.plain(core));
    }

    private LexicalIndex.Query query(String text) {
        return idle().core(LEXICAL.read(text), TABLE).orElseThrow();
    }

    private IdleSentences idle() {
        return new IdleSentences(LEXICAL, new OfInvoices());
    }

    private final class OfInvoices implements Meaning {
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
            return english;
        }

        @Override
        public Optional<CachedEmbedding.Read> fast(LexicalIndex.Query query, int width) {
            read.add(query.typed());
            short[] vector = new short[width];
            vector[MODEL.axis(query.typed())] = Short.MAX_VALUE;
            return Optional.of(new CachedEmbedding.Read(vector, new byte[0]))
                    .filter(any -> answers);
        }

        @Override
        public byte[] flow(String text) {
            throw new AssertionError("no flow is looked at");
        }

        @Override
        public Optional<short[]> thorough(LexicalIndex.Query query, int width) {
            throw new AssertionError("the fast model tells enough");
        }
    }
}
