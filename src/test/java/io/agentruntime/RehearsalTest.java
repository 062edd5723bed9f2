package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code rehearse}, which packing depends on. */
class RehearsalTest {
    @TempDir Path folder;

    @Test
    void whatIsSetWhereItRunsPlaysNoPart() throws Exception {
        Files.writeString(folder.resolve(".env.dev"), "AGENT_RUNTIME_SERVICE_LOGGING_LEVEL=LOUD\n");
        Files.createDirectory(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes").resolve("errors.camel.yaml"), "- nothing\n");

        ServiceProcess rehearsal =
                ServiceProcess.in(
                        folder,
                        Map.of(
                                "ENVIRONMENT", "production",
                                "ROOT_PATH", "/ars",
                                "RATE_LIMIT_PER_MINUTE", "60",
                                "MATCH_THRESHOLD", "1",
                                "DEFAULT_FLOW_ID", "sample/none",
                                "M2M_JWT_JWKS_URL", "http://127.0.0.1:9/keys",
                                "EMBEDDING", "http://127.0.0.1:9/v1/embeddings",
                                "PORT", "none"),
                        "rehearse");

        assertThat(rehearsal.said()).isEmpty();
        assertThat(rehearsal.exitCode()).isZero();
        assertThat(folder).isDirectoryNotContaining("glob:**/state");
    }

    @Test
    void anAnswerThatIsWrongIsNamed() throws Exception {
        HttpServer service =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 9);
        service.createContext(
                "/",
                call -> {
                    call.getRequestBody().readAllBytes();
                    call.sendResponseHeaders(200, -1);
                    call.close();
                });
        service.start();
        try {
            var rehearsal =
                    new Rehearsal("http://127.0.0.1:" + service.getAddress().getPort(), "a-token");

            assertThat(rehearsal.play())
                    .hasValue(
                            "POST /api/v1/agents/provision {\"description\": \"hello there\"}"
                                    + " was answered with 200 instead of 404");
        } finally {
            service.stop(0);
        }
    }
}
