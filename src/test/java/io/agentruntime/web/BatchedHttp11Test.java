package io.agentruntime.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that pauses for two seconds between two handfuls of new connections. */
class BatchedHttp11Test {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int ANSWERED_IN_TIME = 20_000;

    private static final String ASKS = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String SENDS =
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";

    /** On a clock that stands still: what was refused once was refused lately. */
    private final Refusals refusals = new Refusals(1, () -> 0, () -> 0);

    private final Tomcat tomcat = new Tomcat();
    private final List<Caller> callers = new ArrayList<>();

    @TempDir private Path folder;
    private volatile Duration pause = PAUSE;
    private volatile boolean tooMany;

    private static final class Empty extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(204);
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            boolean whole =
                    "body".equals(new String(request.getInputStream().readAllBytes(), UTF_8));
            response.setStatus(whole ? 204 : 500);
        }
    }

    /** Refuses who asks to DELETE. */
    private final class Newcomers implements BatchedHttp11.Newcomers {
        @Override
        public void nextHandful() {}

        @Override
        public boolean areTooMany() {
            return tooMany;
        }

        @Override
        public @Nullable ByteBuffer refusal(ByteBuffer received) {
            String came = UTF_8.decode(received).toString();
            if (came.startsWith("HEAD")) {
                throw new OutOfMemoryError("made up");
            }
            return came.startsWith("DELETE")
                    ? UTF_8.encode("HTTP/1.1 503 \r\nConnection: close\r\n\r\n")
                    : null;
        }
    }

    /** Keeps its connection. */
    private record Caller(Socket socket, BufferedReader answers) implements AutoCloseable {
        void asks() throws IOException {
            sends(ASKS);
        }

        void sends(String part) throws IOException {
            socket.getOutputStream().write(part.getBytes(UTF_8));
        }

        String answer() throws IOException {
            String status = answers.readLine();
            String line = status;
            while (line != null && !line.isEmpty()) {
                line = answers.readLine();
            }
            return status;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @BeforeEach
    void start() throws LifecycleException {
        tomcat.setBaseDir(folder.toString());
        var connector = new Connector(BatchedHttp11.class.getName());
        connector.setPort(0);
        connector.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
        ((BatchedHttp11) connector.getProtocolHandler())
                .batchWhile(refusals, () -> pause.toNanos(), new Newcomers());
        tomcat.setConnector(connector);
        tomcat.setSilent(true);
        var context = (StandardContext) tomcat.addContext("", folder.toString());
        // It would warn of what it may not look for in a JVM that goes on
        context.setClearReferencesObjectStreamClassCaches(false);
        context.setClearReferencesRmiTargets(false);
        context.setClearReferencesThreadLocals(false);
        Tomcat.addServlet(context, "empty", new Empty());
        context.addServletMappingDecoded("/", "empty");
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (Caller caller : callers) {
            caller.close();
        }
        tomcat.stop();
        tomcat.destroy();
    }

    private Caller comes() throws IOException {
        return comes(ASKS);
    }

    private Caller comes(String sends) throws IOException {
        var socket =
                new Socket(InetAddress.getLoopbackAddress(), tomcat.getConnector().getLocalPort());
        socket.setSoTimeout(ANSWERED_IN_TIME);
        var caller =
                new Caller(
                        socket,
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.US_ASCII)));
        callers.add(caller);
        caller.sends(sends);
        return caller;
    }

    /** The first may be taken in at once, as the server already waits for it; not the next. */
    private Caller comesInAPause() throws Exception {
        for (int i = 0; i < 3; i++) {
            // Not in one handful with the last
            TimeUnit.MILLISECONDS.sleep(50);
            Caller caller = comes();
            caller.socket().setSoTimeout(200);
            try {
                caller.answer();
            } catch (SocketTimeoutException waits) {
                return caller;
            }
        }
        throw new AssertionError("nobody had to wait");
    }

    @Test
    void whileRequestsAreRefusedWhoComesNewWaitsForTheNextHandfulAndWhoIsInIsAnswered()
            throws Exception {
        refusals.next();
        Caller in = comes();
        assertThat(in.answer()).contains("204");

        Caller outside = comesInAPause();
        for (int i = 0; i < 3; i++) {
            in.asks();
            assertThat(in.answer()).contains("204");
        }
        outside.socket().setSoTimeout(ANSWERED_IN_TIME);
        assertThat(outside.answer()).contains("204");
    }

    @Test
    void whoCameInThePauseIsAnsweredAfterIt() throws IOException {
        refusals.next();
        comes().answer();
        List<Caller> outside = List.of(comes(), comes(), comes(), comes());

        for (Caller caller : outside) {
            assertThat(caller.answer()).contains("204");
        }
    }

    @Test
    void whenNobodyIsRefusedNobodyWaits() throws IOException {
        pause = Duration.ofMinutes(1);
        for (int i = 0; i < 5; i++) {
            assertThat(comes().answer()).contains("204");
        }
    }

    /** Until others are taken in; what it sends has come by then. */
    private void pauses() throws Exception {
        refusals.next();
        comesInAPause();
        tooMany = true;
    }

    @Test
    void whoIsOneTooManyIsRefusedWhereItIsAccepted() throws Exception {
        pauses();
        Caller surplus = comes("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(surplus.answer()).contains("503");
        assertThat(surplus.answers().readLine()).isNull();
    }

    @Test
    void whatTheServerHasToReadIsServedAsIfItHadNotBeenReadBefore() throws Exception {
        pauses();
        List<Caller> newcomers = List.of(comes(), comes(SENDS), comes(ASKS + SENDS));

        assertThat(newcomers.get(2).answer()).contains("204");
        for (Caller caller : newcomers) {
            assertThat(caller.answer()).contains("204");
            caller.sends(SENDS);
            assertThat(caller.answer()).contains("204");
        }
    }

    @Test
    void whatComesInPartsIsServedWhenItIsWhole() throws Exception {
        pauses();
        Map<Caller, String> rests = new HashMap<>();
        for (int end : List.of(0, 1, 8, SENDS.indexOf("body"), SENDS.length() - 1)) {
            rests.put(comes(SENDS.substring(0, end)), SENDS.substring(end));
        }
        // Taken in with the others
        assertThat(comes().answer()).contains("204");
        for (Map.Entry<Caller, String> rest : rests.entrySet()) {
            rest.getKey().sends(rest.getValue());
            assertThat(rest.getKey().answer()).contains("204");
            rest.getKey().asks();
            assertThat(rest.getKey().answer()).contains("204");
        }
    }

    @Test
    void whoHangsUpInThePauseKeepsNobodyFromComingIn() throws Exception {
        pauses();
        try (Caller reset = comes()) {
            reset.socket().setSoLinger(true, 0);
        }
        comes("DELETE").close();

        assertThat(comes().answer()).contains("204");
    }

    @Test
    void whatFailsAtTheDoorKeepsNobodyOut() throws Exception {
        pauses();
        Caller first = comes("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
        Caller next = comes();

        assertThat(first.answer()).contains("204");
        assertThat(next.answer()).contains("204");
    }
}
