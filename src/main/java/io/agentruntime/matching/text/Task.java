package io.agentruntime.matching.text;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What a text asks for, as it says it; which flows there are plays no part. */
public final class Task {
    private static final int MOST_WORDS_OF_A_FIGURE = 4;

    private final String text;
    private final String plain;
    private final List<String> words;
    private final Set<String> act;
    private final Set<String> decisive;
    private final boolean speaksOfEnd;
    private final Optional<AskedAbout> about;

    private Task(String text, List<String> words) {
        this.text = text;
        plain = Words.plain(text);
        this.words = List.copyOf(words);
        act = Acts.asked(words);
        Opening opening = Opening.of(text);
        decisive = decisive(opening, words);
        speaksOfEnd = DecisiveActs.speaksOfEnd(words);
        about = AskedAbout.of(opening);
    }

    /**
     * What of a text states the task.
     *
     * @param isPhrase whether folded words with blanks between are a flow's name or example: a text
     *     of such words is taken whole
     */
    public static Task of(String text, Predicate<String> isPhrase) {
        List<String> typed = Words.split(text);
        String task = isPhrase.test(String.join(" ", typed)) ? text : TaskText.of(text);
        return task.equals(text) ? new Task(text, typed) : new Task(task, Words.split(task));
    }

    private static Set<String> decisive(Opening opening, List<String> words) {
        Set<String> asked = DecisiveActs.asked(words);
        if (asked.isEmpty() && opening.hasAddress()) {
            asked = DecisiveActs.asked(Words.split(opening.request()));
        }
        return asked.isEmpty() && opening.tellsFacts()
                ? decisiveBehindFacts(Words.split(opening.bare()))
                : asked;
    }

    private static Set<String> decisiveBehindFacts(List<String> request) {
        return namesObject(request) && DecisiveActs.isOrder(request)
                ? DecisiveActs.asked(request)
                : Set.of();
    }

    /** In "this is a mail from a client. Translate it" the fact does. */
    private static boolean namesObject(List<String> request) {
        return request.stream().filter(word -> !StopWords.contains(word)).limit(2).count() == 2;
    }

    /** The text as a model should read it: {@link Words#plain}. */
    public String plain() {
        return plain;
    }

    /** All words, in order: {@link Words#split}. */
    public List<String> words() {
        return words;
    }

    /** The stems of the act that is asked for and its likes, empty when none is known. */
    public Set<String> act() {
        return act;
    }

    /** Stems one of which a flow must hold; empty when it may hold any. */
    public Set<String> decisive() {
        return decisive;
    }

    /** Whether something is to end. */
    public boolean speaksOfEnd() {
        return speaksOfEnd;
    }

    /**
     * The countries that are asked for, by code.
     *
     * @param isServed whether there is a flow for a country: where imported goods come from is
     *     asked for only if there is one, or the text names it for another reason as well
     */
    public Set<String> countries(Predicate<String> isServed) {
        return Places.asked(words, isServed);
    }

    /** What it consists of; one behind the other they are the text. */
    public List<String> sentences() {
        return Sentences.of(text);
    }

    /**
     * Whether, as a sentence among others, it is part of a task by its words alone, whatever the
     * flows do: it asks for something, or says what the rules go by.
     */
    public boolean isPartOfTask() {
        return !act.isEmpty()
                || !decisive.isEmpty()
                || DecisiveActs.asksToDo(words)
                || isQuestion()
                || speaksOfEnd
                || isFigure()
                || !Places.named(words).isEmpty();
    }

    /** "We need 21." */
    private boolean isFigure() {
        return words.size() <= MOST_WORDS_OF_A_FIGURE
                && words.stream().anyMatch(word -> Character.isDigit(word.charAt(0)));
    }

    /**
     * With a question mark or without. "How are you?" asks for nothing, and "what is it?" for what
     * was named before.
     */
    public boolean isQuestion() {
        return (plain.endsWith("?") || Sentences.beginsAsQuestion(words))
                && (!words.stream().allMatch(StopWords::contains) || pointsBack());
    }

    /** Whether what it is about is said in the sentence before: "Order a new one." */
    public boolean pointsBack() {
        return Sentences.pointsBack(words);
    }

    /** Whether it speaks of flows or words, or of what is done, and asks for nothing. */
    public boolean isAskedAbout() {
        return about.isPresent();
    }

    /** Whether it only says what is done, which may be the occasion of what else is said. */
    public boolean tellsWhatIsDone() {
        return about.filter(AskedAbout::isOfDone).isPresent();
    }

    /**
     * Whether it only speaks of what a flow is for, and does not ask the flow to do it: "what is
     * subrogation?", "I already reset my password".
     *
     * @param isNamed whether the flow's whole name is in the text: of a question that may be about
     *     a thing, it says that the flow is meant
     * @param telling what of the text says something
     */
    public boolean onlySpeaksOf(
            Purpose flow, BooleanSupplier isNamed, Supplier<List<String>> telling) {
        return about.filter(
                        it ->
                                it.isOfOne() && isNamed.getAsBoolean() && !it.isOfAgents(flow)
                                        || it != AskedAbout.NAMED && !it.isFor(flow, telling.get()))
                .isPresent();
    }
}
