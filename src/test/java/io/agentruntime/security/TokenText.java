package io.agentruntime.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes tokens from raw JSON, right or wrong, so that each test says exactly what is sent. */
final class TokenText {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final long NOW_SECONDS = NOW.getEpochSecond();
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final String ISSUER = "https://issuer.test";
    static final String AUDIENCE = "agent-runtime";
    static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

    private TokenText() {}

    static String header(String algorithm) {
        return "{\"alg\":\"%s\"}".formatted(algorithm);
    }

    /** A header with one more member, given as raw JSON. */
    static String headerWith(String member) {
        return "{\"alg\":\"HS256\",\"typ\":\"JWT\"," + member + "}";
    }

    /** Good claims, changed: pairs of a name and raw JSON; null JSON takes the claim away. */
    static String claims(String... changes) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("iss", quoted(ISSUER));
        members.put("aud", quoted(AUDIENCE));
        members.put("sub", quoted("ann"));
        members.put("exp", String.valueOf(NOW_SECONDS + 300));
        for (int i = 0; i < changes.length; i += 2) {
            if (changes[i + 1] == null) {
                members.remove(changes[i]);
            } else {
                members.put(changes[i], changes[i + 1]);
            }
        }
        return members.entrySet().stream()
                .map(e -> quoted(e.getKey()) + ":" + e.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String token(String header, String claims, Keys.Signer signer) {
        return signed(base64(header) + "." + base64(claims), signer);
    }

    /** Good header and the USER secret. */
    static String token(String claims) {
        return token(HEADER, claims, Keys.hmac("256", Keys.USER_SECRET));
    }

    static String signed(String input, Keys.Signer signer) {
        try {
            return input + "." + base64(signer.sign(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
