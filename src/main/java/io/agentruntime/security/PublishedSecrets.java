package io.agentruntime.security;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Keys that stand in standards, tutorials and default configurations: with one, anyone mints
 * tokens.
 */
final class PublishedSecrets {

    /** Compared in lower case, letters and digits only. */
    private static final Set<String> SECRETS =
            Set.of(
                    // jwt.io
                    "astringsecretatleast256bitslong",
                    "avalidstringsecretthatisatleast512bitslongwhichisverylong",
                    // RFC 7515 A.1, RFC 7520 3.5
                    "aym1sysppbydfgzld3umj1qzkobwvmkoqqestjqlrt1qs0gzh75aktmn3yj0ips4hcguutwjazzr1z9caow",
                    "hjtxiz2usn5kbqfbttnwbpdmhkv8fzgonbc6mxccyg",
                    // FastAPI's tutorial, Supabase's and several Spring tutorials' defaults
                    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
                    "supersecretjwttokenwithatleast32characterslong",
                    "404e635266556a586e3272357538782f413f4428472b4b6250645367566b5970");

    /** A secret made of these words and next to nothing else is a placeholder. */
    private static final List<String> PLACEHOLDERS =
            List.of(
                    ("placeholder development production verysecure changethis changeit changeme"
                                    + " replaceme insecure password example default private please"
                                    + " django signing secret super token admin local user test only"
                                    + " your this with very long key jwt m2m dev 256 384 512 bit not"
                                    + " for my the a")
                            .split(" "));

    /** 48 bits in base 64: less than that beside the placeholder words is a guess away. */
    private static final int OWN_CHARACTERS = 8;

    /**
     * The start of the modulus or the x coordinate: RFC 7515 A.2, A.3, RFC 7517 A.1, RFC 8037 A.2.
     */
    private static final List<String> PUBLIC_PARTS =
            List.of(
                    "ofgCWLjybRlzo0tZWJjNiuSfb4p4fAkd",
                    "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8T",
                    "0vx7agoebGcQSuuPiLJXZptN9nndrQmb",
                    "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7",
                    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMl");

    private PublishedSecrets() {}

    static boolean secret(String secret) {
        String plain = secret.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        if (SECRETS.contains(plain)) {
            return true;
        }
        String own = plain;
        for (String word : PLACEHOLDERS) {
            own = own.replace(word, "");
        }
        return own.length() < OWN_CHARACTERS && own.length() < plain.length()
                || isOneRepeated(secret.strip());
    }

    static boolean privateHalfOf(PublicKey key) {
        String part = Base64.getUrlEncoder().withoutPadding().encodeToString(publicPart(key));
        return PUBLIC_PARTS.stream().anyMatch(part::startsWith);
    }

    private static boolean isOneRepeated(String secret) {
        return secret.chars().distinct().limit(2).count() < 2;
    }

    private static byte[] publicPart(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return magnitude(rsa.getModulus());
        }
        if (key instanceof ECPublicKey ec) {
            return magnitude(ec.getW().getAffineX());
        }
        // The last 32 bytes of an encoded Ed25519 key are the key as RFC 8032 writes it.
        byte[] encoded = key.getEncoded();
        return key instanceof EdECPublicKey && encoded.length > 32
                ? Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)
                : encoded;
    }

    private static byte[] magnitude(BigInteger number) {
        String hex = number.toString(16);
        return HexFormat.of().parseHex(hex.length() % 2 == 0 ? hex : "0" + hex);
    }
}
