package io.agentruntime;

import io.agentruntime.security.CallerKind;
import io.agentruntime.security.DevelopmentToken;
import io.agentruntime.security.TokenSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.core.env.AbstractEnvironment;

/**
 * Starts with the sample, answers 800 requests at most and ends: what a JVM that is told to keep
 * what it learned needs to have seen, so that the next start is quick.
 */
final class Rehearsal {
    private static final int ROUNDS = 200;
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /**
     * Nothing of the real settings plays a part, and nothing outside is asked: testing reads no
     * file of settings, and no route file lies in the folder itself.
     */
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "ENVIRONMENT", "testing",
                    "PROVIDERS", "sample",
                    "ROUTES_DIR", ".",
                    "PORT", "0",
                    "MANAGEMENT_PORT", "0",
                    "STATE_DIR", "",
                    "M2M_JWT_SECRET_KEY", DevelopmentToken.secret(),
                    "LOGGING_LEVEL", "WARN");

    private static final String OFF_TOPIC = "hello there";

    private static final List<String> TEXTS =
            List.of(
                    "summarize financial documents",
                    "take the numbers out of this invoice",
                    "translate a suport ticket",
                    OFF_TOPIC);

    private final String address;
    private final String token;

    Rehearsal(String address, String token) {
        this.address = address;
        this.token = token;
    }

    /** The exit code: 0 when every request was answered as it should be. */
    static int run() throws IOException {
        System.setProperty(AbstractEnvironment.IGNORE_GETENV_PROPERTY_NAME, "true");
        SETTINGS.forEach(
                (name, value) -> System.setProperty("AGENT_RUNTIME_SERVICE_" + name, value));
        var context =
                (ServletWebServerApplicationContext)
                        SpringApplication.run(AgentRuntimeService.class);
        var settings =
                TokenSettings.read(CallerKind.M2M, context.getEnvironment()::getProperty, false);
        var rehearsal =
                new Rehearsal(
                        "http://127.0.0.1:" + context.getWebServer().getPort(),
                        DevelopmentToken.mint(settings.orElseThrow(), Clock.systemUTC()));
        Optional<String> wrong = rehearsal.play();
        wrong.ifPresent(answer -> System.err.println("The rehearsal ends: " + answer));
        SpringApplication.exit(context);
        return wrong.isPresent() ? 1 : 0;
    }

    /** What is wrong with the first answer that is. */
    Optional<String> play() throws IOException {
        long end = System.nanoTime() + LONGEST.toNanos();
        for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
            String text = TEXTS.get(round % TEXTS.size());
            String body = "{\"description\": \"" + text + "\"}";
            for (Request request :
                    List.of(
                            new Request(
                                    "/api/v1/agents/provision",
                                    body,
                                    text.equals(OFF_TOPIC) ? 404 : 200),
                            new Request("/api/v1/agents/candidates", body, 200),
                            new Request("/api/v1/flows", null, 200),
                            new Request("/health/ready", null, 200))) {
                int status = status(request.path(), request.body());
                if (status != request.status()) {
                    return Optional.of(
                            "%s was answered with %d instead of %d"
                                    .formatted(request, status, request.status()));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * @param status that of the right answer
     */
    private record Request(String path, @Nullable String body, int status) {
        @Override
        public String toString() {
            return body == null ? "GET " + path : "POST " + path + " " + body;
        }
    }

    private int status(String path, @Nullable String body) throws IOException {
        var call = (HttpURLConnection) URI.create(address + path).toURL().openConnection();
        call.setRequestProperty("Authorization", "Bearer " + token);
        if (body != null) {
            call.setRequestProperty("Content-Type", "application/json");
            call.setDoOutput(true);
            try (OutputStream out = call.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
        }
        int status = call.getResponseCode();
        try (InputStream in = status < 400 ? call.getInputStream() : call.getErrorStream()) {
            in.readAllBytes();
        }
        return status;
    }
}
