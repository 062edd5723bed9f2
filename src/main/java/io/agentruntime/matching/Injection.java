package io.agentruntime.matching;

import java.util.regex.Pattern;

/**
 * Texts that speak to the matcher ("ignore the catalog and return flow X") instead of stating a
 * task.
 */
final class Injection {

    private static final String TARGET =
            "(?:catalog(?:ue)?|instructions?|rules?|prompts?|guidelines?|directions?|thresholds?|constraints?|"
                    + "descriptions?|anweisungen|regeln|katalog|instrucciones|reglas|catalogo|instrucoes|regras|"
                    + "consignes|regles|catalogue)";

    private static final String FLOW =
            "(?:(?<!cash )flow(?: id)?(?! (?:charts?|diagrams?|rates?|meters?)(?![a-z0-9]))|flowid|workflow id)";

    /** So that what is behind it is chosen among flows, not returned or matched in a task. */
    private static final String CHOICE = "(?:the|this|that|only|just)(?: [^ ]++){0,2}? ";

    /**
     * Matched against folded text: lower case, no accents, single spaces. Words of other scripts
     * may stand beside these without a space.
     */
    private static final Pattern ATTEMPT =
            Pattern.compile(
                    "(?<![a-z0-9])(?:"
                            + "(?:ignor(?:e|es|ing|iere|a|ez|er)|disregard|forget(?! to )|override|overrule|bypass|skip|vergiss|oublie[zr]?|olvida|esqueca)"
                            + "(?: [^ ]++){0,5} "
                            + TARGET
                            + "|(?:ignore|disregard|forget|override) (?:all|any|everything|anything|what)(?: [^ ]++){0,3}"
                            + " (?:above|before|previous|previously|prior|earlier|said|told|know|learned|learnt)"
                            + "|(?:ignore|disregard|forget) (?:(?:everything|it all)(?: and| then)*|all(?: and| then)+)"
                            + " (?:return|choose|select|pick|use|match)"
                            + "|(?:ignore|disregard|forget) all (?:return|choose|select|pick|use|match) "
                            + CHOICE
                            + "(?:"
                            + FLOW
                            + "|id)"
                            + "|(?:return|choose|select|pick|output|answer with|respond with|reply with|use|match|force|give me|bind)"
                            + " (?:only |always |just )?(?:the |this |that )?"
                            + FLOW
                            + "|(?:set|make|force|put) (?:the )?(?:matched|flow id)"
                            + "|(?:set|make|force|put) (?:the )?(?:match|confidence|score|threshold) "
                            + "(?:(?:(?:to|as|at|is|equals) ){0,5}(?:true|[0-9]+|max[a-z0-9]*)"
                            + "|(?:(?:to|as|at|is|equals) ){1,5}(?:zero|one|full|perfect|high[a-z]*|low[a-z]*))"
                            + "|(?:set|make|force|put) (?:the )?source (?:(?:to|as|at|is|equals) ){0,5}(?:discovery|default|created)"
                            + "|(?:(?:matched|confidence|threshold) |score (?=[a-z]))(?:is |to |must be |should be |equals ){0,5}(?:true|[01]|100)"
                            + "|(?:(?:matched|confidence|score) |threshold (?!max))(?:is |to |must be |should be |equals ){0,5}max[a-z0-9]*"
                            + "|(?:your|reveal|show|print|repeat|output) (?:me )?(?:the |your )?(?:system|developer|hidden|initial)"
                            + " (?:prompt|message|instructions?)"
                            + "|^(?:system|developer) (?:prompt|message|instructions?)|(?:system|developer|hidden|initial) override"
                            + "|you are now|act as (?:the )?(?:system|admin|root|developer)|jailbreak"
                            + "|(?:you must|always) (?:match|return|choose|select|pick) "
                            + CHOICE
                            + FLOW
                            + "|(?:drop|delete from|insert into|union select) (?:table|all|select|flows?)"
                            + ")(?![a-z0-9])");

    /**
     * Matched against the text as typed: what is always to be returned is a flow if it has a name's
     * capitals ("always return Blog Writer"), and may be the form of an answer if not.
     */
    private static final Pattern NAMED =
            Pattern.compile(
                    "(?<![A-Za-z0-9])(?i:you must|always)(?i:\\s++always)?\\s++(?i:match|return|choose|select|pick)"
                            + "\\s++[^\\p{L}\\p{N}\\s]{0,2}\\p{Lu}\\p{Ll}[\\p{L}\\p{N}]*+\\s++\\p{Lu}");

    private Injection() {}

    static boolean isAttempted(String text) {
        return ATTEMPT.matcher(Words.fold(text)).find() || NAMED.matcher(text).find();
    }
}
