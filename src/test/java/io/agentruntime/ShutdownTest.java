package io.agentruntime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.RunningService.Answer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.support.GenericApplicationContext;

/** A stop waits for callers, and for nothing else. */
class ShutdownTest {
    private static final String BEFORE = flow("f-before");
    private static final String NOW = flow("f-now");

    @Test
    void aStopDoesNotWaitForAProviderThatHangs() {
        try (var langflow = RawProvider.start()) {
            langflow.lists(RawProvider.list(BEFORE));
            try (var service = service(langflow, "1")) {
                service.awaitFlows(1);
                langflow.forget();
                langflow.lists(RawProvider.silence());
                await().until(() -> langflow.calls(FakeLangflow.FLOWS) == 1);
                long began = System.nanoTime();

                service.close();

                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .isLessThan(Duration.ofSeconds(30));
            }
        }
    }

    @Test
    void whoWaitsForAProviderWhenTheServiceIsToldToStopIsAnsweredWithWhatItSays() {
        var said = new CompletableFuture<Void>();
        var takesCallersWhenUnready = new CompletableFuture<Boolean>();
        try (var langflow = RawProvider.start()) {
            langflow.lists(RawProvider.list(BEFORE));
            try (var service = service(langflow, "0")) {
                int port = service.port();
                service.context()
                        .addApplicationListener(
                                event -> {
                                    if (event instanceof AvailabilityChangeEvent<?> change
                                            && change.getState()
                                                    == ReadinessState.REFUSING_TRAFFIC) {
                                        takesCallersWhenUnready.complete(!isClosed(port));
                                    }
                                });
                service.provision("summarize financial documents").isMatch("f-before");
                langflow.forget();
                langflow.lists(
                        connection -> {
                            said.join();
                            RawProvider.list(NOW).to(connection);
                        });
                CompletableFuture<Answer> waiting =
                        CompletableFuture.supplyAsync(
                                () -> service.provision("summarize financial documents"));
                await().until(() -> langflow.calls(FakeLangflow.FLOWS) == 1);

                CompletableFuture<Integer> exitCode =
                        CompletableFuture.supplyAsync(
                                () -> Shutdown.end(service.context(), Duration.ofSeconds(20)));
                await().until(() -> isClosed(port));
                said.complete(null);

                waiting.join().isMatch("f-now");
                assertThat(exitCode.join()).isZero();
                assertThat(takesCallersWhenUnready).isCompletedWithValue(true);
            }
        }
    }

    private static RunningService service(RawProvider langflow, String ttl) {
        return RunningService.with(
                Map.of(
                        "PROVIDERS",
                        "langflow",
                        "LANGFLOW_API_URL",
                        langflow.url(),
                        "PROVIDER_TIMEOUT_MS",
                        "120000",
                        "REQUEST_DEADLINE_MS",
                        "30000",
                        "CATALOG_TTL_SECONDS",
                        ttl));
    }

    private static String flow(String id) {
        return """
                [{"id": "%s", "name": "Financial Report Summarizer", "is_component": false,
                  "description": "Summarizes financial documents into one page."}]"""
                .formatted(id);
    }

    @Test
    void whereJavaLeavesSignalsToOthersTheServiceStartsAndSaysSo(@TempDir Path folder)
            throws Exception {
        ProcessBuilder builder =
                ServiceProcess.builder(
                        folder,
                        Map.of(
                                "AGENT_RUNTIME_SERVICE_PORT", "0",
                                "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT", "0"));
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Xrs");
        Process service = builder.start();
        try (var said = service.inputReader()) {
            assertThat(said.lines().takeWhile(line -> !line.contains("SIGTERM")))
                    .anyMatch(line -> line.contains("Greeting: ready on"))
                    .noneMatch(line -> line.contains("Exception"));
        } finally {
            service.destroyForcibly();
        }
    }

    @Test
    void aStartThatIsBrokenOffEndsWithNoError(@TempDir Path folder) throws Exception {
        Process service =
                ServiceProcess.builder(
                                folder,
                                Map.of(
                                        "AGENT_RUNTIME_SERVICE_PORT", "0",
                                        "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT", "0",
                                        "AGENT_RUNTIME_SERVICE_LOGGING_LEVEL", "DEBUG"))
                        .start();
        try (var said = service.inputReader()) {
            assertThat(said.readLine()).as("first line of the log").isNotNull();
            service.toHandle().destroy();
            // The start's own thread may have a line on its way
            assertThat(said.lines())
                    .anyMatch(
                            line ->
                                    line.contains(
                                                    "INFO  Shutdown: SIGTERM: the start is broken off")
                                            // Where the port was about to open by then
                                            || line.contains("SIGTERM: the start goes on"))
                    .noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
            assertThat(service.waitFor()).isZero();
        } finally {
            service.destroyForcibly();
        }
    }

    @Test
    void whoWaitsForTheRoutesWhenTheStartIsToldToStopIsAnswered(@TempDir Path folder)
            throws Exception {
        int port = StartedProcess.freePort();
        Process service =
                ServiceProcess.builder(
                                folder,
                                Map.of(
                                        "SERVER_ADDRESS", "127.0.0.1",
                                        "AGENT_RUNTIME_SERVICE_EMBEDDING", "off",
                                        "AGENT_RUNTIME_SERVICE_REQUEST_DEADLINE_MS", "120000",
                                        "AGENT_RUNTIME_SERVICE_PORT", Integer.toString(port),
                                        "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT", "0"))
                        .redirectOutput(Redirect.DISCARD)
                        .start();
        try (var caller = connected(service, port)) {
            caller.getOutputStream()
                    .write("GET /api/v1/flows HTTP/1.1\r\nHost: a.test\r\n\r\n".getBytes(US_ASCII));
            service.toHandle().destroy();

            assertThat(new String(caller.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 401 ");
            assertThat(service.waitFor()).isZero();
        } finally {
            service.destroyForcibly();
        }
    }

    /** As soon as the port is open, which is long before the start's end. */
    private static Socket connected(Process service, int port) throws Exception {
        while (service.isAlive()) {
            try {
                var socket = new Socket("127.0.0.1", port);
                socket.setSoTimeout(60_000);
                return socket;
            } catch (ConnectException notYet) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        throw new AssertionError("ended with " + service.exitValue());
    }

    /** One stop in ten ended before it, when the threads of the server were the last. */
    @Test
    void aStopGoesOnToItsEndAndLeavesNothingWhereThereIsNoStateFolder(@TempDir Path folder)
            throws Exception {
        Path said = folder.resolve("said");
        Map<String, String> stateless = Map.of("AGENT_RUNTIME_SERVICE_STATE_DIR", "");
        try (var service = StartedProcess.in(folder, stateless, Redirect.to(said.toFile()))) {
            assertThat(service.stop()).isZero();
        }
        assertThat(Files.readAllLines(said)).last().asString().contains("stopped");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder(".env.dev", "said");
    }

    @Test
    void aStopThatIsBrokenEndsTheProcessToo() {
        var exitCode = new CompletableFuture<Integer>();
        try (var service = new GenericApplicationContext()) {
            service.addApplicationListener(
                    event -> {
                        if (event instanceof AvailabilityChangeEvent) {
                            throw new IllegalStateException("made up");
                        }
                    });
            service.refresh();
            var shutdown = new Shutdown(exitCode::complete, Thread::new);
            shutdown.of(service);

            shutdown.begin("TERM");

            assertThat(exitCode).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(1);
        }
    }

    @Test
    void aStopWaitsForAStartWhosePortIsOpenAndNoLongerOnceItFails() {
        var exitCode = new CompletableFuture<Integer>();
        var stopping = new AtomicReference<Thread>();
        var shutdown =
                new Shutdown(
                        exitCode::complete,
                        stop -> {
                            stopping.set(new Thread(stop));
                            return stopping.get();
                        });
        shutdown.start();

        shutdown.begin("TERM");
        await().until(() -> stopping.get().getState() == Thread.State.TIMED_WAITING);
        assertThat(exitCode).isNotDone();
        shutdown.startEnded();

        assertThat(exitCode).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(0);
    }

    @Test
    void aStopBeforeThePortIsOpenWaitsForNothing() {
        var exitCode = new CompletableFuture<Integer>();

        new Shutdown(exitCode::complete, Thread::new).begin("TERM");

        assertThat(exitCode).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(0);
    }

    @Test
    void aStopForWhichThereIsNoThreadIsMadeByWhoWasTold() {
        var exitCode = new CompletableFuture<Integer>();
        try (var service = new GenericApplicationContext()) {
            service.refresh();
            var shutdown =
                    new Shutdown(
                            exitCode::complete,
                            run ->
                                    new Thread(run) {
                                        @Override
                                        public void start() {
                                            throw new OutOfMemoryError(
                                                    "unable to create native thread");
                                        }
                                    });
            shutdown.of(service);

            shutdown.begin("TERM");

            assertThat(exitCode).isCompletedWithValue(0);
        }
    }

    private static boolean isClosed(int port) {
        try (var socket = new Socket("localhost", port)) {
            return !socket.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }
}
