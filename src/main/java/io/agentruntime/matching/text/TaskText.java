package io.agentruntime.matching.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a text states the task. People paste what a task is about below it, answer above an older
 * mail, name addresses, and say what they do not want; to a model all of that is part of what is
 * asked for.
 */
final class TaskText {

    /** A signature follows it (RFC 3676, 4.3). */
    private static final Pattern SIGNATURE = Pattern.compile("--\\s*");

    /** Or what Outlook draws above. */
    private static final Pattern QUOTED = Pattern.compile("\\s*+(?:>.*|_{5,}\\s*+)");

    /** It opens or closes; no code stands behind it, as where a line is all of the code. */
    private static final Pattern FENCE = Pattern.compile("\\s*(?:`{3,}+[^`]*|~~~.*)");

    private static final Pattern CODE_OF_ONE_LINE = Pattern.compile("\\s*`{3,}+.+```\\s*");

    /** Tasks are put in lists, pasted material seldom is. */
    private static final Pattern LIST_ITEM = Pattern.compile("\\s*(?:[-*•–]|\\d{1,2}[.)])\\s.*");

    private static final Pattern BLANK = Pattern.compile("\\s*");

    /** They announce the task, as in "this is my question:", and are none. */
    static final Set<String> ANNOUNCING =
            Set.of(
                    "question",
                    "questions",
                    "query",
                    "task",
                    "tasks",
                    "request",
                    "requests",
                    "new",
                    "next",
                    "urgent",
                    "problem",
                    "problems",
                    "issue",
                    "issues",
                    "job",
                    "idea",
                    "goal",
                    "prompt",
                    "instruction",
                    "instructions",
                    "following",
                    "below",
                    "frage",
                    "aufgabe",
                    "anliegen",
                    "folgende",
                    "folgendes",
                    "pregunta",
                    "tarea",
                    "solicitud",
                    "siguiente",
                    "demande",
                    "tache",
                    "probleme",
                    "problema",
                    "suivante",
                    "voici");

    /** Of these, what announces another task below one, and not what the one is about. */
    private static final Set<String> ANNOUNCING_ANOTHER =
            Set.of(
                    "question",
                    "task",
                    "tasks",
                    "goal",
                    "job",
                    "instruction",
                    "instructions",
                    "frage",
                    "aufgabe",
                    "pregunta",
                    "tarea",
                    "tache");

    /**
     * The same where words have no spaces between, as in "我的问题是:" (my question is), and not
     * "总结这个问题:" (sum this problem up).
     */
    private static final Pattern ANNOUNCING_WITHOUT_SPACES =
            Pattern.compile(
                    "\\s*(?:我们|我|的|想|有|一|个|这|是|以下|下面|请|问|次|の|が|は|私){0,8}(?:问题|問題|任务|任務|需求|请求|事情|お願い|質問|依頼|課題)(?:是|があります|です)?\\s*:\\s*");

    /**
     * They say who asks, as in "The user asks:". Where a text goes on behind what was asked, it is
     * about that: "Customer message:\nWhere is it?\n\nDraft a reply."
     */
    private static final Set<String> REPORTING =
            Set.of(
                    "user",
                    "customer",
                    "client",
                    "caller",
                    "employee",
                    "asks",
                    "asked",
                    "writes",
                    "wrote",
                    "message",
                    "messages",
                    "comment",
                    "description",
                    "details",
                    "support",
                    "ticket",
                    "input");

    /** Headings of what a text that is written in sections says before the task. */
    private static final Set<String> SETTING =
            Set.of(
                    "context",
                    "background",
                    "situation",
                    "role",
                    "kontext",
                    "hintergrund",
                    "rolle",
                    "contexto",
                    "rol",
                    "contexte");

    /** "Sehr geehrte Damen und Herren," */
    private static final int MOST_WORDS_OF_A_SALUTATION = 5;

    /** What a letter begins with; a name follows. */
    private static final String DEAR =
            "dear|greetings|liebe[rs]?|sehr geehrte[rs]?|cher|chère|estimad[oa]s?";

    static final String GREETING =
            "hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)"
                    + "|hallo|moin|guten (?:tag|morgen|abend)"
                    + "|bonjour|bonsoir|salut|hola|buenos días|buenas tardes|ciao|salve|buongiorno|olá|"
                    + DEAR;

    /** No name begins with these: "hey translate this,". */
    static final String NO_TASK =
            "(?!(?:this|that|the|these|my|our|your|a|an|it|me|us|for|to|and|can|could|please)\\b)";

    /**
     * "Hi team," and "Good morning!", and in a line of its own "Dear hiring committee,", "hi anna,"
     * and "Hi Anna Meyer,"; not "hey translate this, please" nor "hi translate this letter,".
     */
    private static final Pattern SALUTATION =
            Pattern.compile(
                    "(?iU)^\\s*+(?:"
                            + GREETING
                            + ")"
                            + "(?:\\h+(?:there|again|all|both|team|everyone|everybody|folks|guys|colleagues|bot|assistant|friend|friends"
                            + "|sir|madam|to all|to you all|zusammen|alle|tous|a todos)\\b)?+"
                            + "(?:\\h*+(?:[,!.]++|[-–—]\\h|\\R)"
                            + "|(?:(?<=(?:"
                            + DEAR
                            + "))(?:\\h++"
                            + NO_TASK
                            + "[\\p{L}.'’-]++){1,4}|\\h++"
                            + NO_TASK
                            + "[\\p{L}.'’-]++|(?:\\h++(?-i:\\p{Lu})[\\p{L}.'’-]*+){1,4}|(?:\\h++"
                            + NO_TASK
                            + "[\\p{L}.'’-]++){1,3}?\\h++(?:team|colleagues)),\\h*+\\R)"
                            + "\\s*+(?=\\S)");

    /** A line of its own, below the task. */
    private static final Pattern CLOSING =
            Pattern.compile(
                    "(?iU)\\s*+(?:(?:with )?(?:(?:best|kind|kindest|warm|warmest) )?(?:regards|wishes|greetings)"
                            + "|(?:many )?thanks (?:and|&) (?:(?:best|kind|warm) )?regards"
                            + "|(?:yours )?(?:sincerely|truly|faithfully)(?: yours)?"
                            + "|(?:mit )?(?:freundlichen?|viele|liebe|beste|schöne) gr(?:ü(?:ß|ss)en?|uss)"
                            + "|(?:bien )?cordialement|(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|(?:cordiali|distinti) saluti)"
                            + "\\s*+[,.!]?\\s*+"
                            + "|\\s*+(?<word>cheers|best|all the best|mfg|vg|lg)\\s*+(?<sign>[,.!])?\\s*+");

    private static final Pattern THANKS =
            Pattern.compile(
                    "(?iU)\\s*+(?:(?:(?:many |kind )?thanks|thank you|thx)(?: (?:again|in advance|a lot|so much|very much))?"
                            + "|(?:vielen )?dank|danke|merci(?: d['’]avance)?|(?:muchas )?gracias|grazie)\\s*+[,.!]?\\s*+");

    /** "Marta Lopez", "Head of Sales", "tom": below thanks, which also stand above a next task. */
    private static final Pattern NAME =
            Pattern.compile(
                    "(?U)\\s*+(?:\\p{L}+|(?:(?:\\p{Lu}\\S*+|\\p{Ll}{1,3}|[^\\p{L}\\s]\\S*+)(?:\\s++|$))++)\\s*+");

    /** Above a closing that may be a word of the task: "brands\nSamsung\nLG\nSony". */
    private static final Pattern END_OF_SENTENCE = Pattern.compile("\\s*|.*[.!?]\\s*");

    /** A line that asks for more, below what looked like a closing: "PS: also book lunch". */
    private static final Pattern ASKS_MORE =
            Pattern.compile("(?iU)\\s*p\\.?\\s?s\\b.*|.*\\bplease\\b.*");

    /** A name, a role, a company and a number. */
    private static final int MOST_LINES_OF_A_SENDER = 4;

    /** "Draft a reply to that." below what was pasted, and not the last paragraph of it. */
    private static final int MOST_WORDS_OF_A_LAST_LINE = 15;

    /**
     * A page, whose site may say something, or a mailbox; no space need stand before it, nor behind
     * it where a script has none.
     */
    private static final Pattern ADDRESS =
            Pattern.compile(
                    "(?i)(?<!\\w)(?:https?://(?:[^\\s/@]{0,200}@)?(?:www\\.)?|www\\.)([\\w.-]{1,200})"
                            + "[\\S&&[^\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}\\p{IsThai}]]*"
                            + "|(?<![\\w.+-])[\\w.+-]{1,64}@[\\w-]{1,64}(?:\\.[\\w-]{1,64})+");

    /** Names that are nobody's (RFC 2606). */
    private static final Pattern NO_SITE =
            Pattern.compile("(?iU)\\b(?:example|test|invalid|localhost)\\b");

    /** With what ends it. */
    private static final Pattern CLAUSE =
            Pattern.compile("[^.!?;:,()\\n—]*+(?:[.!?;:,()\\n—]++|$)");

    /** Words that a clause may begin with and mean the same. */
    private static final String BEFORE =
            "\\s*+(?:(?:please|so|and|but|or|also|then|well|ok|okay|no(?! need)|hey|actually|now|just|again)\\s++)*+";

    private static final String DO_NOT = "(?:do not|don['’]?t)\\s++";

    /**
     * "Don't forget to" asks for it, "don't know how to" for help, and "don't recognise this
     * charge" complains.
     */
    private static final String NOT_REFUSED =
            "(?!(?:forget|hesitate|worry|miss|fail|let|know|understand|have|see|get|think|believe|remember|mind"
                    + "|recogni[sz]e|recall|like|feel|agree|wait|disturb|ever|again|you|we|i|they)\\b)";

    /** "Never received my parcel", "never got it": what has not happened; not "never feed it". */
    private static final String NOT_HAPPENED =
            "(?!(?:(?!shred|embed)\\w+(?<!e)ed|got|been|had|came|seen|heard|sent|paid|made|bought|gave|given|went|left|took"
                    + "|told)\\b)";

    private static final List<String> REFUSALS =
            List.of(
                    // Do not translate it
                    "(?:" + DO_NOT + "|never\\s+" + NOT_HAPPENED + ")" + NOT_REFUSED + "\\w",
                    // We no longer need the digest; I didn't ask for a translation
                    "(?:i|we)\\s+(?:(?:did not|didn['’]?t|no longer|never)\\s+|"
                            + DO_NOT
                            + ")(?:need|want|ask|asked|wanted)\\s",
                    // You don't have to extract the data; you should not draft it
                    "you\\s+(?:"
                            + DO_NOT
                            + "(?:need|have) to|(?:should|must) not|(?:should|must)n['’]?t)\\s",
                    // Never mind the translation
                    "never ?mind\\s+(?:about\\s+)?(?:the|that|this|my)\\s",
                    // Forget the blog post; forget about my trip; but "forget my data" asks for it
                    "forget\\s+(?:(?:about\\s+)?(?:the|that|this)|about\\s+my)\\s",
                    "no need (?:to|for)\\s",
                    // Not the whole transcript
                    "not\\s+(?:a|an|the)\\s");

    /**
     * What is wanted instead: "just sum it up", "so sum it up" (not "so often"), " - sum it up".
     */
    private static final String INSTEAD =
            "\\b(?:but|just|only|instead|so(?!\\s(?:that|much|many|often|long)\\b))\\s|\\s[-–]\\s";

    /** A clause that says what is not wanted, up to what is wanted instead. */
    private static final Pattern REFUSED =
            Pattern.compile(
                    "(?iU)"
                            + BEFORE
                            + "(?:"
                            + String.join("|", REFUSALS)
                            + ").*?(?="
                            + INSTEAD
                            + "|$)",
                    Pattern.DOTALL);

    /**
     * "I no longer need my appointment", "we don't want to get the newsletter any more": of what
     * there is, this asks for the end. "I no longer need the translation" may just refuse it.
     */
    private static final Pattern NO_LONGER_WANTED =
            Pattern.compile(
                    "(?iU)"
                            + BEFORE
                            + "(?:i|we)\\s++(?:no longer|"
                            + DO_NOT
                            + "(?=.*\\bany ?more\\b))\\s*+(?:need|want|wish)\\s+"
                            + "(?<what>(?=(?:my|our|your)\\b(?! (?:help|advice|support|assistance)\\b))[^.!?,;]{1,80}?|to (?:get|receive)\\s+(?<got>[^.!?,;]{1,80}?))"
                            + "(?:\\s+any ?more)?\\s*+[.!]?\\s*+");

    private TaskText() {}

    static String of(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC);
        return withoutRefusals(withoutAddresses(withoutFrame(withoutMaterial(folded))));
    }

    /** Without a letter's salutation and closing; all of it when they are all that it says. */
    private static String withoutFrame(String text) {
        String left = withoutClosing(SALUTATION.matcher(text).replaceFirst(""));
        return left.length() < text.length() && saysWhat(left) ? left : text;
    }

    static String withoutClosing(String text) {
        List<String> lines = text.lines().toList();
        for (int i = 1; i < lines.size(); i++) {
            List<String> below = lines.subList(i + 1, lines.size());
            if (isClosing(lines.get(i), lines.get(i - 1)) && isSender(below)) {
                return String.join("\n", lines.subList(0, i));
            }
            if (THANKS.matcher(lines.get(i)).matches() && isSignedBy(below)) {
                return withoutThanks(lines.subList(0, i + 1));
            }
        }
        return text;
    }

    /** "The reset worked.\nThanks" asks for nothing, which its thanks show. */
    private static String withoutThanks(List<String> lines) {
        String text = String.join("\n", lines);
        return AskedAbout.of(Opening.of(text)).isPresent()
                ? text
                : String.join("\n", lines.subList(0, lines.size() - 1));
    }

    private static boolean isSignedBy(List<String> lines) {
        return isSender(lines)
                && lines.stream()
                        .allMatch(
                                line ->
                                        BLANK.matcher(line).matches()
                                                || NAME.matcher(line).matches());
    }

    private static boolean isClosing(String line, String above) {
        Matcher closing = CLOSING.matcher(line);
        return closing.matches()
                && (closing.group("word") == null
                        || closing.group("sign") != null
                        || END_OF_SENTENCE.matcher(above).matches());
    }

    /** A name, a title, a company; no task below what looked like a closing. */
    private static boolean isSender(List<String> lines) {
        List<String> said =
                lines.stream()
                        .filter(line -> !BLANK.matcher(line).matches())
                        .limit(MOST_LINES_OF_A_SENDER + 1L)
                        .toList();
        return said.size() <= MOST_LINES_OF_A_SENDER
                && said.stream()
                        .noneMatch(
                                line ->
                                        Words.split(line).size() > MOST_WORDS_OF_A_SALUTATION
                                                || ASKS_MORE.matcher(line).matches()
                                                || !Acts.asked(Words.split(line)).isEmpty());
    }

    /**
     * Quotes, code, signatures, and what is pasted below a task; all of it when nothing is left.
     */
    private static String withoutMaterial(String text) {
        if (text.indexOf('\n') < 0) {
            return text;
        }
        List<String> own = own(text.lines().toList());
        String left = String.join("\n", asked(own));
        return Words.split(left).isEmpty() ? text : left;
    }

    private static List<String> own(List<String> lines) {
        List<String> own = new ArrayList<>();
        boolean fenced = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int attribution = MailTail.linesOfAttribution(lines, i);
            if (FENCE.matcher(line).matches()) {
                fenced = !fenced;
            } else if (fenced) {
                continue;
            } else if (SIGNATURE.matcher(line).matches() || MailTail.beginsAt(lines, i, own)) {
                return own;
            } else if (attribution > 0) {
                i += attribution - 1;
            } else if (!QUOTED.matcher(line).matches()
                    && !CODE_OF_ONE_LINE.matcher(line).matches()
                    && !MailTail.isDevice(line)) {
                own.add(line);
            }
        }
        return own;
    }

    /** Without the block of text that the first line with a colon at its end announces. */
    private static List<String> asked(List<String> lines) {
        int head = endOfTask(lines);
        List<String> block = lines.subList(head, lines.size());
        if (block.isEmpty() || block.stream().anyMatch(line -> LIST_ITEM.matcher(line).matches())) {
            return lines;
        }
        List<String> asked = new ArrayList<>(lines.subList(0, head));
        asked.addAll(lastLine(block));
        return asked.stream().allMatch(TaskText::reports) ? block : asked;
    }

    /**
     * The lines up to the one that ends in a colon, if they say what is asked; else all. What
     * announces the task, or another one, is no end of it, nor is a section's heading where the
     * text begins with one.
     */
    private static int endOfTask(List<String> lines) {
        boolean task = false;
        boolean inSections = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean setting = consistsOf(SETTING, line);
            inSections = inSections || setting && !task;
            boolean heading =
                    (task ? consistsOf(ANNOUNCING_ANOTHER, line) : announces(line))
                            || setting && inSections;
            task = task || !heading && !isSalutation(line) && saysWhat(line);
            if (task && !heading && line.stripTrailing().endsWith(":")) {
                return i + 1;
            }
        }
        return lines.size();
    }

    /** The line after the last blank one, if it is short and there is something above it. */
    private static List<String> lastLine(List<String> block) {
        int last = block.size() - 1;
        while (last > 0 && BLANK.matcher(block.get(last)).matches()) {
            last--;
        }
        boolean apart =
                last > 1
                        && BLANK.matcher(block.get(last - 1)).matches()
                        && block.subList(0, last - 1).stream()
                                .anyMatch(line -> !BLANK.matcher(line).matches());
        String line = block.get(last);
        return apart && Words.split(line).size() <= MOST_WORDS_OF_A_LAST_LINE
                ? List.of(line)
                : List.of();
    }

    private static boolean saysWhat(String text) {
        return Words.split(text).stream()
                .anyMatch(word -> !StopWords.contains(word) && !ANNOUNCING.contains(word));
    }

    /** Whether a line says no more than who asks. */
    private static boolean reports(String line) {
        return Words.split(line).stream()
                .allMatch(
                        word ->
                                StopWords.contains(word)
                                        || ANNOUNCING.contains(word)
                                        || REPORTING.contains(word)
                                        || Character.isDigit(word.charAt(0)));
    }

    private static boolean announces(String line) {
        return consistsOf(ANNOUNCING, line) || ANNOUNCING_WITHOUT_SPACES.matcher(line).matches();
    }

    /** Whether some of the line's words are of these, and the others say nothing. */
    private static boolean consistsOf(Set<String> words, String line) {
        List<String> content =
                Words.split(line).stream().filter(word -> !StopWords.contains(word)).toList();
        return !content.isEmpty() && words.containsAll(content);
    }

    static boolean isSalutation(String line) {
        return line.stripTrailing().endsWith(",")
                && Words.split(line).size() <= MOST_WORDS_OF_A_SALUTATION;
    }

    private static String withoutAddresses(String text) {
        return ADDRESS.matcher(text).replaceAll(address -> site(address.group(1)));
    }

    /** Of {@code en.wikipedia.org} the words before its last dot, of a mailbox nothing. */
    private static String site(@Nullable String host) {
        return host == null
                ? ""
                : NO_SITE.matcher(host)
                        .replaceAll("")
                        .replaceFirst("\\.\\w*$", "")
                        .replace('.', ' ');
    }

    private static String withoutRefusals(String text) {
        StringBuilder wanted = new StringBuilder(text.length());
        Matcher clauses = CLAUSE.matcher(text);
        while (clauses.find() && !clauses.group().isEmpty()) {
            Matcher refused = REFUSED.matcher(clauses.group());
            wanted.append(clauses.group().substring(refused.lookingAt() ? refused.end() : 0));
        }
        Matcher ended = NO_LONGER_WANTED.matcher(text);
        if (!ended.matches()) {
            return wanted.length() == text.length() ? text : wanted.toString();
        }
        return "cancel " + (ended.group("got") == null ? ended.group("what") : ended.group("got"));
    }
}
