package io.agentruntime.matching;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
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

    private static final Pattern QUOTED = Pattern.compile("\\s*>.*|On .{5,150} wrote:\\s*");

    private static final Pattern FENCE = Pattern.compile("\\s*(?:```|~~~).*");

    /** Tasks are put in lists, pasted material seldom is. */
    private static final Pattern LIST_ITEM = Pattern.compile("\\s*(?:[-*•–]|\\d{1,2}[.)])\\s.*");

    private static final Pattern BLANK = Pattern.compile("\\s*");

    /**
     * What can stand before a block of pasted text without being the task: "this is my question:".
     */
    private static final int FEWEST_WORDS_OF_A_TASK = 2;

    /** "Draft a reply to that." below what was pasted, and not the last paragraph of it. */
    private static final int MOST_WORDS_OF_A_LAST_LINE = 15;

    /** A page, whose site may say something, or a mailbox. */
    private static final Pattern ADDRESS =
            Pattern.compile(
                    "(?i)\\b(?:https?://(?:[^\\s/@]{0,200}@)?(?:www\\.)?|www\\.)([\\w.-]{1,200})\\S*"
                            + "|(?<![\\w.+-])[\\w.+-]{1,64}@[\\w-]{1,64}(?:\\.[\\w-]{1,64})+");

    /** Names that are nobody's (RFC 2606). */
    private static final Pattern NO_SITE =
            Pattern.compile("(?i)\\b(?:example|test|invalid|localhost)\\b");

    /** With what ends it. */
    private static final Pattern CLAUSE =
            Pattern.compile("[^.!?;:,()\\n—]*+(?:[.!?;:,()\\n—]++|$)");

    /**
     * What is not wanted, unless it says that the rest is: "don't forget to", "no need to wait".
     */
    private static final Pattern REFUSED =
            Pattern.compile(
                    "(?i)\\s*+(?:(?:please|so|and|but|or|also|then|well|ok|okay|no(?! need)|hey|actually|now|just|again)\\s++)*+"
                            + "(?:(?:do not|don['’]?t|never)\\s+(?!forget|hesitate|worry|miss|fail|let\\b|know|understand"
                            + "|have\\b|see\\b|get\\b|think|believe|remember|mind\\b|ever\\b|again\\b|you\\b|we\\b|i\\b|they\\b)\\w"
                            + "|(?:i|we)\\s+(?:do not|don['’]?t|did not|didn['’]?t|no longer|never)\\s+(?:need|want|ask|asked|wanted)\\s"
                            + "|no need (?:to|for)\\s"
                            + "|not\\s+(?:a|an|the|to|for)\\s)"
                            + ".*?(?=\\b(?:but|just|only|instead)\\s|$)",
                    Pattern.DOTALL);

    private TaskText() {}

    static String of(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC);
        return withoutRefusals(withoutAddresses(withoutMaterial(folded)));
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
        for (String line : lines) {
            if (FENCE.matcher(line).matches()) {
                fenced = !fenced;
            } else if (SIGNATURE.matcher(line).matches() && !fenced) {
                return own;
            } else if (!fenced && !QUOTED.matcher(line).matches()) {
                own.add(line);
            }
        }
        return own;
    }

    /** Without the block of text that the first line with a colon at its end announces. */
    private static List<String> asked(List<String> lines) {
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (lines.get(i).stripTrailing().endsWith(":")) {
                List<String> head = lines.subList(0, i + 1);
                List<String> block = lines.subList(i + 1, lines.size());
                boolean task = contentWords(String.join(" ", head)) >= FEWEST_WORDS_OF_A_TASK;
                boolean pasted =
                        block.stream().noneMatch(line -> LIST_ITEM.matcher(line).matches());
                if (task && pasted) {
                    List<String> asked = new ArrayList<>(head);
                    asked.addAll(lastLine(block));
                    return asked;
                }
            }
        }
        return lines;
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

    private static long contentWords(String text) {
        return Words.split(text).stream().filter(word -> !StopWords.contains(word)).count();
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
        return wanted.length() == text.length() ? text : wanted.toString();
    }
}
