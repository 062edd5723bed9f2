package io.agentruntime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Many connections at once, by callers who are in a hurry, slow, silent or gone. */
class CrowdTest {
    private static final String TASK = "summarize financial documents";
    private static final String BODY = "{\"description\": \"" + TASK + "\"}";
    private static final String PROVISION =
            "POST /api/v1/agents/provision HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nContent-Length: "
                    + BODY.length()
                    + "\r\n";
    private static final String TOKEN =
            "Authorization: Bearer " + RunningService.M2M_TOKEN + "\r\n";

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");

    private static RunningService service;
    private final List<Socket> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        service = RunningService.withModels(Map.of("PROVIDERS", "sample"));
        await().untilAsserted(() -> service.provision(TASK).hasStatus(200));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
        socket.setSoTimeout(30_000);
        open.add(socket);
        return socket;
    }

    private List<Socket> send(int many, String bytes) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Socket socket = connect();
            sockets.add(socket);
            write(socket, bytes);
        }
        return sockets;
    }

    private static void write(Socket socket, String bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes.getBytes(ISO_8859_1));
        out.flush();
    }

    /** Up to the end of the body. */
    private static String answer(Socket socket) throws IOException {
        var text = new StringBuilder();
        while (true) {
            int one = socket.getInputStream().read();
            if (one < 0) {
                return text.toString();
            }
            text.append((char) one);
            int head = text.indexOf("\r\n\r\n");
            if (head >= 0 && isWhole(text, head)) {
                return text.toString();
            }
        }
    }

    private static boolean isWhole(StringBuilder text, int head) {
        var length = LENGTH.matcher(text.substring(0, head));
        return length.find()
                ? text.length() == head + 4 + Integer.parseInt(length.group(1))
                : text.indexOf("\r\n0\r\n\r\n", head) >= 0;
    }

    private static void othersAreServed() {
        service.provision(TASK).hasStatus(200);
        service.get("/api/v1/flows").hasStatus(200);
        service.send(service.request("/health").GET()).hasStatus(200);
    }

    @Test
    void fourHundredCallersAtOnceAreAllServed() throws IOException {
        List<Socket> callers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            callers.add(connect());
        }
        for (int round = 0; round < 3; round++) {
            for (Socket caller : callers) {
                write(caller, PROVISION + TOKEN + "\r\n" + BODY);
            }
            for (Socket caller : callers) {
                assertThat(answer(caller)).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void aThousandIdleConnectionsAndTwoHundredHalfSentRequestsAreNotNoticed() throws IOException {
        List<Socket> idle = send(1000, "");
        List<Socket> halfHeaders = send(100, PROVISION + "Authorization: Bea");
        List<Socket> halfBodies = send(100, PROVISION + TOKEN + "\r\n" + BODY.substring(0, 9));

        for (int i = 0; i < 20; i++) {
            othersAreServed();
        }
        write(idle.get(999), PROVISION + TOKEN + "\r\n" + BODY);
        assertThat(answer(idle.get(999))).startsWith("HTTP/1.1 200 ");

        for (Socket half : halfBodies) {
            assertThat(answer(half)).startsWith("HTTP/1.1 400 ").contains("bad-request");
        }
        for (Socket half : halfHeaders) {
            assertThat(answer(half))
                    .satisfiesAnyOf(
                            said -> assertThat(said).isEmpty(),
                            said -> assertThat(said).startsWith("HTTP/1.1 400 "),
                            said -> assertThat(said).startsWith("HTTP/1.1 408 "));
        }
    }

    /** Each would hold a thread for half a minute, and for hours with more bytes. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("slowBodies")
    void whoSendsABodyByteByByteIsAnsweredAndCutOffBeforeItsEnd(
            String who, String head, String slow, int status) throws Exception {
        Socket caller = connect();
        write(caller, head);
        int sent = 0;
        while (sent < slow.length() && caller.getInputStream().available() == 0) {
            write(caller, slow.substring(sent, ++sent));
            Thread.sleep(20);
        }

        assertThat(sent).as("bytes sent before the answer").isLessThan(slow.length());
        String answer = answer(caller);
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        if (status == 400) {
            assertThat(answer).contains("was not complete in time");
        }
        String rest = slow.substring(sent);
        assertThatThrownBy(
                        () -> {
                            for (char next : rest.toCharArray()) {
                                write(caller, String.valueOf(next));
                                Thread.sleep(20);
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    static Stream<Arguments> slowBodies() {
        String whole = " ".repeat(1_500) + BODY;
        // The beginning of a chunk, which the server's reader does not leave before its end
        String extension = "5;" + "x".repeat(1_500);
        String chunked = "Transfer-Encoding: chunked\r\n\r\n";
        String sized = "Content-Length: " + whole.length() + "\r\n\r\n";
        String provision = PROVISION.replaceAll("Content-Length: \\d+\r\n", "");
        String preflight =
                "OPTIONS /api/v1/agents/provision HTTP/1.1\r\nHost: localhost\r\n"
                        + "Origin: https://chat.example\r\n"
                        + "Access-Control-Request-Method: POST\r\n";
        String health = "GET /health HTTP/1.1\r\nHost: localhost\r\n";
        return Stream.of(
                arguments("a caller", provision + TOKEN + sized, whole, 400),
                arguments("a caller in chunks", provision + TOKEN + chunked, extension, 400),
                arguments("a stranger", provision + sized, whole, 401),
                arguments("a stranger in chunks", provision + chunked, extension, 401),
                arguments("a preflight", preflight + sized, whole, 200),
                arguments("a preflight in chunks", preflight + chunked, extension, 200),
                arguments("who asks for health", health + sized, whole, 200),
                arguments("who asks for health in chunks", health + chunked, extension, 200));
    }

    /** More than there are threads: a refusal must not wait for what the refused has not sent. */
    @Test
    void whoIsRefusedDoesNotHoldAThreadWithAHalfSentBody() throws IOException {
        List<Socket> strangers =
                send(
                        700,
                        PROVISION.replace("Content-Length: ", "Content-Length: 9")
                                + "\r\n"
                                + BODY.substring(0, 9));
        for (Socket stranger : strangers) {
            assertThat(answer(stranger)).startsWith("HTTP/1.1 401 ");
        }

        for (Socket stranger : strangers) {
            stranger.setSoTimeout(30_000);
            assertThat(stranger.getInputStream().read()).as("the connection's end").isEqualTo(-1);
        }
        othersAreServed();
    }

    @Test
    void whoDoesNotReadItsAnswersKeepsNobodyFromTheirs() throws IOException {
        // A service that has just started is busy for long with so many requests
        for (int i = 0; i < 300; i++) {
            service.get("/api/v1/flows?limit=500").hasStatus(200);
        }
        String flows =
                "GET /api/v1/flows?limit=500 HTTP/1.1\r\nHost: localhost\r\n" + TOKEN + "\r\n";
        for (Socket deaf : send(60, "")) {
            deaf.setReceiveBufferSize(1024);
            write(deaf, flows.repeat(40));
        }

        for (int i = 0; i < 20; i++) {
            othersAreServed();
        }
    }

    /**
     * More than there are threads, who need no token; nobody waits for the end of their patience.
     */
    @Test
    void strangersWhoDoNotReadTheDocumentationHoldNoMoreThanAFewThreads() throws IOException {
        String files =
                "GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .repeat(4);
        for (int i = 0; i < 700; i++) {
            var deaf = new Socket();
            open.add(deaf);
            deaf.setReceiveBufferSize(1024);
            deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
            write(deaf, files);
        }

        assertTimeout(Duration.ofSeconds(5), CrowdTest::othersAreServed);
    }

    @Test
    void whoWaitsForAnIssuersKeysKeepsNobodyElse() throws IOException {
        try (var issuer = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var guarded =
                        RunningService.with(
                                Map.of(
                                        "PROVIDERS",
                                        "sample",
                                        "USER_JWT_ALGORITHM",
                                        "RS256",
                                        "USER_JWT_SECRET_KEY",
                                        "",
                                        "USER_JWT_JWKS_URL",
                                        "http://127.0.0.1:" + issuer.getLocalPort() + "/keys"))) {
            await().untilAsserted(() -> guarded.provision(TASK).hasStatus(200));
            List<Socket> strangers = new ArrayList<>();
            String unknown = "Authorization: Bearer " + signedByNobodyKnown() + "\r\n\r\n";
            for (int i = 0; i < 16; i++) {
                var stranger = new Socket(InetAddress.getLoopbackAddress(), guarded.port());
                open.add(stranger);
                write(stranger, PROVISION + unknown + BODY);
                strangers.add(stranger);
            }

            int served = 0;
            while (strangers.get(0).getInputStream().available() == 0) {
                guarded.provision(TASK).hasStatus(200);
                served++;
            }

            assertThat(served).as("answers while the issuer was silent").isGreaterThan(3);
            assertThat(answer(strangers.get(0))).startsWith("HTTP/1.1 401 ");
        }
    }

    private static String signedByNobodyKnown() {
        var base64 = Base64.getUrlEncoder().withoutPadding();
        String header = "{\"alg\":\"RS256\"}";
        String claims = "{\"sub\":\"ann\",\"exp\":4102444800}";
        return base64.encodeToString(header.getBytes(ISO_8859_1))
                + "."
                + base64.encodeToString(claims.getBytes(ISO_8859_1))
                + "."
                + base64.encodeToString(new byte[256]);
    }

    @Test
    void whoHangsUpIsNoTrouble() throws IOException {
        try (LogLines log = LogLines.open()) {
            for (Socket gone : send(200, PROVISION + TOKEN + "\r\n" + BODY)) {
                gone.setSoLinger(true, 0);
                gone.close();
            }
            othersAreServed();
            assertThat(log.warnings()).isEmpty();
        }
    }
}
