package io.agentruntime.matching.text;

import java.util.HashSet;
import java.util.Set;

/** The words that say nothing about a task, from {@code stop-words.txt}. */
public final class StopWords {

    private static final Set<String> WORDS = load();

    private StopWords() {}

    /** Whether it is one of them, in any text. */
    public static boolean contains(String foldedWord) {
        return WORDS.contains(foldedWord);
    }

    private static Set<String> load() {
        Set<String> words = new HashSet<>();
        WordList.lines("stop-words.txt").forEach(words::addAll);
        return Set.copyOf(words);
    }
}
