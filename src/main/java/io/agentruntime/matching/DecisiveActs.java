package io.agentruntime.matching;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The acts of {@code decisive-acts.txt}. Vectors hardly tell "cancel my order" from "place my
 * order", as the object is the same; what is asked for is another thing.
 */
final class DecisiveActs {

    /** Before these an act that is asked for may stand, besides words that say nothing. */
    private static final Set<String> OPENING =
            Set.of("want", "need", "like", "help", "go", "ahead", "kindly", "now", "then");

    /** Behind these stands what is not wanted. */
    private static final Set<String> REFUSING =
            Set.of("not", "dont", "don", "without", "never", "no", "instead", "rather");

    /** A flow that speaks of these may do anything to its object. */
    private static final Set<String> ANYTHING =
            Words.stems("manage manager management maintain administer administration handle crud");

    private static final Map<String, Set<String>> SPOKEN = new HashMap<>();

    /** What a flow that ends something is called after, as the first or the last word. */
    private static final Set<String> ENDS =
            Words.stems(
                    "deletion erasure eraser cancellation termination terminator closure withdrawal retraction revocation");

    /** In a text they speak of an end as well. */
    private static final Set<String> ENDING =
            Words.stems(
                    "end close decline reject drop remove anymore longer revert lapse refund out off");

    static {
        for (List<String> line : WordList.lines("decisive-acts.txt")) {
            boolean ends = line.get(0).equals("ends");
            int bar = line.indexOf("|");
            List<String> acts = line.subList(ends ? 1 : 0, bar);
            Set<String> spoken = new HashSet<>(ANYTHING);
            spoken.addAll(Words.stems(String.join(" ", acts)));
            spoken.addAll(Words.stems(String.join(" ", line.subList(bar + 1, line.size()))));
            acts.forEach(act -> SPOKEN.put(Words.stem(act), Set.copyOf(spoken)));
            if (ends) {
                acts.forEach(act -> ENDS.add(Words.stem(act)));
                ENDING.addAll(spoken);
            }
        }
        ENDING.removeAll(ANYTHING);
    }

    private DecisiveActs() {}

    /**
     * The stems one of which a flow has to hold.
     *
     * @param words of a text, folded
     * @return empty when the text does not begin with such an act
     */
    static Set<String> asked(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (REFUSING.contains(word)) {
                return Set.of();
            }
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            Set<String> spoken =
                    SPOKEN.get(
                            Words.stem(word.equals("roll") && next.equals("back") ? "undo" : word));
            if (spoken != null) {
                return spoken;
            }
            if (!StopWords.contains(word) && !OPENING.contains(word)) {
                return Set.of();
            }
        }
        return Set.of();
    }

    /** Whether a flow of this name ends something: "Cancel Order", "AccountClosure". */
    static boolean isEnd(String name) {
        List<String> words = Words.split(Words.spaced(name));
        return !words.isEmpty()
                && (ENDS.contains(Words.stem(words.get(0)))
                        || ENDS.contains(Words.stem(words.get(words.size() - 1))));
    }

    /** Whether a text speaks of an end at all. */
    static boolean speaksOfEnd(List<String> words) {
        return words.stream().anyMatch(word -> ENDING.contains(Words.stem(word)));
    }
}
