package io.agentruntime.matching.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Where the sentences of a text end. */
final class Sentences {

    /** "e.g. the", "Dr. Meyer", "art. 15", "no. RE-4711", "Hauptstr. 5" */
    private static final String ABBREVIATION =
            "(?<![\\p{L}\\p{N}])(?:\\p{L}|\\p{Lu}\\p{Ll}|(?i:mrs|prof|vs|etc|incl|excl|approx)"
                    + "|(?:\\p{L}{2,4}|\\p{L}{2,20}(?:str|pl))(?=\\.\\s+(?:\\p{Lu}{1,4}-)?\\p{N}))\\.";

    /**
     * Mails have their lines broken: one ends a sentence above a blank line or a capital. In "v1.2"
     * and addresses no blank follows.
     */
    private static final Pattern END =
            Pattern.compile(
                    "(?<=[.!?…][\"'”’)]{0,2})(?<!"
                            + ABBREVIATION
                            + ")\\s++|(?<!\\h)\\h*+\\R(?=\\s*(?:\\R|\\p{Lu}))\\s*+");

    /** They stand for what was named. */
    private static final Set<String> POINTING = Set.of("it", "its", "them", "one", "ones");

    /** So do these, unless it follows: "this letter". */
    private static final Set<String> POINTING_ALONE = Set.of("this", "that", "these", "those");

    /** "Order a new one", "translate it to French"; what says more names an object itself. */
    private static final int MOST_WORDS_THAT_POINT_BACK = 2;

    /** "Where is it", "does it work"; not "would be great". */
    private static final Pattern QUESTION =
            Pattern.compile(
                    "(?:who|whose|what|whats|when|where|wheres|which|why|how)\\b.*"
                            + "|(?:is|are|was|were|do|does|did|can|could|will|would|should|has) (?!be\\b|not\\b).*");

    private Sentences() {}

    /** Each with what stands between it and the next: one behind the other they are the text. */
    static List<String> of(String text) {
        List<String> sentences = new ArrayList<>();
        Matcher end = END.matcher(text);
        int start = 0;
        while (end.find()) {
            if (end.start() > start) {
                sentences.add(text.substring(start, end.end()));
                start = end.end();
            }
        }
        if (start < text.length()) {
            sentences.add(text.substring(start));
        }
        return sentences;
    }

    /** Whether folded words leave what they are about to the sentence before. */
    static boolean pointsBack(List<String> words) {
        return words.stream().filter(word -> !StopWords.contains(word)).count()
                        <= MOST_WORDS_THAT_POINT_BACK
                && IntStream.range(0, words.size()).anyMatch(at -> points(words, at));
    }

    /** Whether folded words ask, though no question mark may follow. */
    static boolean beginsAsQuestion(List<String> words) {
        return QUESTION.matcher(String.join(" ", words)).matches();
    }

    private static boolean points(List<String> words, int at) {
        return POINTING.contains(words.get(at))
                || POINTING_ALONE.contains(words.get(at))
                        && (at + 1 == words.size() || StopWords.contains(words.get(at + 1)));
    }
}
