package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.RunningService.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An endpoint that an integrator adds by a route file, which knows nothing of response headers. */
class AddedEndpointTest {
    private static final String HELLO =
            """
            - rest:
                id: greetings
                path: "{{agent-runtime.root-path}}"
                get:
                  - id: get-hello
                    path: /hello/{who}
                    to: direct:hello
                  - id: get-page
                    path: /page/{Refresh}
                    to: direct:page
                  - id: get-broken
                    path: /broken/{who}
                    to: direct:broken
                  - id: get-forgetful
                    path: /forgetful
                    to: direct:forgetful
                  - id: get-late
                    path: /late
                    to: direct:late
            - route:
                id: hello
                description: Says hello
                nodePrefixId: hello-
                from:
                  uri: direct:hello
                  steps:
                    - setBody:
                        id: say
                        expression:
                          simple:
                            expression: '{"hello": "${header.who}"}'
            - route:
                id: broken
                description: Has a defect below another route
                nodePrefixId: broken-
                from:
                  uri: direct:broken
                  steps:
                    - setHeader:
                        id: say-who
                        name: X-Who
                        expression:
                          simple:
                            expression: "${header.who}"
                    - to:
                        id: go-on
                        uri: direct:forgetful
            - route:
                id: late
                description: Has a defect behind another route
                nodePrefixId: late-
                from:
                  uri: direct:late
                  steps:
                    - to:
                        id: greet
                        uri: direct:hello
                    - throwException:
                        id: fail
                        exceptionType: java.lang.IllegalStateException
                        message: the secret reason
            - route:
                id: forgetful
                description: Says nothing of failures
                nodePrefixId: forgetful-
                from:
                  uri: direct:forgetful
                  steps:
                    - throwException:
                        id: fail
                        exceptionType: java.lang.IllegalStateException
                        message: the secret reason
            - route:
                id: page
                description: Says its own headers
                nodePrefixId: page-
                from:
                  uri: direct:page
                  steps:
                    - setHeader:
                        id: say-who
                        name: X-Who
                        expression:
                          simple:
                            expression: "${header.who}"
                    - setHeader:
                        id: may-be-framed
                        name: X-Frame-Options
                        expression:
                          constant:
                            expression: SAMEORIGIN
                    - setHeader:
                        id: may-be-kept
                        name: Cache-Control
                        expression:
                          constant:
                            expression: max-age=60
                    - setHeader:
                        id: as-text
                        name: Content-Type
                        expression:
                          constant:
                            expression: text/plain
                    - setBody:
                        id: say
                        expression:
                          constant:
                            expression: hello
            """;

    private static final String TELL =
            """
            - log:
                id: tell
                message: "for ${body.projecthint}"
            """;

    @TempDir private static Path routes;

    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(routes.resolve("hello.camel.yaml"), HELLO);
        Files.writeString(
                routes.resolve("provision.camel.yaml"),
                Files.readString(Path.of("routes/provision.camel.yaml"))
                        .replaceFirst(" +- filter:\n", TELL.indent(8).replace("$", "\\$") + "$0")
                        .replaceFirst("(?s)(method: candidates\n).*?\n\n", "$1\n"));
        service =
                RunningService.with(Map.of("PROVIDERS", "sample", "ROUTES_DIR", routes.toString()));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Type, text/html",
        "content-type, text/html",
        "Content-Security-Policy, x",
        "content-security-policy, x",
        "X-Frame-Options, ALLOW",
        "Cache-Control, public",
        "cache-control, public",
        "X-Request-ID, x",
        "WWW-Authenticate, Basic",
        "Set-Cookie, a=b",
        "Location, /elsewhere",
        "Anything, x",
    })
    void aParameterIsNoResponseHeader(String name, String value) {
        Answer plain = service.get("/api/v1/hello/you");
        Answer answer = service.get("/api/v1/hello/you?" + name + "=" + value);
        answer.hasStatus(200).isJson("{\"hello\": \"you\"}");
        assertThat(answer.response().headers().map().keySet())
                .isEqualTo(plain.response().headers().map().keySet())
                .doesNotContain("who", "content-type");
        assertThat(answer.response().headers().allValues(name)).doesNotContain(value);
        assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'self'");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void aParameterThatComesTwiceIsNoneEither() {
        Answer answer = service.get("/api/v1/hello/you?Set-Cookie=a&set-cookie=b&Set-Cookie=c");
        assertThat(answer.hasStatus(200).header("Set-Cookie")).isNull();
    }

    @Test
    void noParameterSetsTheStatus() {
        service.get("/api/v1/hello/you?CamelHttpResponseCode=201&camelhttpresponsecode=202")
                .hasStatus(200);
    }

    @Test
    void whatARouteSetsIsSentWhateverCameIn() {
        Answer answer =
                service.get(
                        "/api/v1/page/now?who=me&X-Who=you&X-Frame-Options=DENY&content-type=text/css");
        assertThat(answer.hasStatus(200).body()).isEqualTo("hello");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.header("X-Who")).isEqualTo("me");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("SAMEORIGIN");
        assertThat(answer.header("Cache-Control")).isEqualTo("max-age=60");
        assertThat(answer.header("who")).isNull();
        assertThat(answer.header("Refresh")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "broken/me, 'forgetful: hello.camel.yaml:69, step fail: IllegalStateException'",
        "forgetful, 'forgetful: hello.camel.yaml:69, step fail: IllegalStateException'",
        "late, 'late: hello.camel.yaml:58, step fail: IllegalStateException'"
    })
    void aDefectIsAProblemThatTellsNothingAndTheLogNamesItsStep(String path, String words) {
        try (var log = LogLines.open()) {
            Answer answer = service.get("/api/v1/" + path);
            answer.isProblem(500, "internal");
            assertThat(answer.body()).doesNotContain("secret reason");
            assertThat(answer.header("X-Who")).isNull();
            assertThat(log.warnings())
                    .filteredOn(line -> line.contains("A defect failed"))
                    .singleElement()
                    .asString()
                    .contains(words, "\tat ")
                    .doesNotContain("the secret reason");
        }
    }

    /** Camel's messages hold the bean that a step asks in vain: the task, and the whole catalog. */
    @Test
    void aMistakeInTheRouteOfRequestsLogsNeitherTheTaskNorTheCatalog() {
        try (var log = LogLines.open()) {
            service.post("/api/v1/agents/provision", "{\"description\": \"my secret plan\"}")
                    .isProblem(500, "internal");
            assertThat(log.warnings())
                    .filteredOn(line -> line.startsWith("ERROR"))
                    .singleElement()
                    .asString()
                    .contains(
                            "in the route provision: provision.camel.yaml:29, step tell: Decision has no method or property projecthint")
                    .doesNotContain("secret plan", "Invoice", "\tat ");
            assertThat(String.join("", log.all())).doesNotContain("secret plan");
        }
    }

    @Test
    void anAnswerThatNobodyWritesAsTextIsNotLogged() {
        try (var log = LogLines.open()) {
            service.post("/api/v1/agents/candidates", "{\"description\": \"read invoices\"}")
                    .hasStatus(500);
            assertThat(log.warnings())
                    .filteredOn(line -> line.startsWith("ERROR"))
                    .singleElement()
                    .asString()
                    .contains("a value cannot be taken as byte[]")
                    .doesNotContain("flow_id", "nvoice");
        }
    }
}
