package io.agentruntime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.security.CallerKind;
import io.agentruntime.security.DevelopmentToken;
import io.agentruntime.security.TokenSettingsForTests;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The whole service on free ports of the loopback interface, and a caller with a valid token. */
public final class RunningService implements AutoCloseable {
    /** Fake, and long enough for HS256. */
    public static final String M2M_SECRET = "fake-m2m-secret-for-tests-0123456789abcdef";

    /** Fake, and long enough for HS256. */
    public static final String USER_SECRET = "fake-user-secret-for-tests-0123456789abcdef";

    public static final String M2M_TOKEN = token(CallerKind.M2M, M2M_SECRET);
    public static final String USER_TOKEN = token(CallerKind.USER, USER_SECRET);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ConfigurableApplicationContext context;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(30))
                    .build();

    private RunningService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Matches by words alone unless told otherwise: to open the models takes longer than most
     * tests.
     *
     * @param settings names without the common prefix: {@code CATALOG_TTL_SECONDS}
     */
    public static RunningService with(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("EMBEDDING", "off"));
        all.putAll(settings);
        return withModels(all);
    }

    /** Matches as the service does by default: by words and meaning. */
    public static RunningService withModels(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("ENVIRONMENT", "testing");
        all.put("PORT", "0");
        all.put("MANAGEMENT_PORT", "0");
        all.put("STATE_DIR", "");
        all.put("M2M_JWT_SECRET_KEY", M2M_SECRET);
        all.put("USER_JWT_SECRET_KEY", USER_SECRET);
        all.putAll(settings);
        String[] arguments =
                all.entrySet().stream()
                        .map(
                                one ->
                                        "--AGENT_RUNTIME_SERVICE_"
                                                + one.getKey()
                                                + "="
                                                + one.getValue())
                        .toArray(String[]::new);
        return withNothingBut(Map.of(), arguments);
    }

    /**
     * On free ports, whatever the variables say.
     *
     * @param variables of the process, with their whole names, besides those it needs
     */
    static RunningService withVariables(Map<String, ?> variables) {
        Map<String, Object> all = new HashMap<>(variables);
        all.put("AGENT_RUNTIME_SERVICE_ENVIRONMENT", "testing");
        all.put("AGENT_RUNTIME_SERVICE_PROVIDERS", "sample");
        all.put("AGENT_RUNTIME_SERVICE_STATE_DIR", "");
        all.put("AGENT_RUNTIME_SERVICE_M2M_JWT_SECRET_KEY", M2M_SECRET);
        return withNothingBut(all, "--server.port=0", "--management.server.port=0");
    }

    /** Whatever variables the tests were started with, and whatever one before it left. */
    private static RunningService withNothingBut(
            Map<String, Object> variables, String... arguments) {
        // Spring sets it where it is not set: after a production, all would log as that did
        System.clearProperty(
                LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
        var environment = new StandardEnvironment();
        String system = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(system, new SystemEnvironmentPropertySource(system, variables));
        var application = new SpringApplication(AgentRuntimeService.class);
        application.setEnvironment(environment);
        return new RunningService(application.run(arguments));
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    public int port() {
        return ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    public int managementPort() {
        return Integer.parseInt(
                context.getEnvironment().getRequiredProperty("local.management.port"));
    }

    public URI uri(String path) {
        return URI.create("http://localhost:" + port() + path);
    }

    /** Asks for a flow with a service's token. */
    public Answer provision(String description) {
        return post("/api/v1/agents/provision", json(Map.of("description", description)));
    }

    public Answer provision(String description, String projectHint) {
        return post(
                "/api/v1/agents/provision",
                json(Map.of("description", description, "project_hint", projectHint)));
    }

    /** Posts JSON with a service's token. */
    public Answer post(String path, String body) {
        return send(
                authorised(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body, UTF_8)));
    }

    public Answer get(String path) {
        return send(authorised(path).GET());
    }

    /** Returns when it offers as many flows. */
    public void awaitFlows(int total) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> get("/api/v1/flows").hasField("total", Integer.toString(total)));
    }

    /** Has one provider asked now. */
    public Answer refresh(String provider) {
        return post("/api/v1/providers/" + provider + "/refresh", "").hasStatus(200);
    }

    /** Has what a provider did before count no more, where its route has a breaker. */
    public void closeBreaker(String provider) {
        ResilienceProcessor breaker =
                context.getBean(CamelContext.class)
                        .getProcessor(provider + "-flows-breaker", ResilienceProcessor.class);
        if (breaker != null) {
            breaker.transitionToCloseState();
        }
    }

    /** A request with a service's token and nothing else yet. */
    public HttpRequest.Builder authorised(String path) {
        return request(path).header("Authorization", "Bearer " + M2M_TOKEN);
    }

    /** A request without a token. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(http.send(request.build(), BodyHandlers.ofString(UTF_8)));
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The value of one metric, {@code name{tag="…"}}; null where there is none. */
    public @Nullable String metric(String name) {
        String all =
                send(HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + managementPort()
                                                + "/actuator/prometheus")))
                        .body();
        return all.lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        context.close();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String token(CallerKind kind, String secret) {
        return DevelopmentToken.mint(
                TokenSettingsForTests.of(kind, "HS256", secret, "", ""), Clock.systemUTC());
    }

    /** What came back, with assertions that read like sentences. */
    public record Answer(HttpResponse<String> response) {
        public int status() {
            return response.statusCode();
        }

        public String body() {
            return response.body();
        }

        public @Nullable String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        public Answer hasStatus(int status) {
            assertThat(status()).as("status of %s", body()).isEqualTo(status);
            return this;
        }

        /** The body is this JSON, to the letter but for white space and the order of fields. */
        public Answer isJson(String expected) {
            assertThatJson(body()).isEqualTo(expected);
            return this;
        }

        /** An answer of status 200 with this flow. */
        public Answer isMatch(String flowId) {
            hasStatus(200);
            assertThatJson(body())
                    .isObject()
                    .containsEntry("flow_id", flowId)
                    .containsEntry("matched", true)
                    .containsEntry("source", "discovery");
            return this;
        }

        /** An answer whose note contains this. */
        public Answer notes(String part) {
            assertThatJson(body()).inPath("note").asString().contains(part);
            return this;
        }

        public Answer notesNothing() {
            assertThatJson(body()).inPath("note").isNull();
            return this;
        }

        /** The body's field at this path holds this JSON. */
        public Answer hasField(String path, String expected) {
            assertThatJson(body()).inPath(path).isEqualTo(expected);
            return this;
        }

        /** A problem of this type, in the one error format of the API. */
        public Answer isProblem(int status, String type) {
            hasStatus(status);
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            assertThatJson(body())
                    .isObject()
                    .containsEntry("type", "urn:ars:problem:" + type)
                    .containsEntry("status", BigDecimal.valueOf(status))
                    .containsEntry("request_id", header("X-Request-ID"))
                    .containsKeys("title", "detail", "instance")
                    .hasSize(status == 422 ? 7 : 6);
            assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
                    .as("WWW-Authenticate is there for 401 and for nothing else")
                    .isEqualTo(status == 401);
            return this;
        }
    }
}
