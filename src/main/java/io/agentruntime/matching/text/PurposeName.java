package io.agentruntime.matching.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A flow's name, taken apart: "FIN-012 Travel Expense Check v2 (1)" is a travel expense check.
 *
 * @param label without marks such as a version or a copy's number
 * @param words the label without what stands before it, a team or a ticket, and without codes of
 *     countries
 * @param codes of countries and groups of them, in capitals
 * @param retirement what of it says that the flow is not to be used any more, in small letters;
 *     empty when nothing does
 * @param isTrial whether it says that the flow is tried out
 */
record PurposeName(
        String label, String words, Set<String> codes, List<String> retirement, boolean isTrial) {
    /**
     * One word for what is not to be used any more, in the languages that flows are described in.
     */
    static final String OUT_OF_USE =
            "deprecated|obsolete|outdated|veraltet|obsol[eè]te|obsolet[oa]?|deprecad[oa]|descontinuad[oa]|dismess[oa]"
                    + "|已弃用|已废弃|廃止";

    static final String DO_NOT_USE =
            "do not use|nicht (?:mehr )?(?:verwenden|benutzen|nutzen)|ne (?:pas|plus) utiliser|no (?:usar|utilizar)"
                    + "|n[aã]o (?:usar|utilizar)|non (?:usare|utilizzare)|请勿使用|使用禁止";

    private static final Pattern PICTURE =
            Pattern.compile("[\\x{1F000}-\\x{1FAFF}\\x{2600}-\\x{27BF}\\x{FE0F}\\x{200D}]+");

    private static final Pattern MARK =
            Pattern.compile(
                    "(?iu)\\s*[\\[(]\\s*(?:v?\\d{1,2}(?:\\.\\d+)*|v\\d+|copy(?: ?\\d+)?|kopie|final|new|neu|wip|draft|entwurf|poc"
                            + "|prototype|beta|alpha|live|prod|production|test|testing|staging|dev|sandbox|old|alt"
                            + "|disabled|"
                            + OUT_OF_USE
                            + "|"
                            + DO_NOT_USE
                            + ")\\s*[\\])]\\s*"
                            + "|[\\s_–-]+v\\d+(?:\\.\\d+)*(?:[\\s_-]+final)*\\s*$"
                            + "|(?:_|\\s-\\s*)(?:copy|kopie|final|wip|poc|draft|staging|dev|"
                            + DO_NOT_USE
                            + ")\\s*$"
                            + "|\\s+copy \\d+\\s*$|[\\s_–-]+\\d{4}-\\d\\d-\\d\\d\\s*$|^copy of\\s+");

    private static final Pattern TRIAL_BEFORE =
            Pattern.compile(
                    "^(?:TEST|DEV|STAGING)(?:[_:]\\s*|\\s-\\s)|^(?:test|dev|staging)(?:[_:]|\\s-\\s)");

    private static final Pattern TRIAL =
            Pattern.compile(
                    "(?i)[\\[(]\\s*(?:test|testing|staging|dev|sandbox|draft)\\s*[])]|_(?:staging|dev)$");

    /** A team, with the number of its ticket or parted from the rest. */
    private static final Pattern TEAM =
            Pattern.compile(
                    "\\[?([A-Z]{2,9})(?:-\\d{1,5}]?\\s*[:|/–-]?\\s+|[])]?\\s*(?:[|:/–]|\\s-)\\s*)(?=\\S)");

    private static final Pattern FIRST = Pattern.compile("(?U)\\[?([A-Z]{2,9})\\b");

    /** A place in a list. */
    private static final Pattern NUMBER =
            Pattern.compile(
                    "(?:\\d{1,3}[.)]\\s+|\\d{1,3}\\.\\d{1,3}\\s+|\\d{1,5}\\s+-\\s+)(?=\\S)");

    /** Codes of countries, one or several. */
    private static final Pattern CODES =
            Pattern.compile(
                    "(?<![\\p{L}\\p{N}])[A-Z]{2,8}(?:\\s*[/,+&-]\\s*[A-Z]{2,8}(?![\\p{L}\\p{N}]))*(?![\\p{L}\\p{N}])");

    private static final Pattern BETWEEN = Pattern.compile("[^A-Z]+");

    /** Codes that are words, or stand for something else, as well; so do {@link #SELDOM}. */
    private static final Set<String> AMBIGUOUS =
            Set.of("IT IN NO AT BE US SE PT CA NL FI ES CH".split(" "));

    /**
     * Those that mostly stand for something else: no countries at the beginning of a name, nor
     * where they are more than the other codes.
     */
    private static final Set<String> SELDOM =
            Set.of(
                    ("AE AR BD BG CL CO CY EE EG HK HR ID IL IS KE LI LT LV MA MT MY NG PE PH PK RS RU SA SI SK TH TW VN")
                            .split(" "));

    private static final Pattern EMPTY = Pattern.compile("[\\[(]\\s*[])]");
    private static final Pattern ENDS = Pattern.compile("^[\\s_–:|/-]+|[\\s_–:|/-]+$");

    private static final String CAPITALS =
            "DISABLED|ARCHIVED|DEPRECATED|OBSOLETE|VERALTET|OBSOLET[OA]|OBSOLÈTE|DESCONTINUAD[OA]";

    private static final Pattern RETIRED =
            Pattern.compile(
                    "(?iU)[\\[(]\\s*(?:old|disabled|retired|archived|legacy|"
                            + OUT_OF_USE
                            + "|"
                            + DO_NOT_USE
                            + ")\\s*[])]|(?:_|\\s-\\s*)(?:old|deprecated|disabled|"
                            + DO_NOT_USE
                            + ")\\W*$|(?<![\\p{L}\\p{N}])(?:"
                            + DO_NOT_USE
                            + ")\\W*$"
                            + "|(?-i:^\\W*(?:"
                            + CAPITALS
                            + ")\\b|\\b(?:"
                            + CAPITALS
                            + ")\\W*$)");

    static PurposeName of(String name, SharedNames shared) {
        String label = withoutMarks(name);
        String rest = hasCapitals(label) || startsWithDigit(label) ? after(label, shared) : label;
        Found found = hasCapitals(rest) ? codesOf(rest, shared) : null;
        return new PurposeName(
                label,
                found == null ? rest : found.rest,
                found == null ? Set.of() : Set.copyOf(found.codes),
                RETIRED.matcher(name)
                        .results()
                        .map(mark -> mark.group().toLowerCase(Locale.ROOT))
                        .toList(),
                TRIAL.matcher(name).find() || TRIAL_BEFORE.matcher(name).lookingAt());
    }

    /** Two capitals side by side: without, a name has neither team nor code. */
    static boolean hasCapitals(String name) {
        for (int i = 1; i < name.length(); i++) {
            if (isCapital(name.charAt(i)) && isCapital(name.charAt(i - 1))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCapital(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean startsWithDigit(String name) {
        return Character.isDigit(name.charAt(0));
    }

    /** What stands before a name and may be a team, and the parts of one after the other. */
    static Set<String> teams(String name) {
        Set<String> teams = new TreeSet<>();
        String rest = withoutMarks(name);
        Matcher team = TEAM.matcher(rest);
        while (team.lookingAt()) {
            teams.add(team.group(1));
            rest = rest.substring(team.end());
            team = TEAM.matcher(rest);
        }
        Matcher first = FIRST.matcher(rest);
        if (first.lookingAt()) {
            teams.add(first.group(1));
        }
        return teams;
    }

    /** Of a name with what looks like codes of countries: the codes by the folded rest. */
    static Map<String, Set<String>> codes(String name, SharedNames shared) {
        String rest = after(withoutMarks(name), shared);
        Matcher run = CODES.matcher(rest);
        while (run.find()) {
            Found found = found(rest, run);
            if (found != null) {
                return Map.of(Words.fold(found.rest), found.codes);
            }
        }
        return Map.of();
    }

    /** Whether names that differ by these codes alone are for countries. */
    static boolean areCountries(Set<String> codes) {
        // "Onboarding HR" and "Onboarding IT" are for departments
        long clear =
                codes.stream().filter(code -> !SELDOM.contains(code) && !code.equals("IT")).count();
        return codes.size() > 1
                && clear > 0
                && clear >= codes.stream().filter(SELDOM::contains).count();
    }

    private static boolean isAmbiguous(String code) {
        return AMBIGUOUS.contains(code) || SELDOM.contains(code);
    }

    /** "User Acquisition Report (UA)" is for no country. */
    private static boolean isShortFor(String code, String name) {
        String initials =
                Words.split(name).stream()
                        .map(word -> word.substring(0, 1))
                        .collect(Collectors.joining());
        return initials.contains(code.toLowerCase(Locale.ROOT));
    }

    /** Codes, and the name without them. */
    private record Found(Set<String> codes, String rest, boolean bracketed) {
        boolean isClear() {
            return bracketed
                    && codes.stream()
                            .noneMatch(code -> isAmbiguous(code) || isShortFor(code, rest));
        }
    }

    private static @Nullable Found codesOf(String name, SharedNames shared) {
        Matcher run = CODES.matcher(name);
        while (run.find()) {
            Found found = found(name, run);
            if (found != null
                    && (found.isClear() || shared.families().contains(Words.fold(found.rest)))) {
                return found;
            }
        }
        return null;
    }

    /** Codes stand in brackets or at an end of a name. */
    private static @Nullable Found found(String name, MatchResult run) {
        Set<String> codes = new TreeSet<>(List.of(BETWEEN.split(run.group())));
        boolean bracketed = run.start() > 0 && "[(".indexOf(name.charAt(run.start() - 1)) >= 0;
        boolean atEnd =
                run.start() == 0 && !SELDOM.containsAll(codes) || run.end() == name.length();
        if (!codes.stream().allMatch(Places::isCode) || !bracketed && !atEnd) {
            return null;
        }
        String without = name.substring(0, run.start()) + name.substring(run.end());
        String rest = ENDS.matcher(EMPTY.matcher(without).replaceAll(" ")).replaceAll("");
        return saysSomething(rest) ? new Found(codes, rest, bracketed) : null;
    }

    private static String withoutMarks(String name) {
        String plain = PICTURE.matcher(name).replaceAll(" ");
        plain = TRIAL_BEFORE.matcher(plain).replaceFirst("");
        String before = "";
        while (!plain.equals(before)) {
            before = plain;
            plain = MARK.matcher(plain).replaceAll(" ").strip();
        }
        return saysSomething(plain) && !plain.equals(name) ? plain : name;
    }

    /**
     * Without teams that others have too, and without places in a list, if that does not make names
     * the same: "MRI - Booking" and "CT - Booking".
     */
    private static String after(String label, SharedNames shared) {
        String rest = withoutTeams(label, capitals -> isTeam(capitals, shared));
        return shared.toldApart().contains(Words.fold(rest)) ? label : rest;
    }

    /** What is left of a name without what may be teams, folded. */
    static String withoutTeams(String name) {
        return Words.fold(withoutTeams(withoutMarks(name), any -> true));
    }

    private static String withoutTeams(String label, Predicate<String> isTeam) {
        String name = label;
        while (true) {
            Matcher team = TEAM.matcher(name);
            Matcher number = NUMBER.matcher(name);
            int end =
                    team.lookingAt() && isTeam.test(team.group(1))
                            ? team.end()
                            : number.lookingAt() ? number.end() : 0;
            if (end == 0 || !saysSomething(name.substring(end))) {
                return name;
            }
            name = name.substring(end);
        }
    }

    private static boolean isTeam(String capitals, SharedNames shared) {
        return shared.teams().contains(capitals)
                && !Purpose.isAcronym(capitals)
                && (!Places.isCode(capitals) || isAmbiguous(capitals));
    }

    private static boolean saysSomething(String text) {
        return text.codePoints().anyMatch(Character::isLetterOrDigit);
    }
}
