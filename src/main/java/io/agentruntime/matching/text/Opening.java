package io.agentruntime.matching.text;

import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands before what is asked for: "Hi Anna, cancel it", "Urgent: cancel it", "I sold my car.
 * Cancel the permit". What is asked for is read at the beginning of a text, and people begin with
 * these.
 *
 * @param request the text without a greeting, a label and what asks for the act: these tell nothing
 * @param bare also without what is told: that says something, but does not ask
 */
record Opening(String text, String request, String bare) {

    /** Behind a bare name: "Anna, cancel my permit", and not "Berlin, three days". */
    private static final String ORDER =
            "\\h++(?:(?:please|kindly|(?:can|could|would|will) you)\\b"
                    + "|\\p{L}++\\h++(?:the|my|our|this|that|these|those|it|them|his|her|their)\\b)";

    /**
     * "Hi Anna,", "Good morning Mr. Brown:", "Team,", "@assistant", "Anna,"; a name has one word or
     * is written in capitals: not "hey summarize customer reviews,".
     */
    private static final Pattern GREETING =
            Pattern.compile(
                    "(?iU)\\s*+(?:(?:"
                            + TaskText.GREETING
                            + ")\\b(?:\\h++(?:mrs?|ms|dr|prof|herr|frau)\\b\\.?+)*+(?:\\h++"
                            + TaskText.NO_TASK
                            + "[\\p{L}'’-]++(?=\\h*+[,!:.\\n–—-])|(?:\\h++(?-i:\\p{Lu})[\\p{L}'’-]*+){1,4})?+"
                            + "(?:\\h*+[,!:.]++|\\h++[-–—]\\h|\\h*+\\R)"
                            + "|(?:team|all|everyone|everybody|folks|guys|colleagues|bot|assistant)\\h*+[,!:]"
                            + "|@[\\w.-]++[,:]?"
                            + "|(?-i:\\p{Lu})[\\p{L}'’-]++(?:\\h++(?-i:\\p{Lu})[\\p{L}'’-]++)?,(?="
                            + ORDER
                            + "))\\s*+");

    /** What asks for the act behind it: "I would ask you to", "my boss wants me to". */
    private static final Pattern ASKING =
            Pattern.compile(
                    "(?iU)\\s*+(?:i (?:(?:would|would like to|want to|must|have to) )?ask you to"
                            + "|i (?:was|am|have been) (?:asked|told|supposed) to"
                            + "|it(?:['’]s| is) (?:high )?time to"
                            + "|i think (?:that )?(?:you|we|i) (?:should|must)"
                            + "|my \\w++ (?:wants|asked|told|would like) (?:me|us|you) to)\\s++");

    /** "Urgent:", "Ticket 4711:", "Could you help me with this:", "Thanks!"; its words decide. */
    private static final Pattern LABEL = Pattern.compile("([^.,!?:\\n]{1,60})[:!.]++\\s++");

    private static final Set<String> LABELS =
            Stream.concat(
                            TaskText.ANNOUNCING.stream(),
                            Stream.of(
                                    "urgent",
                                    "user",
                                    "subject",
                                    "re",
                                    "fw",
                                    "fwd",
                                    "fyi",
                                    "reminder",
                                    "todo",
                                    "ticket",
                                    "inc",
                                    "case",
                                    "ref",
                                    "important",
                                    "asap",
                                    "follow",
                                    "note",
                                    "attention"))
                    .collect(Collectors.toUnmodifiableSet());

    /** In a sentence that says what is wanted, and is no fact. */
    private static final String WANTING =
            "(?:want|wants|like|love|request|require|interested|who|when|where|need|needs|would|please|help|can(?!['’]?t)|could|must|(?:have|has) to|should"
                    + "|looking|trying|wish|how|what|which|why|if|whether)";

    /** A sentence that tells something begins so: "I sold my car", "Claim 4711 is", "Paul here". */
    private static final String TELLING =
            "(?:(?:i|we|he|she|they|the|my|our|this|these|it|there|here)\\b"
                    + "|(?:[\\w'’-]++ ){1,2}(?:is|are|was|were|has|had)\\b|[\\w'’-]++ (?:here|attached)\\b(?=[,.!\\n]))";

    /** "Wrong patient!" */
    private static final String EXCLAIMED = "[\\w'’-]++ [\\w'’-]++!";

    /** Its beginning is looked at first: most texts have none, and then nothing else is. */
    private static final Pattern FACT =
            Pattern.compile(
                    "(?iU)\\s*+(?="
                            + TELLING
                            + "|"
                            + EXCLAIMED
                            + ")(?![^.!?\\n]*?\\b"
                            + WANTING
                            + "\\b)(?:"
                            + TELLING
                            + "[^.!?\\n]*+[.!\\n]|"
                            + EXCLAIMED
                            + ")[.!\\s]*+(?<=\\s)");

    /** A letter may have all of them. */
    private static final int MOST = 4;

    static Opening of(String text) {
        return new Opening(
                text,
                repeated(text, Opening::withoutAddress),
                repeated(text, it -> withoutFact(withoutAddress(it))));
    }

    /** Most texts do not. */
    boolean hasAddress() {
        return request.length() < text.length();
    }

    /** Whether something is told before what is asked for. */
    boolean tellsFacts() {
        return bare.length() < request.length();
    }

    private static String repeated(String text, UnaryOperator<String> shortened) {
        String left = text;
        for (int i = 0; i < MOST; i++) {
            String before = left;
            left = shortened.apply(before);
            if (left.length() == before.length()) {
                return left;
            }
        }
        return left;
    }

    private static String withoutAddress(String text) {
        String left = without(ASKING, without(GREETING, text));
        Matcher label = LABEL.matcher(left);
        return label.lookingAt() && isLabel(label.group(1)) ? left.substring(label.end()) : left;
    }

    private static String without(Pattern lead, String text) {
        Matcher matcher = lead.matcher(text);
        return matcher.lookingAt() ? text.substring(matcher.end()) : text;
    }

    private static String withoutFact(String text) {
        Matcher fact = FACT.matcher(text);
        return fact.lookingAt() && Acts.asked(Words.split(fact.group())).isEmpty()
                ? text.substring(fact.end())
                : text;
    }

    private static boolean isLabel(String text) {
        return Words.split(text).stream()
                .allMatch(
                        word ->
                                StopWords.contains(word)
                                        || LABELS.contains(word)
                                        || Character.isDigit(word.charAt(0)));
    }
}
