package io.agentruntime.matching.text;

import java.util.regex.Pattern;

/** Marks that say nothing of what is asked for, and are a word each to a model. */
final class Marks {

    private static final String REPEATABLE = "!?.";
    private static final String OPENING_QUOTES = "\"“„«";
    private static final String CLOSING_QUOTES = "\"”“»";

    /**
     * Around words, as Markdown has it: no {@code f(**args)}, no {@code a**b}, and a single word
     * between lines is a name of code, as {@code __init__}.
     */
    private static final Pattern EMPHASIS =
            Pattern.compile(
                    "(?<![^\\s("
                            + OPENING_QUOTES
                            + "])(?:\\*\\*(?=[\\p{L}\\p{N}("
                            + OPENING_QUOTES
                            + "])(?<bold>[^*]++)(?<!\\s)\\*\\*"
                            + "|__(?=[^_\\s]++\\s)(?<strong>[^_]++)(?<!\\s)__)(?![^\\s.,;:!?)"
                            + CLOSING_QUOTES
                            + "])");

    /** Around all of it: of several quotations each is one. */
    private static final Pattern QUOTED =
            Pattern.compile(
                    "["
                            + OPENING_QUOTES
                            + "]([^"
                            + OPENING_QUOTES
                            + CLOSING_QUOTES
                            + "]++)["
                            + CLOSING_QUOTES
                            + "]([.!?]*+)");

    /** Behind a word or a space; within a word, as in {@code 1...10}, they are part of it. */
    private static final Pattern REPEATED =
            Pattern.compile(
                    "(?:(?<=[\\p{L}\\p{M}\\p{N})\\]%"
                            + CLOSING_QUOTES
                            + "])[!?.]{2,}+|(?<!\\S)[!?]{2,}+)(?![^\\s)\\]"
                            + CLOSING_QUOTES
                            + "])");

    private Marks() {}

    /**
     * Of several marks in a row one, which is a question's if any is; emphasis and quotes around
     * all of it left out.
     */
    static String calmed(String text) {
        boolean isEven = !text.contains("**") && !text.contains("__");
        String even = isEven ? text : EMPHASIS.matcher(text).replaceAll("${bold}${strong}");
        String bare = QUOTED.matcher(even).matches() ? unquoted(even) : even;
        return isCalm(bare)
                ? bare
                : REPEATED.matcher(bare)
                        .replaceAll(
                                marks ->
                                        marks.group().contains("?")
                                                ? "?"
                                                : marks.group().substring(0, 1));
    }

    /** No two marks meet, as in nearly every text: a pattern would look behind each letter. */
    private static boolean isCalm(String text) {
        boolean marked = false;
        for (int i = 0; i < text.length(); i++) {
            boolean isMark = REPEATABLE.indexOf(text.charAt(i)) >= 0;
            if (marked && isMark) {
                return false;
            }
            marked = isMark;
        }
        return true;
    }

    private static String unquoted(String text) {
        return QUOTED.matcher(text).replaceFirst("$1$2").strip();
    }
}
