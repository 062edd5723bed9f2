package io.agentruntime.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentruntime.settings.InvalidSetting;
import io.agentruntime.settings.SettingNames;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What stops the start, and what it says: the setting and the reason, never a secret. */
@ExtendWith(OutputCaptureExtension.class)
class TokenSettingsTest {

    private static final String USER_KEY = "agent-runtime.user-jwt-secret-key";

    /** Self-signed for issuer.test, on P-256; its private key is gone. */
    private static final String CERTIFICATE =
            """
            -----BEGIN CERTIFICATE-----
            MIIBgjCCASmgAwIBAgIUT3pNXcESC/vy8VdBEoqK/qVy8JIwCgYIKoZIzj0EAwIw
            FjEUMBIGA1UEAwwLaXNzdWVyLnRlc3QwIBcNMjYxMTI0MDAzMjI4WhgPMjEyNjEw
            MzEwMDMyMjhaMBYxFDASBgNVBAMMC2lzc3Vlci50ZXN0MFkwEwYHKoZIzj0CAQYI
            KoZIzj0DAQcDQgAEhWaJPGnxl3nzVljcJ/wRAPJIGGsBsqLwZG2HpPF++w8nbm6g
            o48JMWcieSZjJFtcBeNvd/II7UsVrnySrRWGEqNTMFEwHQYDVR0OBBYEFKxHwucD
            xOeA4EMrJUk2l/ataDabMB8GA1UdIwQYMBaAFKxHwucDxOeA4EMrJUk2l/ataDab
            MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgOiXmUxYt9Kko//yH
            ZzkY2yuUKVU48OY4PNcl1OFsDYQCICQaqv5HcflhDhwdoVGgywTBWwqvMMnYPOGV
            Dod2hFHY
            -----END CERTIFICATE-----
            """;

    /** On curves that the JDK reads and no algorithm uses; their private keys are gone. */
    private static final String SECP224R1 =
            """
            -----BEGIN PUBLIC KEY-----
            ME4wEAYHKoZIzj0CAQYFK4EEACEDOgAEKI9qeJki5ILjz4wdsYRZSlbS6l/GBr8v
            wD/UmOydw9ep2zqfv41KY/2pRY3s0cFTBi+3BPfhbkw=
            -----END PUBLIC KEY-----
            """;

    private static final String BRAINPOOL_P256R1 =
            """
            -----BEGIN PUBLIC KEY-----
            MFowFAYHKoZIzj0CAQYJKyQDAwIIAQEHA0IABCMwxKVbIYyYExGycZPOeeCfSA2G
            HCTZwZSXQvvSggrgIaKz2V2xzkS5Ekc5k+EEnAHnBEg4EQvSMFLUELhlBX8=
            -----END PUBLIC KEY-----
            """;

    private static final String RSA = Keys.pem(Keys.RSA.getPublic());

    static Stream<Arguments> unfit() {
        KeyPair small = Keys.pair("RSA", 1024);
        KeyPair larger = Keys.pair("EC", "secp521r1");
        return Stream.of(
                row("HS256", "x".repeat(31), "is shorter than the 32 bytes that HS256 needs"),
                row("HS384", "x".repeat(47), "is shorter than the 48 bytes that HS384 needs"),
                row("HS512", "x".repeat(63), "is shorter than the 64 bytes that HS512 needs"),
                row("HS256", RSA, "is a PEM key, but HS256 needs a secret"),
                row("RS256", Keys.USER_SECRET, "is not one PEM public key, which RS256 needs"),
                row("RS256", RSA + RSA, "is not one PEM public key, which RS256 needs"),
                row("RS256", RSA.substring(0, 200), "is not one PEM public key, which RS256 needs"),
                row(
                        "RS256",
                        RSA.replace("END PUBLIC", "END PRIVATE"),
                        "is not one PEM public key, which RS256 needs"),
                row(
                        "RS256",
                        Keys.pem("PRIVATE KEY", Keys.RSA.getPrivate().getEncoded()),
                        "is a private key; only the public key belongs here"),
                row(
                        "RS256",
                        Keys.pem("EC PRIVATE KEY", new byte[9]),
                        "is a private key; only the public key belongs here"),
                row(
                        "RS256",
                        Keys.pem("RSA PUBLIC KEY", new byte[9]),
                        "is a PEM of another sort; PUBLIC KEY or CERTIFICATE is needed"),
                row(
                        "RS256",
                        Keys.pem("PUBLIC KEY", new byte[99]),
                        "is not a PEM public key that fits RS256"),
                row(
                        "RS256",
                        Keys.pem("CERTIFICATE", new byte[99]),
                        "is not a PEM public key that fits RS256"),
                row(
                        "RS256",
                        Keys.pem(small.getPublic()),
                        "is an RSA key of 1024 bits; 2048 to 8192 are accepted"),
                row(
                        "PS256",
                        Keys.pem(small.getPublic()),
                        "is an RSA key of 1024 bits; 2048 to 8192 are accepted"),
                row(
                        "RS256",
                        Keys.pem(Keys.P256.getPublic()),
                        "is not a PEM public key that fits RS256"),
                row("ES256", RSA, "is not a PEM public key that fits ES256"),
                row(
                        "ES256",
                        Keys.pem(Keys.P384.getPublic()),
                        "is not an EC key on curve P-256, which ES256 needs"),
                row("ES256", SECP224R1, "is not an EC key on curve P-256, which ES256 needs"),
                row(
                        "ES256",
                        BRAINPOOL_P256R1,
                        "is not an EC key on curve P-256, which ES256 needs"),
                row(
                        "ES384",
                        Keys.pem(Keys.P256.getPublic()),
                        "is not an EC key on curve P-384, which ES384 needs"),
                row(
                        "ES384",
                        Keys.pem(larger.getPublic()),
                        "is not an EC key on curve P-384, which ES384 needs"),
                row(
                        "ES512",
                        Keys.pem(Keys.P384.getPublic()),
                        "is not an EC key on curve P-521, which ES512 needs"),
                row(
                        "EdDSA",
                        Keys.pem(Keys.P256.getPublic()),
                        "is not a PEM public key that fits EdDSA"),
                row(
                        "EdDSA",
                        Keys.pem(Keys.pair("X25519", 255).getPublic()),
                        "is not a PEM public key that fits EdDSA"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("unfit")
    void aKeyThatDoesNotFitStopsTheStart(String algorithm, String key, String reason) {
        InvalidSetting refusal =
                catchThrowableOfType(
                        InvalidSetting.class,
                        () -> TokenSettingsForTests.of(CallerKind.USER, algorithm, key, "", ""));

        assertThat(refusal).hasMessageStartingWith(SettingNames.variable(USER_KEY) + " ");
        assertThat(reason(refusal)).isEqualTo(reason).doesNotContain(key);
        assertThat(refusal).hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "hs256", "HS128", "HS256,RS256", "ES256K", "", " ", "A128KW"})
    void anUnknownAlgorithmStopsTheStart(String algorithm) {
        InvalidSetting refusal =
                refusal(
                        Map.of(
                                "agent-runtime.m2m-jwt-secret-key",
                                Keys.M2M_SECRET,
                                "agent-runtime.m2m-jwt-algorithm",
                                algorithm),
                        CallerKind.M2M,
                        false);

        assertThat(refusal).hasMessageStartingWith("AGENT_RUNTIME_SERVICE_M2M_JWT_ALGORITHM ");
        assertThat(reason(refusal)).contains("HS256, HS384", "EdDSA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys.json",
                "/keys",
                "file:///etc/keys",
                "ftp://issuer.test/keys",
                "https://",
                "https:///keys",
                "https://ann:pass@issuer.test/keys",
                "https://ann:pass@issuer_test/keys",
                "https://issuer.test:80x/keys",
                "https://issuer.test/a b",
                "jar:https://issuer.test!/keys"
            })
    void aKeySetAddressThatIsNoneStopsTheStart(String address) {
        InvalidSetting refusal =
                refusal(
                        Map.of(
                                "agent-runtime.user-jwt-jwks-url",
                                address,
                                "agent-runtime.user-jwt-algorithm",
                                "RS256"),
                        CallerKind.USER,
                        false);

        assertThat(refusal).hasMessageStartingWith("AGENT_RUNTIME_SERVICE_USER_JWT_JWKS_URL ");
        assertThat(reason(refusal)).isEqualTo("is not an http or https address without a password");
    }

    @Test
    void aKeySetOnAHostWithAnUnderscoreIsRefusedForThat() {
        InvalidSetting refusal =
                refusal(
                        Map.of(
                                "agent-runtime.m2m-jwt-jwks-url",
                                "http://auth_server:8080/jwks",
                                "agent-runtime.m2m-jwt-algorithm",
                                "RS256"),
                        CallerKind.M2M,
                        false);

        assertThat(refusal).hasMessageStartingWith("AGENT_RUNTIME_SERVICE_M2M_JWT_JWKS_URL ");
        assertThat(reason(refusal))
                .isEqualTo(
                        "has a host name with an underscore, which cannot be called here:"
                                + " use a name without one");
    }

    @Test
    void aKeySetIsForPublicKeysAndInPlaceOfAKey() {
        String address = "https://issuer.test/keys";
        assertThat(
                        reason(
                                refusal(
                                        Map.of(
                                                "agent-runtime.user-jwt-jwks-url",
                                                address,
                                                "agent-runtime.user-jwt-algorithm",
                                                "HS256"),
                                        CallerKind.USER,
                                        false)))
                .isEqualTo("publishes public keys, but HS256 needs a secret");
        assertThat(
                        reason(
                                refusal(
                                        Map.of(
                                                "agent-runtime.user-jwt-jwks-url", address,
                                                "agent-runtime.user-jwt-secret-key", RSA,
                                                "agent-runtime.user-jwt-algorithm", "RS256"),
                                        CallerKind.USER,
                                        false)))
                .isEqualTo("is set together with the key; choose one");
    }

    @Test
    void aKindWithoutAKeyHasNoSettings() {
        assertThat(
                        TokenSettings.read(
                                CallerKind.USER,
                                Map.of(
                                                "agent-runtime.user-jwt-secret-key", " ",
                                                "agent-runtime.user-jwt-algorithm", "HS256")
                                        ::get,
                                true))
                .isEmpty();
    }

    @Test
    void anUnknownAlgorithmIsNamedThoughThereIsNoKeyYet() {
        assertThat(
                        refusal(
                                Map.of("agent-runtime.user-jwt-algorithm", "HS999"),
                                CallerKind.USER,
                                false))
                .hasMessageStartingWith(
                        "AGENT_RUNTIME_SERVICE_USER_JWT_ALGORITHM is not one of HS256");
    }

    @Test
    void theSettingsOfAKindAreReadByTheirNames() {
        Map<String, String> properties = new HashMap<>();
        properties.put("agent-runtime.m2m-jwt-secret-key", Keys.M2M_SECRET);
        properties.put("agent-runtime.m2m-jwt-algorithm", "HS512");
        properties.put("agent-runtime.m2m-jwt-issuer", TokenText.ISSUER);
        properties.put("agent-runtime.m2m-jwt-audience", " agent-runtime ");

        assertThat(TokenSettings.read(CallerKind.M2M, properties::get, true))
                .contains(
                        new TokenSettings(
                                CallerKind.M2M,
                                "HS512",
                                Keys.M2M_SECRET,
                                TokenText.ISSUER,
                                "agent-runtime",
                                "",
                                true));
    }

    @Test
    void aPublicKeyMayBeWrittenOnOneLineOrInACertificate() {
        TokenSettingsForTests.of(CallerKind.USER, "RS256", RSA.replace("\n", "\\n"), "", "");
        TokenSettingsForTests.of(
                CallerKind.USER, "RS256", "\n " + RSA.replace("\n", "\r\n"), "", "");
        TokenSettingsForTests.of(CallerKind.USER, "ES256", CERTIFICATE, "", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "your-256-bit-secret-your-256-bit-secret",
                "a-string-secret-at-least-256-bits-long",
                "A-String-Secret-At-Least-256-Bits-Long",
                "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
                "super-secret-jwt-token-with-at-least-32-characters-long",
                "changeme-changeme-changeme-changeme",
                "secretsecretsecretsecretsecretsecret",
                "please-change-this-secret-key-for-production",
                "development-only-secret-not-for-production",
                "this-is-a-very-long-secret-key-for-jwt-1",
                "user-development-secret-0123456-not-for-production",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "00000000000000000000000000000000",
                "00000000000000000000000000000000\n",
                "'changeme-changeme-changeme-changeme'"
            })
    void aPublishedSecretIsRefusedInProductionAndOnlyThere(String secret) {
        Map<String, String> properties =
                Map.of(
                        "agent-runtime.user-jwt-secret-key",
                        secret,
                        "agent-runtime.user-jwt-algorithm",
                        "HS256");

        assertThat(refusal(properties, CallerKind.USER, true).getMessage())
                .isEqualTo(
                        "AGENT_RUNTIME_SERVICE_USER_JWT_SECRET_KEY is a published example, or made of the words of one;"
                                + " production needs a secret of its own");
        assertThat(TokenSettings.read(CallerKind.USER, properties::get, false)).isPresent();
    }

    @Test
    void aSecretOfOnesOwnIsAcceptedInProduction() {
        for (int i = 0; i < 1_000; i++) {
            accepted(DevelopmentToken.secret());
            accepted(DevelopmentToken.secret().substring(0, 32));
        }
        accepted(Keys.USER_SECRET);
        accepted("c0ffee00c0ffee11c0ffee22c0ffee33");
    }

    static Stream<Arguments> publishedKeys() {
        return Stream.of(
                // RFC 8037 A.2
                Arguments.of(
                        "EdDSA",
                        Keys.pem(
                                "PUBLIC KEY",
                                spki(
                                        "302a300506032b6570032100",
                                        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))),
                // RFC 7515 A.3
                Arguments.of(
                        "ES256",
                        Keys.pem(
                                "PUBLIC KEY",
                                spki(
                                        "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
                                        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                                        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("publishedKeys")
    void aKeyWhosePrivateHalfIsPublishedIsRefusedInProduction(String algorithm, String pem) {
        Map<String, String> properties =
                Map.of(
                        "agent-runtime.user-jwt-secret-key", pem,
                        "agent-runtime.user-jwt-algorithm", algorithm);

        assertThat(reason(refusal(properties, CallerKind.USER, true)))
                .isEqualTo("is a published example; production needs a key of its own");
        assertThat(TokenSettings.read(CallerKind.USER, properties::get, false)).isPresent();
    }

    @Test
    void aPublicKeyOfOnesOwnIsAcceptedInProduction() {
        accepted("RS256", Keys.pem(Keys.pair("RSA", 2048).getPublic()));
        accepted("ES256", Keys.pem(Keys.pair("EC", "secp256r1").getPublic()));
        accepted("EdDSA", Keys.pem(Keys.pair("EdDSA", 255).getPublic()));
        accepted("EdDSA", Keys.pem(Keys.pair("EdDSA", 448).getPublic()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s\n", "%s\r\n", " %s", "%s\t", "\"%s\"", "'%s'"})
    void aSecretThatCameWithMoreThanItselfIsTakenToTheLetterAndTheLogWarns(
            String wrapped, CapturedOutput log) {
        String secret = wrapped.formatted(Keys.USER_SECRET);

        TokenSettingsForTests.of(CallerKind.USER, "HS256", secret, "", "").keys();

        assertThat(log.getAll())
                .contains(
                        "AGENT_RUNTIME_SERVICE_USER_JWT_SECRET_KEY begins or ends with a blank or a"
                                + " line end, or stands in quotes: only tokens that are signed with"
                                + " these too are accepted")
                .doesNotContain(Keys.USER_SECRET);
    }

    @Test
    void nothingIsSaidOfOtherSecretsNorOfAPemKey(CapturedOutput log) {
        for (String secret : List.of("%s", "%s'", "\"%s'", "a b %s", "'%s\"")) {
            TokenSettingsForTests.of(
                            CallerKind.USER, "HS256", secret.formatted(Keys.USER_SECRET), "", "")
                    .keys();
        }
        TokenSettingsForTests.of(CallerKind.USER, "RS256", RSA + "\n", "", "").keys();

        assertThat(log.getAll()).doesNotContain("begins or ends");
    }

    @Test
    void settingsDoNotPrintTheirSecret() {
        assertThat(TokenSettingsForTests.of(CallerKind.USER, "HS256", Keys.USER_SECRET, "i", "a"))
                .hasToString("TokenSettings[kind=USER, algorithm=HS256]");
    }

    /** What follows the variable's name. */
    private static String reason(InvalidSetting refusal) {
        return refusal.getMessage().replaceFirst("\\S+ ", "");
    }

    private static void accepted(String secret) {
        accepted("HS256", secret);
    }

    private static void accepted(String algorithm, String key) {
        assertThat(
                        TokenSettings.read(
                                CallerKind.USER,
                                Map.of(USER_KEY, key, "agent-runtime.user-jwt-algorithm", algorithm)
                                        ::get,
                                true))
                .isPresent();
    }

    private static InvalidSetting refusal(
            Map<String, String> properties, CallerKind kind, boolean production) {
        return catchThrowableOfType(
                InvalidSetting.class, () -> TokenSettings.read(kind, properties::get, production));
    }

    private static byte[] spki(String prefix, String... parts) {
        byte[] head = HexFormat.of().parseHex(prefix);
        byte[] key = head;
        for (String part : List.of(parts)) {
            byte[] tail = Base64.getUrlDecoder().decode(part);
            byte[] longer = Arrays.copyOf(key, key.length + tail.length);
            System.arraycopy(tail, 0, longer, key.length, tail.length);
            key = longer;
        }
        return key;
    }

    private static Arguments row(String algorithm, String key, String reason) {
        return Arguments.of(algorithm, key, reason);
    }
}
