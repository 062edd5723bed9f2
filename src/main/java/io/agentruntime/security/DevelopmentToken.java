package io.agentruntime.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;

/** Makes the secret and the token that a first start in development shows. */
public final class DevelopmentToken {

    /** A working day. */
    private static final Duration LIFETIME = Duration.ofHours(12);

    /** Enough for HS512, the largest. */
    private static final int SECRET_BYTES = 64;

    private DevelopmentToken() {}

    /** A random secret that fits every HMAC algorithm. */
    public static String secret() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /**
     * A token that these settings verify.
     *
     * @param settings with an HMAC algorithm and its secret
     */
    public static String mint(TokenSettings settings, Clock clock) {
        JWTClaimsSet.Builder claims =
                new JWTClaimsSet.Builder()
                        .subject("development")
                        .issueTime(Date.from(clock.instant()))
                        .expirationTime(Date.from(clock.instant().plus(LIFETIME)));
        if (!settings.issuer().isEmpty()) {
            claims.issuer(settings.issuer());
        }
        if (!settings.audience().isEmpty()) {
            claims.audience(settings.audience());
        }
        Algorithm algorithm =
                Algorithm.named(settings.algorithm())
                        .filter(a -> a.family() == Algorithm.Family.HMAC)
                        .orElseThrow(() -> new IllegalArgumentException("not an HMAC algorithm"));
        JWSHeader header = new JWSHeader.Builder(algorithm.jose()).type(JOSEObjectType.JWT).build();
        SignedJWT token = new SignedJWT(header, claims.build());
        try {
            token.sign(new MACSigner(settings.key().getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException e) {
            throw new IllegalStateException("checked settings could not sign", e);
        }
        return token.serialize();
    }
}
