package io.agentruntime.matching.text;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Acts behind their object: "have the invoice paid", "I want my account deleted". */
final class HaveItDone {

    /** In "I need the invoice I paid" and "the invoice that was paid" the act says which one. */
    private static final String OF_WHICH =
            "(?:of|i|we|you|he|she|they|it|that|which|who|is|are|was|were|be|been|being|already|just|has|have|had|got|to)\\b";

    /** All of the text: in "get the orders cancelled last week" it says which ones. */
    private static final Pattern DONE =
            Pattern.compile(
                    "(?U)(?:(?:and|so|but|ok|please|hi|hello|hey|now|then) )*+"
                            + "(?:(?:can|could|will|would) (?:you|we|i) (?:please |kindly )?"
                            + "|(?:i|we) (?:want|need|have|would like) to |id like to |lets )?"
                            + "(?:have|get|(?:i|we) (?:want|need|would like)|id like) "
                            + "(?:the|my|our|this|that|these|those|his|her|their|all)"
                            + "(?: (?!"
                            + OF_WHICH
                            + ")\\w+){1,4} (?<done>paid|\\w+ed)"
                            + "(?: (?:please|now|today|asap|thanks|thank you))*+");

    private HaveItDone() {}

    /** The act, empty when the text is not all such a request. */
    static Optional<String> act(List<String> words) {
        Matcher done = DONE.matcher(String.join(" ", words));
        return done.matches() ? Optional.of(act(done.group("done"))) : Optional.empty();
    }

    private static String act(String done) {
        return done.equals("paid") ? "pay" : done;
    }
}
