package io.agentruntime.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the public keys of a JSON web key set that are meant for one algorithm. */
final class Jwks {

    /** Issuers publish two or three; each is tried for each token, so there must be an end. */
    private static final int MAX_KEYS = 16;

    /** What precedes the key in its X.509 form (RFC 8410). */
    private static final Map<Curve, String> EDWARDS_PREFIX =
            Map.of(
                    Curve.Ed25519, "302a300506032b6570032100",
                    Curve.Ed448, "3043300506032b6571033a00");

    private Jwks() {}

    /** One odd key does not hurt the others: it is left out. */
    static List<PublicKey> keys(byte[] json, Algorithm algorithm) throws IOException {
        if (!(object(json).get("keys") instanceof List<?> members)) {
            throw new IOException("it is not a key set");
        }
        List<PublicKey> keys = new ArrayList<>();
        for (Object member : members) {
            if (member instanceof Map<?, ?> key && keys.size() < MAX_KEYS) {
                key(key, algorithm).ifPresent(keys::add);
            }
        }
        return keys;
    }

    private static Map<String, @Nullable Object> object(byte[] json) throws IOException {
        try {
            return StrictJson.object(json);
        } catch (IOException e) {
            throw new IOException("it is not strict JSON", e);
        }
    }

    @SuppressWarnings("unchecked") // StrictJson makes no other keys than strings.
    private static Optional<PublicKey> key(Map<?, ?> json, Algorithm algorithm) {
        try {
            JWK key = JWK.parse((Map<String, Object>) json);
            return isMeantFor(algorithm, key) ? Optional.of(publicKey(key)) : Optional.empty();
        } catch (ParseException
                | JOSEException
                | GeneralSecurityException
                | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isMeantFor(Algorithm algorithm, JWK key) {
        return switch (algorithm.family()) {
                    case RSA -> key instanceof RSAKey;
                    case EC -> key instanceof ECKey;
                    case EDWARDS -> key instanceof OctetKeyPair;
                    case HMAC -> false;
                }
                && (key.getAlgorithm() == null
                        || algorithm.name().equals(key.getAlgorithm().getName()))
                && (key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()))
                && (key.getKeyOperations() == null
                        || key.getKeyOperations().contains(KeyOperation.VERIFY));
    }

    private static PublicKey publicKey(JWK key) throws JOSEException, GeneralSecurityException {
        if (key instanceof RSAKey rsa) {
            return rsa.toRSAPublicKey();
        }
        if (key instanceof ECKey ec) {
            return ec.toECPublicKey();
        }
        OctetKeyPair pair = key.toOctetKeyPair();
        String prefix = EDWARDS_PREFIX.getOrDefault(pair.getCurve(), "");
        byte[] encoded =
                HexFormat.of().parseHex(prefix + HexFormat.of().formatHex(pair.getDecodedX()));
        return KeyFactory.getInstance("EdDSA").generatePublic(new X509EncodedKeySpec(encoded));
    }
}
