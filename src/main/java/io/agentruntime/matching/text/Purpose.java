package io.agentruntime.matching.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
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
 * @param family the same for flows whose names differ by countries and marks alone
 * @param group the same for flows of one description whose names differ by a mark, a country, or a
 *     last word with a digit, such as a model's number
 * @param use whether the flow is there to be chosen
 * @param isEnd whether the flow ends something, and does nothing else
 */
public record Purpose(
        String label,
        String name,
        String spoken,
        String description,
        Set<String> places,
        String family,
        int group,
        Use use,
        boolean isEnd) {

    /** Whether a flow is there to be chosen. */
    public enum Use {
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
                    "(?iU)(?:copy of )*(?:new (?:(?:chat|agent|work)?flow|agent|project)"
                            + "|untitled(?: (?:document|(?:chat|agent|work)?flow|agents?|project))?"
                            + "|my (?:sub-?)?workflow|(?:chat|agent|work)?flow"
                            + "|neuer ablauf|nuevo flujo|nouveau flux|novo fluxo|新しい流れ|새 flow|新流程"
                            + "|(?:default|my|ai|my ai)? ?(?:agent|assistant|chatbot)|supervisor|router"
                            + "|(?:my )?(?:tests?|demo)(?: ?(?:flow|workflow|agent|bot|chat|webhook|node))?|(?:\\w+['’]?s? )?(?:playground|sandbox))"
                            + "(?: ?\\(?v?\\d+\\)?)*(?: copy)*");

    private static final String OUT_OF_USE = "(?:disabled|retired|archived|legacy)";

    /**
     * What a flow may be for, and not be: "disabled users", "users that are disabled"; but
     * "disabled since May", "archived on request".
     */
    private static final Pattern THINGS_OUT_OF_USE =
            Pattern.compile(
                    "(?iU)\\b(?:(?<mark>"
                            + OUT_OF_USE
                            + ")\\s++(?<thing>\\p{L}++)"
                            + "|(?<things>\\p{L}++) (?:that|which|who) (?:are|is) (?<state>"
                            + OUT_OF_USE
                            + "))\\b");

    /** Whom a flow may be for, by the mark that this is in its name. */
    private static final Map<String, Pattern> PEOPLE =
            Map.of(
                    "disabled",
                    people(
                            "disabilit(?:y|ies)|wheelchairs?|blue badges?|reduced mobility|(?:for|of) the disabled"
                                    + "|disabled (?:people|persons?|residents?|citizens?|drivers?|passengers?)"),
                    "retired",
                    people(
                            "retirees?|pensioners?|retired (?:people|persons?|employees?|staff|workers?|members?)"));

    /** What acronyms stand for, by the acronym, folded. */
    private static final Map<String, String> ACRONYMS =
            WordList.lines("acronyms.txt").stream()
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    line -> line.get(0),
                                    line -> String.join(" ", line.subList(1, line.size()))));

    /**
     * What one flow is for.
     *
     * @param shared what names of its catalog have in common
     */
    public static Purpose of(Entry entry, SharedNames shared) {
        PurposeName name = PurposeName.of(entry.name(), shared);
        String description = PurposeText.of(entry.description());
        boolean ofPeople =
                name.retirement().stream()
                        .anyMatch(mark -> isOfPeople(mark, entry.name(), description));
        String told = ofPeople ? entry.name() : name.words();
        List<String> words = Words.split(Words.spaced(told));
        Set<String> places = new TreeSet<>(Places.named(words));
        name.codes().forEach(code -> places.addAll(Places.of(code)));
        String family = places.isEmpty() ? "" : String.join(" ", Places.without(words));
        return new Purpose(
                name.label(),
                told,
                spoken(name.codes(), words),
                description,
                Set.copyOf(places),
                family,
                group(places.isEmpty() ? words : Places.without(words), description),
                use(entry, name, words, description),
                DecisiveActs.isEnd(told, description));
    }

    static boolean isAcronym(String capitals) {
        return ACRONYMS.containsKey(capitals.toLowerCase(Locale.ROOT));
    }

    private static Use use(Entry entry, PurposeName name, List<String> words, String description) {
        boolean nothingSaid =
                description.isEmpty()
                        && entry.tags().isEmpty()
                        && entry.examples().isEmpty()
                        && STOCK_NAME.matcher(entry.name()).matches();
        if (nothingSaid
                || name.retirement().stream()
                        .anyMatch(
                                mark ->
                                        !isOfPeople(mark, entry.name(), description)
                                                && !isOfThings(mark, words, description))
                || PurposeText.isRetired(entry.description())) {
            return Use.NAMED;
        }
        return name.isTrial() ? Use.TRIAL : Use.LIVE;
    }

    private static Pattern people(String words) {
        return Pattern.compile("(?iU)\\b(?:" + words + ")\\b");
    }

    /**
     * A name's "Disabled" is no mark where the description speaks of disabled people. It is one in
     * square brackets and in small letters, and where the name says without it whom the flow is
     * for: "Wheelchair Booking (Disabled)".
     */
    private static boolean isOfPeople(String mark, String name, String description) {
        return PEOPLE.entrySet().stream()
                .filter(people -> mark.contains(people.getKey()) && !mark.startsWith("["))
                .filter(people -> !name.contains(people.getKey()))
                .anyMatch(
                        people ->
                                people.getValue().matcher(description).find()
                                        && !saysWithout(people.getKey(), name, people.getValue()));
    }

    private static boolean saysWithout(String state, String name, Pattern people) {
        return people.matcher(name.replaceAll("(?i)" + state, " ")).find();
    }

    /** Nor where it speaks of disabled things, and the name of these. */
    private static boolean isOfThings(String mark, List<String> words, String description) {
        Set<String> named = words.stream().map(Words::stem).collect(Collectors.toSet());
        Matcher found = THINGS_OUT_OF_USE.matcher(description);
        while (found.find()) {
            boolean before = found.group("mark") != null;
            String state = found.group(before ? "mark" : "state").toLowerCase(Locale.ROOT);
            String thing = Words.stem(Words.fold(found.group(before ? "thing" : "things")));
            if (mark.contains(state) && named.contains(thing)) {
                return true;
            }
        }
        return false;
    }

    private static String spoken(Set<String> codes, List<String> words) {
        Set<String> spoken = new TreeSet<>();
        codes.forEach(code -> spoken.add((code + " " + Places.spoken(code)).strip()));
        words.stream().filter(ACRONYMS::containsKey).map(ACRONYMS::get).forEach(spoken::add);
        return String.join(" ", spoken);
    }

    /** Whether the two do the same, for other countries, customers or versions perhaps. */
    public boolean isLike(Purpose other) {
        return group == other.group
                || name.equalsIgnoreCase(other.name)
                || !family.isEmpty() && family.equals(other.family)
                || !description.isEmpty() && description.equals(other.description);
    }

    /**
     * What a model reads of the flow: its name with its description, its description alone, its
     * examples, each as {@link Words#plain}. Without a description the name stands in its place.
     */
    public List<String> texts(List<String> examples) {
        List<String> texts = new ArrayList<>();
        String plain = Words.plain(Words.spaced(name));
        if (!spoken.isEmpty()) {
            plain += " (" + Words.plain(spoken) + ")";
        }
        String said = Words.plain(description);
        texts.add(said.isEmpty() ? plain : plain + ": " + said);
        texts.add(said.isEmpty() ? plain : said);
        examples.forEach(example -> texts.add(Words.plain(example)));
        return texts;
    }

    private static int group(List<String> words, String description) {
        int last = words.size() - 1;
        boolean numbered =
                last > 0
                        && !description.isEmpty()
                        && words.get(last).chars().anyMatch(Character::isDigit);
        return 31 * words.subList(0, numbered ? last : last + 1).hashCode()
                + description.hashCode();
    }
}
