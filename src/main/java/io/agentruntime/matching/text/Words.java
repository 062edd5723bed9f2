package io.agentruntime.matching.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * Text to words: folding, splitting, stemming. The same word in any spelling form gives the same
 * string.
 */
public final class Words {

    /** Beyond this a "word" is noise; its head still tells it apart, and costs stay bounded. */
    private static final int LONGEST_WORD = 32;

    /**
     * Code points of the contract's longest description; what a caller cuts off elsewhere is cut
     * here too.
     */
    static final int LONGEST_TEXT = 4_000;

    private static final char FIRST_BEYOND_ASCII = 0x80;

    /** All letters below have spaces between their words. */
    private static final char FIRST_THAI = 0x0E00;

    private static final char LAST_THAI = 0x0E7F;

    private static final char FIRST_PICTOGRAPH = 0x203C;

    /** What makes か to が, and は to ぱ. */
    private static final int KANA_VOICED = 0x3099;

    private static final int KANA_HALF_VOICED = 0x309A;

    private Words() {}

    /**
     * Width, compatibility and case forms folded, accents and invisible characters dropped, all
     * that is neither letter nor digit turned into single spaces. A mark that is a letter or makes
     * another one, such as a vowel sign, is part of its word.
     */
    public static String fold(String text) {
        String open =
                normalized(
                        compatible(bounded(text)).toLowerCase(Locale.ROOT), Normalizer.Form.NFKD);
        StringBuilder folded = new StringBuilder(open.length());
        boolean gap = false;
        for (int i = 0; i < open.length(); ) {
            int c = open.codePointAt(i);
            i += Character.charCount(c);
            if (Character.isLetterOrDigit(c)) {
                if (gap && folded.length() > 0) {
                    folded.append(' ');
                }
                gap = false;
                appendFolded(folded, c);
            } else if (isLetterMark(c)) {
                if (!gap && folded.length() > 0) {
                    appendMark(folded, c);
                }
            } else if (!invisible(c)) {
                gap = true;
            }
        }
        return folded.toString();
    }

    /**
     * The text as a sentence: width, case, composition and spaces folded; words and punctuation
     * kept. Without pictographs and marks that tell a mood, which to a model are a word like any
     * other.
     */
    public static String plain(String text) {
        String small = compatible(withoutPictographs(bounded(text))).toLowerCase(Locale.ROOT);
        StringBuilder plain = new StringBuilder(small.length());
        for (int i = 0; i < small.length(); ) {
            int c = small.codePointAt(i);
            i += Character.charCount(c);
            int type = Character.getType(c);
            if (c == ' ' || Character.isWhitespace(c) || type == Character.CONTROL) {
                appendSpace(plain);
            } else if (type != Character.FORMAT && type != Character.SURROGATE) {
                plain.appendCodePoint(c);
            }
        }
        return Marks.calmed(plain.toString().strip());
    }

    private static String withoutPictographs(String text) {
        return isBelow(FIRST_PICTOGRAPH, text) || text.codePoints().noneMatch(Words::isPictograph)
                ? text
                : text.codePoints()
                        .map(c -> isPictograph(c) ? ' ' : c)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
    }

    /**
     * Also the signs behind one that have it drawn in colours, or a digit as a key. Before
     * compatibility forms are folded: these make of some of them signs that people type.
     */
    private static boolean isPictograph(int c) {
        if (c < FIRST_PICTOGRAPH) {
            return false;
        }
        return c >= 0x1F000 && c <= 0x1FAFF
                || c >= 0x2600 && c <= 0x27BF
                || c >= 0x231A && c <= 0x23FF
                || c >= 0x25AA && c <= 0x25FE
                || c >= 0x2B05 && c <= 0x2B55
                || c == FIRST_PICTOGRAPH
                || c == 0x2049
                || c >= 0x2194 && c <= 0x2199
                || c == 0x21A9
                || c == 0x21AA
                || c == 0x2934
                || c == 0x2935
                || c == 0x20E3
                || c == 0xFE0F;
    }

    /** Of one sign eighteen letters can come. */
    private static String compatible(String bounded) {
        return bounded(normalized(bounded, Normalizer.Form.NFKC));
    }

    /** ASCII is its own form in each. */
    private static String normalized(String text, Normalizer.Form form) {
        return isBelow(FIRST_BEYOND_ASCII, text) ? text : Normalizer.normalize(text, form);
    }

    private static boolean isBelow(char bound, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= bound) {
                return false;
            }
        }
        return true;
    }

    private static String bounded(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT));
    }

    /** No two in a row. */
    private static void appendSpace(StringBuilder text) {
        if (text.length() > 0 && text.charAt(text.length() - 1) != ' ') {
            text.append(' ');
        }
    }

    /** Letters that decomposition leaves alone but that people type without. */
    private static void appendFolded(StringBuilder folded, int c) {
        switch (c) {
            case 'ß' -> folded.append("ss");
            case 'æ' -> folded.append("ae");
            case 'œ' -> folded.append("oe");
            case 'ø' -> folded.append('o');
            case 'ł' -> folded.append('l');
            case 'đ' -> folded.append('d');
            case 'ı' -> folded.append('i');
            case 'ς' -> folded.append('σ');
            default -> folded.appendCodePoint(c);
        }
    }

    /**
     * Accents, which many scripts share, and the points of these few can be left out; other marks
     * are vowels, tones and consonants.
     */
    private static boolean isLetterMark(int c) {
        int type = Character.getType(c);
        if (type != Character.NON_SPACING_MARK) {
            return type == Character.COMBINING_SPACING_MARK;
        }
        return switch (Character.UnicodeScript.of(c)) {
            case INHERITED -> isOfKana(c);
            case LATIN, GREEK, CYRILLIC, HEBREW, ARABIC -> false;
            default -> true;
        };
    }

    private static boolean isOfKana(int mark) {
        return mark == KANA_VOICED || mark == KANA_HALF_VOICED;
    }

    /** A kana stays one letter. */
    private static void appendMark(StringBuilder folded, int mark) {
        int last = folded.length() - 1;
        if (isOfKana(mark)) {
            String composed = folded.substring(last) + Character.toString(mark);
            folded.setLength(last);
            folded.append(Normalizer.normalize(composed, Normalizer.Form.NFC));
        } else {
            folded.appendCodePoint(mark);
        }
    }

    /**
     * Marks, joiners and apostrophes vanish inside a word ("don't" is one word); the rest
     * separates.
     */
    private static boolean invisible(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT
                || c == '\''
                || c == '’'
                || c == '´'
                || c == '`';
    }

    /**
     * Folded words in order. Of scripts without spaces, letters that are syllables or more are a
     * word each, and of Thai, an alphabet, each letter with the next.
     */
    public static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        String folded = fold(text);
        int start = 0;
        while (start < folded.length()) {
            int space = folded.indexOf(' ', start);
            int end = space < 0 ? folded.length() : space;
            addWord(words, folded.substring(start, end));
            start = end + 1;
        }
        return words;
    }

    /** Such scripts have words of others among their letters, without a space. */
    private static void addWord(List<String> words, String word) {
        if (isBelow(FIRST_THAI, word)) {
            addSpaced(words, word);
            return;
        }
        int start = 0;
        while (start < word.length()) {
            Letters letters = Letters.of(word.codePointAt(start));
            int end = start;
            while (end < word.length() && Letters.of(word.codePointAt(end)) == letters) {
                end += Character.charCount(word.codePointAt(end));
            }
            String part = word.substring(start, end);
            switch (letters) {
                case EACH_A_WORD ->
                        part.codePoints().mapToObj(Character::toString).forEach(words::add);
                case IN_PAIRS -> addPairs(words, part.codePoints().toArray());
                case SPACED -> addSpaced(words, part);
            }
            start = end;
        }
    }

    private static void addSpaced(List<String> words, String word) {
        words.add(word.length() > LONGEST_WORD ? head(word) : word);
    }

    /** How the letters of a script make words. */
    private enum Letters {
        EACH_A_WORD,
        IN_PAIRS,
        SPACED;

        static Letters of(int c) {
            return standsAlone(c) ? EACH_A_WORD : isThai(c) ? IN_PAIRS : SPACED;
        }
    }

    private static void addPairs(List<String> words, int[] letters) {
        for (int i = 0; i < Math.max(1, letters.length - 1); i++) {
            words.add(new String(letters, i, Math.min(2, letters.length - i)));
        }
    }

    private static String head(String word) {
        int end =
                Character.isHighSurrogate(word.charAt(LONGEST_WORD - 1))
                        ? LONGEST_WORD - 1
                        : LONGEST_WORD;
        return word.substring(0, end);
    }

    private static boolean standsAlone(int c) {
        Character.UnicodeScript script = Character.UnicodeScript.of(c);
        return script == Character.UnicodeScript.HAN
                || script == Character.UnicodeScript.HIRAGANA
                || script == Character.UnicodeScript.KATAKANA;
    }

    private static boolean isThai(int c) {
        return c >= FIRST_THAI && c <= LAST_THAI;
    }

    /**
     * A flow's name as words: {@code ResumeTool}, {@code chat_with_docs} and {@code AutoInfra1} are
     * several.
     */
    public static String spaced(String name) {
        if (isSpaced(name)) {
            return name.trim();
        }
        int[] letters = name.codePoints().toArray();
        StringBuilder spaced = new StringBuilder(letters.length + 8);
        int start = 0;
        for (int i = 0; i < letters.length; i++) {
            if (beginsWord(letters, start, i)) {
                spaced.append(' ');
                start = i;
            }
            spaced.appendCodePoint(letters[i] == '_' ? ' ' : letters[i]);
        }
        return spaced.toString().trim();
    }

    /** Whether it is ASCII in which no capital or digit follows a letter, as most names are. */
    private static boolean isSpaced(String name) {
        boolean behindLetter = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isSmall = c >= 'a' && c <= 'z';
            boolean isCapital = c >= 'A' && c <= 'Z';
            boolean mayBegin = isCapital || c >= '0' && c <= '9';
            if (c == '_' || c >= FIRST_BEYOND_ASCII || behindLetter && mayBegin) {
                return false;
            }
            behindLetter = isSmall || isCapital;
        }
        return true;
    }

    /**
     * Whether a word begins in the middle of a name: at a capital after a small letter, at the last
     * of several capitals before a small letter, at a digit after two letters.
     *
     * @param start where the last word began
     */
    private static boolean beginsWord(int[] name, int start, int at) {
        if (at == start) {
            return false;
        }
        int before = Character.getType(name[at - 1]);
        return switch (Character.getType(name[at])) {
            case Character.UPPERCASE_LETTER ->
                    before == Character.LOWERCASE_LETTER
                            || before == Character.UPPERCASE_LETTER
                                    && at + 1 < name.length
                                    && Character.getType(name[at + 1])
                                            == Character.LOWERCASE_LETTER;
            case Character.DECIMAL_DIGIT_NUMBER ->
                    at - 2 >= start
                            && Character.isLetter(name[at - 1])
                            && Character.isLetter(name[at - 2]);
            default -> false;
        };
    }

    /** The English stem; a word of another language mostly stays as it is. */
    public static String stem(String word) {
        if (word.length() < 3 || word.charAt(0) > 'z') {
            return word;
        }
        EnglishStemmer stemmer = new EnglishStemmer();
        stemmer.setCurrent(word);
        stemmer.stem();
        return stemmer.getCurrent();
    }

    /** The stems of words with blanks between. */
    static Set<String> stems(String words) {
        Set<String> stems = new HashSet<>();
        for (String word : words.split(" ")) {
            stems.add(stem(word));
        }
        return stems;
    }
}
