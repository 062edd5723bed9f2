package io.agentruntime.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A signed token taken apart (RFC 7515 compact form) and found to be well-formed; nothing in it is
 * verified yet.
 *
 * @param algorithm the header's {@code alg}
 * @param claims right types, not yet judged
 * @param signed the octets the signature is over
 */
record CompactToken(String algorithm, Claims claims, byte[] signed, byte[] signature) {

    /** Callers send a few hundred bytes up to some KiB; servers refuse longer headers anyway. */
    static final int MAX_LENGTH = 8 * 1024;

    /** Each changes what the signature means or what the token is; none is understood here. */
    private static final Set<String> NOT_UNDERSTOOD = Set.of("crit", "zip", "b64", "cty", "enc");

    /**
     * What an access token may call itself (RFC 7519 5.1, RFC 9068 2.1); other kinds of JWT have
     * other types.
     */
    private static final Set<String> TYPES =
            Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

    static CompactToken parse(String token) throws InvalidToken {
        if (token.length() > MAX_LENGTH) {
            throw InvalidToken.because(Refusal.TOO_LONG);
        }
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        if (first < 1
                || last == first
                || last == token.length() - 1
                || token.indexOf('.', first + 1) != last) {
            throw InvalidToken.because(Refusal.SEGMENTS);
        }
        byte[] header = decoded(token.substring(0, first));
        byte[] claims = decoded(token.substring(first + 1, last));
        byte[] signature = decoded(token.substring(last + 1));
        return new CompactToken(
                algorithm(object(header, Refusal.HEADER)),
                Claims.of(object(claims, Refusal.CLAIMS)),
                token.substring(0, last).getBytes(StandardCharsets.US_ASCII),
                signature);
    }

    /**
     * There is one spelling for any octets, so what does not encode back to itself is another one.
     */
    private static byte[] decoded(String segment) throws InvalidToken {
        try {
            byte[] octets = Base64.getUrlDecoder().decode(segment);
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(octets).equals(segment)) {
                return octets;
            }
        } catch (IllegalArgumentException e) {
            // Answered below, like any other spelling that is not the one.
        }
        throw InvalidToken.because(Refusal.ENCODING);
    }

    private static Map<String, @Nullable Object> object(byte[] json, Refusal otherwise)
            throws InvalidToken {
        try {
            return StrictJson.object(json);
        } catch (IOException e) {
            throw InvalidToken.because(otherwise);
        }
    }

    /** Key hints (kid, jku, x5u, x5c, jwk) are left unread: only the settings choose a key. */
    private static String algorithm(Map<String, @Nullable Object> header) throws InvalidToken {
        if (header.keySet().stream().anyMatch(NOT_UNDERSTOOD::contains)) {
            throw InvalidToken.because(Refusal.HEADER_MEMBER);
        }
        if (header.containsKey("typ")
                && !(header.get("typ") instanceof String type
                        && TYPES.contains(type.toLowerCase(Locale.ROOT)))) {
            throw InvalidToken.because(Refusal.HEADER_MEMBER);
        }
        if (header.containsKey("kid") && !(header.get("kid") instanceof String)) {
            throw InvalidToken.because(Refusal.HEADER_MEMBER);
        }
        if (header.get("alg") instanceof String algorithm) {
            return algorithm;
        }
        throw InvalidToken.because(Refusal.HEADER_MEMBER);
    }
}
