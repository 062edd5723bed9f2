package io.agentruntime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests at the edge of HTTP and beyond it: one answer each, never a defect, nothing forged. */
class OddHttpTest {
    private static final String TASK = "summarize financial documents";
    private static final String BODY = "{\"description\": \"" + TASK + "\"}";
    private static final String TOKEN =
            "Authorization: Bearer " + RunningService.M2M_TOKEN + "\r\n";
    private static final String POST =
            "POST /api/v1/agents/provision HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\n"
                    + TOKEN;
    private static final String LENGTH = "Content-Length: " + BODY.length() + "\r\n";
    private static final String CHUNKS =
            Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n0\r\n\r\n";
    private static final String NEXT =
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    /** The connection ended while more was being sent than anybody needs. */
    private static final String CUT = "cut";

    /** An answer in the manner of HTTP/0.9, which is a body alone. */
    private static final String NO_HEAD = "no head";

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");

    private static RunningService service;
    private LogLines log;

    @BeforeAll
    static void start() {
        service = RunningService.with(Map.of("PROVIDERS", "sample"));
        await().untilAsserted(() -> service.provision(TASK).hasStatus(200));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void listen() {
        log = LogLines.open();
    }

    @AfterEach
    void nothingIsLoggedButRequests() {
        log.close();
        assertThat(log.warnings()).isEmpty();
        assertThat(log.all()).allMatch(line -> line.contains("io.agentruntime.requests: request"));
        assertThat(log.all()).noneMatch(line -> line.contains("\n"));
    }

    static Stream<Arguments> requests() {
        String close = "Connection: close\r\n\r\n";
        return Stream.of(
                arguments("whole", POST + LENGTH + close + BODY, "200"),
                arguments(
                        "chunked", POST + "Transfer-Encoding: chunked\r\n" + close + CHUNKS, "200"),
                arguments("two in one packet", POST + LENGTH + "\r\n" + BODY + NEXT, "200 200"),
                arguments(
                        "length and chunks: chunks count, and the connection ends",
                        POST + LENGTH + "Transfer-Encoding: chunked\r\n\r\n" + CHUNKS + NEXT,
                        "200"),
                arguments(
                        "two lengths",
                        POST + LENGTH + "Content-Length: 3\r\n\r\n" + BODY + NEXT,
                        "400"),
                arguments(
                        "a length with a sign",
                        POST + "Content-Length: +" + BODY.length() + "\r\n\r\n" + BODY + NEXT,
                        "400"),
                arguments("a negative length", POST + "Content-Length: -1\r\n\r\n" + NEXT, "400"),
                arguments(
                        "a length of thirty digits",
                        POST + "Content-Length: " + "9".repeat(30) + "\r\n\r\n" + BODY,
                        "400"),
                arguments(
                        "chunks under another name",
                        POST + "Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS,
                        "400"),
                arguments(
                        "chunks twice",
                        POST
                                + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + CHUNKS,
                        "400"),
                arguments(
                        "chunks, then identity",
                        POST + "Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKS,
                        "400"),
                arguments(
                        "a space before the colon",
                        POST + "Transfer-Encoding : chunked\r\n" + close + CHUNKS,
                        "400"),
                arguments(
                        "a folded header",
                        POST + "X-Folded: a\r\n b\r\n" + LENGTH + close + BODY,
                        "200"),
                arguments(
                        "a size that is no number",
                        POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                        "400"),
                arguments(
                        "a chunk of two gigabytes",
                        POST + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\nabc",
                        "400"),
                arguments(
                        "a chunk extension without end",
                        POST + "Transfer-Encoding: chunked\r\n\r\n1;" + "x".repeat(20_000),
                        "400|cut"),
                arguments(
                        "trailers without end",
                        POST
                                + "Transfer-Encoding: chunked\r\n\r\n0\r\n"
                                + "X-A: b\r\n".repeat(5_000)
                                + "\r\n",
                        "400|cut"),
                arguments(
                        "asks whether to go on",
                        POST + LENGTH + "Expect: 100-continue\r\n" + close + BODY,
                        "100 200"),
                arguments(
                        "asks whether to go on, without a token",
                        POST.replace(TOKEN, "") + LENGTH + "Expect: 100-continue\r\n\r\n",
                        "401"),
                arguments(
                        "expects something else",
                        POST + LENGTH + "Expect: the-unexpected\r\n" + close + BODY,
                        "400"),
                arguments(
                        "another protocol: HTTP/2",
                        POST
                                + LENGTH
                                + "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n"
                                + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
                                + BODY,
                        "200"),
                arguments(
                        "another protocol: HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""),
                arguments(
                        "another protocol: WebSocket",
                        "GET /api/v1/flows HTTP/1.1\r\nHost: localhost\r\n"
                                + TOKEN
                                + "Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                        "200"),
                arguments(
                        "another protocol: TLS",
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
                        "400"),
                arguments("HTTP/1.0", "GET /health HTTP/1.0\r\n\r\n", "200"),
                arguments("HTTP/0.9", "GET /health\r\n\r\n", NO_HEAD),
                arguments(
                        "a whole address",
                        "GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\n" + close,
                        "200"),
                arguments(
                        "the address of another host",
                        "GET http://elsewhere.example/health HTTP/1.1\r\nHost: localhost\r\n"
                                + close,
                        "400"),
                arguments(
                        "a whole address with a user",
                        "GET http://a:b@localhost/health HTTP/1.1\r\nHost: localhost\r\n" + close,
                        "200"),
                arguments(
                        "a tunnel",
                        "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n" + close,
                        "400"),
                arguments(
                        "an asterisk", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n" + close, "200"),
                arguments("no path", "GET  HTTP/1.1\r\nHost: localhost\r\n" + close, NO_HEAD),
                arguments("half a percent", get("/api/v1/flows%2", close), "400"),
                arguments("a percent of nothing", get("/api/v1/flows%zz", close), "400"),
                arguments("half a character", get("/api/v1/flows%c3", close), "400"),
                arguments("half a percent in a query", get("/api/v1/flows?limit=%", close), "400"),
                arguments(
                        "a query of half characters",
                        get("/api/v1/flows?limit=%c3%28&%=%", close),
                        "400"),
                arguments(
                        "a long query", get("/api/v1/flows?a=" + "b".repeat(20_000), close), "200"),
                arguments(
                        "ten thousand parameters",
                        get("/api/v1/flows?" + "a&".repeat(9_000), close),
                        "200"),
                arguments(
                        "ninety headers",
                        POST + LENGTH + "X-A: b\r\n".repeat(90) + close + BODY,
                        "200"),
                arguments(
                        "two thousand headers",
                        POST + LENGTH + "X-A: b\r\n".repeat(2_000) + close + BODY,
                        "400|cut"),
                arguments(
                        "a header of thirty kilobytes",
                        POST + LENGTH + "X-Long: " + "a".repeat(30_000) + "\r\n" + close + BODY,
                        "200"),
                arguments(
                        "a header of forty kilobytes",
                        POST + LENGTH + "X-Long: " + "a".repeat(40_000) + "\r\n" + close + BODY,
                        "400|cut"),
                arguments(
                        "a method of thirty kilobytes",
                        "A".repeat(30_000) + " /health HTTP/1.1\r\nHost: localhost\r\n" + close,
                        "405|cut"),
                arguments(
                        "a header without a name", POST + LENGTH + ": b\r\n" + close + BODY, "400"),
                arguments("nothing but line feeds", "\n".repeat(10_000) + NEXT, "200|cut"),
                arguments("line feeds alone", NEXT.replace("\r\n", "\n"), "200"),
                arguments(
                        "carriage returns inside",
                        "GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: a\rb\r\n" + close,
                        "400"),
                arguments(
                        "zero bytes inside",
                        "GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: a\u0000b\r\n" + close,
                        "400"),
                arguments(
                        "a host that is none",
                        "GET /health HTTP/1.1\r\nHost: a b<c>\r\n" + close,
                        "400"),
                arguments(
                        "a request inside a request",
                        POST + "Content-Length: " + NEXT.length() + "\r\n" + close + NEXT,
                        "400"),
                arguments(
                        "a body where none belongs",
                        "GET /health HTTP/1.1\r\nHost: localhost\r\n" + LENGTH + close + BODY,
                        "200"),
                arguments(
                        "a compressed body",
                        POST + LENGTH + "Content-Encoding: gzip\r\n" + close + BODY,
                        "415"),
                arguments(
                        "a body in UTF-16",
                        POST.replace("json\r\n", "json; charset=utf-16\r\n")
                                + LENGTH
                                + close
                                + BODY,
                        "200"),
                arguments(
                        "an origin here with a port of eleven digits",
                        "GET /health HTTP/1.1\r\nHost: localhost\r\n"
                                + "Origin: http://localhost:99999999999\r\n"
                                + close,
                        "200"),
                arguments(
                        "an origin here with a port that is no number",
                        POST + LENGTH + "Origin: http://localhost:{x}\r\n" + close + BODY,
                        "200"),
                arguments(
                        "a page that asks for a header with a name of eight kilobytes",
                        asking("a".repeat(8_200)) + close,
                        "200"),
                arguments(
                        "a page that asks for three thousand headers",
                        asking("a,".repeat(3_000)) + close,
                        "200"),
                arguments(
                        "a range", POST + LENGTH + "Range: bytes=0-0,5-\r\n" + close + BODY, "200"),
                arguments(
                        "other hosts and methods in headers",
                        POST
                                + LENGTH
                                + "X-HTTP-Method-Override: DELETE\r\nX-Forwarded-Host: a.example\r\n"
                                + "X-Forwarded-For: 1.2.3.4\r\nX-Original-URL: /actuator/env\r\n"
                                + "Forwarded: for=1.2.3.4;host=a.example\r\n"
                                + close
                                + BODY,
                        "200"));
    }

    /** A preflight. */
    private static String asking(String headers) {
        return "OPTIONS /api/v1/agents/provision HTTP/1.1\r\nHost: localhost\r\n"
                + "Origin: https://x.example\r\nAccess-Control-Request-Method: POST\r\n"
                + "Access-Control-Request-Headers: "
                + headers
                + "\r\n";
    }

    private static String get(String path, String rest) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + TOKEN + rest;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void everyRequestHasItsAnswer(String name, String request, String statuses) throws IOException {
        String answers = raw(request);

        assertThat(String.join(" ", statuses(answers))).matches(statuses);
        assertThat(answers).doesNotContain("Exception", "<html", RunningService.M2M_TOKEN);
        assertThat(service.provision(TASK).status()).isEqualTo(200);
    }

    @Test
    void whatIsAskedForDoesNotMakeMetricsGrow() {
        ask(0);
        long before = meters();

        for (int i = 1; i <= 1_000; i++) {
            ask(i);
        }

        assertThat(meters()).isEqualTo(before);
    }

    private static void ask(int number) {
        for (String path :
                new String[] {
                    "/api/v1/no-such-path-" + number,
                    "/no-such-path-" + number,
                    "/api/v1/providers/no-such-provider-" + number
                }) {
            service.send(
                    service.authorised(path)
                            .header("X-Request-ID", "id-" + number)
                            .header("User-Agent", "agent-" + number)
                            .GET());
        }
        service.send(service.request("/api/v1/flows").method("METHOD" + number, none()));
    }

    private static java.net.http.HttpRequest.BodyPublisher none() {
        return java.net.http.HttpRequest.BodyPublishers.noBody();
    }

    /** But those of the JVM, some of which appear with its first pause. */
    private static long meters() {
        return service.context().getBean(MeterRegistry.class).getMeters().stream()
                .filter(meter -> !meter.getId().getName().startsWith("jvm."))
                .count();
    }

    private static List<String> statuses(String answers) {
        if (answers.equals(CUT)) {
            return List.of(CUT);
        }
        var matcher = STATUS.matcher(answers);
        List<String> all = new ArrayList<>();
        while (matcher.find()) {
            all.add(matcher.group(1));
        }
        return all.isEmpty() && !answers.isEmpty() ? List.of(NO_HEAD) : all;
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request.getBytes(ISO_8859_1));
                socket.getOutputStream().flush();
                socket.shutdownOutput();
                return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            } catch (java.net.SocketException refusedBeforeAllWasSent) {
                return CUT;
            }
        }
    }

    /** A caller behind a broken proxy may have nothing but such answers. */
    @Test
    void whatIsNoHttpIsFoundInTheLogByTheIdThatItsSenderWasTold() {
        await().untilAsserted(
                        () -> {
                            String answer = raw("GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
                            assertThat(answer).startsWith("HTTP/1.1 400");
                            String id =
                                    answer.replaceAll("(?s).*\"request_id\":\"([^\"]+).*", "$1");
                            assertThat(log.ofRequest(id))
                                    .as(answer + log.all())
                                    .singleElement()
                                    .asString()
                                    .contains("request [status=\"400\"", "problem=\"bad-request\"");
                        });
    }
}
