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
                            + "|(?:ignore|disregard|forget) (?:all|everything|it all)(?: and| then|,)* (?:return|choose|select|pick|use|match)"
                            + "|(?:return|choose|select|pick|output|answer with|respond with|reply with|use|match|force|give me|bind)"
                            + " (?:only |always |just )?(?:the |this |that )?"
                            + "(?:flow(?: id)?(?! (?:charts?|diagrams?|rates?|meters?)(?![a-z0-9]))|flowid|workflow id)"
                            + "|(?:set|make|force|put) (?:the )?(?:matched|flow id)"
                            + "|(?:set|make|force|put) (?:the )?(?:match|confidence|score|threshold|source)"
                            + " (?:to|as|at|is|equals|true|[0-9]+|max[a-z0-9]*)"
                            + "|(?:(?:matched|confidence|threshold) |score (?=[a-z]))(?:is |to |must be |should be |equals ){0,5}(?:true|[01]|100|max[a-z0-9]*)"
                            + "|(?:your|reveal|show|print|repeat|output) (?:me )?(?:the |your )?(?:system|developer|hidden|initial)"
                            + " (?:prompt|message|instructions?)"
                            + "|^(?:system|developer) (?:prompt|message|instructions?)|(?:system|developer|hidden|initial) override"
                            + "|you are now|act as (?:the )?(?:system|admin|root|developer)|jailbreak"
                            + "|(?:you must|always) (?:match|return|choose|select|pick)"
                            + "|(?:drop|delete from|insert into|union select) (?:table|all|select|flows?)"
                            + ")(?![a-z0-9])");

    private Injection() {}

    static boolean isAttempted(String text) {
        return ATTEMPT.matcher(Words.fold(text)).find();
    }
}
