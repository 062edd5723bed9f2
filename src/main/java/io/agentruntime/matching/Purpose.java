package io.agentruntime.matching;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a flow is for, as its name and description say it.
 *
 * @param label the name without marks such as a version
 * @param name what of the name says what the flow does
 * @param spoken what the name's acronyms and codes of countries stand for; empty when there are
 *     none
 * @param description what of the description says what the flow does; often empty
 * @param places the countries that the flow is for; empty when it names none
 * @param group the same for flows that differ by a mark, by a country, or, where they have a
 *     description, by the name's last word alone
 * @param use whether the flow is there to be chosen
 */
record Purpose(
        String label,
        String name,
        String spoken,
        String description,
        Set<String> places,
        int group,
        Use use) {

    /** Whether a flow is there to be chosen. */
    enum Use {
        LIVE,
        /** Where there is no live one of the same name. */
        TRIAL,
        /** By its whole name alone. */
        NAMED
    }

    /**
     * What products call a new flow by themselves, and what people call one that is for nothing.
     */
    private static final Pattern STOCK_NAME =
            Pattern.compile(
                    "(?i)(?:copy of )*(?:new (?:(?:chat|agent|work)?flow|agent|project)"
                            + "|untitled(?: (?:document|(?:chat|agent|work)?flow|agents?|project))?"
                            + "|my (?:sub-?)?workflow|(?:chat|agent|work)?flow"
                            + "|neuer ablauf|nuevo flujo|nouveau flux|novo fluxo|新しい流れ|새 flow|新流程"
                            + "|(?:default|my|ai|my ai)? ?(?:agent|assistant|chatbot)|supervisor|router"
                            + "|(?:my )?(?:tests?|demo)(?: ?(?:flow|workflow|agent|bot|chat|webhook|node))?|(?:\\w+['’]?s? )?(?:playground|sandbox))"
                            + "(?: ?\\(?v?\\d+\\)?)*(?: copy)*");

    private static final Pattern RETIRED =
            Pattern.compile(
                    "(?i)\\W*(?:deprecated|outdated|obsolete|veraltet|old version|do not use|no longer (?:used|maintained)|replaced by)\\b");

    /** Fewer words of a name are all of what it says. */
    private static final int LONG_NAME = 3;

    /** What acronyms stand for, by the acronym, folded. */
    private static final Map<String, String> ACRONYMS =
            WordList.lines("acronyms.txt").stream()
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    line -> line.get(0),
                                    line -> String.join(" ", line.subList(1, line.size()))));

    static Purpose of(Entry entry) {
        PurposeName name = PurposeName.of(entry.name());
        String description = PurposeText.of(entry.description());
        List<String> words = Words.split(Words.spaced(name.words()));
        Set<String> places = new TreeSet<>(Places.namedAsCountries(words));
        name.codes().forEach(code -> places.addAll(Places.of(code)));
        return new Purpose(
                name.label(),
                name.words(),
                spoken(name.codes(), words),
                description,
                Set.copyOf(places),
                group(words, description),
                use(entry, name, description));
    }

    private static Use use(Entry entry, PurposeName name, String description) {
        boolean nothingSaid =
                description.isEmpty()
                        && entry.tags().isEmpty()
                        && entry.examples().isEmpty()
                        && STOCK_NAME.matcher(entry.name()).matches();
        if (nothingSaid || name.isRetired() || RETIRED.matcher(entry.description()).lookingAt()) {
            return Use.NAMED;
        }
        return name.isTrial() ? Use.TRIAL : Use.LIVE;
    }

    private static String spoken(Set<String> codes, List<String> words) {
        Set<String> spoken = new TreeSet<>();
        codes.forEach(code -> spoken.add(code + " " + Places.spoken(code)));
        words.stream().filter(ACRONYMS::containsKey).map(ACRONYMS::get).forEach(spoken::add);
        return String.join(" ", spoken);
    }

    private static int group(List<String> words, String description) {
        int last = words.size() - (description.isEmpty() || words.size() < LONG_NAME ? 0 : 1);
        return 31 * words.subList(0, last).hashCode() + description.hashCode();
    }
}
