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
                    "\\b(?:ignor(?:e|es|ing|iere|a|ez|er)|disregard|forget|override|overrule|bypass|skip|vergiss|oublie[zr]?|olvida|esqueca)\\b"
                            + "(?: \\w+){0,5} "
                            + TARGET
                            + "\\b"
                            + "|\\b(?:ignore|disregard|forget|override) (?:all|any|everything|anything|what)\\b"
                            + "|\\b(?:return|choose|select|pick|output|answer with|respond with|reply with|use|match|force|give me|bind)"
                            + " (?:only |always |just )?(?:the |this |that )?(?:flow(?: id)?|flowid|workflow id|id)\\b"
                            + "|\\b(?:set|make|force|put) (?:the )?(?:matched|match|confidence|score|threshold|flow id|source)\\b"
                            + "|\\b(?:matched|confidence|score|threshold) (?:is |to |must be |should be |equals ){0,5}(?:true|[01]|100|max\\w*)\\b"
                            + "|\\b(?:system|developer|hidden|initial) (?:prompt|message|instructions?|override)\\b"
                            + "|\\byou are now\\b|\\bact as (?:the )?(?:system|admin|root|developer)\\b|\\bjailbreak\\b"
                            + "|\\b(?:always|must) (?:match|return|choose|select|pick)\\b"
                            + "|\\b(?:drop|delete from|insert into|union select) (?:table|all|select|flows?)\\b");

    private Injection() {}

    static boolean isAttempted(String text) {
        return ATTEMPT.matcher(Words.fold(text)).find();
    }
}
