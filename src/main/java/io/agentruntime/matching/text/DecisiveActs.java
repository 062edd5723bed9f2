package io.agentruntime.matching.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The acts of {@code decisive-acts.txt}. Vectors hardly tell "cancel my order" from "place my
 * order", as the object is the same; what is asked for is another thing.
 */
final class DecisiveActs {

    /** Before these an act that is asked for may stand, besides words that say nothing. */
    private static final Set<String> OPENING =
            Set.of("want", "need", "like", "help", "go", "ahead", "kindly", "now", "then", "way");

    /** Behind these stands what is not wanted. */
    private static final Set<String> REFUSING =
            Set.of("not", "dont", "don", "without", "never", "no", "instead", "rather");

    /** Behind these stands a thing: "the closing time", "our archive". */
    private static final Set<String> BEFORE_THINGS =
            words("the a an my our your his her their its this these");

    /** That may be what is asked for: "I need a refund", "a translation of this", "an approval". */
    private static final Pattern NAME_OF_ACT =
            Pattern.compile("^(?:refund|rollback|merge|dispute|undo)s?$|(?:ion|al|ment)s?$");

    /** What is to be done to these is asked for: "I want this deleted", "to be refunded". */
    private static final Set<String> DONE_TO =
            words("be been it this that these them me us him her myself");

    /** With these beside it the word is no act. */
    private static final Set<String> THINGS =
            Set.of(
                    "looking forward",
                    "forward looking",
                    "close by",
                    "close combat",
                    "close competitors",
                    "close contacts",
                    "close friends",
                    "close relatives",
                    "close to",
                    "merge conflict",
                    "merge conflicts",
                    "merge request",
                    "merge requests",
                    "refund policy",
                    "pay attention",
                    "pay day",
                    "pay gap",
                    "pay grade",
                    "pay grades",
                    "pay less",
                    "pay period",
                    "pay raise",
                    "pay rise",
                    "pay scale",
                    "pay scales",
                    "pay slip",
                    "pay slips",
                    "pay stub",
                    "pay stubs",
                    "sign in",
                    "sign up",
                    "sign on",
                    "sign off",
                    "sign out",
                    "sign me",
                    "sign us",
                    "sign him",
                    "sign her",
                    "sign them",
                    "sign language",
                    "signs of");

    /** Before these it is what is written on them: "Cancel button overlaps the text". */
    private static final Set<String> BEARING_ACTS = words("button buttons dialog dialogs popup");

    /** Stems of nouns that are verbs of an act as well. */
    private static final Set<String> OBJECTS = Words.stems("post release");

    /** "The follow-up contract", "the start-up": no signing up. */
    private static final Set<String> UP_OF_A_NOUN = words("follow set start top pick back make");

    /** In words behind "sign". */
    private static final int FARTHEST_UP = 5;

    /** In "approval limits", "withdrawal fees" and "closing costs" it says what they are of. */
    private static final Pattern BEFORE_QUALITIES =
            Pattern.compile("^(?:closing|declining)$|(?:ion|al|ance)s?$");

    private static final Set<String> QUALITIES =
            words(
                    "balance cost costs criteria date dates fee fees limit limits period periods policy"
                            + " policies price prices rate rates remarks revenue revenues sales terms time times");

    /** Before these, "archive" is French: "archive les mails". */
    private static final Set<String> FRENCH_ARTICLES = words("le la les un une des mon ma mes");

    /** A flow that speaks of these may do anything to its object. */
    private static final Set<String> ANYTHING =
            Words.stems("manage manager management maintain administer administration handle crud");

    private static final Map<String, Set<String>> SPOKEN = new HashMap<>();

    /** A flow is called after what it ends, and these: "Account Closure", "Erasure of Records". */
    private static final Set<String> END_NOUNS =
            words(
                    "deletion deletions erasure erasures eraser cancellation cancellations termination terminations"
                            + " terminator closure closures withdrawal withdrawals retraction retractions revocation"
                            + " revocations");

    /**
     * Those that may be a thing, and are where the description speaks of no end: "Road Closures"
     * tells which roads are shut. Of an account, a ticket or a contract it is an end whatever the
     * description says.
     */
    private static final Pattern THING_OF_AN_END =
            Pattern.compile(
                    "(?:road|street|lane|bridge|highway|motorway|store|shop|branch|office|school)s? closures?"
                            + "|(?:alcohol|cash|money|atm|drug|opioid|nicotine|substance) withdrawals?"
                            + "|(?:cable|wire|fiber|fibre) terminations?");

    private static final Set<String> CANCELLED_OUT =
            Set.of("noise cancellation", "echo cancellation");

    /** Stems of what it does, before or behind its object: "Cancel Order", "Order Cancel". */
    private static final Set<String> END_VERBS = new HashSet<>();

    /** A flow of such a name may do several things: "Appointment Booking & Cancellation". */
    private static final Pattern JOINING =
            Pattern.compile("(?iU)[&/,+]|\\b(?:and|or|und|oder|et|y)\\b");

    /** Behind an act that is asked for. */
    private static final Pattern OF_AN_OBJECT =
            Pattern.compile(
                    "the|an?|my|our|your|his|her|its|their|this|that|these|those|it|them|all|both|me|us|him|\\d.*");

    /** Who a verb tells of, behind these. */
    private static final Set<String> TELLING = words("i we he she they ive weve");

    private static final Pattern INFLECTED = Pattern.compile("(?:ing|ed)$");

    private static final Pattern BRACKETS = Pattern.compile("\\([^()]*+\\)|\\[[^\\[\\]]*+]");

    /**
     * Their stem is that of an act; German "Termin" is an appointment, and "accepte" and "paye" are
     * French.
     */
    private static final Set<String> NO_ACTS =
            words(
                    "publisher publishers publishing printer printers printing signing termin termine termins terminal terminals author authors accepte paye");

    /** In a text they speak of an end as well. */
    private static final Set<String> ENDING =
            Words.stems(
                    "end close decline reject drop remove anymore longer revert lapse refund out off");

    /** As do these, whose stems are none or those of other words, such as a vacation's "leave". */
    private static final Set<String> ENDING_WORDS =
            words(
                    "fired leaving quit"
                            + " kundige kundigen kundigung abbestellen losche loschen loschung storniere stornieren"
                            + " stornierung beende beenden widerrufen"
                            + " annule annuler annulez resilie resilier supprime supprimer"
                            + " anula anular baja borra borrar cancela cancelar elimina eliminar"
                            + " annulla annullare cancellare disdire");

    static {
        for (List<String> line : WordList.lines("decisive-acts.txt")) {
            boolean ends = line.get(0).equals("ends");
            int bar = line.indexOf("|");
            List<String> acts = line.subList(ends ? 1 : 0, bar);
            Set<String> spoken = new HashSet<>(ANYTHING);
            spoken.addAll(Words.stems(String.join(" ", acts)));
            spoken.addAll(Words.stems(String.join(" ", line.subList(bar + 1, line.size()))));
            acts.forEach(
                    act ->
                            SPOKEN.computeIfAbsent(Words.stem(act), none -> new HashSet<>())
                                    .addAll(spoken));
            if (ends) {
                acts.forEach(act -> END_VERBS.add(Words.stem(act)));
                ENDING.addAll(spoken);
            }
        }
        ENDING.removeAll(ANYTHING);
        END_NOUNS.forEach(noun -> ENDING.add(Words.stem(noun)));
        SPOKEN.replaceAll((act, spoken) -> Set.copyOf(spoken));
    }

    /** In what flows say of themselves that tell something, or find it out. */
    private static final Set<String> OF_TELLING =
            Words.stems(
                    "tell answer explain explainer find look lookup check show inform advise status track question faq"
                            + " policy rule guide help information deadline date fee price calculate calculator"
                            + " analyse analyze search list why when who assistant");

    private DecisiveActs() {}

    /**
     * The stems one of which a flow has to hold.
     *
     * @param words of a text, folded
     * @return empty when the text does not begin with such an act
     */
    static Set<String> asked(List<String> words) {
        return HaveItDone.act(words)
                .map(act -> SPOKEN.get(Words.stem(act)))
                .map(spoken -> without(spoken, words))
                .orElseGet(() -> askedFirst(words));
    }

    private static Set<String> askedFirst(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (REFUSING.contains(word)) {
                return Set.of();
            }
            String before = i > 0 ? words.get(i - 1) : "";
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            Set<String> spoken =
                    SPOKEN.get(
                            Words.stem(word.equals("roll") && next.equals("back") ? "undo" : word));
            if (spoken != null && isAct(before, word, next) && !isSigningUp(words, i)) {
                Set<String> left = without(spoken, words.subList(i + 1, words.size()));
                return AskedToTell.of(words.subList(0, i)) ? orTelling(left) : left;
            }
            if (!StopWords.contains(word) && !OPENING.contains(word)) {
                return Set.of();
            }
        }
        return Set.of();
    }

    /** "Who approves refunds?" is not for the flow that requests them, but for one that tells. */
    private static Set<String> orTelling(Set<String> spoken) {
        Set<String> all = new HashSet<>(spoken);
        all.addAll(OF_TELLING);
        return all;
    }

    /**
     * What the act is done to says nothing of it: "publish the blog post" is not for every flow
     * that speaks of posts.
     */
    private static Set<String> without(Set<String> spoken, List<String> object) {
        Set<String> left = new HashSet<>(spoken);
        object.stream().map(Words::stem).filter(OBJECTS::contains).forEach(left::remove);
        return left;
    }

    /** "Sign our apprentices up for the training". */
    private static boolean isSigningUp(List<String> words, int at) {
        if (!words.get(at).equals("sign")) {
            return false;
        }
        List<String> behind = words.subList(at + 1, Math.min(words.size(), at + 1 + FARTHEST_UP));
        int up = behind.indexOf("up");
        String before = up > 0 ? behind.get(up - 1) : "";
        return up >= 0 && !UP_OF_A_NOUN.contains(before);
    }

    /** "Refund the fare" is one, and not "Refund was refused" or "Print quality is bad". */
    static boolean isOrder(List<String> words) {
        for (int i = 0; i + 1 < words.size(); i++) {
            if (SPOKEN.containsKey(Words.stem(words.get(i)))) {
                return OF_AN_OBJECT.matcher(words.get(i + 1)).matches();
            }
        }
        return false;
    }

    /**
     * Whether something is to be done to an object, be it an act of the list or not: "translate
     * it", "could you proofread the letter"; not "I sold my car", "this is bugging me".
     */
    static boolean asksToDo(List<String> words) {
        int verb = 0;
        while (verb < words.size() && StopWords.contains(words.get(verb))) {
            verb++;
        }
        return verb + 1 < words.size()
                && !INFLECTED.matcher(words.get(verb)).find()
                && !(verb > 0 && TELLING.contains(words.get(verb - 1)))
                && OF_AN_OBJECT.matcher(words.get(verb + 1)).matches();
    }

    /** Of a word with the stem of an act, whether it is asked for and not a thing or its state. */
    private static boolean isAct(String before, String word, String next) {
        if (word.endsWith("ed") && !SPOKEN.containsKey(word)) {
            // "Get me unsubscribed from", but "show me closed deals"
            return DONE_TO.contains(before) && (next.isEmpty() || StopWords.contains(next));
        }
        boolean thing =
                BEFORE_THINGS.contains(before) && !NAME_OF_ACT.matcher(word).find()
                        || THINGS.contains(before + " " + word)
                        || THINGS.contains(word + " " + next)
                        || BEARING_ACTS.contains(next)
                        || QUALITIES.contains(next) && BEFORE_QUALITIES.matcher(word).find()
                        || word.equals("archive") && FRENCH_ARTICLES.contains(next);
        return !thing && !NO_ACTS.contains(word);
    }

    /** Whether a flow of this name ends something, and does nothing else. */
    static boolean isEnd(String name, String description) {
        List<List<String>> parts =
                JOINING.splitAsStream(BRACKETS.matcher(Words.spaced(name)).replaceAll(" "))
                        .map(Words::split)
                        .toList();
        return parts.stream().allMatch(DecisiveActs::isEndAlone)
                && !(parts.stream().allMatch(DecisiveActs::mayBeAThing) && tellsNoEnd(description));
    }

    private static boolean isEndAlone(List<String> words) {
        if (words.isEmpty()) {
            return false;
        }
        String first = words.get(0);
        String last = words.get(words.size() - 1);
        return isEndVerb(first)
                || isEndVerb(last)
                || END_NOUNS.contains(last) && !CANCELLED_OUT.contains(lastTwo(words))
                || END_NOUNS.contains(first) && words.get(1).equals("of");
    }

    private static boolean mayBeAThing(List<String> words) {
        return THING_OF_AN_END.matcher(lastTwo(words)).matches();
    }

    private static String lastTwo(List<String> words) {
        return String.join(" ", words.subList(Math.max(0, words.size() - 2), words.size()));
    }

    private static boolean tellsNoEnd(String description) {
        List<String> words = new ArrayList<>(Words.split(description));
        // A street's state
        words.removeIf("blocked"::equals);
        return Language.isEnglish(description)
                && !speaksOfEnd(words)
                && !String.join(" ", words).matches("(?U).*\\bshut(?:s|ting)? down\\b.*");
    }

    private static boolean isEndVerb(String word) {
        return !END_NOUNS.contains(word)
                && !NO_ACTS.contains(word)
                && END_VERBS.contains(Words.stem(word));
    }

    /** Whether a text speaks of an end at all, or may in letters that these words do not have. */
    static boolean speaksOfEnd(List<String> words) {
        return words.stream().noneMatch(DecisiveActs::isLatin)
                || words.stream()
                        .anyMatch(
                                word ->
                                        ENDING_WORDS.contains(word)
                                                || ENDING.contains(Words.stem(word)));
    }

    private static boolean isLatin(String word) {
        return word.charAt(0) >= 'a' && word.charAt(0) <= 'z';
    }

    private static Set<String> words(String words) {
        return Set.of(words.split(" "));
    }
}
