package io.agentruntime.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Objects;

/** Makes a check from a key, or says why the key does not fit the algorithm. */
final class SignatureChecks {

    /** Below it a factorisation is in reach (NIST SP 800-131A, RFC 7518 3.3). */
    private static final int MIN_RSA_BITS = 2048;

    /** Above it one check costs milliseconds. */
    private static final int MAX_RSA_BITS = 8192;

    private SignatureChecks() {}

    /** A key that must not be used; the message says why, without the key. */
    static final class UnfitKey extends Exception {
        UnfitKey(String reason) {
            super(reason);
        }
    }

    static SignatureCheck of(Algorithm algorithm, byte[] secret) throws UnfitKey {
        if (secret.length < algorithm.secretBytes()) {
            throw new UnfitKey(
                    "is shorter than the %d bytes that %s needs"
                            .formatted(algorithm.secretBytes(), algorithm));
        }
        try {
            return checkedBy(algorithm, new MACVerifier(secret));
        } catch (JOSEException e) {
            throw new UnfitKey("does not fit " + algorithm);
        }
    }

    static SignatureCheck of(Algorithm algorithm, PublicKey key) throws UnfitKey {
        return switch (algorithm.family()) {
            case RSA -> rsa(algorithm, key);
            case EC -> ec(algorithm, key);
            case EDWARDS -> edwards(key);
            case HMAC ->
                    throw new UnfitKey(
                            "is a public key, but %s needs a secret".formatted(algorithm));
        };
    }

    private static SignatureCheck rsa(Algorithm algorithm, PublicKey key) throws UnfitKey {
        if (!(key instanceof RSAPublicKey rsa)) {
            throw new UnfitKey("is not an RSA key, which %s needs".formatted(algorithm));
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new UnfitKey(
                    "is an RSA key of %d bits; %d to %d are accepted"
                            .formatted(bits, MIN_RSA_BITS, MAX_RSA_BITS));
        }
        return checkedBy(algorithm, new RSASSAVerifier(rsa));
    }

    private static SignatureCheck ec(Algorithm algorithm, PublicKey key) throws UnfitKey {
        if (!(key instanceof ECPublicKey ec)
                || !Objects.equals(algorithm.curve(), Curve.forECParameterSpec(ec.getParams()))) {
            throw new UnfitKey(
                    "is not an EC key on curve %s, which %s needs"
                            .formatted(algorithm.curve(), algorithm));
        }
        try {
            return checkedBy(algorithm, new ECDSAVerifier(ec));
        } catch (JOSEException e) {
            throw new UnfitKey("is not a valid point of its curve");
        }
    }

    /** By the JDK: Nimbus needs another library for it. */
    private static SignatureCheck edwards(PublicKey key) throws UnfitKey {
        if (!(key instanceof EdECPublicKey)) {
            throw new UnfitKey("is not an Ed25519 or Ed448 key, which EdDSA needs");
        }
        return (signed, signature) -> {
            try {
                Signature check = Signature.getInstance("EdDSA");
                check.initVerify(key);
                check.update(signed);
                return check.verify(signature);
            } catch (GeneralSecurityException e) {
                return false;
            }
        };
    }

    /** The header given to Nimbus is made from the settings, never from a token. */
    private static SignatureCheck checkedBy(Algorithm algorithm, JWSVerifier verifier) {
        JWSHeader header = new JWSHeader(algorithm.jose());
        return (signed, signature) -> {
            try {
                return verifier.verify(header, signed, Base64URL.encode(signature));
            } catch (JOSEException e) {
                return false;
            }
        };
    }
}
