package io.agentruntime.matching;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells texts in other languages that are written in Latin letters from English ones, by their
 * small words and their letters; as good as it has to be for a name and a description.
 */
final class Language {
    /** Lucene's lists of small words, which come with its stemmers. */
    private static final String LISTS = "/org/apache/lucene/analysis/";

    private static final Pattern SPACES = Pattern.compile("\\s+");

    private static final List<String> OTHERS =
            List.of(
                    "snowball/danish_stop.txt",
                    "snowball/dutch_stop.txt",
                    "snowball/finnish_stop.txt",
                    "snowball/french_stop.txt",
                    "snowball/german_stop.txt",
                    "snowball/hungarian_stop.txt",
                    "snowball/italian_stop.txt",
                    "snowball/norwegian_stop.txt",
                    "snowball/portuguese_stop.txt",
                    "snowball/spanish_stop.txt",
                    "snowball/swedish_stop.txt",
                    "cz/stopwords.txt",
                    "ro/stopwords.txt",
                    "tr/stopwords.txt");

    /** One alone may be a name, or an abbreviation. */
    private static final int SIGNS = 2;

    /** The last letter of western Europe's. */
    private static final int LATIN_1 = 0xFF;

    private static final Set<String> ENGLISH = words("snowball/english_stop.txt");
    private static final Set<String> FOREIGN = foreign();
    private static final Set<String> ENGLISH_ALONE = englishAlone();

    private Language() {}

    /** Whether it has no small word that is English alone, and signs of another language. */
    static boolean isForeign(String text) {
        List<String> words = Words.split(text);
        if (words.stream().anyMatch(ENGLISH_ALONE::contains)) {
            return false;
        }
        long small =
                words.stream()
                        .filter(word -> FOREIGN.contains(word) && !ENGLISH.contains(word))
                        .count();
        int marked = SPACES.splitAsStream(text).mapToInt(Language::signs).sum();
        return small + marked >= SIGNS;
    }

    /** English borrows words with letters of its neighbours, and hardly any of others. */
    private static int signs(String word) {
        int farthest =
                word.codePoints()
                        .filter(c -> c > 0x7F && UnicodeScript.of(c) == UnicodeScript.LATIN)
                        .max()
                        .orElse(0);
        return farthest == 0 ? 0 : farthest <= LATIN_1 ? 1 : SIGNS;
    }

    private static Set<String> foreign() {
        Set<String> foreign = new HashSet<>();
        OTHERS.forEach(list -> foreign.addAll(words(list)));
        return Set.copyOf(foreign);
    }

    private static Set<String> englishAlone() {
        Set<String> alone = new HashSet<>(ENGLISH);
        alone.removeAll(FOREIGN);
        return Set.copyOf(alone);
    }

    /** One or more to a line, up to a comment. */
    private static Set<String> words(String list) {
        try (InputStream in = Language.class.getResourceAsStream(LISTS + list)) {
            Set<String> words = new HashSet<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("[|#].*", ""))
                    .forEach(line -> words.addAll(Words.split(line)));
            return words;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
