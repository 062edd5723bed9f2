package io.agentruntime.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * Takes the token out of the one place where it counts, the Authorization header (RFC 6750 2.1).
 */
final class BearerHeader {

    private static final String SCHEME = "Bearer";

    private BearerHeader() {}

    /** Null if the caller shows no token: no header, or one of another scheme. */
    static @Nullable String token(HttpServletRequest request) throws InvalidToken {
        Enumeration<String> values = request.getHeaders("Authorization");
        if (values == null || !values.hasMoreElements()) {
            return null;
        }
        String value = values.nextElement();
        if (values.hasMoreElements()) {
            throw InvalidToken.because(Refusal.TWO_HEADERS);
        }
        return hasScheme(value) ? credentials(value) : null;
    }

    private static boolean hasScheme(String value) {
        return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && (value.length() == SCHEME.length() || !isToken(value.charAt(SCHEME.length())));
    }

    /** One space, then one token and nothing else. */
    private static String credentials(String value) throws InvalidToken {
        int start = SCHEME.length() + 1;
        if (value.length() <= start || value.charAt(SCHEME.length()) != ' ') {
            throw InvalidToken.because(Refusal.NOT_BEARER);
        }
        for (int i = start; i < value.length(); i++) {
            if (!isToken(value.charAt(i))) {
                throw InvalidToken.because(Refusal.NOT_BEARER);
            }
        }
        return value.substring(start);
    }

    /** A signed token needs no more of RFC 6750's letters than these. */
    private static boolean isToken(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '_'
                || c == '.';
    }
}
