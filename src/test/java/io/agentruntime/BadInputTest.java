package io.agentruntime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.FakeLangflow.Row;
import io.agentruntime.RunningService.Answer;
import io.agentruntime.security.CallerKind;
import io.agentruntime.security.DevelopmentToken;
import io.agentruntime.security.TokenSettingsForTests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, the answer is the API's own, and the log has one line for it. */
class BadInputTest {
    private static final String PROVISION = "/api/v1/agents/provision";

    private static FakeLangflow langflow;
    private static RunningService service;
    private LogLines log;

    @BeforeAll
    static void start() {
        langflow = FakeLangflow.start();
        langflow.hasProjects(Map.of("p-1", "Finance"));
        langflow.lists(
                new Row(
                        "f-1",
                        "Financial Report Summarizer",
                        "Summarizes financial documents into one page.",
                        "p-1"));
        service =
                RunningService.withModels(
                        Map.of(
                                "PROVIDERS",
                                "langflow",
                                "LANGFLOW_API_URL",
                                langflow.url(),
                                "CATALOG_TTL_SECONDS",
                                "3600"));
        service.awaitFlows(1);
        service.provision("hello there").isProblem(404, "no-match");
    }

    @AfterAll
    static void stop() {
        service.close();
        langflow.close();
    }

    @BeforeEach
    void listen() {
        log = LogLines.open();
    }

    /** Every request of every test here. */
    @AfterEach
    void nothingIsLoggedButOneLinePerRequest() {
        log.close();
        assertThat(log.warnings()).isEmpty();
        assertThat(log.all()).allMatch(line -> line.contains("io.agentruntime.requests: request"));
    }

    private Answer sent(Answer answer) {
        String id = answer.header("X-Request-ID");
        await().untilAsserted(() -> assertThat(log.ofRequest(String.valueOf(id))).hasSize(1));
        return answer;
    }

    private Answer posts(String body) {
        return sent(service.post(PROVISION, body));
    }

    private Answer posts(String contentType, BodyPublisher body) {
        return sent(
                service.send(
                        service.authorised(PROVISION)
                                .header("Content-Type", contentType)
                                .POST(body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n ",
                "{",
                "{\"description\"",
                "{\"description\": \"summarize\"",
                "{\"description\": 'summarize'}",
                "{\"description\": \"a\",}",
                "{\"description\": \"a\"} x",
                "{\"description\": \"a\"}{\"description\": \"b\"}",
                "{\"description\": \"a\nb\"}",
                "{\"description\": \"\\x\"}",
                "{\"description\": NaN}",
                "// {\"description\": \"a\"}",
                "summarize financial documents",
                "description=summarize"
            })
    void whatIsNotJsonIsMalformed(String body) {
        posts(body).isProblem(400, "malformed-body");
    }

    @Test
    void whatIsNotUtf8IsMalformed() {
        byte[] overlong = "{\"description\": \"a??\"}".getBytes(UTF_8);
        overlong[18] = (byte) 0xC0;
        overlong[19] = (byte) 0x80;
        posts("application/json", BodyPublishers.ofByteArray(overlong))
                .isProblem(400, "malformed-body");
    }

    @Test
    void deepNestingIsMalformedAndHarmless() {
        posts("[".repeat(30_000)).isProblem(400, "malformed-body");
        posts("{\"description\": \"a\", \"x\": " + "[".repeat(30_000) + "]".repeat(30_000) + "}")
                .isProblem(400, "malformed-body");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "42",
                "null",
                "true",
                "\"summarize\"",
                "{}",
                "{\"description\": 42}",
                "{\"description\": 4.2e1}",
                "{\"description\": null}",
                "{\"description\": true}",
                "{\"description\": [\"summarize\"]}",
                "{\"description\": {\"text\": \"summarize\"}}",
                "{\"Description\": \"summarize\"}",
                "{\"description\": \"\"}",
                "{\"description\": \"  \\t\\r\\n \"}",
                "{\"description\": \"\\u00a0\\u2003\\u3000\"}",
                "{\"description\": \"\\u2007\\u202f\\u0085\"}",
                "{\"description\": \"\\u200b\\ufeff\\u2060\"}",
                "{\"description\": \"\\u3164\\ufe0f \\u115f\"}",
                "{\"description\": \"\\u0000\\u001f\"}"
            })
    void jsonThatBreaksTheRulesNamesWhatIsWrong(String body) {
        var answer = posts(body).isProblem(422, "invalid-request");
        assertThatJson(answer.body()).inPath("errors").isArray().hasSize(1);
        assertThatJson(answer.body())
                .inPath("errors[0]")
                .isObject()
                .containsOnlyKeys("field", "message");
    }

    @Test
    void everyFieldAtFaultIsNamed() {
        posts("{\"description\": 42, \"project_hint\": []}")
                .isProblem(422, "invalid-request")
                .hasField(
                        "errors",
                        """
                        [{"field": "description", "message": "must be a string"},
                         {"field": "project_hint", "message": "must be a string"}]""");
        posts("{\"project_hint\": 1}")
                .isProblem(422, "invalid-request")
                .hasField(
                        "errors",
                        """
                        [{"field": "description", "message": "is required"},
                         {"field": "project_hint", "message": "must be a string"}]""");
    }

    @Test
    void fourThousandCharactersAreTakenAndOneMoreIsNot() {
        posts("{\"description\": \"" + "a".repeat(4000) + "\"}").isProblem(404, "no-match");
        posts("{\"description\": \"" + "a".repeat(4001) + "\"}")
                .isProblem(422, "invalid-request")
                .hasField(
                        "errors",
                        """
                        [{"field": "description", "message": "must have at most 4000 characters"}]""");
    }

    @Test
    void aCharacterOutsideTheBasicPlaneCountsOnceHoweverItIsWritten() {
        posts("{\"description\": \"" + "😀".repeat(4000) + "\"}").isProblem(404, "no-match");
        posts("{\"description\": \"" + "\\ud83d\\ude00".repeat(4000) + "\"}")
                .isProblem(404, "no-match");
        posts("{\"description\": \"" + "😀".repeat(4001) + "\"}").isProblem(422, "invalid-request");
    }

    @Test
    void spaceAroundTheTextDoesNotCount() {
        posts("{\"description\": \"" + " ".repeat(3000) + "a".repeat(4000) + "\\u00a0\\n\"}")
                .isProblem(404, "no-match");
        posts("{\"description\": \"\\u3000 summarize financial documents\\t\\u00a0\"}")
                .isMatch("f-1");
    }

    @Test
    void halfOfASurrogatePairIsNoReasonToFail() {
        posts("{\"description\": \"summarize financial documents \\ud83d\"}").isMatch("f-1");
        posts("{\"description\": \"\\ude00\\ud83d\", \"project_hint\": \"\\ud83d\"}")
                .isProblem(404, "no-match");
    }

    @Test
    void aProjectHintMayBeAbsentNullBlankOrTwoHundredCharacters() {
        String task = "{\"description\": \"summarize financial documents\", \"project_hint\": ";
        posts(task + "null}").isMatch("f-1").notesNothing();
        posts(task + "\"\"}").isMatch("f-1").notesNothing();
        posts(task + "\" \\u00a0\\u3000\"}").isMatch("f-1").notesNothing();
        posts(task + "\"" + "x".repeat(200) + "\"}").isMatch("f-1").notes("was not found");
        posts(task + "\"" + "x".repeat(201) + "\"}")
                .isProblem(422, "invalid-request")
                .hasField(
                        "errors",
                        """
                        [{"field": "project_hint", "message": "must have at most 200 characters"}]""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42", "true", "[]", "{}", "[\"Finance\"]"})
    void aProjectHintThatIsNoStringIsRefused(String hint) {
        posts(
                        "{\"description\": \"summarize financial documents\", \"project_hint\": "
                                + hint
                                + "}")
                .isProblem(422, "invalid-request");
    }

    @Test
    void unknownFieldsAreIgnored() {
        posts(
                        """
                {"description": "summarize financial documents", "limit": "x", "flow_id": null,
                 "": {}, "matched": [1, 2, {"deep": [[]]}], "__proto__": 1e400,
                 "exponent": 0e33333333333333333333333333333333333334}""")
                .isMatch("f-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "51",
                "-1",
                "1.5",
                "5.0",
                "\"5\"",
                "true",
                "[]",
                "1e400",
                "99999999999"
            })
    void aLimitOutsideItsRangeIsRefused(String limit) {
        sent(service.post(
                        "/api/v1/agents/candidates",
                        "{\"description\": \"summarize\", \"limit\": " + limit + "}"))
                .isProblem(422, "invalid-request")
                .hasField(
                        "errors",
                        """
                        [{"field": "limit", "message": "must be a whole number from 1 to 50"}]""");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "text/plain",
                "application/xml",
                "text/xml",
                "multipart/form-data; boundary=x",
                "application/octet-stream",
                "nonsense",
                "application/json, text/plain"
            })
    void otherMediaTypesAreUnsupported(String type) {
        posts(type, BodyPublishers.ofString("<description>summarize</description>"))
                .isProblem(415, "unsupported-media-type");
    }

    @Test
    void aBodyWithoutAMediaTypeIsUnsupported() {
        sent(service.send(
                        service.authorised(PROVISION)
                                .POST(BodyPublishers.ofString("{\"description\": \"a\"}"))))
                .isProblem(415, "unsupported-media-type");
    }

    @Test
    void jsonMayNameItsCharset() {
        var body = BodyPublishers.ofString("{\"description\": \"summarize financial documents\"}");
        posts("application/json; charset=utf-8", body).isMatch("f-1");
        posts("Application/JSON;charset=\"UTF-8\"", body).isMatch("f-1");
    }

    @Test
    void bodiesOverSixtyFourKibibytesAreTooLargeHoweverTheyAreSent() {
        byte[] big = ("{\"description\": \"" + "a".repeat(2_000_000) + "\"}").getBytes(UTF_8);
        posts("application/json", BodyPublishers.ofByteArray(big))
                .isProblem(413, "payload-too-large");
        posts("application/json", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(big)))
                .isProblem(413, "payload-too-large");
        posts("text/plain", BodyPublishers.ofByteArray(big)).isProblem(413, "payload-too-large");
    }

    @Test
    void sixtyFourKibibytesExactlyAreRead() {
        String json = "{\"description\": \"summarize financial documents\"}";
        posts(json + " ".repeat(64 * 1024 - json.length())).isMatch("f-1");
        posts(json + " ".repeat(64 * 1024 + 1 - json.length())).isProblem(413, "payload-too-large");
        var chunked = (json + " ".repeat(64 * 1024 - json.length())).getBytes(UTF_8);
        posts(
                        "application/json",
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(chunked)))
                .isMatch("f-1");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/agents/provision,POST",
        "PUT,/api/v1/agents/provision,POST",
        "DELETE,/api/v1/agents/candidates,POST",
        "PATCH,/api/v1/agents/provision,POST",
        "POST,/api/v1/flows,GET",
        "DELETE,/api/v1/providers,GET",
        "GET,/api/v1/providers/langflow/refresh,POST",
        "POST,/health,GET",
        "POST,/api/v1/health,GET",
        "DELETE,/health/ready,GET",
    })
    void aWrongMethodIsToldTheRightOnes(String method, String path, String allowed) {
        var answer =
                service.send(service.authorised(path).method(method, BodyPublishers.noBody()))
                        .isProblem(405, "method-not-allowed");
        assertThat(String.valueOf(answer.header("Allow")).split(",\\s*")).contains(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "PROPFIND", "FOO", "LOCK"})
    void aStrangeMethodIsNotAllowed(String method) {
        service.send(service.authorised(PROVISION).method(method, BodyPublishers.noBody()))
                .isProblem(405, "method-not-allowed");
    }

    @Test
    void whoeverWantsHtmlIsRefusedInJson() {
        sent(service.send(
                        service.authorised(PROVISION)
                                .header("Content-Type", "application/json")
                                .header("Accept", "text/html")
                                .POST(BodyPublishers.ofString("{\"description\": \"a\"}"))))
                .isProblem(406, "not-acceptable");
        sent(service.send(service.authorised("/api/v1/flows").header("Accept", "text/html").GET()))
                .isProblem(406, "not-acceptable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/*", "application/json", "text/html, */*;q=0.1"})
    void whoeverTakesJsonGetsIt(String accept) {
        sent(service.send(service.authorised("/api/v1/flows").header("Accept", accept).GET()))
                .hasStatus(200);
    }

    @Test
    void aProblemIsReadableForWhoeverTakesProblemsOnly() {
        sent(service.send(
                        service.authorised(PROVISION)
                                .header("Content-Type", "application/json")
                                .header("Accept", "application/json, application/problem+json")
                                .POST(BodyPublishers.ofString("{"))))
                .isProblem(400, "malformed-body");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1",
                "/api/v1/",
                "/api/v1/agents",
                "/api/v1/agents/provision/",
                "/api/v1/agents/provision/x",
                "/api/v1/flow",
                "/api/v2/flows",
                "/api/v1/FLOWS",
                "/",
                "/error",
                "/favicon.ico",
                "/health/x",
                "/actuator",
                "/actuator/health",
                "/actuator/prometheus",
                "/metrics"
            })
    void thereIsNothingAtAnyOtherPath(String path) {
        service.get(path).isProblem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope%2Fx", "/api/v1/flows%2f", "/api/v1/agents%2Fprovision"})
    void aSlashInDisguiseIsAnUnknownPath(String path) throws IOException {
        String answer =
                raw(
                        "GET "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: mine-1\r\nAuthorization: Bearer "
                                + RunningService.M2M_TOKEN
                                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 404 ")
                .contains("X-Request-ID: mine-1", "urn:ars:problem:not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/../v1/flows",
                "/api/v1//flows",
                "/api/v1/./flows",
                "/api/v1/flows;x=1",
                "/api/v1/%66lows%2f",
                "/api/v1/%2e%2e/health",
                "/api/v1/flows%00",
                "/api/v1/flows?limit=%zz",
                "/api/v1/flows?limit=1&x=%c3%28%",
                "/health/..%2f..%2factuator/env",
                "/api/v1/flows%0d%0aX-Injected:%20yes"
            })
    void oddPathsAreNoWayAround(String path) throws IOException {
        String answer =
                raw(
                        "GET "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + RunningService.M2M_TOKEN
                                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).containsPattern("^HTTP/1.1 (400|404) ");
        assertThat(answer).contains("application/problem+json").doesNotContain("\nX-Injected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/flows HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "GET /<script> HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "G{T /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /health HTTP/1.1\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"
            })
    void whatIsNotHttpIsRefusedAsAProblemWithoutAnEcho(String request) throws IOException {
        String answer = raw(request);
        assertThat(answer).containsPattern("^HTTP/1.1 (400|505) ");
        assertThat(answer)
                .containsPattern("X-Request-ID: [0-9a-f-]{36}\r\n")
                .containsPattern("\"request_id\":\"[0-9a-f-]{36}\"}")
                .contains("application/problem+json")
                .doesNotContain("<script>")
                .doesNotContain("html");
    }

    @Test
    void headersThatAreTooLongAreAProblem() throws IOException {
        String answer =
                raw(
                        "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: "
                                + "a".repeat(36_000)
                                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).containsPattern("^HTTP/1.1 (400|431) ");
        assertThat(answer).contains("application/problem+json");
    }

    @Test
    void headIsAnsweredAsGetWithoutABody() {
        for (String path :
                new String[] {
                    "/health", "/health/live", "/health/ready", "/api/v1/health", "/api/v1/flows"
                }) {
            var answer =
                    service.send(service.authorised(path).method("HEAD", BodyPublishers.noBody()));
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void aPageMayAskWhetherItMayAsk() {
        var answer =
                service.send(
                        service.request(PROVISION)
                                .header("Origin", "https://app.example.org")
                                .header("Access-Control-Request-Method", "POST")
                                .header(
                                        "Access-Control-Request-Headers",
                                        "authorization,content-type")
                                .method("OPTIONS", BodyPublishers.noBody()));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(answer.header("Access-Control-Allow-Headers"))
                .containsIgnoringCase("authorization");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aPageOfAnyOriginCanReadTheAnswerAndItsProblems() {
        var found =
                sent(
                        service.send(
                                service.authorised("/api/v1/flows")
                                        .header("Origin", "https://a.example")
                                        .GET()));
        assertThat(found.hasStatus(200).header("Access-Control-Allow-Origin")).isEqualTo("*");
        var refused =
                service.send(
                        service.request("/api/v1/flows")
                                .header("Origin", "https://a.example")
                                .GET());
        assertThat(refused.isProblem(401, "unauthenticated").header("Access-Control-Allow-Origin"))
                .isEqualTo("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "req-1_2.3",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void aRequestIdOfTheCallerIsKept(String id) {
        var answer =
                sent(
                        service.send(
                                service.authorised("/api/v1/flows")
                                        .header("X-Request-ID", id)
                                        .GET()));
        assertThat(answer.header("X-Request-ID")).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "<script>",
                "ä",
                "{\"a\":1}",
                "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void aRequestIdThatBreaksTheRulesIsReplaced(String id) {
        var answer =
                sent(
                        service.send(
                                service.authorised("/api/v1/flows")
                                        .header("X-Request-ID", id)
                                        .GET()));
        assertThat(answer.header("X-Request-ID")).isNotEqualTo(id).matches("[A-Za-z0-9._-]{1,64}");
    }

    static Stream<Arguments> refusedTokens() {
        return Stream.of(
                Arguments.of("Basic YW5uOmFubg==", "no bearer token"),
                Arguments.of("Bearer nonsense", "not three segments"),
                Arguments.of(
                        "Bearer " + minted(RunningService.M2M_SECRET, Instant.EPOCH),
                        "user: expired; m2m: expired"),
                Arguments.of(
                        "Bearer " + minted("fake-secret-of-nobody-0123456789abcdef", Instant.now()),
                        "user: the signature does not fit; m2m: the signature does not fit"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusedTokens")
    void theLogAloneSaysWhyATokenIsRefused(String authorization, String reason) {
        Answer answer =
                sent(
                        service.send(
                                service.request("/api/v1/flows")
                                        .header("Authorization", authorization)
                                        .GET()));

        answer.isProblem(401, "unauthenticated");
        assertThat(answer.response().headers().map() + answer.body()).doesNotContain(reason);
        assertThat(log.ofRequest(String.valueOf(answer.header("X-Request-ID"))))
                .singleElement()
                .asString()
                .contains("refused=\"" + reason + "\"");
    }

    private static String minted(String secret, Instant at) {
        return DevelopmentToken.mint(
                TokenSettingsForTests.of(CallerKind.M2M, "HS256", secret, "", ""),
                Clock.fixed(at, ZoneOffset.UTC));
    }

    @Test
    void headersOfTheRequestDoNotComeBack() {
        var answer =
                sent(
                        service.send(
                                service.authorised(PROVISION)
                                        .header("Content-Type", "application/json")
                                        .header("Cookie", "a=b")
                                        .header("X-Mine", "mine")
                                        .header("X-Flow-Provider", "mine")
                                        .header("CamelHttpResponseCode", "299")
                                        .POST(
                                                BodyPublishers.ofString(
                                                        "{\"description\": \"summarize financial documents\"}"))));
        answer.isMatch("f-1");
        assertThat(answer.response().headers().map().keySet())
                .doesNotContain("authorization", "cookie", "x-mine", "camelhttpresponsecode");
        assertThat(answer.response().headers().allValues("X-Flow-Provider"))
                .containsExactly("langflow");
        assertThat(answer.response().headers().allValues("X-Request-ID")).hasSize(1);
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket("localhost", service.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
