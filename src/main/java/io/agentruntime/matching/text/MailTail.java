package io.agentruntime.matching.text;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What mail programs and companies put below what somebody writes: the older mail that is answered,
 * the device, a notice of confidentiality.
 */
final class MailTail {

    /** Above an older mail: "On Monday Bob wrote:", "Am 3.11.2026 schrieb Bob <bob@x.example>:". */
    private static final Pattern ATTRIBUTION =
            Pattern.compile(
                    "(?U)\\s*+(?:On .{5,150} wrote|Am .{5,150} schrieb .{2,100}|Le .{5,150} a écrit\\h?"
                            + "|El .{5,150} escribió|Il .{5,150} ha scritto):\\s*+");

    /** In an attribution of one line: "On the phone Bob wrote:" is none. */
    private static final Pattern DATE_OR_SENDER =
            Pattern.compile("(?iU)[\\d@]|\\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\\b");

    /** In an attribution of two lines: "On 3 May we had complaints.\nTom wrote:" is none. */
    private static final Pattern DATE_OR_MAILBOX =
            Pattern.compile(".*(?:\\d:\\d\\d|[12]\\d{3}|\\S@\\S).*");

    /** "-----Original Message-----" */
    private static final Pattern ORIGINAL =
            Pattern.compile(
                    "(?iU)\\s*+-{2,}\\s*+(?:original message|ursprüngliche nachricht|message d['’]origine"
                            + "|mensaje original|messaggio originale)\\s*+-{2,}\\s*+");

    /** Who forwards a mail asks for what is in it. */
    private static final Pattern FORWARDED =
            Pattern.compile("(?iU).*\\b(?:forwarded message|weitergeleitete nachricht)\\b.*");

    /** Outlook's header of an older mail begins and ends so; a journey has a "From:" as well. */
    private static final Pattern FROM =
            Pattern.compile("(?iU)\\s*+\\*?(?:from|von|de|da)\\s?:\\*?\\s.*");

    private static final Pattern SUBJECT =
            Pattern.compile("(?iU)\\s*+\\*?(?:subject|betreff|objet|asunto|oggetto)\\s?:.*");

    /** From, sent, to, copies, subject, and one that was wrapped. */
    private static final int MOST_HEADER_LINES = 6;

    /** "This e-mail may contain confidential information"; it may go on for many lines. */
    private static final Pattern NOTICE =
            Pattern.compile(
                    "(?iU)\\s*+(?:confidentiality (?:notice|note)\\b.*"
                            + "|(?:this|the information (?:contained )?in this) (?:e-?mail|message|communication)\\b"
                            + "(?=.*\\b(?:intended|recipients?|addressees?|contains?)\\b).*\\b(?:confidential|privileged|intended (?:only|solely|for|recipients?))\\b.*"
                            + "|diese e-?mail\\b.*\\bvertraulich.*)");

    /** "Sent from my iPhone", "Get Outlook for Android" */
    private static final Pattern DEVICE =
            Pattern.compile(
                    "(?iU)\\s*+(?:(?:sent|gesendet|envoyé|enviado|inviato) (?:from|von|de|depuis|desde|da)|von)"
                            + " (?:(?:my|meinem|mon|mi|mio) )?(?:\\w+ )?(?:iphone|ipad|android|galaxy|smartphone|phone|mobile|outlook|mail)\\b.{0,40}"
                            + "|\\s*+get outlook for (?:ios|android)\\b.{0,60}");

    /** Where a text has only these words of its own, it is about what is below it. */
    private static final Set<String> POINTING =
            Set.of(
                    "below",
                    "attached",
                    "fyi",
                    "forwarded",
                    "forwarding",
                    "take",
                    "care",
                    "handle",
                    "deal",
                    "process",
                    "check",
                    "answer",
                    "advise",
                    "asap",
                    "urgent",
                    "mail",
                    "email",
                    "message",
                    "thread",
                    "respond",
                    "reply");

    private MailTail() {}

    /** Whether this line and all below it are not the writer's own. */
    static boolean beginsAt(List<String> lines, int at, List<String> above) {
        boolean begins =
                NOTICE.matcher(lines.get(at)).matches()
                        || ORIGINAL.matcher(lines.get(at)).matches()
                        || isHeader(lines, at)
                        || linesOfAttribution(lines, at) > 0 && !isQuoted(lines, at);
        return begins && saysWhat(String.join("\n", above));
    }

    /** In two words at least, beside a greeting and a signature. */
    private static boolean saysWhat(String above) {
        return TaskText.withoutClosing(above)
                        .lines()
                        .filter(line -> !TaskText.isSalutation(line))
                        .flatMap(line -> Words.split(line).stream())
                        .filter(MailTail::saysSomething)
                        .distinct()
                        .limit(2)
                        .count()
                == 2;
    }

    /** How many lines from this one on say who wrote what is below; none usually. */
    static int linesOfAttribution(List<String> lines, int at) {
        if (ATTRIBUTION.matcher(lines.get(at)).matches()
                && DATE_OR_SENDER.matcher(lines.get(at)).find()) {
            return 1;
        }
        if (at + 1 == lines.size() || !DATE_OR_MAILBOX.matcher(lines.get(at)).matches()) {
            return 0;
        }
        String both = lines.get(at).strip() + " " + lines.get(at + 1).strip();
        boolean own = ATTRIBUTION.matcher(lines.get(at + 1)).matches();
        return !own && ATTRIBUTION.matcher(both).matches() ? 2 : 0;
    }

    static boolean isDevice(String line) {
        return DEVICE.matcher(line).matches();
    }

    private static boolean isHeader(List<String> lines, int at) {
        if (!FROM.matcher(lines.get(at)).matches()) {
            return false;
        }
        List<String> header = lines.subList(at, Math.min(lines.size(), at + MOST_HEADER_LINES));
        return header.stream().anyMatch(line -> SUBJECT.matcher(line).matches())
                && lines.subList(Math.max(0, at - 2), at).stream()
                        .noneMatch(line -> FORWARDED.matcher(line).matches());
    }

    /** Where each line of the older mail is marked, what is not may be an answer to it. */
    private static boolean isQuoted(List<String> lines, int at) {
        return lines.subList(at, lines.size()).stream()
                .anyMatch(line -> line.stripLeading().startsWith(">"));
    }

    private static boolean saysSomething(String word) {
        return !StopWords.contains(word)
                && !POINTING.contains(word)
                && !TaskText.ANNOUNCING.contains(word);
    }
}
