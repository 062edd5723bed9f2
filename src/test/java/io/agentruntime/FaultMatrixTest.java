package io.agentruntime;

import static io.agentruntime.RawProvider.answer;
import static io.agentruntime.RawProvider.bytes;
import static io.agentruntime.RawProvider.gzip;
import static io.agentruntime.RawProvider.list;
import static java.nio.charset.StandardCharsets.UTF_8;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Every way a provider can fail, one row each: what callers get while its flows are known and while
 * they are not, what the operator is told, and how often the provider was asked.
 */
@ExtendWith(OutputCaptureExtension.class)
class FaultMatrixTest {
    private static final String FLOWS = FakeLangflow.FLOWS;
    private static final String LOGIN = FakeLangflow.LOGIN;
    private static final String TASK = "summarize financial documents";

    private static final String SUMMARIZER =
            """
            {"id": "f-1", "name": "Financial Report Summarizer", "folder_id": null,
             "is_component": false, "description": "Summarizes financial documents into one page."}""";
    private static final String TRIAGE =
            """
            {"id": "f-2", "name": "Ticket Triage", "is_component": false,
             "description": "Sorts support tickets by urgency."}""";
    private static final String TRANSLATOR =
            """
            {"id": "f-3", "name": "Contract Translator", "is_component": false,
             "description": "Translates contracts into German."}""";
    private static final String GOOD = rows(SUMMARIZER, TRIAGE, TRANSLATOR);

    private static RawProvider known;
    private static RawProvider unknown;
    private static RawProvider elsewhere;
    private static RunningService warm;
    private static RunningService cold;

    @BeforeAll
    static void start() {
        elsewhere = RawProvider.start();
        elsewhere.lists(list(GOOD));
        known = RawProvider.start();
        known.lists(list(GOOD));
        unknown = RawProvider.start();
        unknown.lists(answer(500, "text/plain", "down"));
        warm = service(known);
        cold = service(unknown);
    }

    /**
     * Asks of itself only after an hour, so that calls can be counted. Whoever asks for a refresh
     * sees its end, also where the machine takes a minute to read thirty megabytes.
     */
    private static RunningService service(RawProvider provider) {
        return RunningService.with(
                Map.of(
                        "PROVIDERS", "langflow",
                        "LANGFLOW_API_URL", provider.url(),
                        "PROVIDER_TIMEOUT_MS", "1500",
                        "REQUEST_DEADLINE_MS", "60000",
                        "CATALOG_TTL_SECONDS", "3600"));
    }

    @AfterAll
    static void stop() {
        warm.close();
        cold.close();
        known.close();
        unknown.close();
        elsewhere.close();
    }

    @BeforeEach
    void well() {
        known.comesBack();
        known.logsIn();
        known.lists(list(GOOD));
        await().untilAsserted(
                        () -> {
                            warm.closeBreaker("langflow");
                            assertThatJson(refresh(warm)).node("status").isEqualTo("up");
                            assertThatJson(refresh(warm)).node("flows").isEqualTo(3);
                        });
        known.forget();
        elsewhere.forget();
    }

    /**
     * @param cause as in the list of providers
     * @param hint part of the operator's line
     * @param calls of the flow list by one refresh, while the flows are known
     * @param status and {@code type} while they are not
     */
    record Row(
            String cause,
            String hint,
            int calls,
            int status,
            String type,
            Consumer<RawProvider> fault) {}

    private static Arguments row(
            String name,
            String cause,
            String hint,
            int calls,
            int status,
            String type,
            Consumer<RawProvider> fault) {
        return arguments(named(name, new Row(cause, hint, calls, status, type, fault)));
    }

    private static Arguments listRow(
            String name,
            String cause,
            String hint,
            int calls,
            int status,
            String type,
            RawProvider.Reply reply) {
        return row(name, cause, hint, calls, status, type, provider -> provider.lists(reply));
    }

    private static Arguments malformed(String name, RawProvider.Reply reply) {
        return malformed(name, "", reply);
    }

    private static Arguments malformed(String name, String hint, RawProvider.Reply reply) {
        return listRow(name, "malformed", hint, 1, 502, "provider-contract", reply);
    }

    private static Arguments tooLarge(String name, RawProvider.Reply reply) {
        return listRow(name, "too-large", "32 MiB", 1, 502, "provider-contract", reply);
    }

    private static Arguments endlessHead(String name, RawProvider.Reply reply) {
        return listRow(
                name, "too-large", "the head of its answer", 1, 502, "provider-contract", reply);
    }

    /** A head that begins, and these letters until nobody reads them any more. */
    private static void letters(Socket connection, String begin, String letters)
            throws IOException {
        OutputStream out = connection.getOutputStream();
        out.write(("HTTP/1.1 200 OK\r\n" + begin).getBytes(UTF_8));
        byte[] many = letters.repeat(10_000).getBytes(UTF_8);
        while (true) {
            out.write(many);
        }
    }

    static Stream<Arguments> faults() {
        byte[] good = GOOD.getBytes(UTF_8);
        String json = "Content-Type: application/json\r\n";
        String detail =
                "{\"detail\": {\"message\": \"Auto login is disabled\", \"auto_login\": false}}";
        return Stream.of(
                row(
                        "refused",
                        "unreachable",
                        "check the address",
                        0,
                        503,
                        "provider-unavailable",
                        RawProvider::hangsUp),
                listRow(
                        "reset",
                        "unreachable",
                        "check the address",
                        2,
                        503,
                        "provider-unavailable",
                        RawProvider.reset()),
                listRow(
                        "closed without a word",
                        "unreachable",
                        "check the address",
                        2,
                        503,
                        "provider-unavailable",
                        connection -> {}),
                listRow(
                        "accepts and hangs",
                        "timeout",
                        "PROVIDER_TIMEOUT_MS",
                        1,
                        504,
                        "deadline",
                        RawProvider.silence()),
                listRow(
                        "one byte a second",
                        "timeout",
                        "PROVIDER_TIMEOUT_MS",
                        1,
                        504,
                        "deadline",
                        RawProvider.drip()),
                listRow(
                        "500",
                        "upstream-error",
                        "HTTP 500",
                        3,
                        503,
                        "provider-unavailable",
                        answer(500, "application/json", "{}")),
                listRow(
                        "503",
                        "upstream-error",
                        "503",
                        3,
                        503,
                        "provider-unavailable",
                        answer(503, "application/json", "{}")),
                listRow(
                        "429 with Retry-After",
                        "rate-limited",
                        "left alone",
                        1,
                        503,
                        "provider-unavailable",
                        answer(429, "Retry-After: 7\r\n", new byte[0])),
                listRow(
                        "429 without Retry-After",
                        "rate-limited",
                        "does not say when to come back: raise its limit, or AGENT_RUNTIME_SERVICE_CATALOG_TTL_SECONDS",
                        1,
                        503,
                        "provider-unavailable",
                        answer(429, "", new byte[0])),
                listRow(
                        "403 with Retry-After",
                        "rate-limited",
                        "left alone",
                        2,
                        503,
                        "provider-unavailable",
                        answer(403, "Retry-After: 7\r\n", new byte[0])),
                listRow(
                        "401 for ever",
                        "auth-rejected",
                        "credentials",
                        2,
                        503,
                        "provider-auth",
                        answer(401, "application/json", "{}")),
                listRow(
                        "403 for ever",
                        "auth-rejected",
                        "credentials",
                        2,
                        503,
                        "provider-auth",
                        answer(403, "application/json", "{}")),
                row(
                        "auto_login disabled, 400",
                        "auth-unavailable",
                        "LANGFLOW_API_KEY",
                        1,
                        503,
                        "provider-auth",
                        loginIs(400, detail)),
                row(
                        "auto_login disabled, 403",
                        "auth-unavailable",
                        "LANGFLOW_API_KEY",
                        1,
                        503,
                        "provider-auth",
                        loginIs(403, detail)),
                malformed("a web page", answer(200, "text/html", "<html>log in</html>")),
                malformed("garbage", list("\u0000\u0001 no json at all")),
                malformed("another document", list("{\"detail\": \"all fine\"}")),
                malformed("nothing at all", list("")),
                malformed(
                        "cut off, by length",
                        "is incomplete",
                        bytes(
                                "HTTP/1.1 200 OK\r\n" + json + "Content-Length: 100000\r\n\r\n",
                                good)),
                malformed(
                        "cut off, by chunk",
                        "is incomplete",
                        bytes(
                                "HTTP/1.1 200 OK\r\n"
                                        + json
                                        + "Transfer-Encoding: chunked\r\n\r\nffff\r\n",
                                good)),
                malformed(
                        "cut off, by gzip",
                        "is incomplete",
                        answer(
                                200,
                                json + "Content-Encoding: gzip\r\n",
                                java.util.Arrays.copyOf(gzip(good), gzip(good).length - 12))),
                malformed(
                        "cut off, by a reset",
                        "is incomplete",
                        connection -> {
                            bytes(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + json
                                                    + "Content-Length: 100000\r\n\r\n",
                                            good)
                                    .to(connection);
                            RawProvider.reset().to(connection);
                        }),
                malformed(
                        "a list cut in its middle", "is incomplete", list(GOOD.substring(0, 200))),
                malformed("a list cut between rows", "is incomplete", list("[" + SUMMARIZER + ",")),
                malformed("an object that is cut", "is incomplete", list("{\"flows\": [], \"a")),
                malformed(
                        "an error in the place of a list",
                        "tells of an error in the place of a flow list",
                        list(
                                "{\"errors\": [{\"message\": \"fake-langflow-token\"}], \"data\": null}")),
                malformed("an error behind the list", list(GOOD + detail)),
                malformed("an error behind an empty list", list("[]" + detail)),
                malformed("an error behind the list's object", list("{\"flows\": []}" + detail)),
                row(
                        "a login with an error behind its token",
                        "malformed",
                        "not JSON: check that its address is the provider's API",
                        1,
                        502,
                        "provider-contract",
                        loginIs(200, "{\"access_token\": \"fake-langflow-token\"}" + detail)),
                row(
                        "a login without a token",
                        "malformed",
                        "without a usable token at access_token|token: say with tokens.keepAt",
                        1,
                        502,
                        "provider-contract",
                        loginIs(200, "{\"ticket\": \"fake-langflow-token\"}")),
                row(
                        "a login in a character set that there is not",
                        "malformed",
                        "names an unknown character set",
                        1,
                        502,
                        "provider-contract",
                        loginIs(
                                answer(
                                        200,
                                        "application/json; charset=bogus",
                                        "{\"access_token\": \"fake-langflow-token\"}"))),
                malformed("nested 100,000 deep", list("[".repeat(100_000))),
                listRow(
                        "not HTTP",
                        "unreachable",
                        "check the address",
                        2,
                        503,
                        "provider-unavailable",
                        bytes("220 mail.example ESMTP\r\n", new byte[0])),
                listRow(
                        "a row of ten million lists",
                        "too-large",
                        "more values than any flow",
                        1,
                        502,
                        "provider-contract",
                        answer(200, json, filled(30, "[],"))),
                listRow(
                        "a million flows",
                        "too-large",
                        "more than 100000 flows",
                        1,
                        502,
                        "provider-contract",
                        answer(200, json, manyFlows(1_000_000))),
                endlessHead(
                        "a header without end", connection -> letters(connection, "X-A: ", "a")),
                endlessHead(
                        "headers without end", connection -> letters(connection, "", "A: a\r\n")),
                tooLarge("over 32 MiB", answer(200, json, padded(33))),
                tooLarge(
                        "a gzip bomb", answer(200, json + "Content-Encoding: gzip\r\n", bomb(200))),
                row(
                        "redirect loop",
                        "upstream-error",
                        "redirects",
                        2,
                        503,
                        "provider-unavailable",
                        provider -> provider.lists(redirect(provider.url() + FLOWS))),
                row(
                        "redirect to another origin",
                        "upstream-error",
                        "redirects elsewhere",
                        1,
                        503,
                        "provider-unavailable",
                        provider -> provider.lists(redirect(elsewhere.url() + FLOWS))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void callersDoNotNoticeWhileTheFlowsAreKnown(Row row, CapturedOutput log) {
        String failures =
                "agent_runtime_refresh_seconds_count{cause=\"%s\",outcome=\"failed\",provider=\"langflow\"}"
                        .formatted(row.cause());
        double before = Double.parseDouble("" + warm.metric(failures));
        row.fault().accept(known);

        assertThatJson(refresh(warm))
                .isObject()
                .containsEntry("status", "stale")
                .containsEntry("last_error", row.cause());
        assertThat(known.calls(FLOWS)).as("list calls").isEqualTo(row.calls());
        assertThat(known.calls(LOGIN)).as("logins").isLessThanOrEqualTo(1);
        assertThat(elsewhere.requests()).as("requests led astray").isEmpty();
        warm.provision(TASK).isMatch("f-1").notes("catalog is").notes("s old");
        assertThat(Double.parseDouble("" + warm.metric(failures))).isGreaterThan(before);
        warm.get("/health")
                .isJson("{\"status\": \"degraded\", \"providers\": {\"langflow\": \"stale\"}}");
        assertThat(log.getOut())
                .containsPattern(
                        "WARN .*langflow not refreshed: "
                                + row.cause()
                                + " \\(.*"
                                + java.util.regex.Pattern.quote(row.hint())
                                + ".*answering from its list of 3 flows")
                .doesNotContain("\tat ", "fake-langflow-token");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void callersAreToldWhyWhileNoFlowsAreKnown(Row row, CapturedOutput log) {
        unknown.comesBack();
        unknown.logsIn();
        row.fault().accept(unknown);
        await().untilAsserted(
                        () -> {
                            cold.closeBreaker("langflow");
                            assertThatJson(refresh(cold))
                                    .isObject()
                                    .containsEntry("status", "down")
                                    .containsEntry("last_error", row.cause());
                        });

        var refused = cold.provision(TASK).isProblem(row.status(), row.type());
        assertThat(refused.header("Retry-After")).matches("[1-9]\\d*");
        assertThat(refused.body()).contains(row.cause()).doesNotContain("127.0.0.1");
        assertThat(log.getOut()).contains("langflow not refreshed: " + row.cause());
    }

    @Test
    void aRefusedTokenCostsOneFreshLoginAndNothingElse() {
        var refusals = new java.util.concurrent.atomic.AtomicInteger();
        known.lists(
                connection ->
                        (refusals.getAndIncrement() == 0
                                        ? answer(401, "application/json", "{}")
                                        : list(GOOD))
                                .to(connection));

        assertThatJson(refresh(warm)).node("status").isEqualTo("up");
        assertThat(known.calls(LOGIN)).isEqualTo(1);
        assertThat(known.calls(FLOWS)).isEqualTo(2);
        assertThat(known.requests())
                .isNotEmpty()
                .allMatch(head -> head.contains(" HTTP/1.1\r\n"))
                .noneMatch(head -> head.contains("Upgrade"));
        warm.provision(TASK).isMatch("f-1").notesNothing();
    }

    @Test
    void aRedirectWithinTheOriginIsFollowedOnce() {
        known.lists(redirect(known.url() + "/elsewhere"));
        known.on("/elsewhere", list(GOOD));

        assertThatJson(refresh(warm)).node("status").isEqualTo("up");
        assertThat(known.calls("/elsewhere")).isEqualTo(1);
    }

    @Test
    void aListThatShrinksOrEmptiesIsNotBelievedAtOnce(CapturedOutput log) {
        for (String shrunk : new String[] {rows(TRIAGE), "[]"}) {
            known.lists(list(shrunk));

            assertThatJson(refresh(warm))
                    .isObject()
                    .containsEntry("status", "stale")
                    .containsEntry("last_error", null);
            warm.provision(TASK)
                    .isMatch("f-1")
                    .notes("lists far fewer flows now, which is not believed yet");
        }
        assertThat(log.getOut()).contains("the old list stays in use until a refresh");
    }

    @Test
    void rowsThatAreNoFlowsAreSkippedAndCountedAndTheOthersServed(CapturedOutput log) {
        known.lists(
                list(
                        rows(
                                SUMMARIZER,
                                "null",
                                "7",
                                "[]",
                                "\"text\"",
                                "{}",
                                "{\"id\": null, \"name\": \"No id\"}",
                                "{\"id\": {\"a\": 1}, \"name\": [2]}",
                                TRIAGE)));

        assertThatJson(refresh(warm))
                .isObject()
                .containsEntry("status", "up")
                .containsEntry("last_error", null);
        assertThatJson(refresh(warm)).node("flows").isEqualTo(2);
        assertThat(log.getOut()).contains("langflow offers 2 flows", "7 skipped as unusable");
        warm.provision(TASK).isMatch("f-1").notesNothing();
    }

    @Test
    void anIdIsOneFlowAndANameMayBeSeveral() {
        known.lists(
                list(
                        rows(
                                SUMMARIZER,
                                SUMMARIZER,
                                SUMMARIZER.replace("f-1", "f-0"),
                                TRIAGE,
                                TRANSLATOR)));

        assertThatJson(refresh(warm)).node("flows").isEqualTo(4);
        warm.provision(TASK).isMatch("f-0");
    }

    /** JSON is always in UTF-8, whatever is said of it. */
    @Test
    void aListIsReadInWhateverCharacterSetItIsSaidToBe() {
        String type = "application/json; charset=bogus";
        known.lists(answer(200, type, GOOD));
        known.on(FakeLangflow.PROJECTS, answer(200, type, "[]"));
        String refreshed = refresh(warm);
        known.on(FakeLangflow.PROJECTS, list("[]"));

        assertThatJson(refreshed).node("status").isEqualTo("up");
    }

    @Test
    void aListOf20MegabytesIsRead() {
        known.lists(answer(200, "Content-Type: application/json\r\n", padded(20)));

        assertThatJson(refresh(warm)).node("status").isEqualTo("up");
        warm.provision(TASK).isMatch("f-1");
    }

    @Test
    void aProviderThatFlapsIsNeverNoticed() {
        for (int turn = 0; turn < 6; turn++) {
            known.lists(turn % 2 == 0 ? answer(500, "text/plain", "") : list(GOOD));
            refresh(warm);
            warm.provision(TASK).isMatch("f-1");
        }
    }

    @Test
    void aProviderThatIsDownIsLeftAloneByCallers() {
        known.lists(answer(401, "application/json", "{}"));
        refresh(warm);
        for (int call = 0; call < 50; call++) {
            warm.provision(TASK).isMatch("f-1");
        }
        assertThat(known.calls(LOGIN)).as("logins").isLessThanOrEqualTo(4);
    }

    private static Consumer<RawProvider> loginIs(int status, String body) {
        return loginIs(answer(status, "application/json", body));
    }

    private static Consumer<RawProvider> loginIs(RawProvider.Reply reply) {
        return provider -> {
            provider.lists(answer(401, "application/json", "{}"));
            provider.on(LOGIN, reply);
        };
    }

    private static RawProvider.Reply redirect(String to) {
        return answer(307, "Location: " + to + "\r\n", new byte[0]);
    }

    private static String refresh(RunningService service) {
        return service.refresh("langflow").body();
    }

    private static String rows(String... rows) {
        return "[" + String.join(",", rows) + "]";
    }

    /** A valid list of so many MiB, one row of which holds this again and again. */
    private static byte[] filled(int mebibytes, String again) {
        String start = GOOD.substring(0, GOOD.length() - 1) + ",{\"data\":[";
        var list = new StringBuilder(start);
        while (list.length() < mebibytes * 1024 * 1024) {
            list.append(again);
        }
        return list.append("0]}]").toString().getBytes(UTF_8);
    }

    private static byte[] manyFlows(int many) {
        var list = new StringBuilder("[");
        for (int i = 0; i < many; i++) {
            list.append("{\"id\":").append(i).append(",\"name\":\"a\"},");
        }
        list.setCharAt(list.length() - 1, ']');
        return list.toString().getBytes(UTF_8);
    }

    /** A valid list of so many MiB, packed as it is made: whole, it takes a fifth of the heap. */
    private static byte[] bomb(int mebibytes) {
        var packed = new ByteArrayOutputStream();
        byte[] filling = new byte[1024 * 1024];
        java.util.Arrays.fill(filling, (byte) 'x');
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write((GOOD.substring(0, GOOD.length() - 1) + ",{\"data\":\"").getBytes(UTF_8));
            for (int i = 0; i < mebibytes; i++) {
                gzip.write(filling);
            }
            gzip.write("\"}]".getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** A valid list of so many MiB. */
    private static byte[] padded(int mebibytes) {
        String start = GOOD.substring(0, GOOD.length() - 1) + ",{\"data\":\"";
        byte[] list = new byte[mebibytes * 1024 * 1024];
        java.util.Arrays.fill(list, (byte) 'x');
        byte[] begin = start.getBytes(UTF_8);
        System.arraycopy(begin, 0, list, 0, begin.length);
        byte[] end = "\"}]".getBytes(UTF_8);
        System.arraycopy(end, 0, list, list.length - end.length, end.length);
        return list;
    }
}
