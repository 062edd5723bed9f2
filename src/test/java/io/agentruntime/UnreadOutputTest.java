package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that nobody reads any more: a pager that stands still, a collector that hangs. */
class UnreadOutputTest {
    /** More lines than a pipe and the service hold. */
    private static final int REQUESTS = 3_000;

    @TempDir Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void aServiceWhoseLogNobodyReadsAnswersAndCanBeStopped() throws Exception {
        int port = freePort();
        int management = freePort();
        Process service =
                ServiceProcess.builder(
                                folder,
                                Map.of(
                                        "SERVER_ADDRESS",
                                        "127.0.0.1",
                                        "AGENT_RUNTIME_SERVICE_PORT",
                                        "" + port,
                                        "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT",
                                        "" + management,
                                        "AGENT_RUNTIME_SERVICE_EMBEDDING",
                                        "off"))
                        .start();
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> isReady(port));

            for (int i = 0; i < REQUESTS; i++) {
                assertThat(get(port, "/api/v1/agents/flows").statusCode()).isEqualTo(401);
            }
            assertThat(metric(management, "agent_runtime_log_lines_lost_total")).isPositive();

            service.destroy();

            assertThat(service.waitFor(1, TimeUnit.MINUTES)).as("stopped").isTrue();
            assertThat(service.exitValue()).isZero();
        } finally {
            service.destroyForcibly();
        }
    }

    private boolean isReady(int port) throws Exception {
        try {
            return get(port, "/health/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private double metric(int port, String name) throws Exception {
        return get(port, "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
