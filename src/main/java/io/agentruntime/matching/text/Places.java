package io.agentruntime.matching.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The countries of {@code places.txt}, which tell apart flows that are made once for each. */
final class Places {
    private static final String PEOPLE = "/";
    private static final String GROUP = "+";

    /** The longest name of a country, in words. */
    private static final int LONGEST_NAME = 2;

    /** With the first two words of where they come from. */
    private static final Pattern GOODS_FROM =
            Pattern.compile(
                    "(?<!\\S)(?:goods|containers?|pallets?|parcels?|shipments?|consignments?|products?|machines?|parts)"
                            + " (?:(?:that |which )?(?:come|comes|coming|arriving) )?from (?:the )?(\\S++(?: \\S++)?)");

    /** Else they are sent back from there: "return label for my parcel from Spain". */
    private static final Pattern INTO_ANOTHER_COUNTRY =
            Pattern.compile("(?<!\\S)(?:import|customs)");

    /** Of each code the country's first name and people, or of a group the names of all. */
    private static final Map<String, String> SPOKEN = new HashMap<>();

    /** The countries of each code: one, or those of a group. */
    private static final Map<String, Set<String>> COUNTRIES = new HashMap<>();

    /** From a folded name to its code. */
    private static final Map<String, String> CODES = new HashMap<>();

    static {
        List<List<String>> lines = WordList.lines("places.txt");
        lines.stream().filter(line -> !line.get(1).equals(GROUP)).forEach(Places::country);
        lines.stream().filter(line -> line.get(1).equals(GROUP)).forEach(Places::group);
        CODES.put("uk", "UK");
    }

    private Places() {}

    private static void country(List<String> line) {
        String code = line.get(0);
        int people = line.contains(PEOPLE) ? line.indexOf(PEOPLE) : line.size();
        List<String> names = line.subList(1, people).stream().map(Places::words).toList();
        names.forEach(name -> CODES.put(Words.fold(name), code));
        COUNTRIES.put(code, Set.of(code));
        SPOKEN.put(
                code, names.get(0) + (people + 1 < line.size() ? " " + line.get(people + 1) : ""));
    }

    private static void group(List<String> line) {
        Set<String> countries = new TreeSet<>(line.subList(2, line.size()));
        COUNTRIES.put(line.get(0), Set.copyOf(countries));
        SPOKEN.put(
                line.get(0), countries.stream().map(SPOKEN::get).collect(Collectors.joining(" ")));
    }

    private static String words(String written) {
        return written.replace('_', ' ');
    }

    /** Whether it is a country's code, or a group's. */
    static boolean isCode(String capitals) {
        return COUNTRIES.containsKey(capitals);
    }

    /** The countries that a code stands for; none for a group whose countries nobody lists. */
    static Set<String> of(String code) {
        return COUNTRIES.getOrDefault(code, Set.of());
    }

    /** Names and people of a code's countries, as a model knows them. */
    static String spoken(String code) {
        return SPOKEN.getOrDefault(code, "");
    }

    /** Folded words without those that name countries. */
    static List<String> without(List<String> words) {
        List<String> left = new ArrayList<>();
        for (int from = 0; from < words.size(); ) {
            int named = 0;
            for (int to = from + 1; to <= Math.min(words.size(), from + LONGEST_NAME); to++) {
                named =
                        CODES.containsKey(String.join(" ", words.subList(from, to)))
                                ? to - from
                                : named;
            }
            if (named == 0) {
                left.add(words.get(from));
            }
            from += Math.max(1, named);
        }
        return left;
    }

    /** The countries, by code, that folded words name; who is from there names languages too. */
    static Set<String> named(List<String> words) {
        Set<String> named = new HashSet<>();
        for (int from = 0; from < words.size(); from++) {
            for (int to = from + 1; to <= Math.min(words.size(), from + LONGEST_NAME); to++) {
                String code = CODES.get(String.join(" ", words.subList(from, to)));
                if (code != null) {
                    named.add(code);
                }
            }
        }
        return named;
    }

    /**
     * The countries, by code, that a text asks for: where imported goods come from is one only if
     * there is a flow for it, or the text names it for another reason as well.
     *
     * @param words of the text, folded
     */
    static Set<String> asked(List<String> words, Predicate<String> isServed) {
        Set<String> asked = named(words);
        String text = String.join(" ", words);
        if (!asked.isEmpty() && INTO_ANOTHER_COUNTRY.matcher(text).find()) {
            Set<String> elsewhere = named(Words.split(GOODS_FROM.matcher(text).replaceAll(" ")));
            GOODS_FROM
                    .matcher(text)
                    .results()
                    .flatMap(goods -> named(Words.split(goods.group(1))).stream())
                    .filter(origin -> !elsewhere.contains(origin))
                    .filter(isServed.negate())
                    .forEach(asked::remove);
        }
        return asked;
    }
}
