package io.agentruntime.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that has come whole and has nothing about it that only a server would know what to make
 * of. So most callers' requests are; what is any other is left to the server.
 *
 * @param path without escapes, empty segments, dots or a query
 * @param id the value of its {@code X-Request-ID}
 */
record PlainRequest(String path, @Nullable String id) {
    private static final String HEAD_ENDS = "\r\n\r\n";
    private static final Pattern LINE =
            Pattern.compile("(?:GET|POST) ((?:/[A-Za-z0-9_-]+)+) HTTP/1\\.1");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");

    /** The one in these bytes, if all of them are one. */
    static @Nullable PlainRequest of(ByteBuffer received) {
        String text = StandardCharsets.ISO_8859_1.decode(received).toString();
        int end = text.indexOf(HEAD_ENDS);
        if (end < 0) {
            return null;
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Matcher line = LINE.matcher(lines[0]);
        if (!line.matches()) {
            return null;
        }
        String id = null;
        int length = -1;
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String value = lines[i].substring(colon + 1).strip();
            switch (lines[i].substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)) {
                case "content-length" -> {
                    if (length >= 0 || !LENGTH.matcher(value).matches()) {
                        return null;
                    }
                    length = Integer.parseInt(value);
                }
                case "x-request-id" -> id = id == null ? value : id;
                // Of whose body the end is elsewhere, who waits to be asked for it, who speaks
                // another protocol next; a page that reads the answer only with other headers;
                // and what is no header
                case "transfer-encoding", "expect", "upgrade", "origin", "" -> {
                    return null;
                }
                default -> {
                    // Says nothing about where the request ends, or who may read its answer
                }
            }
        }
        boolean whole = text.length() - end - HEAD_ENDS.length() == Math.max(0, length);
        return whole ? new PlainRequest(line.group(1), id) : null;
    }
}
