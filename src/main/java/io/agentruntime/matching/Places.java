package io.agentruntime.matching;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The countries of {@code places.txt}, which tell apart flows that are made once for each. */
final class Places {
    /**
     * Codes that are words too, written in capitals; a name with one of them at its end means it.
     */
    private static final Map<String, List<String>> WORDS = new LinkedHashMap<>();

    private static final Map<String, Set<String>> GROUPS = new HashMap<>();

    /** From a folded name or people to its code. */
    private static final Map<String, String> CODES = new HashMap<>();

    static {
        for (List<String> line : WordList.lines("places.txt")) {
            String code = line.get(0);
            if (line.size() > 1 && line.get(1).equals("+")) {
                GROUPS.put(code, Set.copyOf(line.subList(2, line.size())));
                continue;
            }
            List<String> words = new ArrayList<>();
            for (String word : line.subList(1, line.size())) {
                String spoken = word.replace('_', ' ');
                words.add(spoken);
                CODES.put(Words.fold(spoken), code);
            }
            WORDS.put(code, words);
        }
    }

    private Places() {}

    /** Whether it is a code, or that of a group. */
    static boolean isCode(String capitals) {
        return WORDS.containsKey(capitals) || GROUPS.containsKey(capitals);
    }

    /** The countries that a code stands for. */
    static Set<String> of(String code) {
        return WORDS.containsKey(code) ? Set.of(code) : GROUPS.getOrDefault(code, Set.of());
    }

    /** Names and people of a code's countries, as a model knows them. */
    static String spoken(String code) {
        List<String> all = new ArrayList<>();
        for (String country : new TreeSet<>(of(code))) {
            List<String> words = WORDS.get(country);
            all.add(words.get(0));
            all.add(words.get(words.size() - 1));
        }
        return String.join(" ", all);
    }

    /** The countries that folded words name, but not by their people, who name languages too. */
    static Set<String> namedAsCountries(List<String> words) {
        Set<String> named = new HashSet<>();
        for (int i = 0; i < words.size(); i++) {
            for (String name :
                    List.of(
                            words.get(i),
                            i + 1 < words.size() ? words.get(i) + " " + words.get(i + 1) : "")) {
                String code = CODES.get(name);
                if (code != null && !isPeople(code, name)) {
                    named.add(code);
                }
            }
        }
        return named;
    }

    private static boolean isPeople(String code, String name) {
        List<String> words = WORDS.get(code);
        int peoples = words.get(words.size() - 1).endsWith("s") && words.size() > 2 ? 2 : 1;
        return words.size() > 1
                && words.subList(words.size() - peoples, words.size()).contains(name);
    }

    /**
     * The countries that folded words name, by name, people or, for few that are no words, code.
     */
    static Set<String> named(List<String> words) {
        Set<String> named = new HashSet<>();
        for (int i = 0; i < words.size(); i++) {
            String code = CODES.get(words.get(i));
            if (code == null && i + 1 < words.size()) {
                code = CODES.get(words.get(i) + " " + words.get(i + 1));
            }
            if (code == null && words.get(i).equals("uk")) {
                code = "UK";
            }
            if (code != null) {
                named.add(code);
            }
        }
        return named;
    }
}
