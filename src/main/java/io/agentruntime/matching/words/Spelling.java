package io.agentruntime.matching.words;

import io.agentruntime.matching.text.WordPieces;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Nearest catalog word for a word the catalog does not know.
 *
 * <p>One edit (insert, delete, replace, swap of neighbours) up to seven letters, two beyond; the
 * first letter is kept, as typing errors rarely touch it and wrong guesses often would. A word of
 * ordinary English is what was meant: who says moon does not ask for mood.
 */
public final class Spelling {

    /** Shorter words have too many neighbours. */
    private static final int SHORTEST = 4;

    private static final int LONGEST_WITH_ONE_EDIT = 7;

    /** Words of one first letter, by length. */
    private final Map<Long, List<String>> buckets = new HashMap<>();

    private final Map<String, Integer> frequencies;

    Spelling(Map<String, Integer> frequencies) {
        this.frequencies = Map.copyOf(frequencies);
        frequencies.keySet().stream()
                .filter(
                        word ->
                                word.length() >= SHORTEST
                                        && word.codePoints().allMatch(Character::isLetter)
                                        && !isKorean(word))
                .forEach(
                        word ->
                                buckets.computeIfAbsent(
                                                bucket(word.charAt(0), word.length()),
                                                key -> new ArrayList<>())
                                        .add(word));
    }

    /** Folded it has three letters for a syllable, and with another vowel it is another word. */
    private static boolean isKorean(String word) {
        return UnicodeScript.of(word.codePointAt(0)) == UnicodeScript.HANGUL;
    }

    /** The more frequent one of those that are as near, then the first by the alphabet. */
    Optional<String> nearest(String word) {
        if (word.length() < SHORTEST || !word.codePoints().allMatch(Character::isLetter)) {
            return Optional.empty();
        }
        if (WordPieces.ofBert().isWord(word)) {
            return Optional.empty();
        }
        int allowed = word.length() <= LONGEST_WITH_ONE_EDIT ? 1 : 2;
        String best = null;
        int bestDistance = allowed + 1;
        for (int length = word.length() - allowed; length <= word.length() + allowed; length++) {
            for (String candidate :
                    buckets.getOrDefault(bucket(word.charAt(0), length), List.of())) {
                int distance = distance(word, candidate, allowed);
                if (distance < bestDistance
                        || distance == bestDistance && better(candidate, best)) {
                    best = candidate;
                    bestDistance = distance;
                }
            }
        }
        return bestDistance <= allowed ? Optional.ofNullable(best) : Optional.empty();
    }

    private boolean better(String candidate, String best) {
        if (best == null) {
            return false;
        }
        int more = Integer.compare(frequencies.get(candidate), frequencies.get(best));
        return more > 0 || more == 0 && candidate.compareTo(best) < 0;
    }

    private static long bucket(char first, int length) {
        return (long) first << 32 | length;
    }

    /**
     * Edits between two words (insert, delete, replace, swap of neighbours): their optimal string
     * alignment distance, given up as soon as it must exceed {@code allowed}.
     */
    public static int distance(String a, String b, int allowed) {
        int width = b.length() + 1;
        int[] before = new int[width];
        int[] above = new int[width];
        int[] row = new int[width];
        for (int j = 0; j < width; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int least = i;
            for (int j = 1; j < width; j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                int cell = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cell = Math.min(cell, before[j - 2] + 1);
                }
                row[j] = cell;
                least = Math.min(least, cell);
            }
            if (least > allowed) {
                return allowed + 1;
            }
            int[] spare = before;
            before = above;
            above = row;
            row = spare;
        }
        return above[b.length()];
    }
}
