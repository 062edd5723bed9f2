package io.agentruntime.security;

import static io.agentruntime.security.TokenText.AUDIENCE;
import static io.agentruntime.security.TokenText.CLOCK;
import static io.agentruntime.security.TokenText.ISSUER;
import static io.agentruntime.security.TokenText.NOW;
import static io.agentruntime.security.TokenText.NOW_SECONDS;
import static io.agentruntime.security.TokenText.claims;
import static io.agentruntime.security.TokenText.header;
import static io.agentruntime.security.TokenText.headerWith;
import static io.agentruntime.security.TokenText.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must be let in, so that the refusals are not bought by refusing too much. */
class TokenAcceptanceTest {

    private static final Caller ANN = new Caller(CallerKind.USER, "ann");
    private static final Keys.Signer USER = Keys.hmac("256", Keys.USER_SECRET);
    private static final Keys.Signer M2M = Keys.hmac("256", Keys.M2M_SECRET);

    static Stream<Arguments> algorithms() {
        return Stream.of(
                secret("HS256", Keys.hmac("256", Keys.USER_SECRET)),
                secret("HS384", Keys.hmac("384", Keys.USER_SECRET)),
                secret("HS512", Keys.hmac("512", Keys.USER_SECRET)),
                pair("RS256", Keys.RSA, Keys.rsa("256", Keys.RSA)),
                pair("RS384", Keys.RSA, Keys.rsa("384", Keys.RSA)),
                pair("RS512", Keys.RSA, Keys.rsa("512", Keys.RSA)),
                pair("PS256", Keys.RSA, Keys.pss("256", 32, Keys.RSA)),
                pair("PS384", Keys.RSA, Keys.pss("384", 48, Keys.RSA)),
                pair("PS512", Keys.RSA, Keys.pss("512", 64, Keys.RSA)),
                pair("ES256", Keys.P256, Keys.ec("256", Keys.P256)),
                pair("ES384", Keys.P384, Keys.ec("384", Keys.P384)),
                pair("ES512", Keys.P521, Keys.ec("512", Keys.P521)),
                pair("EdDSA", Keys.ED25519, Keys.eddsa(Keys.ED25519)),
                pair("EdDSA", Keys.ED448, Keys.eddsa(Keys.ED448)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("algorithms")
    void everyAlgorithmIsVerified(String algorithm, String key, Keys.Signer signer)
            throws InvalidToken {
        TokenVerifier verifier =
                TokenVerifier.of(
                        List.of(
                                TokenSettingsForTests.of(
                                        CallerKind.USER, algorithm, key, ISSUER, AUDIENCE)),
                        CLOCK,
                        Duration.ZERO);

        // Often enough that a signature with a leading zero or a high s is among them.
        for (int i = 0; i < 50; i++) {
            String token = token(header(algorithm), claims("jti", "\"" + i + "\""), signer);
            assertThat(verifier.verify(token)).isEqualTo(ANN);
        }
    }

    @Test
    void bothHalvesOfAnEllipticCurveAreAsGood() throws InvalidToken {
        BigInteger order = ((ECPublicKey) Keys.P256.getPublic()).getParams().getOrder();
        String good = token(header("ES256"), claims(), Keys.ec("256", Keys.P256));
        int dot = good.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(good.substring(dot + 1));
        byte[] other =
                order.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)))
                        .toByteArray();
        Arrays.fill(signature, 32, 64, (byte) 0);
        int length = Math.min(32, other.length);
        System.arraycopy(other, other.length - length, signature, 64 - length, length);
        TokenVerifier verifier =
                verifier(Duration.ZERO, user("ES256", Keys.pem(Keys.P256.getPublic())));

        assertThat(verifier.verify(good)).isEqualTo(ANN);
        assertThat(verifier.verify(good.substring(0, dot + 1) + TokenText.base64(signature)))
                .isEqualTo(ANN);
    }

    @Test
    void theKindIsThatOfTheSettingsThatVerify() throws InvalidToken {
        TokenVerifier both = both();

        assertThat(both.verify(token(TokenText.HEADER, claims(), USER)).kind())
                .isEqualTo(CallerKind.USER);
        assertThat(both.verify(token(TokenText.HEADER, claims(), M2M)).kind())
                .isEqualTo(CallerKind.M2M);
        assertThat(both.verify(token(headerWith("\"kid\":\"user\""), claims(), M2M)).kind())
                .isEqualTo(CallerKind.M2M);
    }

    @Test
    void theSettingsOfTwoKindsAreNotMixed() {
        TokenVerifier both =
                verifier(
                        Duration.ZERO,
                        TokenSettingsForTests.of(
                                CallerKind.USER, "HS256", Keys.USER_SECRET, "u", "ua"),
                        TokenSettingsForTests.of(
                                CallerKind.M2M, "HS512", Keys.M2M_SECRET, "m", "ma"));

        for (String token :
                List.of(
                        token(TokenText.HEADER, claims("iss", "\"m\"", "aud", "\"ma\""), USER),
                        token(TokenText.HEADER, claims("iss", "\"u\"", "aud", "\"ma\""), USER),
                        token(TokenText.HEADER, claims("iss", "\"u\"", "aud", "\"ua\""), M2M),
                        token(
                                header("HS512"),
                                claims("iss", "\"u\"", "aud", "\"ua\""),
                                Keys.hmac("512", Keys.USER_SECRET)),
                        token(TokenText.HEADER, claims("iss", "\"m\"", "aud", "\"ma\""), M2M))) {
            assertThatExceptionOfType(InvalidToken.class).isThrownBy(() -> both.verify(token));
        }
    }

    @Test
    void theReasonsOfBothKindsAreNamed() {
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> both().verify(token(claims("exp", "1"))))
                .withMessage("user: expired; m2m: expired");
    }

    @Test
    void withoutSettingsNobodyIsLetIn() {
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> verifier(Duration.ZERO).verify(token(claims())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\"}",
                "{\"typ\":\"JWT\",\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"typ\":\"jwt\"}",
                "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
                "{\"alg\":\"HS256\",\"typ\":\"application/at+jwt\"}",
                " { \"alg\" : \"HS256\" } ",
                "{\"\\u0061lg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"kid\":\"2026-01\",\"x5t\":\"AAAA\"}",
                "{\"alg\":\"HS256\",\"jku\":\"https://issuer.test/keys\",\"unknown\":[1,{}]}"
            })
    void aHeaderMayHoldWhatIssuersWrite(String header) throws InvalidToken {
        assertThat(both().verify(token(header, claims(), USER))).isEqualTo(ANN);
    }

    static Stream<Arguments> claimsOfIssuers() {
        return Stream.of(
                claim("aud", "[\"billing\",\"agent-runtime\"]"),
                claim("aud", "[\"agent-runtime\"]"),
                claim("exp", String.valueOf(NOW_SECONDS + 1)),
                claim("exp", NOW_SECONDS + ".5"),
                claim("exp", "1.767225601e9"),
                claim("exp", "253402300799"),
                claim("nbf", String.valueOf(NOW_SECONDS)),
                claim("nbf", NOW_SECONDS + ".0"),
                claim("nbf", "0"),
                claim("iat", String.valueOf(NOW_SECONDS)),
                // The issuer's clock may be ahead of ours; from when on it counts is said by nbf.
                claim("iat", String.valueOf(NOW_SECONDS + 30)),
                claim("iat", "1767225600.123456"),
                claim("roles", "{\"a\":{\"b\":[\"c\",{\"d\":null}]}}"),
                claim("name", "\"J\u00fcrgen \uD83D\uDE00 \\ud83d\\ude00\""),
                claim("sub", "\"ann\""));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("claimsOfIssuers")
    void claimsMayBeWhatIssuersWrite(String name, String json) throws InvalidToken {
        assertThat(both().verify(token(claims(name, json)))).isEqualTo(ANN);
    }

    @Test
    void aTokenWithoutASubjectIsACallerWithoutAName() throws InvalidToken {
        assertThat(both().verify(token(claims("sub", null))))
                .isEqualTo(new Caller(CallerKind.USER, ""));
    }

    @Test
    void anEmptySettingIsNotChecked() throws InvalidToken {
        TokenVerifier open =
                verifier(
                        Duration.ZERO,
                        TokenSettingsForTests.of(
                                CallerKind.USER, "HS256", Keys.USER_SECRET, "", ""));

        assertThat(open.verify(token(claims("iss", "\"anyone\"", "aud", "\"anything\""))))
                .isEqualTo(ANN);
        assertThat(open.verify(token(claims("iss", null, "aud", null)))).isEqualTo(ANN);
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> open.verify(token(claims("iss", "1"))));
    }

    @Test
    void theSkewWidensBothEndsAndNothingElse() throws InvalidToken {
        TokenVerifier lenient = verifier(Duration.ofSeconds(30), user("HS256", Keys.USER_SECRET));

        assertThat(lenient.verify(token(claims("exp", "" + (NOW_SECONDS - 29))))).isEqualTo(ANN);
        assertThat(lenient.verify(token(claims("nbf", "" + (NOW_SECONDS + 30))))).isEqualTo(ANN);
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> lenient.verify(token(claims("exp", "" + (NOW_SECONDS - 30)))));
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> lenient.verify(token(claims("nbf", "" + (NOW_SECONDS + 31)))));
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> lenient.verify(token(claims("exp", null))));
    }

    @Test
    void aTokenOfExactlyEightKibibytesIsNotTooLong() throws InvalidToken {
        String token = "";
        for (int fill = 5_900; token.length() < CompactToken.MAX_LENGTH; fill++) {
            token = token(claims("x", '"' + "x".repeat(fill) + '"'));
        }
        assertThat(token).hasSize(CompactToken.MAX_LENGTH);
        assertThat(both().verify(token)).isEqualTo(ANN);
    }

    @Test
    void theDevelopmentTokenIsLetInForTwelveHours() throws InvalidToken {
        for (String algorithm : List.of("HS256", "HS384", "HS512")) {
            TokenSettings settings =
                    TokenSettingsForTests.of(
                            CallerKind.M2M, algorithm, DevelopmentToken.secret(), ISSUER, AUDIENCE);
            String token = DevelopmentToken.mint(settings, CLOCK);

            assertThat(verifier(Duration.ZERO, settings).verify(token))
                    .isEqualTo(new Caller(CallerKind.M2M, "development"));
            Clock later = Clock.fixed(NOW.plus(Duration.ofHours(12)), ZoneOffset.UTC);
            assertThatExceptionOfType(InvalidToken.class)
                    .isThrownBy(
                            () ->
                                    TokenVerifier.of(List.of(settings), later, Duration.ZERO)
                                            .verify(token));
        }
    }

    @Test
    void aTokenKnownIsForgottenTheMomentItExpires() throws InvalidToken {
        Instant[] now = {NOW};
        Clock clock =
                new Clock() {
                    @Override
                    public ZoneOffset getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }

                    @Override
                    public Instant instant() {
                        return now[0];
                    }
                };
        TokenVerifier verifier =
                TokenVerifier.of(List.of(user("HS256", Keys.USER_SECRET)), clock, Duration.ZERO);
        String token = token(claims("nbf", String.valueOf(NOW_SECONDS)));

        assertThat(verifier.verify(token)).isEqualTo(ANN);
        now[0] = NOW.plusMillis(299_999);
        assertThat(verifier.verify(token)).isEqualTo(ANN);
        now[0] = NOW.plusMillis(300_000);
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> verifier.verify(token))
                .withMessage("user: expired");
        now[0] = NOW.minusMillis(1);
        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> verifier.verify(token))
                .withMessage("user: not valid yet");
    }

    private static TokenVerifier both() {
        return verifier(
                Duration.ZERO,
                user("HS256", Keys.USER_SECRET),
                TokenSettingsForTests.of(
                        CallerKind.M2M, "HS256", Keys.M2M_SECRET, ISSUER, AUDIENCE));
    }

    private static TokenSettings user(String algorithm, String key) {
        return TokenSettingsForTests.of(CallerKind.USER, algorithm, key, ISSUER, AUDIENCE);
    }

    private static TokenVerifier verifier(Duration skew, TokenSettings... settings) {
        return TokenVerifier.of(List.of(settings), CLOCK, skew);
    }

    private static Arguments claim(String name, String json) {
        return Arguments.of(name, json);
    }

    private static Arguments secret(String algorithm, Keys.Signer signer) {
        return Arguments.of(algorithm, Keys.USER_SECRET, signer);
    }

    private static Arguments pair(String algorithm, KeyPair pair, Keys.Signer signer) {
        return Arguments.of(algorithm, Keys.pem(pair.getPublic()), signer);
    }
}
