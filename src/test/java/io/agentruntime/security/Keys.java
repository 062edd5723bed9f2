package io.agentruntime.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keys and signatures made with the JDK alone, so that the code under test does not check itself.
 */
final class Keys {

    static final String USER_SECRET =
            "user-only-test-value-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH";
    static final String M2M_SECRET =
            "m2m-only-test-value-9876543210-zyxwvutsrqponmlkjihgfedcba-HGFEDCBA";

    static final KeyPair RSA = pair("RSA", 2048);
    static final KeyPair OTHER_RSA = pair("RSA", 2048);
    static final KeyPair P256 = pair("EC", "secp256r1");
    static final KeyPair OTHER_P256 = pair("EC", "secp256r1");
    static final KeyPair P384 = pair("EC", "secp384r1");
    static final KeyPair P521 = pair("EC", "secp521r1");
    static final KeyPair ED25519 = pair("Ed25519");
    static final KeyPair OTHER_ED25519 = pair("Ed25519");
    static final KeyPair ED448 = pair("Ed448");

    private Keys() {}

    @FunctionalInterface
    interface Signer {
        byte[] sign(byte[] input) throws GeneralSecurityException;
    }

    static Signer hmac(String hash, String secret) {
        return hmac(hash, secret.getBytes(StandardCharsets.UTF_8));
    }

    static Signer hmac(String hash, byte[] secret) {
        return input -> {
            Mac mac = Mac.getInstance("HmacSHA" + hash);
            mac.init(new SecretKeySpec(secret, "HmacSHA" + hash));
            return mac.doFinal(input);
        };
    }

    static Signer rsa(String hash, KeyPair pair) {
        return signer("SHA" + hash + "withRSA", null, pair);
    }

    static Signer pss(String hash, int saltLength, KeyPair pair) {
        MGF1ParameterSpec mask = new MGF1ParameterSpec("SHA-" + hash);
        return signer(
                "RSASSA-PSS",
                new PSSParameterSpec("SHA-" + hash, "MGF1", mask, saltLength, 1),
                pair);
    }

    static Signer ec(String hash, KeyPair pair) {
        return signer("SHA" + hash + "withECDSAinP1363Format", null, pair);
    }

    static Signer ecDer(String hash, KeyPair pair) {
        return signer("SHA" + hash + "withECDSA", null, pair);
    }

    static Signer eddsa(KeyPair pair) {
        return signer("EdDSA", null, pair);
    }

    static Signer fixed(byte[] signature) {
        return input -> signature;
    }

    static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + label
                + "-----\n";
    }

    static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair pair(String algorithm, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Signer signer(
            String algorithm, @Nullable AlgorithmParameterSpec parameters, KeyPair pair) {
        return input -> {
            Signature signature = Signature.getInstance(algorithm);
            if (parameters != null) {
                signature.setParameter(parameters);
            }
            signature.initSign(pair.getPrivate());
            signature.update(input);
            return signature.sign();
        };
    }
}
