package io.agentruntime.security;

import io.agentruntime.security.SignatureChecks.UnfitKey;
import io.agentruntime.settings.InvalidSetting;
import io.agentruntime.settings.SettingNames;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a token of one kind must satisfy. An instance is always usable: a setting that is not stops
 * its making with an {@link InvalidSetting}.
 *
 * @param algorithm a name of RFC 7518 or {@code EdDSA}, exactly so
 * @param key the HMAC secret or the PEM public key; empty if {@code jwksUrl} is set
 * @param issuer exact {@code iss}; empty: not checked
 * @param audience must be among {@code aud}; empty: not checked
 * @param jwksUrl where the public keys are published; empty if {@code key} is set
 * @param production refuses keys whose private half is known to the world
 */
public record TokenSettings(
        CallerKind kind,
        String algorithm,
        String key,
        String issuer,
        String audience,
        String jwksUrl,
        boolean production) {

    private static final Logger LOG = LoggerFactory.getLogger(TokenSettings.class);

    private static final String SECRET_KEY = "secret-key";
    private static final String ALGORITHM = "algorithm";
    private static final String ISSUER = "issuer";
    private static final String AUDIENCE = "audience";
    private static final String JWKS_URL = "jwks-url";

    public TokenSettings {
        Algorithm chosen = chosen(kind, algorithm);
        if (jwksUrl.isBlank()) {
            check(kind, chosen, key, production);
        } else {
            address(kind, chosen, key, jwksUrl);
        }
    }

    /**
     * Reads the settings of one kind; empty if it has neither a key nor a JWKS address.
     *
     * @param property from a property's name, such as {@code agent-runtime.user-jwt-issuer}, to its
     *     value or null
     */
    public static Optional<TokenSettings> read(
            CallerKind kind, UnaryOperator<@Nullable String> property, boolean production) {
        String key = value(property, kind, SECRET_KEY);
        String jwksUrl = value(property, kind, JWKS_URL);
        String algorithm = value(property, kind, ALGORITHM).strip();
        if (!isSet(kind, property)) {
            if (!algorithm.isEmpty()) {
                chosen(kind, algorithm);
            }
            return Optional.empty();
        }
        return Optional.of(
                new TokenSettings(
                        kind,
                        algorithm,
                        key,
                        value(property, kind, ISSUER).strip(),
                        value(property, kind, AUDIENCE).strip(),
                        jwksUrl.strip(),
                        production));
    }

    private static boolean isSet(CallerKind kind, UnaryOperator<@Nullable String> property) {
        return !value(property, kind, SECRET_KEY).isBlank()
                || !value(property, kind, JWKS_URL).isBlank();
    }

    /** Whether any kind has a key or a JWKS address, be it right or wrong. */
    public static boolean areSet(UnaryOperator<@Nullable String> property) {
        return Stream.of(CallerKind.values()).anyMatch(kind -> isSet(kind, property));
    }

    /**
     * The variables that are missing where an issuer or an audience is set and nothing to check
     * tokens with.
     */
    public static List<String> missingKeys(UnaryOperator<@Nullable String> property) {
        return Stream.of(CallerKind.values())
                .filter(kind -> !isSet(kind, property))
                .filter(
                        kind ->
                                !value(property, kind, ISSUER).isBlank()
                                        || !value(property, kind, AUDIENCE).isBlank())
                .map(kind -> SettingNames.variable(property(kind, SECRET_KEY)))
                .toList();
    }

    /** The settings of all kinds that have a key or a JWKS address. */
    public static List<TokenSettings> readAll(
            UnaryOperator<@Nullable String> property, boolean production) {
        return Stream.of(CallerKind.values())
                .flatMap(kind -> read(kind, property, production).stream())
                .toList();
    }

    /**
     * The name of one of this kind's properties, such as {@code agent-runtime.m2m-jwt-secret-key}.
     */
    static String property(CallerKind kind, String name) {
        return "agent-runtime." + kind.label() + "-jwt-" + name;
    }

    KeySource keys() {
        Algorithm chosen = chosen(kind, algorithm);
        if (jwksUrl.isBlank()) {
            warnOfWrapping(chosen);
            List<SignatureCheck> only = List.of(check(kind, chosen, key, production));
            return () -> only;
        }
        return JwksKeySource.at(
                address(kind, chosen, key, jwksUrl), chosen, property(kind, JWKS_URL));
    }

    /** Files and tools add such signs unasked, and a secret is taken to the letter. */
    private void warnOfWrapping(Algorithm chosen) {
        if (chosen.family() == Algorithm.Family.HMAC && isWrapped(key)) {
            LOG.warn(
                    "{} begins or ends with a blank or a line end, or stands in quotes: only tokens that are signed with these too are accepted",
                    SettingNames.variable(property(kind, SECRET_KEY)));
        }
    }

    /** Whether it begins or ends with a blank or a line end, or stands in quotes. */
    public static boolean isWrapped(String secret) {
        return !secret.equals(secret.strip())
                || Stream.of("\"", "'")
                        .anyMatch(quote -> secret.startsWith(quote) && secret.endsWith(quote));
    }

    /** Nothing of a key is ever printed. */
    @Override
    public String toString() {
        return "TokenSettings[kind=%s, algorithm=%s]".formatted(kind, algorithm);
    }

    private static Algorithm chosen(CallerKind kind, String algorithm) {
        return Algorithm.named(algorithm)
                .orElseThrow(
                        () ->
                                new InvalidSetting(
                                        property(kind, ALGORITHM),
                                        "is not one of "
                                                + Stream.of(Algorithm.values())
                                                        .map(Algorithm::name)
                                                        .collect(Collectors.joining(", "))));
    }

    private static SignatureCheck check(
            CallerKind kind, Algorithm algorithm, String key, boolean production) {
        try {
            return algorithm.family() == Algorithm.Family.HMAC
                    ? secret(algorithm, key, production)
                    : publicKey(algorithm, key, production);
        } catch (UnfitKey e) {
            throw new InvalidSetting(property(kind, SECRET_KEY), e.getMessage());
        }
    }

    private static SignatureCheck secret(Algorithm algorithm, String key, boolean production)
            throws UnfitKey {
        if (PemKey.looksLikePem(key)) {
            throw new UnfitKey("is a PEM key, but %s needs a secret".formatted(algorithm));
        }
        if (production && PublishedSecrets.secret(key)) {
            throw new UnfitKey(
                    "is a published example, or made of the words of one; production needs a secret of its own");
        }
        return SignatureChecks.of(algorithm, key.getBytes(StandardCharsets.UTF_8));
    }

    private static SignatureCheck publicKey(Algorithm algorithm, String key, boolean production)
            throws UnfitKey {
        PublicKey read = PemKey.read(key, algorithm);
        if (production && PublishedSecrets.privateHalfOf(read)) {
            throw new UnfitKey("is a published example; production needs a key of its own");
        }
        return SignatureChecks.of(algorithm, read);
    }

    private static URI address(CallerKind kind, Algorithm algorithm, String key, String jwksUrl) {
        String property = property(kind, JWKS_URL);
        if (!key.isBlank()) {
            throw new InvalidSetting(property, "is set together with the key; choose one");
        }
        if (algorithm.family() == Algorithm.Family.HMAC) {
            throw new InvalidSetting(
                    property, "publishes public keys, but %s needs a secret".formatted(algorithm));
        }
        try {
            URI address = new URI(jwksUrl);
            String authority = address.getRawAuthority();
            if (authority != null
                    && !authority.contains("@")
                    && ("https".equals(address.getScheme())
                            || "http".equals(address.getScheme()))) {
                if (address.getPort() == 0 || address.getPort() > 65_535) {
                    throw new InvalidSetting(property, "has a port that is not from 1 to 65535");
                }
                if (address.getHost() != null) {
                    return address;
                }
                if (authority.contains("_")) {
                    throw InvalidSetting.underscoreInHost(property);
                }
            }
        } catch (URISyntaxException e) {
            // Answered below: the text of this exception would repeat the value.
        }
        throw new InvalidSetting(property, "is not an http or https address without a password");
    }

    private static String value(
            UnaryOperator<@Nullable String> property, CallerKind kind, String name) {
        String value = property.apply(property(kind, name));
        return value == null ? "" : value;
    }
}
