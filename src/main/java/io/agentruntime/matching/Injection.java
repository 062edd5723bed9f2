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

    /** Matched against folded text: lower case, no accents, single spaces. */
    private static final Pattern ATTEMPT =
            Pattern.compile(
                    "\\b(?:ignor(?:e|es|ing|iere|a|ez|er)|disregard|forget(?! to\\b)|override|overrule|bypass|skip|vergiss|oublie[zr]?|olvida|esqueca)\\b"
                            + "(?: \\w+){0,5} "
                            + TARGET
                            + "\\b"
                            + "|\\b(?:ignore|disregard|forget|override) (?:all|any|everything|anything|what)(?: \\w+){0,3}"
                            + " (?:above|before|previous|previously|prior|earlier|said|told|know|learned|learnt)\\b"
                            + "|\\b(?:return|choose|select|pick|output|answer with|respond with|reply with|use|match|force|give me|bind)"
                            + " (?:only |always |just )?(?:the |this |that )?"
                            + "(?:flow(?: id)?(?! (?:charts?|diagrams?|rates?|meters?)\\b)|flowid|workflow id)\\b"
                            + "|\\b(?:set|make|force|put) (?:the )?(?:matched|flow id)\\b"
                            + "|\\b(?:set|make|force|put) (?:the )?(?:match|confidence|score|threshold|source)"
                            + " (?:to|as|at|is|equals|true|\\d+|max\\w*)\\b"
                            + "|\\b(?:(?:matched|confidence|threshold) |score (?=[a-z]))(?:is |to |must be |should be |equals ){0,5}(?:true|[01]|100|max\\w*)\\b"
                            + "|\\b(?:your|reveal|show|print|repeat|output) (?:me )?(?:the |your )?(?:system|developer|hidden|initial)"
                            + " (?:prompt|message|instructions?)\\b"
                            + "|^(?:system|developer) (?:prompt|message|instructions?)\\b|\\b(?:system|developer|hidden|initial) override\\b"
                            + "|\\byou are now\\b|\\bact as (?:the )?(?:system|admin|root|developer)\\b|\\bjailbreak\\b"
                            + "|\\b(?:you must|always) (?:match|return|choose|select|pick)\\b"
                            + "|\\b(?:drop|delete from|insert into|union select) (?:table|all|select|flows?)\\b");

    private Injection() {}

    static boolean isAttempted(String text) {
        return ATTEMPT.matcher(Words.fold(text)).find();
    }
}
