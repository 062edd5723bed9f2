package io.agentruntime.web;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that pauses for two seconds between two handfuls of new connections. */
class BatchedHttp11Test {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int ANSWERED_IN_TIME = 20_000;

    /** On a clock that stands still: what was refused once was refused lately. */
    private final Refusals refusals = new Refusals(1, () -> 0, () -> 0);

    private final Tomcat tomcat = new Tomcat();
    private final List<Caller> callers = new ArrayList<>();

    @TempDir private Path folder;
    private volatile Duration pause = PAUSE;

    private static final class Empty extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(204);
        }
    }

    /** Keeps its connection. */
    private record Caller(Socket socket, BufferedReader answers) implements AutoCloseable {
        void asks() throws IOException {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
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
                .batchWhile(refusals, () -> pause.toNanos());
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
        caller.asks();
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
}
