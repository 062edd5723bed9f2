package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What real providers answered, word by word, through the route files that are shipped. Each case
 * is a provider of its own: the shipped file under another name, and answers under a path of its
 * own.
 */
class RecordedAnswersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path RECORDED = Path.of("src/test/resources/recorded");

    /** The flows that are expected, by case; a line has id, name, description, project and tags. */
    private static final Path EXPECTED = RECORDED.resolve("flows");

    private static final String FLOWS = "/api/v1/flows/";
    private static final String CHATFLOWS = "/api/v1/chatflows";
    private static final String WORKFLOWS = "/api/v1/workflows";
    private static final String ASSISTANTS = "/assistants/search";
    private static final String DETAILED = "mlnFWYFEsZrVG8Rq";
    private static final List<String> LANGFLOWS = List.of("1.13.0", "1.3.4");

    @TempDir static Path routes;

    private static final Map<String, String> settings = new HashMap<>();
    private static final Set<String> cases = new TreeSet<>();
    private static WireMockServer server;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        server = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
        server.start();
        for (String version : LANGFLOWS) {
            langflow(version);
        }
        flowise();
        n8n();
        langgraph();
        settings.put("PROVIDERS", String.join(",", cases));
        settings.put("ROUTES_DIR", routes.toString());
        settings.put("CATALOG_TTL_SECONDS", "3600");
        service = RunningService.with(settings);
    }

    @AfterAll
    static void stop() {
        service.close();
        server.stop();
    }

    static Stream<String> lists() throws IOException {
        try (Stream<Path> files = Files.list(EXPECTED)) {
            return files
                    .map(file -> file.getFileName().toString().replace(".txt", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aRecordedListIsTheFlowsThatAPersonReadsInIt(String provider) throws IOException {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () ->
                                assertThat(state(provider).path("status").asText())
                                        .as("%s", state(provider))
                                        .isEqualTo("up"));
        assertThat(flows(provider))
                .containsExactlyInAnyOrderElementsOf(
                        Files.readAllLines(EXPECTED.resolve(provider + ".txt")));
    }

    @ParameterizedTest
    @CsvSource({
        "langflow-1-13-0-auto-login-disabled, auth-unavailable",
        "langflow-1-13-0-flows-bad-api-key, auth-rejected",
        "langflow-1-13-0-flows-bad-token, auth-rejected",
        "langflow-1-13-0-flows-no-credential, auth-rejected",
        "langflow-1-13-0-flows-without-slash, upstream-error",
        "langflow-1-13-0-login-wrong-password, auth-rejected",
        "langflow-1-13-0-login-too-often, rate-limited",
        "langflow-1-13-0-unknown-path, upstream-error",
        "langflow-1-3-4-auto-login-disabled, auth-unavailable",
        "langflow-1-3-4-flows-bad-api-key, auth-rejected",
        "langflow-1-3-4-flows-bad-token, auth-rejected",
        "langflow-1-3-4-flows-no-credential, auth-rejected",
        "langflow-1-3-4-flows-without-slash, upstream-error",
        "langflow-1-3-4-login-wrong-password, auth-rejected",
        "langflow-1-3-4-unknown-path, upstream-error",
        "flowise-error-401-bad-key, auth-rejected",
        "flowise-error-401-no-key, auth-rejected",
        "flowise-error-403-missing-permission, auth-rejected",
        "flowise-unknown-path-200-html, malformed",
        "n8n-error-400-bad-cursor, upstream-error",
        "n8n-error-401-bad-key, auth-rejected",
        "n8n-error-401-no-key, auth-rejected",
        "n8n-error-403-missing-scope, auth-rejected",
        "n8n-error-404-path, upstream-error",
        "n8n-list-limit0-loop, malformed",
    })
    void aRecordedRefusalIsTheContractsCause(String provider, String cause) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () ->
                                assertThat(state(provider).path("last_error").asText())
                                        .as("%s", state(provider))
                                        .isEqualTo(cause));
        assertThat(flows(provider)).isEmpty();
    }

    @Test
    void everyRecordingIsAskedFor() throws IOException {
        try (Stream<Path> files = Files.walk(RECORDED)) {
            List<String> recordings =
                    files.map(Path::toString).filter(file -> file.endsWith(".json")).toList();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () ->
                                    assertThat(recordings)
                                            .filteredOn(recording -> !asked().contains(recording))
                                            .as("folders are called projects there")
                                            .containsExactly(
                                                    recording("langflow/1.13.0/folders")
                                                            .toString()));
        }
    }

    private static Set<String> asked() {
        return server.getAllServeEvents().stream()
                .map(event -> "" + event.getStubMapping().getName())
                .collect(Collectors.toSet());
    }

    private static void langflow(String version) throws IOException {
        String product = "langflow/" + version + "/";
        String name = "langflow-" + version.replace('.', '-') + "-";
        for (String list : List.of("flows", "flows-with-examples", "flows-paged")) {
            String provider = langflow(name + list, product, product + "auto-login");
            boolean examples = list.equals("flows-with-examples");
            set(provider, "INCLUDE_EXAMPLES", String.valueOf(examples));
            serve(
                    call(provider, FLOWS)
                            .withQueryParam("get_all", equalTo("true"))
                            .withQueryParam("header_flows", equalTo("true"))
                            .withQueryParam(
                                    "remove_example_flows", equalTo(String.valueOf(!examples))),
                    product + list);
        }
        for (String list : List.of("flows-with-api-key", "flows-bad-api-key")) {
            String provider = langflow(name + list, product, product + "auto-login-disabled");
            set(provider, "API_KEY", "sk-fake");
            serve(
                    call(provider, FLOWS)
                            .withHeader("x-api-key", equalTo("sk-fake"))
                            .withHeader("Authorization", absent()),
                    product + list);
        }
        for (String refusal :
                List.of(
                        "flows-bad-token",
                        "flows-no-credential",
                        "flows-without-slash",
                        "unknown-path")) {
            String provider = langflow(name + refusal, product, product + "auto-login");
            serve(call(provider, FLOWS), product + refusal);
        }
        langflow(name + "auto-login-disabled", product, product + "auto-login-disabled");
        for (String login : List.of("login", "login-wrong-password", "login-too-often")) {
            if (Files.exists(recording(product + login))) {
                String provider = langflow(name + login, product, product + "auto-login-disabled");
                set(provider, "USERNAME", "acceptance");
                set(provider, "PASSWORD", "fake");
                serve(call(provider, "/api/v1/login"), product + login);
                serve(
                        call(provider, FLOWS)
                                .withHeader("Authorization", equalTo("Bearer <access_token>")),
                        product + "flows");
            }
        }
    }

    private static String langflow(String name, String product, String autoLogin)
            throws IOException {
        String provider = added("langflow", name);
        serve(call(provider, "/api/v1/auto_login"), autoLogin);
        serve(call(provider, "/api/v1/projects/"), product + "projects");
        serve(call(provider, "/api/v1/folders/"), product + "folders");
        return provider;
    }

    private static void flowise() throws IOException {
        for (String answer :
                List.of(
                        "list",
                        "list-agentflows",
                        "error-401-bad-key",
                        "error-401-no-key",
                        "error-403-missing-permission",
                        "unknown-path-200-html")) {
            serve(call(added("flowise", "flowise-" + answer), CHATFLOWS), "flowise/" + answer);
        }
        String pages = added("flowise", "flowise-list-paged");
        serve(call(pages, CHATFLOWS).withQueryParam("page", equalTo("1")), "flowise/list-paged");
        serve(
                call(pages, CHATFLOWS).withQueryParam("page", equalTo("2")),
                "flowise/list-paged-past-end");
    }

    private static void n8n() throws IOException {
        for (String answer :
                List.of(
                        "list",
                        "list-active",
                        "list-limit0-loop",
                        "error-401-bad-key",
                        "error-401-no-key",
                        "error-403-missing-scope",
                        "error-404-path")) {
            serve(call(n8n("n8n-" + answer), WORKFLOWS), "n8n/" + answer);
        }
        for (String second : List.of("list-page2", "error-400-bad-cursor")) {
            String provider = n8n("n8n-" + second);
            serve(call(provider, WORKFLOWS).withQueryParam("cursor", absent()), "n8n/list-page1");
            serve(
                    call(provider, WORKFLOWS)
                            .withQueryParam("cursor", equalTo("eyJsaW1pdCI6Miwib2Zmc2V0IjoyfQ==")),
                    "n8n/" + second);
        }
        // The one whose details were recorded was not active
        String detailed = n8n("n8n-detail-with-description");
        JsonNode recorded = read("n8n/list");
        for (JsonNode row : recorded.path("body").path("data")) {
            if (row instanceof ObjectNode workflow
                    && workflow.path("id").asText().equals(DETAILED)) {
                workflow.put("active", true);
            }
        }
        server.stubFor(call(detailed, WORKFLOWS).willReturn(answer(recorded)));
        serve(call(detailed, WORKFLOWS + "/" + DETAILED), "n8n/detail-with-description");
    }

    private static String n8n(String provider) throws IOException {
        set(provider, "API_KEY", "fake-n8n-key");
        return added("n8n", provider);
    }

    private static void langgraph() throws IOException {
        serve(call(added("langgraph", "langgraph-search-all"), ASSISTANTS), "langgraph/search-all");
        String pages = added("langgraph", "langgraph-search-pages");
        Map.of("search-page1", 0, "search-page2", 2, "search-past-end", 4)
                .forEach(
                        (page, offset) ->
                                serve(
                                        call(pages, ASSISTANTS)
                                                .withRequestBody(
                                                        equalToJson(
                                                                "{\"limit\": 100, \"offset\": %d}"
                                                                        .formatted(offset))),
                                        "langgraph/" + page));
    }

    /** The shipped route file of a product, for a provider of another name. */
    private static String added(String product, String provider) throws IOException {
        String shipped = Files.readString(Path.of("routes/provider-" + product + ".camel.yaml"));
        Files.writeString(
                routes.resolve("provider-" + provider + ".camel.yaml"),
                shipped.replace(product, provider));
        set(provider, "API_URL", "http://127.0.0.1:" + server.port() + "/" + provider);
        cases.add(provider);
        return provider;
    }

    private static void set(String provider, String setting, String value) {
        settings.put(provider.replace('-', '_').toUpperCase(Locale.ROOT) + "_" + setting, value);
    }

    private static MappingBuilder call(String provider, String path) {
        return any(urlPathEqualTo("/" + provider + path));
    }

    private static void serve(MappingBuilder call, String recording) {
        server.stubFor(
                call.withName(recording(recording).toString()).willReturn(answer(read(recording))));
    }

    private static ResponseDefinitionBuilder answer(JsonNode recorded) {
        var answer = aResponse().withStatus(recorded.path("status").asInt());
        JsonNode body = recorded.path("body");
        for (var header : recorded.path("headers").properties()) {
            // The body was recorded as text
            if (!Set.of("content-length", "content-encoding").contains(header.getKey())) {
                answer.withHeader(header.getKey(), header.getValue().asText());
            }
        }
        return answer.withBody(body.isTextual() ? body.textValue() : body.toString());
    }

    private static Path recording(String name) {
        return RECORDED.resolve(name + ".json");
    }

    /** Status, headers and body; some recordings hold what was asked as well. */
    private static JsonNode read(String recording) {
        try {
            JsonNode whole = JSON.readTree(Files.readString(recording(recording)));
            return whole.path("response").isMissingNode() ? whole : whole.path("response");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode state(String provider) {
        return rows("/api/v1/providers", "providers", "name", provider).get(0);
    }

    private static List<String> flows(String provider) {
        return rows("/api/v1/flows?limit=500", "flows", "provider", provider).stream()
                .map(
                        flow ->
                                String.join(
                                        " | ",
                                        flow.path("flow_id").asText(),
                                        flow.path("name").asText(),
                                        flow.path("description").asText(),
                                        flow.path("project").asText(),
                                        flow.path("tags").toString()))
                .toList();
    }

    private static List<JsonNode> rows(String path, String list, String field, String value) {
        try {
            List<JsonNode> rows = new ArrayList<>();
            for (JsonNode row : JSON.readTree(service.get(path).body()).path(list)) {
                if (row.path(field).asText().equals(value)) {
                    rows.add(row);
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
