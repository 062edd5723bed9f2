package io.agentruntime.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.agentruntime.FakeLangflow;
import io.agentruntime.LogLines;
import io.agentruntime.RunningService;
import io.agentruntime.RunningService.Answer;
import io.agentruntime.catalog.Catalogs;
import io.agentruntime.catalog.ProviderTokens;
import io.agentruntime.settings.Settings;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Editing route files while requests are answered. */
class RouteReloadTest {
    private static final Path SHIPPED = Path.of("routes");
    private static final String LANGGRAPH = "provider-langgraph.camel.yaml";
    private static final String PROVISION = "provision.camel.yaml";
    private static final String API = "api.camel.yaml";
    private static final String CATALOG = "catalog.camel.yaml";
    private static final String RETRIES = "retries.camel.yaml";
    private static final String EXTRA = "extra.camel.yaml";

    private static final String WITHOUT_IDS =
            """
            - rest:
                path: "{{agent-runtime.root-path}}/extra"
                get:
                  - path: %s
                    to: direct:extra
            - route:
                id: extra
                description: Says hello
                nodePrefixId: extra-
                from:
                  uri: direct:extra
                  steps:
                    - setBody:
                        id: hello
                        expression:
                          constant:
                            expression: hello
            """;

    private static final String OPERATION =
            WITHOUT_IDS
                    .formatted(
                            """
                            "/{who}"
                                    consumes: application/json
                                    produces: text/plain""")
                    .replace("get:", "post:");

    private static final String TEMPLATE =
            """
            - routeTemplate:
                id: says
                from:
                  uri: platform-http:/api/v1/extra
                  steps:
                    - setBody:
                        id: say
                        expression:
                          constant:
                            expression: %s
            - templatedRoute:
                routeId: extra
                routeTemplateRef: says
            """;

    /** Callers that never pause leave the edits no processor. */
    private static final Duration PAUSE = Duration.ofMillis(2);

    /** Of ten edits each. */
    private static final int ROUNDS = 5;

    @TempDir static Path routes;

    private static FakeLangflow fake;
    private static RunningService service;
    private static RouteReload hasty;
    private LogLines log;

    @BeforeAll
    static void start() throws IOException {
        fake = FakeLangflow.start();
        fake.lists(
                FakeLangflow.Row.of(
                        "f-1",
                        "Financial Report Summarizer",
                        "Summarizes financial documents into one page."));
        fake.server()
                .stubFor(
                        post(urlPathMatching("/assistants/search.*"))
                                .willReturn(
                                        okJson("[{\"assistant_id\": \"a\", \"name\": \"Reader\"}]")
                                                .withHeader("x-pagination-total", "1")));
        Map<String, String> settings = new HashMap<>(fake.settings());
        settings.put("ENVIRONMENT", "development");
        settings.put("PROVIDERS", "langflow,langgraph");
        settings.put("ROUTES_DIR", routes.toString());
        settings.put("LANGGRAPH_API_URL", fake.url());
        service = RunningService.with(settings);
        looksMoreOften();
    }

    /** Looking again is most of what many edits take. */
    private static void looksMoreOften() throws IOException {
        service.context().getBean(RouteReload.class).close();
        hasty = reload(service.context());
        hasty.begin();
    }

    private static RouteReload reload(ApplicationContext of) throws IOException {
        ApplicationContext context = service.context();
        return new RouteReload(
                of,
                context.getBean(Settings.class),
                context.getBean(CamelContext.class),
                context.getBean(Catalogs.class),
                context.getBean(ProviderTokens.class),
                context.getBean(RouteGate.class),
                Duration.ofMillis(50));
    }

    @AfterAll
    static void stop() {
        hasty.close();
        service.close();
        fake.close();
    }

    @BeforeEach
    void listen() {
        log = LogLines.open();
    }

    /** The jar's own files are back. */
    @AfterEach
    void withoutTheFolder() throws IOException {
        for (String file : List.of(LANGGRAPH, PROVISION, API, CATALOG, RETRIES, EXTRA)) {
            if (Files.exists(routes.resolve(file))) {
                delete(file);
            }
        }
        log.close();
    }

    @Test
    void fiftyEditsHalfOfThemBrokenCostNoRequest() throws IOException {
        var answers = new ConcurrentLinkedQueue<Integer>();
        var over = new AtomicBoolean();
        List<CompletableFuture<Void>> load = new ArrayList<>();
        for (int caller = 0; caller < 3; caller++) {
            load.add(CompletableFuture.runAsync(() -> ask(answers, over)));
        }
        for (int round = 0; round < ROUNDS; round++) {
            edits(
                    LANGGRAPH,
                    "/assistants/search",
                    "/assistants/search-" + round,
                    "- loop:",
                    "- loopp:",
                    LANGGRAPH + ":24:17: there is no step loopp: did you mean loop?");
            edits(
                    PROVISION,
                    "description: Find the flow for a task",
                    "description: Find the flow, round " + round,
                    "method: match\n",
                    "method: macth\n",
                    "flowMatcher has no method macth: did you mean match?");
            edits(
                    API,
                    "path: /candidates",
                    "path: /candidates-" + round,
                    "to: direct:candidates",
                    "to: direct:candidate",
                    "no route begins with direct:candidate: did you mean direct:candidates?");
            edits(
                    CATALOG,
                    "period: 250",
                    "period: 30" + round,
                    "timer:catalog",
                    "tmer:catalog",
                    "there is no component tmer here: did you mean timer?");
            edits(
                    RETRIES,
                    "redeliveryDelay: \"200\"",
                    "redeliveryDelay: \"10" + round + "\"",
                    "redeliveryDelay: \"200\"",
                    "redeliveryDelay: soon",
                    "redeliveryDelay takes milliseconds or a duration such as 2s, not soon");
        }
        over.set(true);
        load.forEach(CompletableFuture::join);
        assertThat(answers).hasSizeGreaterThan(500).containsOnly(200);
    }

    @Test
    void anEditOfAProviderAsksItAgain() throws IOException {
        fake.server()
                .stubFor(
                        post(urlPathMatching("/assistants/elsewhere"))
                                .willReturn(
                                        okJson(
                                                        "[{\"assistant_id\": \"b\", \"name\": \"Invoice Checker\"}]")
                                                .withHeader("x-pagination-total", "1")));
        edit(LANGGRAPH, "/assistants/search", "/assistants/elsewhere");
        taken(LANGGRAPH);
        await().until(() -> service.get("/api/v1/flows").body().contains("Invoice Checker"));
    }

    /** Or a wrong login would show nothing until the token ran out. */
    @Test
    void anEditOfAProviderHasItLogInAnewAndNoOther() throws IOException {
        var tokens = service.context().getBean(ProviderTokens.class);
        for (String provider : List.of("langflow", "langgraph")) {
            tokens.keep(provider, "{\"token\": \"fake-%s\"}".formatted(provider));
        }
        edit(CATALOG, "period: 250", "period: 260");
        taken(CATALOG);
        assertThat(tokens.has("langgraph")).isTrue();

        edit(LANGGRAPH, "\"limit\": 100", "\"limit\": 96");
        taken(LANGGRAPH);

        assertThat(tokens.has("langgraph")).isFalse();
        assertThat(tokens.has("langflow")).isTrue();
        tokens.forget("langflow");
    }

    @Test
    void whatWorksAndMayNotBeMeantIsTakenOverAndTold() throws IOException {
        edit(LANGGRAPH, "    routeConfigurationId: provider-retries\n", "");
        taken(LANGGRAPH);
        says("hint: " + LANGGRAPH + ":", "nothing of this call is repeated");
    }

    /** Whether headers are removed before the call, another file says. */
    @Test
    void whatIsToldOfAFileGoesByTheOthersAndIsToldWhenOneOfThemIsSaved() throws IOException {
        String strip =
                """
                - route:
                    id: without-headers
                    description: Removes headers
                    nodePrefixId: without-headers-
                    from:
                      uri: direct:without-headers
                      steps:
                        - removeHeaders:
                            id: all
                            pattern: "%s"
                """;
        write(EXTRA, strip.formatted("*"));
        taken(EXTRA);
        edit(
                LANGGRAPH,
                "- removeHeaders:\n            id: strip\n            pattern: \"*\"\n",
                "- to:\n            id: strip\n            uri: direct:without-headers\n");
        taken(LANGGRAPH);
        Files.writeString(routes.resolve(EXTRA), strip.formatted("x-*"));
        says("hint: " + LANGGRAPH + ":", "headers of the call before would be sent");

        assertThat(log.all())
                .filteredOn(line -> line.contains("routes loaded: ") || line.contains("hint: "))
                .satisfiesExactly(
                        line -> assertThat(line).contains("routes loaded: " + LANGGRAPH),
                        line -> assertThat(line).contains("routes loaded: " + EXTRA),
                        line -> assertThat(line).contains("hint: " + LANGGRAPH));
    }

    /** No check knows which formats have a library; building the routes tells. */
    @Test
    void whatOnlyBuildingTheRoutesTellsIsToldBeforeAnythingIsExchanged() throws IOException {
        edit(
                LANGGRAPH,
                "        - removeHeaders:\n",
                "        - unmarshal:\n            id: read\n            csv: {}\n        - removeHeaders:\n");
        refused(LANGGRAPH + ":", "unmarshal: Camel cannot build this: Data format 'csv'");
        assertThat(service.refresh("langgraph").body()).contains("\"status\":\"up\"");
        Files.delete(routes.resolve(LANGGRAPH));
    }

    @Test
    void aRouteWithoutAnIdIsExchangedToo() throws IOException {
        int before = model().getRouteDefinitions().size();
        for (String message : List.of("one", "two")) {
            write(
                    EXTRA,
                    """
                    - from:
                        uri: direct:extra
                        steps:
                          - log: extra says %s
                    """
                            .formatted(message));
            taken(EXTRA);
            log.clear();
            service.context()
                    .getBean(CamelContext.class)
                    .createProducerTemplate()
                    .sendBody("direct:extra", "");
            assertThat(log.all()).singleElement(STRING).contains("extra says " + message);
            assertThat(model().getRouteDefinitions()).hasSize(before + 1);
        }
        service.provision("summarize financial documents").isMatch("f-1");
        delete(EXTRA);
    }

    /** Operations need no ids: what is exchanged is known by the file that it was loaded from. */
    @Test
    void anOperationWithoutAnIdIsGoneWhenItsFileIsSavedWithoutIt() throws IOException {
        int before = model().getRestDefinitions().size();
        int routesBefore = model().getRouteDefinitions().size();
        for (String path : List.of("/one", "/two", "/three")) {
            write(EXTRA, WITHOUT_IDS.formatted(path));
            taken(EXTRA);
            assertThat(service.get("/api/v1/extra" + path).hasStatus(200).body())
                    .isEqualTo("hello");
        }
        service.get("/api/v1/extra/two").isProblem(404, "not-found");
        assertThat(model().getRestDefinitions()).hasSize(before + 1);
        delete(EXTRA);
        assertThat(model().getRestDefinitions()).hasSize(before);
        assertThat(model().getRouteDefinitions()).hasSize(routesBefore);
        service.provision("summarize financial documents").isMatch("f-1");
    }

    /** A template does not make its routes' files known, but their ids are. */
    @Test
    void aRouteMadeOfATemplateIsExchangedToo() throws IOException {
        for (String text : List.of("hello", "goodbye")) {
            write(EXTRA, TEMPLATE.formatted(text));
            taken(EXTRA);
            assertThat(service.get("/api/v1/extra").hasStatus(200).body()).isEqualTo(text);
        }
    }

    private static Model model() {
        return (ModelCamelContext) service.context().getBean(CamelContext.class);
    }

    @Test
    void anEditedOperationIsServedUnderItsNewPathAndDescribed() throws IOException {
        String body = "{\"description\": \"summarize documents\"}";
        service.post("/api/v1/agents/candidates", body).hasStatus(200);
        edit(API, "path: /candidates", "path: /ranking");
        taken(API);
        service.post("/api/v1/agents/ranking", body).hasStatus(200);
        service.post("/api/v1/agents/candidates", body).isProblem(404, "not-found");
        assertThat(service.get("/openapi.json").body())
                .contains("/agents/ranking")
                .doesNotContain("/agents/candidates");
        delete(API);
        service.post("/api/v1/agents/candidates", body).hasStatus(200);
        service.post("/api/v1/agents/ranking", body).isProblem(404, "not-found");
    }

    /** The server goes on knowing the operation as it was, unless it is told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consumes: application/json|description: Says hello",
                "produces: text/plain|produces: text/plain,application/json",
                "{who}|{name}"
            })
    void anOperationIsServedAsItsEditSaysWhateverOfItIsEdited(String part, String instead)
            throws IOException {
        write(EXTRA, OPERATION);
        taken(EXTRA);
        service.post("/api/v1/extra/ann", "{}").hasStatus(200);
        write(EXTRA, OPERATION.replace(part, instead));
        taken(EXTRA);
        assertThat(service.post("/api/v1/extra/ann", "{}").hasStatus(200).body())
                .isEqualTo("hello");
    }

    @Test
    void aMethodThatAnEditTookAwayIsNotAllowedAnyMore() throws IOException {
        write(EXTRA, OPERATION);
        taken(EXTRA);
        write(EXTRA, OPERATION.replace("post:", "put:"));
        taken(EXTRA);
        service.post("/api/v1/extra/ann", "{}").isProblem(405, "method-not-allowed");
    }

    @Test
    void anEditedStepOfTheRequestTakesEffectAndIsUndoneByDeletingTheFile() throws IOException {
        edit(
                PROVISION,
                "ref: answers\n            method: provision",
                "ref: answers\n            method: candidates");
        taken(PROVISION);
        assertThat(service.provision("summarize financial documents").body())
                .contains("candidates");
        delete(PROVISION);
        service.provision("summarize financial documents").isMatch("f-1");
    }

    /** As between the load of the routes and the end of the start. */
    @Test
    void theRouteThatAnswersFailuresIsExchangedToo() throws IOException {
        service.post("/api/v1/agents/provision", "{").isProblem(400, "malformed-body");
        edit(
                "errors.camel.yaml",
                "      steps:\n",
                """
                      steps:
                        - setHeader:
                            id: say-where-to-ask
                            name: X-Support
                            expression:
                              constant:
                                expression: desk 4
                """);
        taken("errors.camel.yaml");
        Answer refused = service.post("/api/v1/agents/provision", "{");
        refused.isProblem(400, "malformed-body");
        assertThat(refused.header("X-Support")).isEqualTo("desk 4");
    }

    /** Such an error handler would answer a failure with 200 and the request, even once deleted. */
    @Test
    void noErrorHandlerForTheRoutesOfAllFilesIsTakenOver() throws IOException {
        edit(
                "errors.camel.yaml",
                "- route:",
                """
                - errorHandler:
                    deadLetterChannel:
                      deadLetterUri: log:dead
                - route:""");
        refused("errors.camel.yaml", "errorHandler applies to the routes of all files");
        edit(PROVISION, "- route:", "# edited\n- route:");
        Files.delete(routes.resolve("errors.camel.yaml"));
        taken(PROVISION);
        service.post("/api/v1/agents/provision", "{").isProblem(400, "malformed-body");
    }

    @Test
    void anEditFromBeforeTheFirstLookIsTakenOver() throws IOException {
        hasty.close();
        hasty = reload(service.context());
        edit(LANGGRAPH, "\"limit\": 100", "\"limit\": 97");
        hasty.begin();
        taken(LANGGRAPH);
    }

    @Test
    void aNewFileOfAnyNameIsTakenOver() throws IOException {
        write(
                EXTRA,
                """
                - rest:
                    id: extra
                    path: "{{agent-runtime.root-path}}/extra"
                    get:
                      - id: get-extra
                        path: /hello
                        to: direct:extra
                - route:
                    id: extra
                    description: Says hello
                    nodePrefixId: extra-
                    from:
                      uri: direct:extra
                      steps:
                        - setBody:
                            id: hello
                            expression:
                              constant:
                                expression: hello
                """);
        taken(EXTRA);
        assertThat(service.get("/api/v1/extra/hello").hasStatus(200).body()).isEqualTo("hello");
    }

    /**
     * As editors do it: a file beside it that is renamed, or the same file emptied and refilled.
     */
    @Test
    void aFileThatIsBeingWrittenTakesNothingDown() throws IOException {
        String shipped = Files.readString(SHIPPED.resolve(LANGGRAPH));
        Path beside = Files.writeString(routes.resolve(LANGGRAPH + "~"), shipped + "# renamed\n");
        Files.move(beside, routes.resolve(LANGGRAPH), StandardCopyOption.ATOMIC_MOVE);
        taken(LANGGRAPH);
        write(LANGGRAPH, "");
        refused(LANGGRAPH + ":1:1: the file is empty");
        write(LANGGRAPH, shipped.substring(0, shipped.length() / 2));
        refused(LANGGRAPH + ":");
        assertThat(service.refresh("langgraph").body()).contains("\"status\":\"up\"");
        write(LANGGRAPH, shipped + "# whole\n");
        taken(LANGGRAPH);
        assertThat(service.refresh("langgraph").body()).contains("\"status\":\"up\"");
    }

    @Test
    void aWrongEditThatIsUndoneIsSaidToBe() throws IOException {
        String shipped = Files.readString(SHIPPED.resolve(LANGGRAPH));
        write(LANGGRAPH, "");
        refused(LANGGRAPH);
        log.clear();
        write(LANGGRAPH, shipped);
        says("the route files are the loaded ones again");
        // What the jar has as well; nothing to be said
        Files.delete(routes.resolve(LANGGRAPH));
    }

    /** Of its own, as the jar has none to give way to. */
    @Test
    void aProvidersFileThatIsGoneHoldsBackNoOtherEdit(@TempDir Path own) throws IOException {
        String shipped = Files.readString(SHIPPED.resolve(LANGGRAPH));
        String acme = "provider-acme.camel.yaml";
        Files.writeString(
                own.resolve(acme),
                shipped.replace("langgraph", "acme").replace("LANGGRAPH", "ACME"));
        try (var other =
                RunningService.with(
                        Map.of(
                                "ENVIRONMENT", "development",
                                "PROVIDERS", "acme,langgraph",
                                "ROUTES_DIR", own.toString(),
                                "LANGGRAPH_API_URL", fake.url(),
                                "ACME_API_URL", fake.url()))) {
            other.awaitFlows(2);
            log.clear();
            Files.delete(own.resolve(acme));
            says(acme + " is gone, its last good routes stay");
            Files.writeString(own.resolve(LANGGRAPH), shipped + "# edited\n");
            taken(LANGGRAPH);
            Files.writeString(own.resolve(LANGGRAPH), "");
            refused(LANGGRAPH + ":1:1: the file is empty");
            assertThat(other.refresh("acme").body()).contains("\"status\":\"up\"");
        }
        assertThat(log.all()).filteredOn(line -> line.contains("is gone, its last")).hasSize(1);
    }

    /** The memory of a process is a file that ends in an error, whoever reads it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatCannotBeReadIsToldOnceAndHoldsBackTheOthersUntilItIsGone() throws IOException {
        Path unreadable = routes.resolve(EXTRA);
        Files.createSymbolicLink(unreadable, Path.of("/proc/self/mem"));
        refused(unreadable + " cannot be read");
        write(LANGGRAPH, Files.readString(SHIPPED.resolve(LANGGRAPH)) + "# edited\n");
        await().during(Duration.ofMillis(300)).until(() -> log.warnings().isEmpty());
        Files.delete(unreadable);
        taken(LANGGRAPH);
    }

    @Test
    void aFileOfAProviderThatIsNotUsedIsToldEachTimeItIsSaved() throws IOException {
        Path bots = routes.resolve("provider-bots.camel.yaml");
        String shipped = Files.readString(SHIPPED.resolve(LANGGRAPH));
        for (String content : List.of("", shipped.replace("langgraph", "bots"))) {
            log.clear();
            Files.writeString(bots, content);
            says(
                    "provider-bots.camel.yaml is not used: name bots in AGENT_RUNTIME_SERVICE_PROVIDERS");
        }
        edit(LANGGRAPH, "\"limit\": 100", "\"limit\": 95");
        taken(LANGGRAPH);
        assertThat(log.all()).noneMatch(line -> line.contains("is not used"));
        Files.delete(bots);
    }

    /** One of them is always under way. */
    @Test
    void callersWhoseRequestsOverlapKeepNoEditWaitingForEver() throws IOException {
        var over = new AtomicBoolean();
        var begun = new Semaphore(0);
        var gate = service.context().getBean(RouteGate.class);
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        try {
            for (int caller = 0; caller < 2; caller++) {
                Duration later = Duration.ofMillis(450L * caller);
                callers.add(
                        CompletableFuture.runAsync(
                                () -> passAgainAndAgain(gate, later, begun, over)));
            }
            begun.acquireUninterruptibly(2);
            edit(LANGGRAPH, "\"limit\": 100", "\"limit\": 94");
            taken(LANGGRAPH);
        } finally {
            over.set(true);
            callers.forEach(CompletableFuture::join);
        }
        assertThat(log.all())
                .filteredOn(line -> line.contains("routes are taken over when the requests"))
                .hasSize(1);
    }

    private static void passAgainAndAgain(
            RouteGate gate, Duration later, Semaphore begun, AtomicBoolean over) {
        LockSupport.parkNanos(later.toNanos());
        while (!over.get()) {
            try {
                gate.doFilter(
                        new MockHttpServletRequest(),
                        new MockHttpServletResponse(),
                        (request, response) -> {
                            begun.release();
                            LockSupport.parkNanos(Duration.ofMillis(900).toNanos());
                        });
            } catch (IOException | ServletException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The setting's next value is read at the next start, whenever the file is saved. */
    @Test
    void whatIsNotSetIsToldWithWhenItIsRead() throws IOException {
        edit(LANGGRAPH, "{{agent-runtime.langgraph-api-url}}", "{{agent-runtime.langgraph-url}}");
        refused("set AGENT_RUNTIME_SERVICE_LANGGRAPH_URL");
        says("what is set is read again at the next start");
        Files.delete(routes.resolve(LANGGRAPH));
    }

    @Test
    void whateverALookEndsWithTheNextEditIsLookedAt() throws IOException {
        ApplicationContext context = service.context();
        var broken = new AtomicBoolean();
        var fragile =
                new GenericApplicationContext() {
                    @Override
                    public ConfigurableEnvironment getEnvironment() {
                        if (broken.get()) {
                            throw new AssertionError("made up");
                        }
                        return (ConfigurableEnvironment) context.getEnvironment();
                    }
                };
        try (var reload = reload(fragile)) {
            reload.begin();
            broken.set(true);
            for (int limit : List.of(99, 98)) {
                edit(LANGGRAPH, "\"limit\": 100", "\"limit\": " + limit);
                says("routes not loaded, the last good ones stay: AssertionError");
            }
        }
    }

    /** The checks know the service's beans without starting it. */
    @Test
    void theBeansThatChecksKnowAreThoseOfTheService() {
        ServiceBeans.CLASSES.forEach(
                (name, type) ->
                        assertThat(service.context().getType(name))
                                .as(name)
                                .isEqualTo(ServiceBeans.type(type).orElseThrow()));
    }

    private static void ask(Queue<Integer> answers, AtomicBoolean over) {
        while (!over.get()) {
            answers.add(service.provision("summarize financial documents").status());
            answers.add(service.get("/api/v1/providers").status());
            answers.add(service.get("/health").status());
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** A good edit, and a broken one that is mended with the next. */
    private void edits(
            String file, String part, String instead, String broken, String wrong, String why)
            throws IOException {
        edit(file, part, instead);
        taken(file);
        String good = Files.readString(routes.resolve(file));
        edit(file, broken, wrong);
        refused(why);
        Files.writeString(routes.resolve(file), good);
    }

    private void delete(String file) throws IOException {
        log.clear();
        Files.delete(routes.resolve(file));
        taken(file);
    }

    /** Writes the shipped file with one part changed. */
    private void edit(String file, String part, String instead) throws IOException {
        String shipped = Files.readString(SHIPPED.resolve(file));
        assertThat(shipped).contains(part);
        write(file, shipped.replace(part, instead));
    }

    private void write(String file, String content) throws IOException {
        log.clear();
        Files.writeString(routes.resolve(file), content);
    }

    private void taken(String file) {
        says("routes loaded: " + file);
    }

    private void refused(String... why) {
        says(
                Stream.concat(Stream.of("routes not loaded: "), Stream.of(why))
                        .toArray(String[]::new));
    }

    private void says(String... parts) {
        await("the log says " + String.join("", parts))
                .atMost(Duration.ofSeconds(20))
                .until(() -> log.all().stream().anyMatch(line -> hasAll(line, parts)));
    }

    private static boolean hasAll(String line, String... parts) {
        return Stream.of(parts).allMatch(line::contains);
    }
}
