package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The service as a process of its own that serves, with ports that were free: they are in its file
 * of settings. Words alone decide, as that starts sooner.
 */
final class StartedProcess implements AutoCloseable {
    /** Far more than a start, an answer or a stop takes, since machines may be busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final int managementPort;

    private StartedProcess(Process process, int port, int managementPort) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
    }

    /**
     * Returns when it is ready.
     *
     * @param folder where it is started
     * @param variables besides those that are always set
     * @param output what becomes of what it says
     */
    static StartedProcess in(
            Path folder, Map<String, String> variables, ProcessBuilder.Redirect output)
            throws IOException {
        int port = freePort();
        int managementPort = freePort();
        Files.writeString(
                folder.resolve(".env.dev"),
                """
                AGENT_RUNTIME_SERVICE_PORT=%d
                AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT=%d
                AGENT_RUNTIME_SERVICE_EMBEDDING=off
                """
                        .formatted(port, managementPort));
        Map<String, String> all = new HashMap<>(variables);
        all.put("SERVER_ADDRESS", "127.0.0.1");
        var started =
                new StartedProcess(
                        ServiceProcess.builder(folder, all).redirectOutput(output).start(),
                        port,
                        managementPort);
        try {
            await().atMost(PATIENCE).until(started::isReadyOrGone);
            assertThat(started.process.isAlive()).as("runs").isTrue();
        } catch (Throwable e) {
            started.close();
            throw e;
        }
        return started;
    }

    private boolean isReadyOrGone() throws Exception {
        try {
            return !process.isAlive() || get("/health/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(port, path);
    }

    private HttpResponse<String> get(int at, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
                        .timeout(PATIENCE)
                        .build(),
                BodyHandlers.ofString());
    }

    /**
     * @param name with its labels, as it is written
     */
    double metric(String name) throws IOException, InterruptedException {
        return get(managementPort, "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }

    /** Its exit code after SIGTERM. */
    int stop() throws InterruptedException {
        // Not its own method: that one closes the pipe that nobody reads
        process.toHandle().destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("stopped").isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /**
     * Never the same twice, and below those that the system gives to connections before the service
     * listens there.
     */
    static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            if (!GIVEN.add(port)) {
                continue;
            }
            try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
    }
}
