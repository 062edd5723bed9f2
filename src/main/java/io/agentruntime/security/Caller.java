package io.agentruntime.security;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling.
 *
 * @param kind which settings verified the token
 * @param subject the token's {@code sub} as it stands, empty if the token has none; not safe to log
 */
public record Caller(CallerKind kind, String subject) {

    /** Long enough for a UUID or a mail address, short enough to keep a log line readable. */
    private static final int LOGGED_LENGTH = 64;

    private static final String ATTRIBUTE = Caller.class.getName();

    /** Who sent a request, on whatever thread; null on an open path. */
    public static @Nullable Caller of(ServletRequest request) {
        return (Caller) request.getAttribute(ATTRIBUTE);
    }

    /** Makes this the caller of a request. */
    public void sends(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The subject for people and log lines: printable, on one line, at most 64 characters. */
    public String loggedSubject() {
        StringBuilder line = new StringBuilder(Math.min(subject.length(), LOGGED_LENGTH));
        subject.codePoints()
                .map(c -> isPrintable(c) ? c : '?')
                .limit(LOGGED_LENGTH)
                .forEach(line::appendCodePoint);
        line.setLength(Math.min(line.length(), LOGGED_LENGTH));
        return line.toString();
    }

    /**
     * Line and direction marks count as unprintable: they can make a log line look like another.
     */
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
