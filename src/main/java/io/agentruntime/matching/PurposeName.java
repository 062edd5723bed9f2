package io.agentruntime.matching;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A flow's name, taken apart: "FIN-012 Travel Expense Check v2 (1)" is a travel expense check.
 *
 * @param label without marks such as a version, a copy's number or a date
 * @param words the label without what stands before it, a team or a ticket, and without codes of
 *     countries
 * @param codes of countries and groups of them, in capitals
 * @param isRetired whether it says that the flow is not to be used any more
 * @param isTrial whether it says that the flow is tried out
 */
record PurposeName(
        String label, String words, Set<String> codes, boolean isRetired, boolean isTrial) {
    private static final Pattern PICTURE =
            Pattern.compile("[\\x{1F000}-\\x{1FAFF}\\x{2600}-\\x{27BF}\\x{FE0F}\\x{200D}]+");

    private static final Pattern MARK =
            Pattern.compile(
                    "(?i)\\s*[\\[(]\\s*(?:v?\\d{1,2}(?:\\.\\d+)*|v\\d+|copy(?: ?\\d+)?|kopie|final|new|neu|wip|draft|entwurf|poc"
                            + "|prototype|beta|alpha|live|prod|production|test|testing|staging|dev|old|alt|deprecated"
                            + "|do not use|disabled)\\s*[\\])]\\s*"
                            + "|(?:[\\s_–-]+(?:v\\d+(?:\\.\\d+)*|copy(?: ?\\d+)?|kopie|final|wip|poc|draft|do not use"
                            + "|\\d{4}-\\d\\d-\\d\\d))+\\s*$"
                            + "|^copy of\\s+");

    /** A team, a ticket, a number. */
    private static final Pattern BEFORE =
            Pattern.compile(
                    "(?:\\[?[A-Z]{2,9}-?\\d{1,5}]?\\s*[:|/–-]?\\s+|\\d+(?:\\.\\d+)*[.)]?\\s+(?:-\\s+)?"
                            + "|[\\[(]?[A-Z]{2,9}[])]?\\s*(?:[|:/–]|\\s-)\\s*|[A-Z]{2,9}-(?=[A-Z][a-z])"
                            + "|(?:Tool|Sub|Lib)\\s+-\\s+)(?=\\S)");

    private static final Pattern CAPITALS =
            Pattern.compile("(?<![\\p{L}\\p{N}])[A-Z]{2,8}(?![\\p{L}\\p{N}])");

    /** Codes that are words as well. */
    private static final Set<String> WORDS = Set.of("IT", "IN", "NO", "AT", "BE", "US");

    private static final Pattern EMPTY = Pattern.compile("[\\[(]\\s*[])]");

    private static final Pattern ENDS = Pattern.compile("^[\\s_–:|-]+|[\\s_–:|-]+$");

    private static final Pattern RETIRED =
            Pattern.compile(
                    "[\\[(]\\s*(?i:deprecated|old|obsolete|disabled|retired|archived|legacy|do not use)\\b[^])]*[])]"
                            + "|\\b(?:DEPRECATED|OBSOLETE|DISABLED|ARCHIVED)\\b|(?i:\\bdo not use\\b|\\bdon['’]?t use\\b|[_ -]old$)");

    private static final Pattern TRIAL =
            Pattern.compile(
                    "(?i:[\\[(]\\s*(?:test|testing|staging|dev|sandbox|draft)\\s*[])]|[_ -](?:test|staging|dev)$)"
                            + "|^(?:TEST|DEV|STAGING)[_ :-]|^(?:test|dev|staging)[_:-]");

    static PurposeName of(String name) {
        String label = withoutMarks(name);
        String rest = withoutBefore(label);
        Set<String> codes = new TreeSet<>();
        String words = withoutCodes(rest, codes);
        return new PurposeName(
                label,
                words,
                Set.copyOf(codes),
                RETIRED.matcher(name).find(),
                TRIAL.matcher(name).find());
    }

    private static String withoutMarks(String name) {
        String plain = PICTURE.matcher(name).replaceAll(" ");
        String before = "";
        while (!plain.equals(before)) {
            before = plain;
            plain = MARK.matcher(plain).replaceAll(" ").strip();
        }
        return saysSomething(plain) && !plain.equals(name) ? plain : name;
    }

    private static String withoutBefore(String label) {
        String name = label;
        Matcher before = BEFORE.matcher(name);
        while (before.lookingAt() && saysSomething(name.substring(before.end()))) {
            Matcher capitals = CAPITALS.matcher(name).region(0, before.end());
            if (capitals.find() && isCountry(name, capitals)) {
                break;
            }
            name = name.substring(before.end());
            before = BEFORE.matcher(name);
        }
        return name;
    }

    private static String withoutCodes(String name, Set<String> codes) {
        Matcher capitals = CAPITALS.matcher(name);
        StringBuilder rest = new StringBuilder();
        int from = 0;
        while (capitals.find()) {
            if (isCountry(name, capitals)) {
                codes.add(capitals.group());
                rest.append(name, from, capitals.start());
                from = capitals.end();
            }
        }
        if (codes.isEmpty()) {
            return name;
        }
        rest.append(name, from, name.length());
        String words = ENDS.matcher(EMPTY.matcher(rest).replaceAll(" ")).replaceAll("");
        return saysSomething(words) ? words : name;
    }

    /**
     * Codes stand in brackets or at an end of a name, and elsewhere are words; some are words at
     * its beginning too.
     */
    private static boolean isCountry(String name, MatchResult capitals) {
        String code = capitals.group();
        if (!Places.isCode(code)) {
            return false;
        }
        boolean bracketed =
                capitals.start() > 0 && "[(".indexOf(name.charAt(capitals.start() - 1)) >= 0;
        boolean last = capitals.end() == name.length() && !code.equals("IT");
        boolean first = capitals.start() == 0 && !WORDS.contains(code);
        return bracketed || last || first;
    }

    private static boolean saysSomething(String text) {
        return text.codePoints().anyMatch(Character::isLetterOrDigit);
    }
}
