package io.agentruntime.matching;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** The words that say nothing about a task, from {@code stop-words.txt}. */
final class StopWords {

    private static final Set<String> WORDS = load();

    private StopWords() {}

    static boolean contains(String foldedWord) {
        return WORDS.contains(foldedWord);
    }

    private static Set<String> load() {
        Set<String> words = new HashSet<>();
        try (InputStream in = StopWords.class.getResourceAsStream("stop-words.txt");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#") && !line.startsWith("[") && !line.isBlank()) {
                    words.addAll(Set.copyOf(java.util.List.of(line.trim().split("\\s+"))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("stop-words.txt cannot be read from the jar", e);
        }
        return Set.copyOf(words);
    }
}
