package io.agentruntime.matching.text;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Texts that speak of what flows are for, and ask none of them to do it: what a word means, who
 * made this agent, that somebody shall make one, what is done already.
 */
enum AskedAbout {
    /** "what is subrogation?": for flows that give answers. */
    MEANING(
            Part.WHAT_IT_IS + "|" + Part.WHAT_IT_MEANS + "|" + Part.THE_DIFFERENCE + "|" + Part.WHY,
            Part.ANSWERS),
    /** "write me an agent that reads invoices": for flows that make flows. */
    MAKING(Part.MAKE_ONE, Part.AGENTS),
    /**
     * "who owns the invoice agent?", "how do I change its prompt?": for flows that tell of flows.
     */
    AGENT(Part.CHANGE_ONE + "|" + Part.SAYS_AGENT + Part.OF_AN_AGENT, Part.AGENTS),
    /** "what can I ask you?": for flows that tell what there are. */
    ABILITIES(Part.WHAT_YOU_CAN, Part.AGENTS),
    /** "how accurate is the premium calculator?": of a flow whose whole name is in the text. */
    NAMED(Part.OF_AN_AGENT, ""),
    /** "I already reset my password", "the laptop was ordered already". */
    DONE(
            "^(?:i|we) (?:\\w+ ){1,6}already$"
                    + "|^(?!.*\\b(?:but|again|still|not|no|how|what|when|where|why|if|whether|that|which|who|can|could|please|need|want|and)\\b)"
                    + "(?:already (?:done|finished|sent|ordered|booked|made|posted)\\b"
                    + "|(?:the|my|our|this|these|it|everything) (?:\\w+ ){0,5}"
                    + "(?:(?:is|are|was|were|has been|have been) already|(?:has|have) already been) "
                    + "(?:booked|created|done|drafted|filed|finished|made|ordered|posted|published|reviewed|scheduled|sent|signed|submitted"
                    + "|summarized|summarised|translated|updated|uploaded|written)"
                    // More words may be a task: "the draft is already written, proofread it"
                    + "(?: (?:to|by|for|on|at|last|this|yesterday|today|thanks)(?: \\w+){0,2})?$)"
                    + "|^(?:the|my|our|this|these|it|everything) (?!.*\\b(?:but|not|that|which|who)\\b)(?:\\w+ ){0,5}"
                    + "(?:was|were|has been|have been) \\w+ already(?: (?:many )?(?:thanks|thank you)(?: \\w+){0,2})?$"
                    + "|"
                    + Part.ARRIVED_THANKS,
            ""),
    /** "I already have an offer": where the text says no more. */
    REPORTED(Part.ALREADY_DID, "");

    /** Of the patterns, with an example each. */
    private static final class Part {

        /**
         * Before something that the caller has, and no word of a language: "these two contracts".
         */
        private static final String A_THING =
                "(?:this|that|these|those|my|our|your|the(?! (?:word|term|abbreviation|acronym)\\b))\\b";

        /** "what is subrogation", "what are overhead costs", "explain what a postmortem is". */
        static final String WHAT_IT_IS =
                "^what (?:(?:is|s) (?:an? )?|are (?=\\w+(?: \\w+)?$)"
                        + "(?!.* (?:hours|times|dates|deadlines|prices|fees|levels|slots|vacancies)$))"
                        + "(?!(?:the|my|our|your|this|that|these|for|in|on|new|next|covered|due|going"
                        + "|wrong|left|open|up|today|tomorrow|tonight|current|latest|happening|trending)\\b)"
                        // "what is Anna's phone number", "what is weather in Berlin"
                        + "(?!.* (?:s|in|at|of|from|to)\\b|.*\\d)"
                        + "\\w+(?: \\w+){0,2}(?<! like| worth| status| on| about| for| today| tomorrow| tonight| now)$"
                        + "|^(?:please )?(?:explain|tell me)(?: to me)? what an? \\w+(?: \\w+){0,2} (?:is|does)$";

        /** "what does subrogation mean", "what does the abbreviation VAT stand for". */
        static final String WHAT_IT_MEANS =
                "^what do(?:es)? (?!"
                        + A_THING
                        + ")(?:an? )?\\w+(?: \\w+){0,2} (?:mean|stand for)\\b"
                        + "|^what (?:is|s) the (?:meaning|definition) of (?!"
                        + A_THING
                        + ")";

        /** "what's the difference between a lease and a licence"; of "v1 and v2" it is a task. */
        static final String THE_DIFFERENCE =
                "^what (?:is|s) the difference between (?!(?:two|both)\\b|" + A_THING + "|.*\\d)";

        /**
         * "who invented mileage allowances", "why do insurers ask", "why do we write tests at all".
         */
        static final String WHY =
                "^who invented\\b|^why do (?!.*\\d|.*\\bour\\b)(?:people|insurers|companies|we(?= (?:need|have to|bother)\\b| .*\\b(?:at all|even|still)\\b))\\b";

        /** In a name. */
        static final String ANSWERS =
                "question questions answer answers faq faqs q qa knowledge wiki docs documentation explainer explained"
                        + " glossary definition definitions encyclopedia tutor tutoring teacher chat chatbot"
                        + " expert helpdesk advisor policy policies handbook dictionary translator translation ask wikipedia";

        /**
         * Not an "abandoned cart flow", which is mail to customers, nor the "patient flow" of a
         * hospital.
         */
        private static final String A_FLOW =
                "(?<!\\b(?:welcome|cart|checkout|patient|material|traffic|cash) )flow";

        private static final String AN_AGENT =
                "(?:" + A_FLOW + "|workflow|agent|bot|chatbot|assistant)";

        /** "build me an agent that reads invoices". */
        static final String MAKE_ONE =
                "\\b(?:build|create|make|write|design|develop|set up)(?: me| us)? (?:an?|another) (?:\\w+ ){0,2}"
                        + AN_AGENT
                        + "(?: (?:that|which|who|to|for|in|with|like)\\b|$)";

        /** "how do I change the prompt of the invoice reader", "which model does it use". */
        static final String CHANGE_ONE =
                "^how (?:do|can) (?:i|we|you) (?:add|change|connect|edit|configure|improve|update) .*\\b(?:"
                        + A_FLOW
                        + "(?! (?:rate|sensor|meter|chart)s?\\b)|agent|bot|prompt)\\b"
                        + "|^which (?:model|llm)s? (?:do|does|is|are)\\b(?!.*\\b(?:stock|sell|sold|offer)\\b)";

        /** "how good is the resume screener", "who built it", "why did it fail", "does it work". */
        static final String OF_AN_AGENT =
                "(?:^how (?:accurate|reliable|good) (?:is|are) (?:the|your|this)\\b"
                        + "|^who (?:built|maintains|owns|made|wrote|changed) (?:the|this|your)\\b"
                        + "|^who (?:may|can|is allowed to) (?:run|use)\\b"
                        + "|^how often (?:was|is|has) .*\\b(?:used|run)$"
                        + "|^why did .*\\bfail\\b"
                        + "|^(?:can|is) the .*\\b(?:wrong|reliable|accurate)$"
                        + "|^does the .*\\bwork(?:ing)?$)";

        /** Before a question: "who owns the invoice agent". */
        static final String SAYS_AGENT = "^(?=.*\\b" + AN_AGENT + "\\b)";

        /**
         * Behind what arrived or works; before it, in "my missing parcel", it is what was wrong.
         */
        private static final String STILL_WRONG =
                "only|sometimes|nothing|damaged|broken|defective|wrong|missing|late";

        /**
         * "the password reset worked, thanks"; what "must be fixed, thanks" or "arrived damaged,
         * thanks" is a task.
         */
        static final String ARRIVED_THANKS =
                "^(?:my|the|our|it|that) (?!.*\\b(?:but|not|no|never|still|t|cannot|please|can|could|needs?|want|has to)\\b).*(?<!\\b(?:be|get) )\\b"
                        + "(?:arrived|came(?! on\\b)|worked|works|fine|fixed|solved|resolved|done|great|perfect|well)"
                        + "(?: (?!(?:"
                        + STILL_WRONG
                        + ")\\b)\\w+){0,3} (?:thanks|thank you)\\b(?! for nothing\\b)";

        /** "I've already reset my password". */
        static final String ALREADY_DID =
                "^(?:i|we)(?: ve| have)? already \\w+"
                        + "(?!.*\\b(?:but|again|still|not|no|how|what|when|where|why|can|could|please|need|want|and)\\b)";

        private static final String OF_KINDS =
                "(?:what|which)(?: (?:else|all|other|kinds? of|sorts? of|types? of|things?|stuff|tasks?|jobs?"
                        + "|questions?|requests?|topics?))*+";

        /**
         * "what can I ask you about", "which tasks can you do for me"; "..., in Rome" is a task.
         */
        static final String WHAT_YOU_CAN =
                "^(?:please )?(?:(?:can|could) you )?(?:(?:tell|show) (?:me|us) )?"
                        + OF_KINDS
                        + " (?:(?:can|could|may|should) (?:i|we) (?:ask|give|tell|use) you"
                        + "|(?:(?:can|could|do|are) you|you (?:can|could|are))(?: able to| actually| all)*+"
                        + " (?:do|ask|answer|handle|help|assist|support|capable of|good at))"
                        + "(?: (?:me|us|about|for|here|now|please|then|to|today|with|do|thanks|thank you))*+$";

        static final String AGENTS =
                "flow flows workflow workflows agent agents bot bots chatbot chatbots assistant assistants prompt prompts"
                        + " model models llm llms automation automations";
    }

    /** How a description says that its flow does: not "questions for an interview". */
    private static final Pattern ANSWERS_QUESTIONS =
            Pattern.compile(
                    "(?U)\\b(?:answers?|answering|explains?|explaining|defines|teach(?:es)?|tutors?|advis(?:es?|ing)"
                            + "|translat(?:es?|ing)|inquir(?:y|ies)|questions (?:about|on)|q a|glossary|encyclopedia|dictionary)\\b");

    /** Of a description, in characters: what a flow is, it says at its beginning. */
    private static final int LONGEST_SAID = 500;

    /**
     * What a flow says that it is: "Symptom Assistant", "An AI agent that ...", "this workflow".
     */
    private static final Pattern WHAT_IT_IS_ITSELF =
            Pattern.compile(
                    "(?U)(?:^(?:you are )?(?:an? |the |this |our |your )?(?:(?!an?\\b|the\\b)\\w+ ){0,2}|\\bthis (?:\\w+ )?)"
                            + "(?:flow|workflow|agent|bot|chatbot|assistant|model|automation)\\b");

    /**
     * How a description says that its flow tells what there are: "explains what the bot can do".
     */
    private static final Pattern TELLS_ABILITIES =
            Pattern.compile(
                    "(?U)\\b(?:capabilit(?:y|ies)|any questions?"
                            + "|what (?:\\w+ ){1,4}(?:can|able to) (?:be asked|do|ask|help|answer|handle))\\b");

    /** Whoever comes is told there what there is. */
    private static final Set<String> NAMES_OF_HELP =
            Set.of(
                    "abilities",
                    "capabilities",
                    "chat",
                    "chatbot",
                    "faq",
                    "help",
                    "helpdesk",
                    "onboarding",
                    "welcome");

    /** Of a word, and of nothing that was told before: "What is a postmortem?". */
    private static final Pattern WHAT_A_WORD_IS =
            Pattern.compile(
                    "(?iU)\\bwhat(?: is|['’´`]s) an? (?!(?:good|better|fair|reasonable|possible)\\b)");

    /** In characters. */
    private static final int LONGEST = 200;

    /** What is contracted is two words here: "what's a postmortem", "I've already". */
    private static final Pattern APOSTROPHE = Pattern.compile("['’´`]");

    /**
     * It may be a task: "I already have a draft, proofread it", and is none in "..., thank you".
     */
    private static final Pattern FURTHER_CLAUSE =
            Pattern.compile(
                    "(?:[,;:.!–—]\\s|\\n|\\s-\\s)\\s*+"
                            + "(?!thank|many thanks|(?:best|kind) |regards|cheers|have a |bye|sorry)\\w+\\W+\\w",
                    Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);

    private final Pattern pattern;

    /** A flow that speaks of these may be meant all the same. */
    private final Set<String> forThese;

    AskedAbout(String pattern, String forThese) {
        this.pattern = Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS);
        this.forThese = Set.copyOf(Words.split(forThese));
    }

    /** Empty when the text may ask for something to be done; a long one may. */
    static Optional<AskedAbout> of(Opening opening) {
        return ofAll(opening.text()).or(() -> behind(opening));
    }

    private static Optional<AskedAbout> behind(Opening opening) {
        Optional<AskedAbout> asked =
                opening.hasAddress() ? ofAll(opening.request()) : Optional.empty();
        return asked.isPresent() || !opening.tellsFacts()
                ? asked
                : ofAll(opening.bare()).filter(kind -> kind.mayFollowAFact(opening.text()));
    }

    private static Optional<AskedAbout> ofAll(String text) {
        String folded =
                text.length() > LONGEST ? "" : Words.fold(APOSTROPHE.matcher(text).replaceAll(" "));
        return Arrays.stream(values())
                .filter(kind -> kind.pattern.matcher(folded).find() && !kind.isContinued(text))
                .findFirst();
    }

    /**
     * "My laptop is broken. I already restarted it" asks for something, and so does "My machine
     * shows E18. What is it?".
     */
    private boolean mayFollowAFact(String text) {
        return switch (this) {
            case DONE, REPORTED -> false;
            case MEANING -> WHAT_A_WORD_IS.matcher(text).find();
            default -> true;
        };
    }

    /** Whether a text that says what is done goes on to say what is not. */
    private boolean isContinued(String text) {
        return switch (this) {
            case DONE -> text.indexOf('?') >= 0;
            case REPORTED -> text.indexOf('?') >= 0 || FURTHER_CLAUSE.matcher(text).find();
            default -> false;
        };
    }

    /** Whether it is asked about one flow, and not for one to be made. */
    boolean isOfOne() {
        return this == AGENT || this == NAMED;
    }

    /** Whether it says that something is done. */
    boolean isOfDone() {
        return this == DONE || this == REPORTED;
    }

    /**
     * Whether a flow does with such texts what they ask for: it gives answers, or works on flows.
     * One that is called an agent, or says that it is one, is not for agents; nor does the very
     * word that is asked for say anything: "what is a policy?".
     *
     * @param asked what of the text says something
     */
    boolean isFor(Purpose purpose, List<String> asked) {
        if (forThese.isEmpty()) {
            return false;
        }
        String said = purpose.description();
        String description =
                Words.fold(said.length() > LONGEST_SAID ? said.substring(0, LONGEST_SAID) : said);
        if (this == MEANING) {
            boolean isTheWord = forThese.containsAll(asked);
            return ANSWERS_QUESTIONS.matcher(description).find()
                    || name(purpose).stream()
                            .anyMatch(
                                    it ->
                                            forThese.contains(it)
                                                    && !(isTheWord && asked.contains(it)));
        }
        return this == ABILITIES && tellsAbilities(purpose, description)
                || isOfAgents(purpose)
                || words(WHAT_IT_IS_ITSELF.matcher(description).replaceAll(" "))
                        .anyMatch(forThese::contains);
    }

    private boolean tellsAbilities(Purpose purpose, String description) {
        List<String> name = name(purpose);
        return TELLS_ABILITIES.matcher(description).find()
                || name.stream().anyMatch(NAMES_OF_HELP::contains)
                || pattern.matcher(String.join(" ", name)).find();
    }

    /** Whether it is called after what it works on: "Prompt Improver", and no "Invoice Agent". */
    boolean isOfAgents(Purpose purpose) {
        List<String> name = name(purpose);
        return name.stream().limit(Math.max(0, name.size() - 1)).anyMatch(forThese::contains);
    }

    private static List<String> name(Purpose purpose) {
        return Words.split(Words.spaced(purpose.name()));
    }

    private static Stream<String> words(String text) {
        return Words.split(text).stream();
    }
}
