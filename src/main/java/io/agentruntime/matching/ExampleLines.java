package io.agentruntime.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Example phrases that a flow's author wrote into its description.
 *
 * <p>A line that begins with {@code Examples:} (or {@code Example:}, any case) holds phrases parted
 * by {@code |} or {@code ;}; lines below it that begin with {@code -} or {@code *} hold one each.
 */
public record ExampleLines(String description, List<String> examples) {

    private static final Pattern HEADING =
            Pattern.compile("^\\s*examples?\\s*:(.*)$", Pattern.CASE_INSENSITIVE);

    private static final Pattern BULLET = Pattern.compile("^\\s*[-*•]\\s*(.+)$");

    /** Without it no line is a heading; most descriptions have none. */
    private static final Pattern MENTIONED =
            Pattern.compile("examples?\\s*:", Pattern.CASE_INSENSITIVE);

    private static final Pattern LINE_BREAK = Pattern.compile("\\R");

    /** What a line may end with besides a line feed. */
    private static final Pattern OTHER_BREAK = Pattern.compile("[\\r\\f\\x0B\\x85\\u2028\\u2029]");

    private static final String QUOTES = "\"'“”«»";

    public ExampleLines {
        examples = List.copyOf(examples);
    }

    /** The description without its example lines, and the phrases they held, in order. */
    public static ExampleLines in(String description) {
        if (!MENTIONED.matcher(description).find()) {
            return new ExampleLines(withPlainBreaks(description).strip(), List.of());
        }
        List<String> rest = new ArrayList<>();
        List<String> examples = new ArrayList<>();
        boolean listing = false;
        for (String line : LINE_BREAK.split(description, -1)) {
            Matcher heading = HEADING.matcher(line);
            Matcher bullet = BULLET.matcher(line);
            if (heading.matches()) {
                addPhrases(examples, heading.group(1));
                listing = true;
            } else if (listing && bullet.matches()) {
                addPhrases(examples, bullet.group(1));
            } else {
                rest.add(line);
                listing = listing && line.isBlank();
            }
        }
        return new ExampleLines(String.join("\n", rest).strip(), examples);
    }

    private static String withPlainBreaks(String text) {
        return OTHER_BREAK.matcher(text).find() ? LINE_BREAK.matcher(text).replaceAll("\n") : text;
    }

    private static void addPhrases(List<String> examples, String line) {
        for (String phrase : line.split("[|;]")) {
            String bare = unquoted(phrase.strip()).strip();
            if (!bare.isEmpty()) {
                examples.add(bare);
            }
        }
    }

    /** Without quotes around it, and without a full stop at the end; in one pass each. */
    private static String unquoted(String phrase) {
        int start = 0;
        int end = phrase.length();
        while (start < end && QUOTES.indexOf(phrase.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && (QUOTES + ".").indexOf(phrase.charAt(end - 1)) >= 0) {
            end--;
        }
        return phrase.substring(start, end);
    }
}
