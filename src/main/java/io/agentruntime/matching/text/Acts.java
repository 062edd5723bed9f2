package io.agentruntime.matching.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The acts of {@code acts.txt}: what a text asks to be done to the world, beyond words. */
final class Acts {

    /** After these, and at the beginning of a request, a verb is what is asked for. */
    private static final Set<String> BEFORE = Set.of("to", "please", "and", "you", "then", "must");

    /** Each act's stem, with the stems of its likes. */
    private static final Map<String, Set<String>> LIKES = load();

    private Acts() {}

    /** The stems of the first act that is asked for and of its likes; empty when there is none. */
    static Set<String> asked(List<String> words) {
        boolean opening = true;
        for (int i = 0; i < words.size(); i++) {
            if (opening || BEFORE.contains(words.get(i - 1))) {
                Set<String> likes = LIKES.get(Words.stem(words.get(i)));
                if (likes != null) {
                    return likes;
                }
            }
            opening = opening && StopWords.contains(words.get(i));
        }
        return Set.of();
    }

    private static Map<String, Set<String>> load() {
        Map<String, Set<String>> likes = new HashMap<>();
        for (List<String> group : WordList.lines("acts.txt")) {
            Set<String> stems = new HashSet<>();
            group.forEach(word -> stems.add(Words.stem(word)));
            stems.forEach(stem -> likes.put(stem, Set.copyOf(stems)));
        }
        return Map.copyOf(likes);
    }
}
