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
        boolean same = left.isEmpty() || left.size() == sentences.size();
        LexicalIndex.Query core = same ? text : lexical.read(String.join("", left).strip());
        return Optional.of(isTask(core, text) ? core : text);
    }

    /** As before where its words decide what it is, or the model knows them less well. */
    private boolean isToBeReadWhole(LexicalIndex.Query text) {
        return text.task().isAskedAbout()
                || lexical.named(text, any -> true).isPresent()
                || !Language.isEnglish(text.typed());
    }

    /** Whether a sentence may be part of the task; empty when the model cannot be asked. */
    private Optional<Boolean> belongs(LexicalIndex.Query sentence, VectorTable flows) {
        if (sentence.task().isPartOfTask() || sentence.smallTalk()) {
            return Optional.of(sentence.task().isPartOfTask());
        }
        return meaning.fast(sentence, flows.width())
                .map(read -> flows.similarities(read.vector()))
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
