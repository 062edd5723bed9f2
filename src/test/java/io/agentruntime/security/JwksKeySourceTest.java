package io.agentruntime.security;

import static io.agentruntime.security.TokenText.base64;
import static io.agentruntime.security.TokenText.claims;
import static io.agentruntime.security.TokenText.header;
import static io.agentruntime.security.TokenText.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.agentruntime.RunningService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Keys an issuer publishes: found, changed, withdrawn, odd, or not to be had. */
@ExtendWith(OutputCaptureExtension.class)
class JwksKeySourceTest {

    private static final String BY_RSA =
            token(header("RS256"), claims(), Keys.rsa("256", Keys.RSA));
    private static final String BY_OTHER_RSA =
            token(header("RS256"), claims(), Keys.rsa("256", Keys.OTHER_RSA));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger calls = new AtomicInteger();
    private volatile String published = set(jwk(Keys.RSA, ""));

    @Test
    void aTokenIsVerifiedByAPublishedKeyThatIsReadOnce() throws IOException {
        JwksKeySource keys = keys("RS256");

        assertThat(verifies(keys, BY_RSA)).isTrue();
        assertThat(verifies(keys, BY_RSA)).isTrue();
        assertThat(calls).hasValue(1);
    }

    @Test
    void everyKindOfKeyIsReadFromAKeySet() {
        published =
                set(jwk(Keys.P256), okp("Ed25519", Keys.ED25519, 32), okp("Ed448", Keys.ED448, 57));

        assertThat(
                        verifies(
                                keys("ES256"),
                                token(header("ES256"), claims(), Keys.ec("256", Keys.P256))))
                .isTrue();
        assertThat(
                        verifies(
                                keys("EdDSA"),
                                token(header("EdDSA"), claims(), Keys.eddsa(Keys.ED25519))))
                .isTrue();
        assertThat(
                        verifies(
                                keys("EdDSA"),
                                token(header("EdDSA"), claims(), Keys.eddsa(Keys.ED448))))
                .isTrue();
    }

    @Test
    void everyFittingKeyIsTriedWhateverItsName() {
        published = set(jwk(Keys.OTHER_RSA, ",\"kid\":\"one\""), jwk(Keys.RSA, ",\"kid\":\"two\""));
        String misnamed =
                token("{\"alg\":\"RS256\",\"kid\":\"one\"}", claims(), Keys.rsa("256", Keys.RSA));

        assertThat(verifies(keys("RS256"), misnamed)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"use\":\"enc\"",
                ",\"alg\":\"RS512\"",
                ",\"alg\":\"RSA-OAEP\"",
                ",\"key_ops\":[\"encrypt\"]"
            })
    void aKeyMeantForSomethingElseIsNotUsed(String member) {
        published = set(jwk(Keys.RSA, member));

        assertThat(verifies(keys("RS256"), BY_RSA)).isFalse();
    }

    @Test
    void aSecretInAKeySetIsNeverUsed() {
        published = set("{\"kty\":\"oct\",\"k\":\"" + base64(Keys.USER_SECRET) + "\"}");

        assertThat(verifies(keys("RS256"), BY_RSA)).isFalse();
    }

    @Test
    void aKeyTooSmallIsNotUsed() {
        KeyPair small = Keys.pair("RSA", 1024);
        published = set(jwk(small, ""));

        assertThat(
                        verifies(
                                keys("RS256"),
                                token(header("RS256"), claims(), Keys.rsa("256", small))))
                .isFalse();
    }

    @Test
    void oneOddKeyDoesNotHurtTheOthers() {
        published =
                set(
                        "{}",
                        "null",
                        "7",
                        "{\"kty\":\"new\"}",
                        "{\"kty\":\"RSA\",\"n\":1,\"e\":[]}",
                        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQ\"}",
                        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
                        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}",
                        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}",
                        jwk(Keys.RSA, ""));

        assertThat(verifies(keys("RS256"), BY_RSA)).isTrue();
    }

    @Test
    void theSeventeenthKeyOfASetIsNotUsed() {
        List<String> keys = new ArrayList<>(Collections.nCopies(15, jwk(Keys.OTHER_RSA, "")));
        keys.add(jwk(Keys.RSA, ""));
        published = set(keys.toArray(String[]::new));
        assertThat(verifies(keys("RS256"), BY_RSA)).isTrue();

        keys.add(0, jwk(Keys.OTHER_RSA, ""));
        published = set(keys.toArray(String[]::new));
        assertThat(verifies(keys("RS256"), BY_RSA)).isFalse();
    }

    @Test
    void aNewKeyIsFoundWhenNoneFitsButNotMoreOftenThanEveryThirtySeconds() {
        JwksKeySource keys = keys("RS256");
        assertThat(verifies(keys, BY_RSA)).isTrue();
        published = set(jwk(Keys.RSA, ""), jwk(Keys.OTHER_RSA, ""));

        for (int i = 0; i < 100; i++) {
            assertThat(verifies(keys, BY_OTHER_RSA)).isFalse();
        }
        assertThat(calls).hasValue(1);

        passes(Duration.ofSeconds(30));
        assertThat(verifies(keys, BY_OTHER_RSA)).isTrue();
        assertThat(calls).hasValue(2);
    }

    @Test
    void aWithdrawnKeyIsForgottenAfterFiveMinutesEvenForTokensKnown() {
        JwksKeySource keys = keys("RS256");
        assertThat(verifies(keys, BY_RSA)).isTrue();
        VerifiedTokens verified = remembering(BY_RSA, keys);
        assertThat(verified.caller(BY_RSA, 1)).isNotNull();
        published = set(jwk(Keys.OTHER_RSA, ""));

        passes(Duration.ofMinutes(5));
        await().until(() -> verified.caller(BY_RSA, 1) == null);
        assertThat(verifies(keys, BY_RSA)).isFalse();
    }

    @Test
    void theListStaysTheSameWhileTheKeysDo() {
        JwksKeySource keys = keys("RS256");
        assertThat(verifies(keys, BY_RSA)).isTrue();
        List<SignatureCheck> before = keys.keys();

        passes(Duration.ofMinutes(5));
        keys.keys();
        await().untilAtomic(calls, is(2));
        assertThat(keys.newerThan(before)).isSameAs(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[]} x",
                "fails",
                "breaks",
                "takes all memory"
            })
    void keysOnceReadAreKeptWhileTheIssuerTalksNonsense(String nonsense, CapturedOutput log) {
        JwksKeySource keys = keys("RS256");
        assertThat(verifies(keys, BY_RSA)).isTrue();
        published = nonsense;

        for (int i = 0; i < 20; i++) {
            passes(Duration.ofSeconds(30));
            assertThat(verifies(keys, BY_OTHER_RSA)).isFalse();
            assertThat(verifies(keys, BY_RSA)).isTrue();
        }
        assertThat(calls).hasValue(21);
        assertThat(log.getOut().split("the last known keys are accepted for an hour at most", -1))
                .hasSize(11);
    }

    @Test
    void keysOnceReadAreKeptWhileThereIsNoThreadToReadThemAgain(CapturedOutput log) {
        AtomicBoolean noThreads = new AtomicBoolean();
        JwksKeySource keys =
                new JwksKeySource(
                        this::published,
                        Algorithm.RS256,
                        "agent-runtime.user-jwt-jwks-url",
                        nanos::get,
                        work -> {
                            if (noThreads.get()) {
                                throw new OutOfMemoryError("unable to create native thread");
                            }
                            new Thread(work).start();
                        });
        assertThat(verifies(keys, BY_RSA)).isTrue();
        noThreads.set(true);

        for (int i = 0; i < 20; i++) {
            passes(Duration.ofSeconds(30));
            assertThat(verifies(keys, BY_OTHER_RSA)).isFalse();
            assertThat(verifies(keys, BY_RSA)).isTrue();
        }
        assertThat(keys.isReadable()).isFalse();
        assertThat(log.getOut())
                .contains(
                        "could not be used: unable to create native thread; the last known keys are accepted for an hour at most");

        noThreads.set(false);
        published = set(jwk(Keys.OTHER_RSA, ""));
        passes(Duration.ofSeconds(30));
        assertThat(verifies(keys, BY_OTHER_RSA)).isTrue();
        assertThat(keys.isReadable()).isTrue();
    }

    @Test
    void keysThatCannotBeReadAgainAreBelievedForAnHourAndTheLogSaysOnceThatItIsOver(
            CapturedOutput log) {
        JwksKeySource keys = keys("RS256");
        assertThat(verifies(keys, BY_RSA)).isTrue();
        VerifiedTokens verified = remembering(BY_RSA, keys);
        published = "fails";

        passes(Duration.ofHours(1).minusNanos(1));
        assertThat(verifies(keys, BY_RSA)).isTrue();
        assertThat(verified.caller(BY_RSA, 1)).isNotNull();

        for (int i = 0; i < 20; i++) {
            passes(Duration.ofSeconds(5));
            assertThat(verified.caller(BY_RSA, 1)).isNull();
            assertThat(verifies(keys, BY_RSA)).isFalse();
        }
        assertThat(log.getOut().split("are an hour old and no longer accepted", -1)).hasSize(2);

        published = set(jwk(Keys.RSA, ""));
        passes(Duration.ofSeconds(5));
        assertThat(verifies(keys, BY_RSA)).isTrue();
    }

    @Test
    void aWithdrawnKeyIsNotBelievedAfterAPauseInWhichNobodyAsked() {
        JwksKeySource keys = keys("RS256");
        assertThat(verifies(keys, BY_RSA)).isTrue();
        VerifiedTokens verified = remembering(BY_RSA, keys);
        published = set(jwk(Keys.OTHER_RSA, ""));

        passes(Duration.ofSeconds(330));
        assertThat(verified.caller(BY_RSA, 1)).isNull();
        assertThat(verifies(keys, BY_RSA)).isFalse();
        assertThat(verifies(keys, BY_OTHER_RSA)).isTrue();
        assertThat(calls).hasValue(2);
    }

    @Test
    void allWhoComeTogetherAfterAPauseWaitForTheKeysAndNoneIsRefused() throws Exception {
        AtomicBoolean answers = new AtomicBoolean(true);
        JwksKeySource keys = keys("RS256", once(answers));
        assertThat(verifies(keys, BY_RSA)).isTrue();
        passes(Duration.ofHours(8));
        answers.set(false);

        ExecutorService callers = Executors.newFixedThreadPool(40);
        try {
            List<Future<Boolean>> let = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                let.add(callers.submit(() -> verifies(keys, BY_RSA)));
            }
            await().untilAtomic(calls, is(2));
            answers.set(true);
            for (Future<Boolean> one : let) {
                assertThat(one.get()).isTrue();
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(calls).hasValue(2);
    }

    @Test
    void whileTheIssuerIsAwayOnlyTheFirstAfterAPauseWaitsForIt() {
        AtomicBoolean answers = new AtomicBoolean(true);
        JwksKeySource keys = keys("RS256", once(answers));
        assertThat(verifies(keys, BY_RSA)).isTrue();
        published = "fails";
        passes(Duration.ofMinutes(20));
        assertThat(verifies(keys, BY_RSA)).isTrue();
        assertThat(calls).hasValue(2);

        answers.set(false);
        passes(Duration.ofSeconds(30));
        assertThat(any(keys.keys(), parsed(BY_RSA))).isTrue();
        await().untilAtomic(calls, is(3));
        assertThat(any(keys.keys(), parsed(BY_RSA))).isTrue();
        answers.set(true);
    }

    @Test
    void withoutAnyKeyTokensAreRefusedAndTheIssuerIsAskedAgainSoonButNotEachTime() {
        published = "fails";
        JwksKeySource keys = keys("RS256");
        for (int i = 0; i < 100; i++) {
            assertThat(verifies(keys, BY_RSA)).isFalse();
        }
        assertThat(calls).hasValue(1);
        published = set(jwk(Keys.RSA, ""));

        passes(Duration.ofSeconds(5));
        assertThat(verifies(keys, BY_RSA)).isTrue();
    }

    @Test
    void keysReadAheadAreThereForTheFirstTokenAndNobodyWaitsForThem() {
        AtomicBoolean answers = new AtomicBoolean();
        JwksKeySource keys = keys("RS256", once(answers));

        keys.readAhead();
        assertThat(keys.keys()).isEmpty();

        answers.set(true);
        await().until(() -> !keys.keys().isEmpty());
        assertThat(any(keys.keys(), parsed(BY_RSA))).isTrue();
        assertThat(calls).hasValue(1);
    }

    @Test
    void theFirstTokenMayAskAtOnceWhenReadingAheadFailed(CapturedOutput log) {
        published = "fails";
        JwksKeySource keys = keys("RS256");
        keys.readAhead();
        await().until(
                        () ->
                                log.getOut()
                                        .contains(
                                                "The key set at AGENT_RUNTIME_SERVICE_USER_JWT_JWKS_URL could not be used: the issuer could not be read; its tokens are refused until it can"));
        published = set(jwk(Keys.RSA, ""));

        await().until(() -> verifies(keys, BY_RSA));
        assertThat(calls).hasValue(2);
    }

    @Test
    void whetherTheKeySetCouldBeReadTheLastTimeIsKnown() {
        JwksKeySource keys = keys("RS256");
        verifies(keys, BY_RSA);
        assertThat(keys.isReadable()).isTrue();

        published = "fails";
        passes(Duration.ofMinutes(5));
        assertThat(verifies(keys, BY_RSA)).isTrue();
        await().until(() -> !keys.isReadable());
    }

    @Test
    void aServiceReadsTheKeySetWhenItStarts() throws IOException {
        long exp = Instant.now().getEpochSecond() + 300;
        String token = token(header("RS256"), claims("exp", "" + exp), Keys.rsa("256", Keys.RSA));
        try (Issuer issuer = new Issuer(ok(published));
                RunningService service =
                        RunningService.with(
                                Map.of(
                                        "PROVIDERS", "sample",
                                        "USER_JWT_SECRET_KEY", "",
                                        "USER_JWT_JWKS_URL", issuer.address().toString(),
                                        "USER_JWT_ALGORITHM", "RS256"))) {
            await().until(() -> issuer.request.startsWith("GET /keys "));

            service.send(
                            service.request("/api/v1/flows")
                                    .header("Authorization", "Bearer " + token)
                                    .GET())
                    .hasStatus(200);
            assertThat(service.metric("agent_runtime_key_set_readable{kind=\"user\"}"))
                    .isEqualTo("1.0");
            assertThat(service.metric("agent_runtime_key_set_readable{kind=\"m2m\"}")).isNull();
        }
    }

    @Test
    void theMetricsTellThatAnIssuerAnswersWithAnError() throws IOException {
        var registry = new SimpleMeterRegistry();
        try (Issuer issuer = new Issuer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")) {
            TokenVerifier verifier = verifier(issuer.address());
            verifier.watch(registry);

            assertThatExceptionOfType(InvalidToken.class).isThrownBy(() -> verifier.verify(BY_RSA));
            assertThat(issuer.request).startsWith("GET /keys ");
            assertThat(
                            registry.get("agent.runtime.key.set.readable")
                                    .tag("kind", "user")
                                    .gauge()
                                    .value())
                    .isZero();
        }
    }

    @Test
    void aKeyAtAnAddressTheIssuerRedirectsToIsNotUsed() throws IOException {
        try (Issuer elsewhere = new Issuer(ok(published));
                Issuer issuer =
                        new Issuer(
                                "HTTP/1.1 302 Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                                        .formatted(elsewhere.address()))) {
            TokenVerifier verifier = verifier(issuer.address());

            assertThatExceptionOfType(InvalidToken.class)
                    .isThrownBy(() -> verifier.verify(BY_RSA))
                    .withMessage("user: no key is known to check it with");
            assertThat(issuer.request).startsWith("GET /keys ");
            assertThat(elsewhere.request).isEmpty();
        }
    }

    @Test
    void aTokenThatTheKeysAtHandVerifyWaitsForNoIssuer() throws Exception {
        try (Issuer issuer = new Issuer("", true)) {
            TokenVerifier verifier =
                    TokenVerifier.of(
                            List.of(
                                    published(issuer.address().toString()),
                                    TokenSettingsForTests.of(
                                            CallerKind.M2M,
                                            "RS256",
                                            Keys.pem(Keys.RSA.getPublic()),
                                            "",
                                            "")),
                            TokenText.CLOCK,
                            Duration.ZERO);

            assertThat(verifier.verify(BY_RSA).kind()).isEqualTo(CallerKind.M2M);
            assertThat(issuer.request).isEmpty();
            assertThatExceptionOfType(InvalidToken.class)
                    .isThrownBy(() -> verifier.verify(BY_OTHER_RSA))
                    .withMessage(
                            "user: no key is known to check it with; m2m: %s",
                            Refusal.SIGNATURE.text());
            assertThat(issuer.request).startsWith("GET /keys ");
        }
    }

    @Test
    void anIssuerThatIsNotThereMeansNobodyIsLetIn() {
        TokenVerifier verifier = verifier(URI.create("http://127.0.0.1:9/keys"));

        assertThatExceptionOfType(InvalidToken.class)
                .isThrownBy(() -> verifier.verify(BY_RSA))
                .withMessage("user: no key is known to check it with");
    }

    @Test
    void aKeySetIsReadOverHttp() throws IOException {
        try (Issuer issuer = new Issuer(ok(published))) {
            assertThat(new JwksEndpoint(issuer.address()).read()).asString().isEqualTo(published);
            assertThat(issuer.request)
                    .startsWith("GET /keys HTTP/1.1\r\n")
                    .doesNotContain("Upgrade");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 No\r\n\r\n",
                "HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
                "nonsense\r\n\r\n",
                ""
            })
    void anAnswerThatIsNoKeySetIsAFailureThatNamesNoAddress(String answer) throws IOException {
        try (Issuer issuer = new Issuer(answer)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> new JwksEndpoint(issuer.address()).read())
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("127.0.0.1"));
        }
    }

    @Test
    void anAnswerTooLargeIsCutOff() throws IOException {
        try (Issuer issuer = new Issuer(ok("x".repeat(300 * 1024)))) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> new JwksEndpoint(issuer.address()).read())
                    .withMessage("the issuer's answer is larger than 256 KiB");
        }
    }

    @Test
    void anIssuerThatIsNotThereIsToldSo() throws IOException {
        URI gone;
        try (Issuer issuer = new Issuer("")) {
            gone = issuer.address();
        }

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new JwksEndpoint(gone).read())
                .withMessage("no connection to the issuer: check the address, and that it runs");
    }

    /** As behind a firewall that drops what it does not let through. */
    @Test
    void anIssuerWhoseHostNeverTakesTheConnectionDidNotAnswerInTime() throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 5; i++) {
                SocketChannel one = SocketChannel.open();
                waiting.add(one);
                one.configureBlocking(false);
                one.connect(full.getLocalSocketAddress());
            }
            URI address = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/keys");

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> new JwksEndpoint(address).read())
                    .withMessage("the issuer did not answer in time");
        } finally {
            for (SocketChannel one : waiting) {
                one.close();
            }
        }
    }

    @Test
    void anIssuerWithoutTlsIsToldSo() throws IOException {
        try (Issuer issuer = new Issuer("nonsense\r\n\r\n")) {
            URI secure = URI.create(issuer.address().toString().replace("http:", "https:"));

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> new JwksEndpoint(secure).read())
                    .withMessageStartingWith("no TLS connection to the issuer");
        }
    }

    @Test
    void aBodyThatNeverEndsIsGivenUpInTime() throws IOException {
        Duration total = Duration.ofSeconds(1);
        try (Issuer issuer = new Issuer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", true)) {
            long start = System.nanoTime();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> new JwksEndpoint(issuer.address(), total).read())
                    .withMessage("the issuer did not answer in time");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(total.plusSeconds(20));
        }
    }

    /** Of people's tokens alone, by keys that are published at this address. */
    private static TokenVerifier verifier(URI address) {
        return TokenVerifier.of(
                List.of(published(address.toString())), TokenText.CLOCK, Duration.ZERO);
    }

    /** People's tokens, by keys that are published at this address. */
    private static TokenSettings published(String address) {
        return new TokenSettings(CallerKind.USER, "RS256", "", "", "", address, true);
    }

    private JwksKeySource keys(String algorithm) {
        return keys(algorithm, this::published);
    }

    private byte[] published() throws IOException {
        return switch (published) {
            case "fails" -> throw new IOException("the issuer could not be read");
            case "breaks" -> throw new IllegalStateException("a defect");
            case "takes all memory" -> throw new OutOfMemoryError("Java heap space");
            default -> published.getBytes(StandardCharsets.UTF_8);
        };
    }

    /** What is published, not before the issuer answers. */
    private JwksKeySource.Endpoint once(AtomicBoolean answers) {
        return () -> {
            await().untilTrue(answers);
            return published();
        };
    }

    private JwksKeySource keys(String algorithm, JwksKeySource.Endpoint issuer) {
        return new JwksKeySource(
                () -> {
                    calls.incrementAndGet();
                    return issuer.read();
                },
                Algorithm.valueOf(algorithm),
                "agent-runtime.user-jwt-jwks-url",
                nanos::get);
    }

    private static VerifiedTokens remembering(String token, JwksKeySource keys) {
        VerifiedTokens verified = new VerifiedTokens();
        verified.add(
                token,
                new VerifiedTokens.Entry(
                        new Caller(CallerKind.USER, "ann"), 0, Long.MAX_VALUE, keys, keys.keys()));
        return verified;
    }

    private void passes(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private static CompactToken parsed(String token) {
        try {
            return CompactToken.parse(token);
        } catch (InvalidToken e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean verifies(JwksKeySource keys, String token) {
        CompactToken parsed = parsed(token);
        List<SignatureCheck> now = keys.keys();
        return any(now, parsed) || any(keys.newerThan(now), parsed);
    }

    private static boolean any(List<SignatureCheck> keys, CompactToken token) {
        return keys.stream().anyMatch(k -> k.accepts(token.signed(), token.signature()));
    }

    private static String set(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    private static String jwk(KeyPair pair, String more) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"%s}"
                .formatted(base64(fixed(key.getModulus(), key.getModulus().bitLength() / 8)), more);
    }

    private static String jwk(KeyPair pair) {
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}"
                .formatted(
                        base64(fixed(key.getW().getAffineX(), 32)),
                        base64(fixed(key.getW().getAffineY(), 32)));
    }

    private static String okp(String curve, KeyPair pair, int length) {
        byte[] encoded = pair.getPublic().getEncoded();
        return "{\"kty\":\"OKP\",\"crv\":\"%s\",\"x\":\"%s\"}"
                .formatted(
                        curve,
                        base64(
                                Arrays.copyOfRange(
                                        encoded, encoded.length - length, encoded.length)));
    }

    private static byte[] fixed(BigInteger number, int length) {
        byte[] octets = number.toByteArray();
        byte[] fixed = new byte[length];
        int copied = Math.min(length, octets.length);
        System.arraycopy(octets, octets.length - copied, fixed, length - copied, copied);
        return fixed;
    }

    private static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    /** Answers one connection with these bytes; then closes, or holds, the connection. */
    private static final class Issuer implements AutoCloseable {
        private final ServerSocket server =
                new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final Thread thread;
        private volatile String request = "";

        Issuer(String answer) throws IOException {
            this(answer, false);
        }

        Issuer(String answer, boolean holds) throws IOException {
            thread = new Thread(() -> serve(answer, holds));
            thread.setDaemon(true);
            thread.start();
        }

        URI address() {
            return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/keys");
        }

        private void serve(String answer, boolean holds) {
            try (Socket socket = server.accept()) {
                byte[] buffer = new byte[8192];
                int length = socket.getInputStream().read(buffer);
                request = new String(buffer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().flush();
                if (holds) {
                    while (socket.getInputStream().read() >= 0) {
                        // Until the other side gives up.
                    }
                }
            } catch (IOException e) {
                // The test is over, or the other side has had enough.
            }
        }

        /** The system takes connections in until the thread that waits for one has noticed. */
        @Override
        public void close() throws IOException {
            server.close();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
