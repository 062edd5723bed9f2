package io.agentruntime.security;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The registered claims (RFC 7519 4.1) with the right types.
 *
 * @param expires milliseconds of the epoch, null if absent
 * @param notBefore milliseconds of the epoch, null if absent
 * @param issuer null if absent
 * @param subject empty if absent
 * @param audience empty if absent
 */
record Claims(
        @Nullable Long expires,
        @Nullable Long notBefore,
        @Nullable String issuer,
        String subject,
        List<String> audience) {

    /** The end of the year 9999. Past it a time is a mistake, most often milliseconds. */
    private static final double LATEST_SECONDS = 253_402_300_799.0;

    static Claims of(Map<String, @Nullable Object> json) throws InvalidToken {
        time(json, "iat");
        text(json, "jti");
        String subject = text(json, "sub");
        return new Claims(
                time(json, "exp"),
                time(json, "nbf"),
                text(json, "iss"),
                subject == null ? "" : subject,
                audience(json));
    }

    /** Milliseconds of the epoch; without {@code exp} the token was never valid. */
    long validUntil() {
        return expires == null ? 0 : expires;
    }

    long validFrom() {
        return notBefore == null ? 0 : notBefore;
    }

    private static @Nullable Long time(Map<String, @Nullable Object> json, String name)
            throws InvalidToken {
        if (!json.containsKey(name)) {
            return null;
        }
        if (json.get(name) instanceof Double seconds && seconds >= 0 && seconds <= LATEST_SECONDS) {
            return (long) Math.floor(seconds * 1000);
        }
        throw InvalidToken.because(Refusal.CLAIM_TYPE);
    }

    private static @Nullable String text(Map<String, @Nullable Object> json, String name)
            throws InvalidToken {
        if (!json.containsKey(name)) {
            return null;
        }
        return string(json.get(name));
    }

    private static List<String> audience(Map<String, @Nullable Object> json) throws InvalidToken {
        if (!json.containsKey("aud")) {
            return List.of();
        }
        if (json.get("aud") instanceof List<?> several) {
            String[] names = new String[several.size()];
            for (int i = 0; i < names.length; i++) {
                names[i] = string(several.get(i));
            }
            return List.of(names);
        }
        return List.of(string(json.get("aud")));
    }

    private static String string(@Nullable Object value) throws InvalidToken {
        if (value instanceof String text) {
            return text;
        }
        throw InvalidToken.because(Refusal.CLAIM_TYPE);
    }
}
