package io.agentruntime.security;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The signature algorithms a token may be configured with (RFC 7518, RFC 8037); none is no
 * algorithm.
 */
enum Algorithm {
    HS256(Family.HMAC, 32, null),
    HS384(Family.HMAC, 48, null),
    HS512(Family.HMAC, 64, null),
    RS256(Family.RSA, 0, null),
    RS384(Family.RSA, 0, null),
    RS512(Family.RSA, 0, null),
    PS256(Family.RSA, 0, null),
    PS384(Family.RSA, 0, null),
    PS512(Family.RSA, 0, null),
    ES256(Family.EC, 0, Curve.P_256),
    ES384(Family.EC, 0, Curve.P_384),
    ES512(Family.EC, 0, Curve.P_521),
    EdDSA(Family.EDWARDS, 0, null);

    enum Family {
        HMAC,
        RSA,
        EC,
        EDWARDS
    }

    private final Family family;
    private final int secretBytes;
    private final @Nullable Curve curve;

    Algorithm(Family family, int secretBytes, @Nullable Curve curve) {
        this.family = family;
        this.secretBytes = secretBytes;
        this.curve = curve;
    }

    /**
     * Exact, upper and lower case included: what is compared with a token is compared as it stands.
     */
    static Optional<Algorithm> named(String name) {
        return Stream.of(values()).filter(a -> a.name().equals(name)).findFirst();
    }

    Family family() {
        return family;
    }

    /**
     * HMAC only: a key shorter than the hash is weaker than the algorithm claims (RFC 7518 3.2).
     */
    int secretBytes() {
        return secretBytes;
    }

    /** EC only: each algorithm has exactly one curve (RFC 7518 3.4). */
    @Nullable Curve curve() {
        return curve;
    }

    JWSAlgorithm jose() {
        return JWSAlgorithm.parse(name());
    }
}
