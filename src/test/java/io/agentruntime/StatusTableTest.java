package io.agentruntime;

import static io.agentruntime.RawProvider.answer;
import static io.agentruntime.RawProvider.list;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.RunningService.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The status table of the API, row by row: each error to the letter, as it comes over HTTP. */
class StatusTableTest {
    private static final String PROVISION = "/api/v1/agents/provision";
    private static final String TASK = "{\"description\": \"summarize financial documents\"}";

    private static RawProvider langflow;
    private static RawProvider troubled;
    private static RunningService service;

    /** Knows no flows; serves one request at a time, and waits a second for its provider. */
    private static RunningService cold;

    @BeforeAll
    static void start() {
        langflow = RawProvider.start();
        langflow.lists(
                list(
                        """
                        [{"id": "f-1", "name": "Financial Report Summarizer", "is_component": false,
                          "description": "Summarizes financial documents into one page."}]"""));
        service =
                RunningService.with(
                        Map.of(
                                "PROVIDERS", "langflow",
                                "LANGFLOW_API_URL", langflow.url(),
                                "CATALOG_TTL_SECONDS", "3600",
                                "RATE_LIMIT_PER_MINUTE", "200"));
        troubled = RawProvider.start();
        troubled.lists(answer(500, "text/plain", "down"));
        cold =
                RunningService.with(
                        Map.of(
                                "PROVIDERS", "langflow",
                                "LANGFLOW_API_URL", troubled.url(),
                                "CATALOG_TTL_SECONDS", "3600",
                                "REQUEST_DEADLINE_MS", "1000",
                                "PROVIDER_TIMEOUT_MS", "60000",
                                "MAX_CONCURRENT_REQUESTS", "1"));
        service.awaitFlows(1);
    }

    @AfterAll
    static void stop() {
        service.close();
        cold.close();
        langflow.close();
        troubled.close();
    }

    @Test
    void aMatchIsFourFieldsAndFourHeaders() {
        var found = service.send(post(service, PROVISION, TASK));
        found.hasStatus(200)
                .isJson(
                        """
                        {"flow_id": "f-1", "matched": true, "source": "discovery", "note": null}""");
        assertThat(found.header("Content-Type")).isEqualTo("application/json");
        assertThat(found.header("X-Request-ID")).isEqualTo("row");
        assertThat(found.header("X-Flow-Provider")).isEqualTo("langflow");
        assertThat(found.header("X-Catalog-Version")).matches("[0-9a-f]{16}");
        assertThat(found.header("X-Catalog-Age")).matches("\\d+");
    }

    @Test
    void malformedJsonIs400() {
        is(
                service.send(post(service, PROVISION, "{\"description\": ")),
                400,
                """
                {"type": "urn:ars:problem:malformed-body", "title": "The request body is not valid JSON", "status": 400,
                 "detail": "The body is not valid JSON: line 1, column 17.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @Test
    void invalidUtf8Is400() {
        byte[] latin = "{\"description\": \"Zusammenfassung für alle\"}".getBytes(ISO_8859_1);
        is(
                service.send(
                        post(
                                service,
                                PROVISION,
                                "application/json",
                                BodyPublishers.ofByteArray(latin))),
                400,
                """
                {"type": "urn:ars:problem:malformed-body", "title": "The request body is not valid JSON", "status": 400,
                 "detail": "The body is not valid UTF-8.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer not-a-token", "Basic dTpw"})
    void noTokenOrABadOneIs401(String authorization) {
        var request =
                service.request(PROVISION)
                        .header("X-Request-ID", "row")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("this is not even JSON"));
        var refused =
                service.send(
                        authorization.isEmpty()
                                ? request
                                : request.header("Authorization", authorization));
        is(
                refused,
                401,
                """
                {"type": "urn:ars:problem:unauthenticated", "title": "A valid token is needed", "status": 401,
                 "detail": "A valid bearer token is needed in the Authorization header.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
        assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void anUnknownPathIs404() {
        is(
                service.send(post(service, "/api/v1/agents/nothing", TASK)),
                404,
                """
                {"type": "urn:ars:problem:not-found", "title": "Not found", "status": 404,
                 "detail": "There is nothing at this path.",
                 "instance": "/api/v1/agents/nothing", "request_id": "row"}""");
    }

    @Test
    void anUnknownProviderIs404() {
        is(
                service.send(post(service, "/api/v1/providers/nobody/refresh", "")),
                404,
                """
                {"type": "urn:ars:problem:not-found", "title": "Not found", "status": 404,
                 "detail": "There is no provider of this name.",
                 "instance": "/api/v1/providers/nobody/refresh", "request_id": "row"}""");
    }

    @Test
    void aTaskThatNothingFitsIs404() {
        is(
                service.send(post(service, PROVISION, "{\"description\": \"hello there\"}")),
                404,
                """
                {"type": "urn:ars:problem:no-match", "title": "No flow fits", "status": 404,
                 "detail": "No flow fits this description.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @Test
    void aWrongMethodIs405() {
        var refused =
                service.send(
                        service.authorised(PROVISION)
                                .header("X-Request-ID", "row")
                                .header("Accept", "text/html")
                                .GET());
        is(
                refused,
                405,
                """
                {"type": "urn:ars:problem:method-not-allowed", "title": "The method is not allowed here", "status": 405,
                 "detail": "This path does not take this method; the Allow header lists those it takes.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
        assertThat(refused.header("Allow")).contains("POST");
    }

    @Test
    void whatOneCallerWantsBesidesDecidesForNobodyElse() {
        assertThat(service.send(service.request("/health").header("Accept", "text/html")).status())
                .isEqualTo(406);
        service.send(
                        service.request("/health")
                                .header("Accept", "text/html")
                                .header("Accept", "application/json"))
                .hasStatus(200);
        assertThat(service.send(service.request("/health").header("Accept", "text/html")).status())
                .isEqualTo(406);
    }

    @Test
    void wantingHtmlIs406() {
        is(
                service.send(post(service, PROVISION, TASK).header("Accept", "text/html")),
                406,
                """
                {"type": "urn:ars:problem:not-acceptable", "title": "No acceptable representation", "status": 406,
                 "detail": "This path answers with application/json only.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @Test
    void aBodyOver64KibibytesIs413() {
        is(
                service.send(post(service, PROVISION, " ".repeat(64 * 1024 + 1))),
                413,
                """
                {"type": "urn:ars:problem:payload-too-large", "title": "The request body is too large", "status": 413,
                 "detail": "The request body is over 65536 bytes.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @Test
    void anotherMediaTypeIs415() {
        is(
                service.send(
                        post(
                                service,
                                PROVISION,
                                "application/xml",
                                BodyPublishers.ofString("<description>a</description>"))),
                415,
                """
                {"type": "urn:ars:problem:unsupported-media-type", "title": "The media type is not supported", "status": 415,
                 "detail": "This path takes application/json only.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @Test
    void jsonThatBreaksTheRulesIs422() {
        is(
                service.send(post(service, PROVISION, "{\"description\": 42}")),
                422,
                """
                {"type": "urn:ars:problem:invalid-request", "title": "The request breaks the rules of the API", "status": 422,
                 "detail": "description must be a string",
                 "instance": "/api/v1/agents/provision", "request_id": "row",
                 "errors": [{"field": "description", "message": "must be a string"}]}""");
    }

    @Test
    void aCallerOverItsRateLimitIs429AndOthersAreNot() {
        var request =
                service.request("/api/v1/providers")
                        .header("X-Request-ID", "row")
                        .header("Authorization", "Bearer " + RunningService.USER_TOKEN);
        Answer refused =
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> service.send(request), answer -> answer.status() == 429);
        is(
                refused,
                429,
                """
                {"type": "urn:ars:problem:rate-limited", "title": "Too many requests from this caller", "status": 429,
                 "detail": "This caller may send 200 requests a minute.",
                 "instance": "/api/v1/providers", "request_id": "row"}""");
        assertThat(refused.header("Retry-After")).matches("[1-9]\\d*");
        service.get("/api/v1/providers").hasStatus(200);
        service.send(service.request("/health")).hasStatus(200);
    }

    @Test
    void healthAndProbesAreNeitherRefusedNorCountedWhoeverAsks() {
        try (var narrow =
                RunningService.with(
                        Map.of(
                                "PROVIDERS", "sample",
                                "RATE_LIMIT_PER_MINUTE", "1"))) {
            for (String open :
                    new String[] {"/health", "/api/v1/health", "/health/live", "/health/ready"}) {
                narrow.get(open).hasStatus(200);
                narrow.send(narrow.authorised(open).method("HEAD", BodyPublishers.noBody()))
                        .hasStatus(200);
            }
            narrow.get("/api/v1/providers").hasStatus(200);
            var refused = narrow.get("/api/v1/providers");
            refused.isProblem(429, "rate-limited");
            // One a minute, so that it is the rest of the minute
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(30, 60);
        }
    }

    @Test
    void aProviderThatAnswersNonsenseIs502() {
        troubled.lists(list("{\"detail\": \"all fine\"}"));
        isLater(
                refusedFor("malformed"),
                502,
                """
                {"type": "urn:ars:problem:provider-contract", "title": "The provider's answer is invalid", "status": 502,
                 "detail": "The flows of langflow are not known: malformed.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @Test
    void aProviderThatIsAwayIs503() {
        troubled.lists(RawProvider.reset());
        isLater(
                refusedFor("unreachable"),
                503,
                """
                {"type": "urn:ars:problem:provider-unavailable", "title": "The provider cannot be reached", "status": 503,
                 "detail": "The flows of langflow are not known: unreachable.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @Test
    void aProviderThatRefusesTheCredentialsIs503() {
        troubled.lists(answer(401, "application/json", "{}"));
        isLater(
                refusedFor("auth-rejected"),
                503,
                """
                {"type": "urn:ars:problem:provider-auth", "title": "The provider refuses the service's credentials", "status": 503,
                 "detail": "The flows of langflow are not known: auth-rejected.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    /** What went wrong before is not the reason for this one. */
    @Test
    void aProviderThatDoesNotAnswerInTimeIs504() {
        refusedFor("upstream-error");
        hangs();
        isLater(
                cold.send(post(cold, PROVISION, TASK)),
                504,
                """
                {"type": "urn:ars:problem:deadline", "title": "The provider did not answer in time", "status": 504,
                 "detail": "No provider answered within the request's deadline, and no flow list is known.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    /** Nobody is asked, and no deadline passes. */
    @Test
    void aProviderThatIsNotAskedWhileItsBreakerIsOpenIs503() {
        try (var silent = RawProvider.start()) {
            silent.lists(RawProvider.silence());
            try (var service =
                    RunningService.with(
                            Map.of(
                                    "PROVIDERS",
                                    "langflow",
                                    "LANGFLOW_API_URL",
                                    silent.url(),
                                    "PROVIDER_TIMEOUT_MS",
                                    "300"))) {
                service.send(post(service, PROVISION, TASK)).isProblem(504, "deadline");
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(
                                () ->
                                        service.send(post(service, PROVISION, TASK))
                                                .isProblem(503, "provider-unavailable"));
                assertThat(service.get("/api/v1/providers").body())
                        .contains("\"breaker\":\"open\"", "\"last_error\":\"timeout\"");
            }
        }
    }

    @Test
    void aFullServiceIs503AndItsProbesAreNot() {
        refusedFor("upstream-error");
        hangs();
        Answer refused =
                await().until(
                                () -> {
                                    var one = inBackground();
                                    var other = inBackground();
                                    for (String open :
                                            new String[] {
                                                "/health",
                                                "/api/v1/health",
                                                "/health/live",
                                                "/health/ready"
                                            }) {
                                        cold.send(cold.request(open)).hasStatus(200);
                                    }
                                    return new Answer(
                                            one.join().statusCode() == 503
                                                    ? one.join()
                                                    : other.join());
                                },
                                // Where the second came too late, both had the place
                                answer -> answer.status() == 503);
        isLater(
                refused,
                503,
                """
                {"type": "urn:ars:problem:overloaded", "title": "The service cannot take the request now", "status": 503,
                 "detail": "The service has as many requests under way as it can serve well.",
                 "instance": "/api/v1/agents/provision", "request_id": "row"}""");
    }

    @Test
    void aPageIsToldThatTheServiceIsFull() {
        refusedFor("upstream-error");
        hangs();
        Answer refused =
                await().until(
                                () -> {
                                    // Where one is refused, the other has the only place
                                    CompletableFuture.anyOf(inBackground(), inBackground()).join();
                                    return cold.send(
                                            post(cold, PROVISION, TASK)
                                                    .header("Origin", "https://a.example"));
                                },
                                answer -> answer.status() == 503);
        Answer preflight =
                cold.send(
                        cold.request(PROVISION)
                                .header("Origin", "https://a.example")
                                .header("Access-Control-Request-Method", "POST")
                                .header("Access-Control-Request-Headers", "authorization")
                                .method("OPTIONS", BodyPublishers.noBody()));

        preflight.hasStatus(200);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(refused.header("Access-Control-Expose-Headers")).contains("Retry-After");
    }

    /** The only one that gives the cold service a list, so it has a service of its own. */
    @Test
    void aProviderThatTrulyHasNoFlowsIs404() {
        try (var empty = RawProvider.start()) {
            empty.lists(list("[]"));
            try (var service =
                    RunningService.with(
                            Map.of("PROVIDERS", "langflow", "LANGFLOW_API_URL", empty.url()))) {
                is(
                        service.send(post(service, PROVISION, TASK)),
                        404,
                        """
                        {"type": "urn:ars:problem:empty-catalog", "title": "There are no flows", "status": 404,
                         "detail": "The provider has no flows that can be run.",
                         "instance": "/api/v1/agents/provision", "request_id": "row"}""");
            }
        }
    }

    /** Neither says that there is nothing, as the other provider may have what fits. */
    @Test
    void anEmptyProviderBesideOneThatIsDownIsNoEmptyCatalog() {
        try (var empty = RawProvider.start()) {
            empty.lists(list("[]"));
            try (var service =
                    RunningService.with(
                            Map.of(
                                    "PROVIDERS", "langflow,flowise",
                                    "LANGFLOW_API_URL", empty.url(),
                                    "FLOWISE_API_URL", "http://127.0.0.1:1"))) {
                for (String path : List.of(PROVISION, "/api/v1/agents/candidates")) {
                    service.send(post(service, path, TASK))
                            .isProblem(503, "provider-unavailable")
                            .hasField(
                                    "detail",
                                    "\"The flows of flowise are not known: unreachable.\"");
                }
            }
        }
    }

    @AfterEach
    void wakesUp() {
        troubled.lists(answer(500, "text/plain", "down"));
        troubled.cutsConnections();
    }

    /** Returns when the call that never ends is under way. */
    private static void hangs() {
        troubled.lists(RawProvider.silence());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> cold.send(post(cold, PROVISION, TASK)).status() == 504);
    }

    /** What a caller is told once the provider has failed like this. */
    private static Answer refusedFor(String cause) {
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            cold.closeBreaker("langflow");
                            return cold.post("/api/v1/providers/langflow/refresh", "")
                                    .body()
                                    .contains("\"" + cause + "\"");
                        });
        return cold.send(post(cold, PROVISION, TASK));
    }

    private static CompletableFuture<HttpResponse<String>> inBackground() {
        return java.net.http.HttpClient.newHttpClient()
                .sendAsync(post(cold, PROVISION, TASK).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder post(RunningService to, String path, String json) {
        return post(to, path, "application/json", BodyPublishers.ofString(json));
    }

    private static HttpRequest.Builder post(
            RunningService to, String path, String contentType, BodyPublisher body) {
        return to.authorised(path)
                .header("X-Request-ID", "row")
                .header("Content-Type", contentType)
                .POST(body);
    }

    private static void is(Answer answer, int status, String json) {
        answer.hasStatus(status);
        assertThatJson(answer.body()).isEqualTo(json);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("X-Request-ID")).isEqualTo("row");
    }

    private static void isLater(Answer answer, int status, String json) {
        is(answer, status, json);
        assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
    }
}
