package io.agentruntime.provision;

import io.agentruntime.matching.text.Words;
import io.agentruntime.matching.words.Spelling;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A project's name as names are compared: without case, accents and punctuation.
 *
 * @param letters without spaces, as some type a name in one word
 */
record FoldedName(List<String> words, String letters) {
    /** More typos than any name is forgiven. */
    static final int ANOTHER_NAME = 3;

    /**
     * One typo in a name of at least so many letters; shorter names differ by one letter too
     * easily.
     */
    private static final int ONE_TYPO_FROM = 5;

    /** Two typos in a name, or in a word of it, of at least so many letters. */
    private static final int TWO_TYPOS_FROM = 9;

    /** Another first letter makes another word of shorter names: Tales is not Sales. */
    private static final int ANY_START_FROM = 8;

    /** Two typos in so many letters at the beginning of a word make another: off for on. */
    private static final int BEGINNING = 3;

    /** What makes another word of one that follows it. */
    private static final Set<String> CONTRARY = Set.of("un", "in", "im", "ir", "il", "re", "de");

    /** A word of fewer letters is a mark, such as A or UK: with another one it is another name. */
    private static final int WORD_FROM = 3;

    static FoldedName of(String name) {
        // Korean syllables are letters here: with another consonant it is another name
        String folded = Normalizer.normalize(Words.fold(Words.spaced(name)), Normalizer.Form.NFC);
        String compared = folded.isEmpty() ? name.strip() : folded;
        return new FoldedName(List.of(compared.split(" ")), compared.replace(" ", ""));
    }

    /** How many typos lie between this name and another, or that it is {@link #ANOTHER_NAME}. */
    int typos(FoldedName other) {
        int most = mostTypos(longer(letters, other.letters));
        int typos = Spelling.distance(letters, other.letters, most);
        boolean forgiven =
                typos <= most
                        && Arrays.equals(signs(), other.signs())
                        && startsLike(other)
                        && !areOpposed(letters, other.letters)
                        && (words.size() == other.words.size()
                                ? sameWords(other)
                                : !lacksMarkOf(other, typos) && !other.lacksMarkOf(this, typos));
        return forgiven ? typos : ANOTHER_NAME;
    }

    private static int mostTypos(int length) {
        return length >= TWO_TYPOS_FROM ? 2 : length >= ONE_TYPO_FROM ? 1 : 0;
    }

    private static int longer(String a, String b) {
        return Math.max(a.length(), b.length());
    }

    /** What means something else when one of it changes: digits, and letters that are words. */
    private int[] signs() {
        return letters.codePoints()
                .filter(c -> Character.isDigit(c) || Character.isIdeographic(c))
                .toArray();
    }

    private boolean startsLike(FoldedName other) {
        String a = letters;
        String b = other.letters;
        return longer(a, b) >= ANY_START_FROM
                || a.charAt(0) == b.charAt(0)
                || a.charAt(0) == b.charAt(1) && a.charAt(1) == b.charAt(0);
    }

    /** Word by word; two typos in a short one, as of East and West, are another word. */
    private boolean sameWords(FoldedName other) {
        for (int i = 0; i < words.size(); i++) {
            String a = words.get(i);
            String b = other.words.get(i);
            boolean mark = Math.min(a.length(), b.length()) < WORD_FROM;
            int most = mark ? 0 : Math.max(1, mostTypos(longer(a, b)));
            if (Spelling.distance(a, b, most) > most || areOpposed(a, b)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether two words differ by what is before their common end, as Secured and Unsecured or
     * Onboarding and Offboarding do, or are different numbers: nobody types so by mistake.
     */
    private static boolean areOpposed(String a, String b) {
        int end = 0;
        while (end < Math.min(a.length(), b.length())
                && a.charAt(a.length() - 1 - end) == b.charAt(b.length() - 1 - end)) {
            end++;
        }
        String before = a.substring(0, a.length() - end);
        String other = b.substring(0, b.length() - end);
        boolean twoInBeginning =
                Math.max(before.length(), other.length()) <= BEGINNING
                        && Spelling.distance(before, other, 1) > 1;
        boolean turned = (before.isEmpty() || other.isEmpty()) && CONTRARY.contains(before + other);
        return twoInBeginning || turned || isRoman(a) && isRoman(b) && !a.equals(b);
    }

    private static boolean isRoman(String word) {
        return word.chars().allMatch(c -> "ivx".indexOf(c) >= 0);
    }

    /** A mark that is here, if only within a word, costs all its letters when it is left out. */
    private boolean lacksMarkOf(FoldedName other, int typos) {
        for (int i = 0; i < other.words.size(); i++) {
            int length = other.words.get(i).length();
            int most = typos + length - 1;
            if (length < WORD_FROM && Spelling.distance(letters, other.without(i), most) <= most) {
                return true;
            }
        }
        return false;
    }

    private String without(int word) {
        return String.join("", words.subList(0, word))
                + String.join("", words.subList(word + 1, words.size()));
    }
}
