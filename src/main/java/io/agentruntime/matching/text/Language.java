package io.agentruntime.matching.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells texts in other languages that are written in Latin letters from English ones, by their
 * small words and their letters and by how many of their words an English model knows; as good as
 * it has to be for a name and a description. Of a text that says too little neither is true.
 */
public final class Language {
    /** Lucene's lists of small words, which come with its stemmers. */
    private static final String LISTS = "/org/apache/lucene/analysis/";

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

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}'’]+");

    private static final Pattern APOSTROPHE = Pattern.compile("['’]");

    /** One alone may be a name, or an abbreviation. */
    private static final int SIGNS = 2;

    /** The last of most letters of western Europe. */
    private static final int LATIN_1 = 0xFF;

    /** Shorter words are pieces of many a language. */
    private static final int TELLING_LENGTH = 4;

    private static final Set<String> ENGLISH = small("snowball/english_stop.txt");
    private static final Set<String> ENGLISH_ALONE = new HashSet<>(ENGLISH);
    private static final Set<String> FOREIGN = new HashSet<>();

    static {
        OTHERS.forEach(list -> FOREIGN.addAll(small(list)));
        ENGLISH_ALONE.removeAll(FOREIGN);
        FOREIGN.removeAll(ENGLISH);
        FOREIGN.removeIf(word -> word.length() == 1);
        WordList.lines("ambiguous-words.txt").forEach(FOREIGN::removeAll);
    }

    private Language() {}

    /**
     * Whether it has no small word that is English alone, signs of another language that outweigh
     * the other small words of English, and mostly words that an English model does not know.
     */
    public static boolean isForeign(String text) {
        Traits traits = Traits.of(text);
        return traits.englishAlone == 0
                && traits.signs - traits.english >= SIGNS
                && traits.unknown > 0
                && traits.unknown >= traits.known;
    }

    /**
     * Whether its small words of English outweigh the signs of other languages and most of its
     * longer words are such as an English model knows; or there are no such signs, and all are.
     */
    public static boolean isEnglish(String text) {
        Traits traits = Traits.of(text);
        if (traits.unknown == 0 && traits.signs == 0 && traits.known >= SIGNS) {
            return true;
        }
        return traits.english > traits.signs
                && (traits.englishAlone > 0 || traits.known > 0)
                && traits.known >= traits.unknown;
    }

    /**
     * What distinct words say.
     *
     * @param english small words of English
     * @param englishAlone those of them that no other language has
     * @param signs of other languages; all words together that may be names of people, towns and
     *     makers are one
     * @param known longer words that an English model knows
     * @param unknown longer words that it does not
     */
    private record Traits(int english, int englishAlone, int signs, int known, int unknown) {

        static Traits of(String text) {
            int english = 0;
            int englishAlone = 0;
            int signs = 0;
            int perhapsNames = 0;
            int known = 0;
            int unknown = 0;
            Set<String> seen = new HashSet<>();
            for (String typed : words(text).toList()) {
                String word = typed.toLowerCase(Locale.ROOT);
                if (isAbbreviation(typed) || !seen.add(word)) {
                    continue;
                }
                if (ENGLISH.contains(word)) {
                    english++;
                    englishAlone += ENGLISH_ALONE.contains(word) ? 1 : 0;
                    continue;
                }
                boolean isKnown = WordPieces.ofBert().isWord(Words.fold(word));
                int marks = isKnown ? 0 : marks(word);
                if (FOREIGN.contains(word)) {
                    signs += Math.max(1, marks);
                } else if (marks == 1 && Character.isUpperCase(typed.codePointAt(0))) {
                    perhapsNames = 1;
                } else {
                    signs += marks;
                }
                if (word.length() >= TELLING_LENGTH) {
                    known += isKnown ? 1 : 0;
                    unknown += isKnown ? 0 : 1;
                }
            }
            return new Traits(english, englishAlone, signs + perhapsNames, known, unknown);
        }
    }

    private static Stream<String> words(String text) {
        return BETWEEN_WORDS
                .splitAsStream(Normalizer.normalize(text, Normalizer.Form.NFKC))
                .map(word -> APOSTROPHE.matcher(word).replaceAll(""))
                .filter(word -> !word.isEmpty());
    }

    private static boolean isAbbreviation(String typed) {
        return typed.length() > 1 && typed.codePoints().noneMatch(Character::isLowerCase);
    }

    /** English borrows words with letters of its western neighbours, and hardly any of others. */
    private static int marks(String word) {
        int[] marked =
                word.codePoints()
                        .filter(c -> c > 0x7F && UnicodeScript.of(c) == UnicodeScript.LATIN)
                        .toArray();
        if (marked.length == 0) {
            return 0;
        }
        return Arrays.stream(marked).allMatch(Language::isWestern) ? 1 : SIGNS;
    }

    private static boolean isWestern(int c) {
        return c <= LATIN_1 || c == 'œ';
    }

    /** One or more to a line, up to a comment. */
    private static Set<String> small(String list) {
        try (InputStream in = Language.class.getResourceAsStream(LISTS + list)) {
            Set<String> small = new HashSet<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("[|#].*", ""))
                    .forEach(line -> words(line.toLowerCase(Locale.ROOT)).forEach(small::add));
            return small;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
