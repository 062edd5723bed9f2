package io.agentruntime.matching.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a flow's description says what the flow is for. Descriptions also say who made a flow and
 * when, of which parts it is made, how an imported one is set up, and how a model is to behave. To
 * a model all of that is part of what the flow does: it draws in texts that share a word with it,
 * and hides what the name says. A flow without a description is found better than with a bad one.
 */
final class PurposeText {
    /** What a sentence to be left out begins with; all others are passed over quickly. */
    private static final Set<String> OPENINGS =
            Set.of(
                    ("created made built written updated maintained owned developed imported last changed modified owner"
                                    + " author contact status version team responsible link links doc docs documentation wiki"
                                    + " repo ticket see cf siehe jira confluence notion todo tbd fixme wip work draft poc demo"
                                    + " prototype test tests testing none not outdated deprecated obsolete veraltet unused"
                                    + " legacy old please ask exercise playing just automated integrates integrate it this"
                                    + " purpose goal description summary overview use usecase what never do don't don always"
                                    + " keep be if output respond reply when only make you you're your act behave du eres tu"
                                    + " replaced no")
                            .split(" "));

    /** What stands before the purpose. */
    private static final Pattern LABEL =
            Pattern.compile(
                    "(?i)(?:purpose|goal|description|summary|overview|use ?case|what (?:it|this (?:flow|workflow|agent)) does)"
                            + "[\\s*]*(?:[:?]|\\s[–-]\\s)[\\s*]*|(?:poc|prototype|demo) (?:for|of)\\s+"
                            + "|(?:wip|poc|draft|demo|prototype)(?:\\s*:|\\s[–-]\\s)\\s*");

    /** That it is not to be used any more. */
    private static final String RETIREMENT =
            "(?:old version|"
                    + PurposeName.OUT_OF_USE
                    + ")\\W*"
                    + "(?:$|[!.;:)\\]！。，；：）】]|\\s[–-]\\s|(?:since|by|use|please|replaced|superseded|see|do not)\\b)"
                    + "|(?:"
                    + PurposeName.DO_NOT_USE
                    + ")(?: this| it)?(?: any ?more)?\\s*(?:[!.,;:)]|\\s[–-]\\s|$)"
                    // Not "no longer used equipment is offered", but "when SAP is live"
                    + "|no longer (?:used|maintained)(?!\\h++(?!(?:since|by|use|please|see|in|on|at|for|from|after|as|because"
                    + "|and|but|any|here|when|while|where|if|once|now|until|due|with|to)\\b)"
                    + "(?-i:\\p{Ll})\\w*+(?:\\h++\\w++){0,3}?\\h++(?:is|are|can|may|goes|go|gets?)\\b)|replaced by";

    private static final Pattern RETIRED = Pattern.compile("(?iU)\\W*(?:" + RETIREMENT + ")");

    /** "May", "Friday", "3", "the 3rd". */
    private static final String DATE =
            "(?:the )?(?:\\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day\\b"
                    + "|(?:january|february|march|april|may|june|july|august|september|october|november|december"
                    + "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\b)";

    /** By whom, when, where more is written, in which state. */
    private static final Pattern NOTE =
            Pattern.compile(
                    "(?iU)(?:created|made|built|written|updated|maintained|owned|developed|imported)"
                            // "Built on n8n." says nothing, "Built on n8n to sum up mails" does
                            + " (?:by\\b|at\\b|on (?:"
                            + DATE
                            + "|\\S+$))"
                            + "|last (?:change[ds]?|updated?|modified)\\b|(?:updated|changed|modified)\\s*:?\\s*\\d"
                            + "|(?:see|cf\\.?|siehe)\\s+(?:also\\b|https?:|\\w+\\s*:|confluence|jira|notion|wiki|docs?\\b|repo"
                            + "|the (?:docs?|wiki|readme))"
                            + "|(?:jira|confluence|notion)\\b\\W*(?:[A-Z]+-\\d|$)"
                            + "|(?:wip|work in progress|draft|poc|demo|tests?|testing|none)\\W*$"
                            + "|(?:wip|draft|poc|demo|test)(?:\\s*[:,]|\\s[–-])\\s*(?:ask|do not|don't|please|not|see|created|made)\\b"
                            + "|not (?:for|in) prod"
                            + "|(?:unused|legacy)\\s*(?:[!.;:]|$)|do not (?:delete|edit|touch)(?: this| it)?\\W*$"
                            + "|please ignore|ask \\w+ before|exercise \\d"
                            + "|playing (?:with|around)|just (?:a )?(?:test|testing|playing)\\W*$|"
                            + RETIREMENT);

    /**
     * What has more words says more than a note: it goes on with the next line, as lines have been
     * joined.
     */
    private static final int LONGEST_NOTE = 6;

    /** "Last updated by Anna Smith on 3 May 2024", which goes on with no other line. */
    private static final int LONGEST_NOTE_OF_NAMES = 9;

    private static final int MOST_OTHER_WORDS = 3;

    private static final Pattern OTHER_WORD = Pattern.compile("(?<!\\S)[\\p{Ll}\\p{Lo}]");

    /** "See the docs in Confluence for more details." */
    private static final Pattern SEE = Pattern.compile("(?iU)see the\\b");

    private static final int LONGEST_SEE = 8;

    /** "Status: live", but not "Status: shows the status of an order". */
    private static final Pattern FIELD =
            Pattern.compile(
                    "(?iU)(?:owner|author|contact|status|version|team|responsible|created|updated|links?|docs?|documentation"
                            + "|wiki|repo|ticket|jira|confluence|notion)\\s*:\\s*");

    private static final int LONGEST_VALUE = 3;

    /** "Owner: Finance Operations Team Europe" */
    private static final int LONGEST_VALUE_OF_NAMES = 6;

    /** "TODO add a table", "todo: add a table", but not "Todo list from notes". */
    private static final Pattern TODO =
            Pattern.compile(
                    "(?U)(?:TODO|TBD|FIXME)\\b(?! (?i:lists?)\\b)|(?i:todo|tbd|fixme)(?:\\s*[:!]|\\s[–-]\\s|\\W*$)");

    private static final int LONGEST_TODO = 9;

    /** What a generator writes of every flow, on what it has made alone. */
    private static final Pattern BOILERPLATE =
            Pattern.compile(
                    "(?i)automated workflow:|integrates? \\d+ (?:different )?services|(?:it|this (?:flow|workflow)) (?:has|contains|consists of) \\d+ nodes");

    private static final Pattern GENERATED =
            Pattern.compile(
                    "(?iU)automated workflow:.{0,200}?\\bintegrates \\d+ different services\\b");

    /** Of a prompt that tells a model who it is, what stands before its trade or task. */
    private static final Pattern PERSONA =
            Pattern.compile(
                    "(?i)(?:you are|you're|act as|behave as|du bist|eres|tu es)\\s+(?:(?:an?|the|eine?|una?|une)\\s+)?"
                            + "(?:(?:very|helpful|friendly|polite|professional|expert|experienced|senior|skilled|world-class"
                            + "|hilfreicher|freundlicher|erfahrener)(?:,| and)?\\s+)*"
                            + "(?:(?:ai )?(?:assistant|agent|bot|chatbot)\\s+(?:that|who|which|for)\\s+)?");

    /** What stands before the task. */
    private static final Pattern TASK =
            Pattern.compile(
                    "(?iU)(?:your (?:task|job|role) is to|you (?:will|can|should|must|are to)(?! not\\b))\\s+");

    /** How a model is to behave: it draws in what it forbids. */
    private static final Pattern RULE =
            Pattern.compile(
                    "(?iU)(?:never|do not|don['’]?t|keep (?:your|it|the (?:format|tone))|be (?:\\w+\\W*$|polite|friendly|concise|strict)"
                            + "|always (?:be|answer|respond|reply|write|speak|use|keep|stay|ask|greet|end)\\b|if (?:you (?:don['’]?t|do not|are)|unsure)\\b"
                            + "|(?:respond|reply) (?:in|with|only|politely)|when (?:finished|done|unsure)"
                            + "|you (?:must not|should not|never)|your (?:answers?|tone)).*");

    /**
     * A rule that may state the task: "You answer questions on leave", "Always qualify leads by
     * budget". It counts where nothing else says what the flow is for.
     */
    private static final Pattern RULE_OR_TASK =
            Pattern.compile(
                    "(?iU)(?:always|if you|output (?:only|json|markdown|plain)|use (?:only|the (?:template|context|following))"
                            + "|only (?:use|answer|output|reply)|make sure|you (?:answer|always)).*");

    /** Words; "Always answer politely" has less. */
    private static final int SHORTEST_TASK = 5;

    /** Words that say something; of "You are a helpful assistant" only "assistant" is left. */
    private static final int SHORTEST_PURPOSE = 2;

    /** The heading of what a template does, in a sentence: it counts where nothing else does. */
    private static final Pattern HOW_IT_WORKS =
            Pattern.compile("(?iU)how (?:it|this) works\\b[\\s:?]*+(?=\\p{L})");

    /** Headings of what says nothing about the purpose, up to the next heading. */
    private static final Pattern HOW_TO =
            Pattern.compile(
                    "(?iU)(?:who (?:is|it['’]?s)|who['’]s this|how (?:it works|this works|to)|set ?-?up\\b|steps?\\b|requirements?\\b"
                            + "|prerequisites?\\b|what you need|credentials?\\b|customi[sz]\\w+|configuration\\b|installation\\b"
                            + "|need help|changelog\\b|about (?:me|the author)|license\\b).*");

    private static final Pattern MARKUP = Pattern.compile("^[\\s#>*_-]+|\\*{2,}|_{2,}");

    /** References, pages, mailboxes. */
    private static final Pattern REFERENCE =
            Pattern.compile(
                    "(?iU)\\((?:see|cf|siehe)\\b[^()]{0,200}\\)|https?://\\S+|[^\\s@]{1,64}@[^\\s@]{1,100}\\.\\w+");

    /** A list is one of parts from this share of its words on. */
    private static final double MOSTLY = 0.8;

    private static final Set<String> PARTS = Set.copyOf(WordList.lines("parts.txt").get(0));
    private static final Set<String> LIKE_PARTS = Set.copyOf(WordList.lines("parts.txt").get(1));

    /** Between parts. */
    private static final Set<String> GLUE =
            Set.of(
                    "an the and or with via uses use using of in on for to by from over as into it is based powered custom simple"
                            .split(" "));

    private PurposeText() {}

    /** Empty when nothing of it says what the flow is for. */
    static String of(String description) {
        List<String> sentences = sentences(description);
        boolean persona = PERSONA.matcher(description).lookingAt();
        boolean generated = GENERATED.matcher(description).lookingAt();
        boolean howItWorks = false;
        boolean howTo = false;
        boolean parts = false;
        List<String> kept = new ArrayList<>();
        List<String> keptOrLikely = new ArrayList<>();
        for (String sentence : sentences) {
            String plain =
                    isMarked(sentence)
                            ? MARKUP.matcher(withoutMarksAtEnd(sentence)).replaceAll("")
                            : sentence;
            if (sentence.startsWith("##")) {
                howItWorks = HOW_IT_WORKS.matcher(plain).lookingAt();
                howTo = !howItWorks && HOW_TO.matcher(plain).matches();
                plain = howItWorks ? without(HOW_IT_WORKS, plain) : plain;
            }
            parts = isPartsList(plain, parts);
            if (!howTo && !parts) {
                String said = said(plain, persona, generated);
                if (!said.isEmpty()) {
                    keptOrLikely.add(said);
                    if (!howItWorks && !(persona && RULE_OR_TASK.matcher(plain).matches())) {
                        kept.add(said);
                    }
                }
            }
        }
        List<String> purpose =
                kept.size() == keptOrLikely.size() || saysWhat(kept) ? kept : keptOrLikely;
        return purpose.equals(sentences) ? description : String.join(" ", purpose);
    }

    /** Whether what is left is more than the name of a trade. */
    private static boolean saysWhat(List<String> sentences) {
        return Words.split(String.join(" ", sentences)).stream()
                        .filter(word -> !StopWords.contains(word))
                        .count()
                >= SHORTEST_PURPOSE;
    }

    /** Whether a description begins with the word that the flow is not to be used any more. */
    static boolean isRetired(String description) {
        return RETIRED.matcher(description).lookingAt();
    }

    /** Of one sentence, what says something; empty when nothing does. */
    private static String said(String sentence, boolean persona, boolean generated) {
        String said = sentence;
        if (OPENINGS.contains(firstWord(sentence))) {
            if (generated && BOILERPLATE.matcher(said).lookingAt()
                    || isNote(said)
                    || persona && isRule(said)) {
                return "";
            }
            said = without(LABEL, said);
            said = persona ? without(TASK, without(PERSONA, said)) : said;
        }
        if (mayRefer(said)) {
            said = REFERENCE.matcher(said).replaceAll("").strip();
        }
        return said.codePoints().anyMatch(Character::isLetterOrDigit) ? said : "";
    }

    private static boolean isNote(String sentence) {
        return NOTE.matcher(sentence).lookingAt() && words(sentence) <= longestNote(sentence)
                || TODO.matcher(sentence).lookingAt() && words(sentence) <= LONGEST_TODO
                || FIELD.matcher(sentence).lookingAt() && isValue(without(FIELD, sentence));
    }

    private static boolean isValue(String text) {
        int longest = otherWords(text) <= 1 ? LONGEST_VALUE_OF_NAMES : LONGEST_VALUE;
        return words(text) <= longest;
    }

    private static int longestNote(String sentence) {
        if (otherWords(sentence) <= MOST_OTHER_WORDS) {
            return LONGEST_NOTE_OF_NAMES;
        }
        return SEE.matcher(sentence).lookingAt() ? LONGEST_SEE : LONGEST_NOTE;
    }

    /**
     * Words that are no names, as far as letters tell: they begin with a small one, or one of no
     * case.
     */
    private static long otherWords(String sentence) {
        return OTHER_WORD.matcher(sentence).results().count();
    }

    private static boolean isRule(String sentence) {
        return RULE.matcher(sentence).matches()
                || RULE_OR_TASK.matcher(sentence).matches() && words(sentence) < SHORTEST_TASK;
    }

    private static String without(Pattern beginning, String sentence) {
        Matcher begins = beginning.matcher(sentence);
        return begins.lookingAt() ? sentence.substring(begins.end()) : sentence;
    }

    private static long words(String sentence) {
        return sentence.chars().filter(c -> c == ' ').count() + 1;
    }

    private static String withoutMarksAtEnd(String sentence) {
        int end = sentence.length();
        while (end > 0 && " *_".indexOf(sentence.charAt(end - 1)) >= 0) {
            end--;
        }
        return sentence.substring(0, end);
    }

    private static boolean isMarked(String sentence) {
        char first = sentence.charAt(0);
        return !Character.isLetterOrDigit(first)
                || sentence.indexOf('*') >= 0
                || sentence.indexOf('_') >= 0;
    }

    private static boolean mayRefer(String sentence) {
        return sentence.indexOf('(') >= 0
                || sentence.indexOf('@') >= 0
                || sentence.indexOf('/') >= 0;
    }

    private static String firstWord(String sentence) {
        int end = 0;
        while (end < sentence.length()
                && (Character.isLetter(sentence.charAt(end)) || sentence.charAt(end) == '\'')) {
            end++;
        }
        return sentence.substring(0, end).toLowerCase(Locale.ROOT);
    }

    /** Of a text in one line, also at headings, labels in bold and upright bars. */
    private static List<String> sentences(String text) {
        List<String> sentences = new ArrayList<>();
        int start = 0;
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) == ' '
                    && (".!?;".indexOf(text.charAt(i - 1)) >= 0 || begins(text, i + 1))) {
                add(sentences, text.substring(start, i));
                start = i + 1;
            }
        }
        add(sentences, text.substring(start));
        return sentences;
    }

    private static boolean begins(String text, int at) {
        return text.startsWith("# ", at)
                || text.startsWith("##", at)
                || text.startsWith("| ", at)
                || text.startsWith("**", at)
                        && at + 2 < text.length()
                        && Character.isLetter(text.charAt(at + 2));
    }

    private static void add(List<String> sentences, String sentence) {
        String stripped = sentence.strip();
        if (!stripped.isEmpty()) {
            sentences.add(stripped);
        }
    }

    /**
     * "Conversational retrieval chain with Pinecone and GPT-4".
     *
     * @param goesOn whether it follows such a list
     */
    private static boolean isPartsList(String sentence, boolean goesOn) {
        int words = 0;
        int parts = 0;
        int like = 0;
        for (int start = 0; start < sentence.length(); start++) {
            int end = start;
            while (end < sentence.length() && isOfWord(sentence.charAt(end))) {
                end++;
            }
            if (end - start > 1 && Character.isLetter(sentence.charAt(start))) {
                String word = sentence.substring(start, end).toLowerCase(Locale.ROOT);
                if (!GLUE.contains(word)) {
                    words++;
                    parts += isPart(word) ? 1 : 0;
                    like += LIKE_PARTS.contains(word) ? 1 : 0;
                }
            }
            start = end;
        }
        return (parts > 0 || goesOn && like > 0) && parts + like >= MOSTLY * words;
    }

    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '-';
    }

    /** A part, of any version: gpt-4o. */
    private static boolean isPart(String word) {
        int version = word.indexOf('-');
        return PARTS.contains(word) || version > 0 && PARTS.contains(word.substring(0, version));
    }
}
