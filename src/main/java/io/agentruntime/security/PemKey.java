package io.agentruntime.security;

import io.agentruntime.security.SignatureChecks.UnfitKey;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a public key from PEM text: a PUBLIC KEY, or the key of a CERTIFICATE. */
final class PemKey {

    private static final Pattern PEM =
            Pattern.compile(
                    "\\s*-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----\\s*");

    private PemKey() {}

    static boolean looksLikePem(String text) {
        return text.contains("-----BEGIN ");
    }

    /** Line ends may be written as {@code \n}, as env files need it. */
    static PublicKey read(String pem, Algorithm algorithm) throws UnfitKey {
        Matcher block = PEM.matcher(pem.replace("\\r", "").replace("\\n", "\n"));
        if (!block.matches()) {
            throw new UnfitKey("is not one PEM public key, which %s needs".formatted(algorithm));
        }
        String label = block.group(1);
        if (label.contains("PRIVATE")) {
            throw new UnfitKey("is a private key; only the public key belongs here");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            return switch (label) {
                case "PUBLIC KEY" -> publicKey(der, algorithm);
                case "CERTIFICATE" ->
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(der))
                                .getPublicKey();
                default ->
                        throw new UnfitKey(
                                "is a PEM of another sort; PUBLIC KEY or CERTIFICATE is needed");
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnfitKey("is not a PEM public key that fits " + algorithm);
        }
    }

    private static PublicKey publicKey(byte[] der, Algorithm algorithm)
            throws GeneralSecurityException {
        String name =
                switch (algorithm.family()) {
                    case RSA -> "RSA";
                    case EC -> "EC";
                    default -> "EdDSA";
                };
        return KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(der));
    }
}
