package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.agentruntime.RunningService;
import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.provision.RequestReader;
import io.agentruntime.security.CallerKind;
import io.agentruntime.security.DevelopmentToken;
import io.agentruntime.security.TokenSettings;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.spi.ClassResolver;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "agent-runtime.environment=development",
            "agent-runtime.providers=sample",
            "agent-runtime.management-port=0",
            "agent-runtime.state-dir=",
            // Of the document, the schema library knows the schemas only, and says so
            "logging.level.com.networknt=ERROR"
        })
class ApiDocumentTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String DOCUMENT = "urn:api";

    /**
     * What the API answers with, operation by operation: the status table, told apart by what can
     * happen where.
     */
    private static final Map<String, String> STATUSES =
            Map.of(
                    "POST /api/v1/agents/provision",
                    "200 400 401 404 405 406 413 415 422 429 500 502 503 504",
                    "POST /api/v1/agents/candidates",
                    "200 400 401 405 406 413 415 422 429 500 502 503 504",
                    "GET /api/v1/flows",
                    "200 400 401 405 406 413 415 422 429 500 502 503 504",
                    "GET /api/v1/providers",
                    "200 400 401 405 406 413 415 429 500 503",
                    "POST /api/v1/providers/{name}/refresh",
                    "200 400 401 404 405 406 413 415 429 500 503",
                    "GET /api/v1/health",
                    "200 400 405 406 413 415 500 503",
                    "GET /health",
                    "200 400 405 406 413 415 500 503",
                    "GET /health/live",
                    "200 400 405 406 413 415 500 503",
                    "GET /health/ready",
                    "200 400 405 406 413 415 500 503");

    @LocalServerPort private int port;
    @Autowired private CamelContext camel;
    @Autowired private Environment environment;

    private String text;
    private JsonNode document;
    private SchemaRegistry schemas;

    @BeforeEach
    void readTheDocument() throws Exception {
        HttpResponse<String> answer = send("GET", "/openapi.json", null, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        text = answer.body();
        document = JSON.readTree(text);
        schemas =
                SchemaRegistry.withDialect(
                        Dialects.getOpenApi30(),
                        registry -> registry.schemas(Map.of(DOCUMENT, text)));
    }

    @Test
    void anOpenApiParserFindsNothingToSay() {
        ParseOptions strictly = new ParseOptions();
        strictly.setResolve(true);
        strictly.setResolveFully(true);
        SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(text, null, strictly);

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getOpenapi()).isEqualTo("3.0.3");
        assertThat(parsed.getOpenAPI().getPaths()).isNotEmpty();
    }

    @Test
    void eachOperationHasExactlyItsStatuses() {
        Map<String, String> described = new TreeMap<>();
        operations(
                (name, operation) ->
                        described.put(name, String.join(" ", names(operation.path("responses")))));

        assertThat(described).containsExactlyInAnyOrderEntriesOf(STATUSES);
    }

    @Test
    void everyMountedOperationIsDescribed() {
        Set<String> mounted =
                camel.getRestRegistry().listAllRestServices().stream()
                        .map(
                                rest ->
                                        rest.getMethod().toUpperCase()
                                                + " "
                                                + path(rest.getBasePath(), rest.getUriTemplate()))
                        .collect(Collectors.toCollection(TreeSet::new));
        mounted.remove("GET /openapi.json");

        Set<String> described = new TreeSet<>();
        operations((name, operation) -> described.add(name));
        assertThat(described).isEqualTo(mounted);
    }

    @Test
    void eachOperationHasItsOwnIdAndWords() {
        List<String> ids = new ArrayList<>();
        operations(
                (name, operation) -> {
                    ids.add(operation.path("operationId").asText());
                    assertThat(operation.path("summary").asText()).as(name).isNotBlank();
                    assertThat(operation.at("/responses/200/content/application~1json/schema"))
                            .as(name)
                            .isNotEmpty();
                });

        assertThat(ids)
                .containsExactlyInAnyOrder(
                        "post-provision",
                        "post-candidates",
                        "get-flows",
                        "get-providers",
                        "post-refresh",
                        "get-health",
                        "get-health-below-root",
                        "get-live",
                        "get-ready");
    }

    @Test
    void allButHealthNeedsToken() {
        assertThat(document.path("security").toString()).isEqualTo("[{\"token\":[]}]");
        assertThat(document.at("/components/securitySchemes/token/scheme").asText())
                .isEqualTo("bearer");
        operations(
                (name, operation) ->
                        assertThat(operation.path("security").toString())
                                .as(name)
                                .isEqualTo(name.contains("/health") ? "[]" : "[{\"token\":[]}]"));
    }

    @Test
    void examplesFitTheirSchemas() {
        Map<String, List<Error>> misfits = new LinkedHashMap<>();
        int[] seen = {0};
        walk(
                "",
                document,
                (at, node) -> {
                    if (!node.has("schema")) {
                        return;
                    }
                    Map<String, JsonNode> examples = new LinkedHashMap<>();
                    if (node.has("example")) {
                        examples.put("example", node.path("example"));
                    }
                    node.path("examples")
                            .properties()
                            .forEach(
                                    it ->
                                            examples.put(
                                                    it.getKey(),
                                                    resolved(it.getValue()).path("value")));
                    examples.forEach(
                            (name, example) -> {
                                seen[0]++;
                                List<Error> errors = errors(at + "/schema", example);
                                if (!errors.isEmpty()) {
                                    misfits.put(at + " " + name, errors);
                                }
                            });
                });

        assertThat(misfits).isEmpty();
        assertThat(seen[0]).isGreaterThan(30);
    }

    @Test
    void whatDoesNotFitItsSchemaIsSeen() throws Exception {
        String answer = "/components/schemas/ProvisionAnswer";
        String fits =
                """
                {"flow_id": "a", "matched": true, "source": "discovery", "note": null}""";

        assertThat(errors(answer, JSON.readTree(fits))).isEmpty();
        assertThat(errors(answer, JSON.readTree(fits.replace("null", "1")))).isNotEmpty();
        assertThat(errors(answer, JSON.readTree(fits.replace("note", "notes")))).isNotEmpty();
        assertThat(errors(answer, JSON.readTree(fits.replace("discovery", "guess")))).isNotEmpty();
    }

    /**
     * Newer Java versions know a few more characters that do not show; both see them or neither.
     */
    @Test
    void aDescriptionIsBlankForTheDocumentWhenItIsForTheService() throws Exception {
        Pattern shows =
                Pattern.compile(
                        document.at(
                                        "/components/schemas/ProvisionRequest/properties/description/pattern")
                                .asText());
        RequestReader reader = new RequestReader();
        for (char character = 0; character < Character.MAX_VALUE; character++) {
            boolean newer = character == '\u0890' || character == '\u0891';
            if (Character.isSurrogate(character) || newer) {
                continue;
            }
            String text = String.valueOf(character);
            byte[] body = JSON.writeValueAsBytes(Map.of("description", text));
            boolean taken = true;
            try {
                reader.read(body);
            } catch (RequestProblem refused) {
                taken = false;
            }
            assertThat(taken).as("U+%04X", (int) character).isEqualTo(shows.matcher(text).find());
        }
    }

    @Test
    void exampleProblemsAreThoseOfTheService() {
        Set<ProblemType> shown = EnumSet.noneOf(ProblemType.class);
        walk(
                "",
                document,
                (at, node) -> {
                    String urn = node.path("type").asText();
                    if (urn.startsWith("urn:ars:problem:")) {
                        ProblemType type =
                                Arrays.stream(ProblemType.values())
                                        .filter(it -> it.urn().equals(urn))
                                        .findFirst()
                                        .orElseThrow();
                        shown.add(type);
                        assertThat(node.path("title").asText()).as(at).isEqualTo(type.title());
                        assertThat(node.path("status").asInt()).as(at).isEqualTo(type.status());
                    }
                });

        assertThat(shown).containsExactlyInAnyOrder(ProblemType.values());
        for (ProblemType type : shown) {
            assertThat(document.at("/info/description").asText())
                    .contains("`" + type.label() + "`");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POST | /api/v1/agents/provision        | /api/v1/agents/provision         | {"description": "summarize financial documents"}    | 200
                    POST | /api/v1/agents/provision        | /api/v1/agents/provision         | {"description": "hello there"}                       | 404
                    POST | /api/v1/agents/provision        | /api/v1/agents/provision         | {"description": 42, "project_hint": 7}               | 422
                    POST | /api/v1/agents/provision        | /api/v1/agents/provision         | {"description"                                       | 400
                    POST | /api/v1/agents/candidates       | /api/v1/agents/candidates        | {"description": "summarize a report", "limit": 50}   | 200
                    POST | /api/v1/agents/candidates       | /api/v1/agents/candidates        | {"description": "summarize a report", "limit": 51}   | 422
                    GET  | /api/v1/flows?limit=3&offset=1  | /api/v1/flows                    |                                                      | 200
                    GET  | /api/v1/flows?limit=0           | /api/v1/flows                    |                                                      | 422
                    GET  | /api/v1/providers               | /api/v1/providers                |                                                      | 200
                    POST | /api/v1/providers/sample/refresh| /api/v1/providers/{name}/refresh | {}                                                   | 200
                    POST | /api/v1/providers/none/refresh  | /api/v1/providers/{name}/refresh | {}                                                   | 404
                    GET  | /api/v1/health                  | /api/v1/health                   |                                                      | 200
                    GET  | /health                         | /health                          |                                                      | 200
                    GET  | /health/live                    | /health/live                     |                                                      | 200
                    GET  | /health/ready                   | /health/ready                    |                                                      | 200
                    """)
    void answersAreAsDescribed(String method, String path, String template, String body, int status)
            throws Exception {
        HttpResponse<String> answer = send(method, path, body, token());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertDescribed(answer, template, method);
    }

    @Test
    void anAnswerWithoutTokenIsAsDescribed() throws Exception {
        HttpResponse<String> answer = send("GET", "/api/v1/flows", null, null);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertDescribed(answer, "/api/v1/flows", "GET");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/agents/provision, 415",
        "GET, /api/v1/flows, 200",
        "GET, /health, 200"
    })
    void brokenFormIsNoDefect(String method, String path, int status) throws Exception {
        HttpRequest withoutBoundary =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .header("Content-Type", "multipart/form-data")
                        .header("Authorization", "Bearer " + token())
                        .method(method, BodyPublishers.ofString("x"))
                        .build();
        HttpResponse<String> answer = HTTP.send(withoutBoundary, BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertDescribed(answer, path, method);
    }

    @ParameterizedTest
    @CsvSource({"identity, 70000, 413", "gzip, 1, 415"})
    void aBodyThatNobodyAskedForIsRefusedAsDescribed(String coding, int length, int status)
            throws Exception {
        HttpRequest withBody =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/v1/flows"))
                        .header("Content-Encoding", coding)
                        .header("Authorization", "Bearer " + token())
                        .method("GET", BodyPublishers.ofString("x".repeat(length)))
                        .build();
        HttpResponse<String> answer = HTTP.send(withBody, BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertDescribed(answer, "/api/v1/flows", "GET");
    }

    /** From a schema that names them, generators make a map and forget the fields. */
    @Test
    void requestsAreDescribedByTheirFieldsAlone() {
        for (String request : List.of("ProvisionRequest", "CandidatesRequest")) {
            JsonNode schema = document.at("/components/schemas/" + request);
            assertThat(schema.has("properties")).as(request).isTrue();
            assertThat(schema.has("additionalProperties")).as(request).isFalse();
        }
    }

    @Test
    void nothingIsThereInProduction() {
        try (var production =
                RunningService.with(Map.of("ENVIRONMENT", "production", "PROVIDERS", "sample"))) {
            production.get("/openapi.json").isProblem(404, "not-found");
            production.get("/docs").isProblem(404, "not-found");
        }
    }

    @Test
    void whatCouldNotBeDescribedOnceIsTriedAgain() throws Exception {
        var broken = new AtomicBoolean();
        try (var context =
                new DefaultCamelContext() {
                    @Override
                    public ClassResolver getClassResolver() {
                        if (broken.get()) {
                            throw new IllegalStateException("made up");
                        }
                        return super.getClassResolver();
                    }
                }) {
            var api = new ApiDocument(context, true, "/api/v1", "1");
            assertThat(describedAfterAdding("/one", context, api)).contains("/one");
            broken.set(true);
            assertThatThrownBy(() -> describedAfterAdding("/two", context, api))
                    .hasMessage("made up");
            broken.set(false);
            assertThat(described(context, api)).contains("/one", "/two");
        }
    }

    private static String describedAfterAdding(
            String path, DefaultCamelContext context, ApiDocument api) throws Exception {
        RestDefinition operation = new RestDefinition().get(path).to("direct:any");
        context.addRestDefinitions(List.of(operation), false);
        return described(context, api);
    }

    private static String described(CamelContext context, ApiDocument api) {
        return new String(api.serve(new DefaultMessage(context)), StandardCharsets.UTF_8);
    }

    private void assertDescribed(HttpResponse<String> answer, String template, String method)
            throws IOException {
        String at = "/paths/" + escaped(template) + "/" + method.toLowerCase();
        String responseAt = located(at + "/responses/" + answer.statusCode());
        String mediaType = answer.headers().firstValue("Content-Type").orElseThrow();
        assertThat(document.at(responseAt + "/content").has(mediaType)).as(mediaType).isTrue();
        assertThat(
                        errors(
                                responseAt + "/content/" + escaped(mediaType) + "/schema",
                                JSON.readTree(answer.body())))
                .isEmpty();
        for (String header : names(document.at(responseAt + "/headers"))) {
            String headerAt = located(responseAt + "/headers/" + header);
            String value = answer.headers().firstValue(header).orElse(null);
            if (value == null && !document.at(headerAt + "/required").asBoolean()) {
                continue;
            }
            assertThat(value).as(header).isNotNull();
            boolean number = "integer".equals(document.at(headerAt + "/schema/type").asText());
            JsonNode typed =
                    number
                            ? JSON.getNodeFactory().numberNode(Long.parseLong(value))
                            : JSON.getNodeFactory().textNode(value);
            assertThat(errors(headerAt + "/schema", typed)).as(header).isEmpty();
        }
    }

    private List<Error> errors(String at, JsonNode value) {
        return schemas.getSchema(SchemaLocation.of(DOCUMENT + "#" + uriEscaped(at)))
                .validate(value);
    }

    private static String uriEscaped(String pointer) {
        return pointer.replace("{", "%7B").replace("}", "%7D");
    }

    /** Where a reference leads, or the place itself. */
    private String located(String at) {
        JsonNode node = document.at(at);
        return node.has("$ref") ? node.path("$ref").asText().substring(1) : at;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private void operations(BiConsumer<String, JsonNode> each) {
        document.path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                it ->
                                                        each.accept(
                                                                it.getKey().toUpperCase()
                                                                        + " "
                                                                        + path.getKey(),
                                                                it.getValue())));
    }

    private static void walk(String at, JsonNode node, BiConsumer<String, JsonNode> each) {
        if (node.isObject()) {
            each.accept(at, node);
            node.properties()
                    .forEach(it -> walk(at + "/" + escaped(it.getKey()), it.getValue(), each));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            walk(at + "/" + i, node.get(i), each);
        }
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String path(String base, String template) {
        return template == null || template.isEmpty() || template.equals(base)
                ? base
                : base + template;
    }

    /** As a part of a JSON pointer. */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private String token() {
        return DevelopmentToken.mint(
                TokenSettings.read(CallerKind.M2M, environment::getProperty, false).orElseThrow(),
                Clock.systemUTC());
    }

    private HttpResponse<String> send(String method, String path, String body, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
