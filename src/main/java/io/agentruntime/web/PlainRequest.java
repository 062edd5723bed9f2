package io.agentruntime.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that has come whole and has nothing about it that only a server would know what to make
 * of. Most callers' requests are such; any other is left to the server.
 *
 * @param method GET or POST
 * @param path without escapes, empty segments, dots or a query
 * @param id the value of its {@code X-Request-ID}
 */
record PlainRequest(String method, String path, @Nullable String id) {
    private static final String LINE_ENDS = "\r\n";
    private static final String HEAD_ENDS = LINE_ENDS + LINE_ENDS;
    private static final Pattern LINE =
            Pattern.compile("(GET|POST) (/[A-Za-z0-9_/-]*[A-Za-z0-9_-]) HTTP/1\\.1");
    private static final Pattern LENGTH = Pattern.compile("[ \\t]*[0-9]{1,9}[ \\t]*");

    /** The one in these bytes, if all of them are one. */
    static @Nullable PlainRequest of(ByteBuffer received) {
        String text = StandardCharsets.ISO_8859_1.decode(received).toString();
        int headEnd = text.indexOf(HEAD_ENDS);
        if (headEnd < 0) {
            return null;
        }
        int lineEnd = text.indexOf(LINE_ENDS);
        Matcher line = LINE.matcher(text).region(0, lineEnd);
        if (!line.matches() || line.group(2).contains("//")) {
            return null;
        }
        String id = null;
        int length = -1;
        int begin = lineEnd + LINE_ENDS.length();
        while (begin < headEnd) {
            int end = text.indexOf(LINE_ENDS, begin);
            int colon = text.indexOf(':', begin);
            if (colon <= begin || colon > end) {
                return null;
            }
            String value = text.substring(colon + 1, end);
            switch (text.substring(begin, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> {
                    if (length >= 0 || !LENGTH.matcher(value).matches()) {
                        return null;
                    }
                    length = Integer.parseInt(value.strip());
                }
                case "x-request-id" -> id = id == null ? value.strip() : id;
                // Of whose body the end is elsewhere, who waits to be asked for it, who speaks
                // another protocol next, and a page that reads the answer only with other headers
                case "transfer-encoding", "expect", "upgrade", "origin" -> {
                    return null;
                }
                default -> {
                    // Says nothing about where the request ends, or who may read its answer
                }
            }
            begin = end + LINE_ENDS.length();
        }
        int body = text.length() - headEnd - HEAD_ENDS.length();
        return body == Math.max(0, length)
                ? new PlainRequest(line.group(1), line.group(2), id)
                : null;
    }
}
