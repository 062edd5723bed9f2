package io.agentruntime.matching.text;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Questions that ask to be told of an act: "who approves it", "do I have to pay". Who asks how or
 * where it is done, or whether it can be, asks for the act: "how do I cancel it", "can I cancel
 * it".
 */
final class AskedToTell {

    /** People begin with these. */
    private static final String LEAD =
            "(?:(?:and|so|but|ok|okay|please|pls|hi|hello|hey|there|also|then|now|well|sorry|actually|just|thanks) )*+";

    private static final String AUXILIARY =
            "(?:do|does|did|am|is|are|was|were|has|have|had|will|would|can|could|should|shall|must|may|to)";

    private static final String SOMEBODY = "(?:i|we|they|he|she)";

    private static final String SOMETHING = "(?:it|this|that|these|those)";

    /** These ask for the act: "is it possible to cancel", "are you able to". */
    private static final String NO_WAY_TO_IT =
            "(?!.*\\b(?:able|possible|way|ok|okay|fine|help|assist)\\b)";

    private static final Pattern QUESTION =
            Pattern.compile(
                    "^"
                            + LEAD
                            + "(?:(?:which|why)\\b"
                            + "|(?:who|whom|whose|where (?:is|are|was|were|does|did|has)"
                            + "|is|isnt|am|are|arent)\\b"
                            + NO_WAY_TO_IT
                            // "When you are ready, publish it" tells when
                            + "|when "
                            + AUXILIARY
                            + "\\b"
                            // "What do I have to do to cancel"
                            + "|what "
                            + AUXILIARY
                            + "\\b(?!.*\\bdo\\b)"
                            + "|how (?:is|are|was|were|did|has|come)\\b"
                            // "Do it", "have it deleted"
                            + "|(?:do|have) (?:"
                            + SOMEBODY
                            + "|you(?! know\\b| mind\\b))\\b"
                            + "|(?:does|doesnt|did|didnt|has|hasnt|was|wasnt|were|werent)\\b"
                            // "Will you delete it"
                            + "|(?:must|should|shall|will|would) (?:"
                            + SOMEBODY
                            + "|"
                            + SOMETHING
                            + ")\\b"
                            + NO_WAY_TO_IT
                            + ")");

    /** "Can you tell me who approves it", "I want to know whether it was refunded". */
    private static final Pattern INDIRECT =
            Pattern.compile(
                    "\\b(?:tell (?:me|us)|know|wonder|wondering|say) "
                            + "(?:who|whom|which|why|when|what|(?:if|whether)(?!.*\\b(?:can|could|able|possible)\\b))\\b");

    /** "Do you know how to cancel it". */
    private static final Pattern HOW_TO =
            Pattern.compile("\\bhow (?:to|do|can|could|would|should|might)\\b");

    private AskedToTell() {}

    /**
     * Whether what stands before an act asks to be told of it.
     *
     * @param before folded words, from the beginning of a text
     */
    static boolean of(List<String> before) {
        String said = String.join(" ", before);
        return !HOW_TO.matcher(said).find()
                && (QUESTION.matcher(said).find() || INDIRECT.matcher(said).find());
    }
}
