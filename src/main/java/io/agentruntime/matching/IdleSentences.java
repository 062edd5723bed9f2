package io.agentruntime.matching;

import io.agentruntime.matching.meaning.VectorTable;
import io.agentruntime.matching.text.Language;
import io.agentruntime.matching.words.LexicalIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Sentences beside a task that no flow has to do with: "My boss is waiting." They draw the text
 * away from the flow that is asked for, towards others, and the rules look at how a text begins.
 */
final class IdleSentences {

    /** A text of more is a story, and each is read by the model. */
    private static final int MOST_SENTENCES = 6;

    /**
     * As a cosine by the fast model; a sentence that is nearer to no flow is about none. Between
     * .25 and .32, of 1,419 tasks with such a sentence beside them as many are matched right,
     * within 4.
     */
    private static final double NEAR = 0.3;

    /** In a text of more words that say something, one alone is not what it is about. */
    private static final int MOST_TERMS_WITH_ONE = 3;

    /**
     * Of the rest, between its first flow and the whole text's. With .1 and no other lead asked
     * for, 8 to 10 of 1,670 tasks with a sentence beside are lost.
     */
    private static final double SMALL_LEAD = 0.07;

    /** Of the whole text, the other way round. */
    private static final double LARGE_LEAD = 0.1;

    private final LexicalIndex lexical;
    private final Meaning meaning;

    IdleSentences(LexicalIndex lexical, Meaning meaning) {
        this.lexical = lexical;
        this.meaning = meaning;
    }

    /**
     * A text without them, or as it is where there are none, or nothing else.
     *
     * @return empty when the model cannot be asked now
     */
    Optional<LexicalIndex.Query> core(LexicalIndex.Query text, VectorTable flows) {
        if (text.words().size() > CatalogIndex.LONGEST_DOUBTED || !meaning.isEnglish()) {
            return Optional.of(text);
        }
        List<String> sentences = text.task().sentences();
        if (sentences.size() < 2 || sentences.size() > MOST_SENTENCES || isToBeReadWhole(text)) {
            return Optional.of(text);
        }
        List<String> left = new ArrayList<>();
        boolean pointedTo = false;
        for (int i = sentences.size() - 1; i >= 0; i--) {
            LexicalIndex.Query sentence = lexical.read(sentences.get(i));
            Optional<Boolean> belongs = pointedTo ? Optional.of(true) : belongs(sentence, flows);
            if (belongs.isEmpty()) {
                return Optional.empty();
            }
            pointedTo = belongs.get() && sentence.task().pointsBack();
            if (belongs.get()) {
                left.add(0, sentences.get(i));
            }
        }
        if (left.isEmpty() || left.size() == sentences.size()) {
            return Optional.of(text);
        }
        LexicalIndex.Query core = lexical.read(String.join("", left).strip());
        return isTask(core, text) ? chosen(core, text, flows) : Optional.of(text);
    }

    /**
     * The text where what was left out chooses between two flows that the rest is nearly as near
     * to: "He is a little boy. Book a visit with the doctor."
     */
    private Optional<LexicalIndex.Query> chosen(
            LexicalIndex.Query core, LexicalIndex.Query text, VectorTable flows) {
        Optional<double[]> ofCore = similarities(core, flows);
        Optional<double[]> ofText = similarities(text, flows);
        if (ofCore.isEmpty() || ofText.isEmpty()) {
            return Optional.empty();
        }
        int first = first(ofCore.get());
        int firstOfText = first(ofText.get());
        double lead = ofCore.get()[first] - ofCore.get()[firstOfText];
        double leadOfText = ofText.get()[firstOfText] - ofText.get()[first];
        boolean chooses =
                lead < SMALL_LEAD && leadOfText >= LARGE_LEAD && ofText.get()[firstOfText] >= NEAR;
        return Optional.of(chooses ? text : core);
    }

    private Optional<double[]> similarities(LexicalIndex.Query query, VectorTable flows) {
        return meaning.fast(query, flows.width()).map(read -> flows.similarities(read.vector()));
    }

    private static int first(double[] similarities) {
        int first = 0;
        for (int i = 1; i < similarities.length; i++) {
            first = similarities[i] > similarities[first] ? i : first;
        }
        return first;
    }

    /** As before where its words decide what it is, or the model knows them less well. */
    private boolean isToBeReadWhole(LexicalIndex.Query text) {
        return text.task().isAskedAbout()
                || lexical.named(text, any -> true).isPresent()
                || !Language.isEnglish(text.typed());
    }

    /** Whether a sentence may be part of the task; empty when the model cannot be asked. */
    private Optional<Boolean> belongs(LexicalIndex.Query sentence, VectorTable flows) {
        if (sentence.task().isPartOfTask() || lexical.hasWordOfName(sentence)) {
            return Optional.of(true);
        }
        if (sentence.smallTalk()) {
            return Optional.of(false);
        }
        return similarities(sentence, flows)
                .map(near -> Arrays.stream(near).max().orElse(0) >= NEAR);
    }

    /**
     * Not "draft please" of a long text, which is about what was left out, nor the beginning of "I
     * already reset my password. Still no luck."
     */
    private boolean isTask(LexicalIndex.Query core, LexicalIndex.Query text) {
        boolean saysEnough =
                core.terms().size() > 1
                        || core.task().isQuestion()
                        || text.terms().size() <= MOST_TERMS_WITH_ONE;
        return saysEnough && !core.task().tellsWhatIsDone() && meaning.reads(core.typed());
    }
}
