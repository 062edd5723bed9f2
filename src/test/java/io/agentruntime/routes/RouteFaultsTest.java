package io.agentruntime.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.FakeLangflow;
import io.agentruntime.LogLines;
import io.agentruntime.ReadmeExamples;
import io.agentruntime.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The README's provider while somebody writes it: saved at any time, and wrong as it runs. */
class RouteFaultsTest {
    private static final String FILE = "provider-bots.camel.yaml";
    private static final String BOTS =
            """
            {"bots": [{"id": 7, "title": "Invoice Reader", "about": {"summary": "Reads invoices"}}],
             "next": null}""";

    private static final String ASK = "- to:\n                        id: ask-for-page";

    private static final String ADD =
            """
                                - bean:
                                    id: add-page
                                    ref: bots-paging
                                    method: add
            """;

    @TempDir static Path routes;

    private static FakeLangflow fake;
    private static RunningService service;
    private static String good;
    private LogLines log;

    @BeforeAll
    static void start() throws IOException {
        good = ReadmeExamples.file(ReadmeExamples.FIRST);
        Files.writeString(routes.resolve(FILE), good);
        fake = FakeLangflow.start();
        fake.server().stubFor(get(urlPathEqualTo("/v2/bots")).willReturn(okJson(BOTS)));
        service = service("1");
    }

    private static RunningService service(String ttl) {
        return RunningService.with(
                Map.of(
                        "ENVIRONMENT",
                        "development",
                        "PROVIDERS",
                        "bots",
                        "ROUTES_DIR",
                        routes.toString(),
                        "CATALOG_TTL_SECONDS",
                        ttl,
                        "BOTS_API_URL",
                        fake.url(),
                        "BOTS_TOKEN",
                        "fake-token"));
    }

    @AfterAll
    static void stop() {
        service.close();
        fake.close();
    }

    @BeforeEach
    void listen() {
        log = LogLines.open();
    }

    @AfterEach
    void wellAgain() throws IOException {
        if (!Files.readString(routes.resolve(FILE)).equals(good)) {
            save(good);
        }
        log.close();
        await().atMost(Duration.ofSeconds(20)).until(() -> state().contains("\"status\":\"up\""));
    }

    @Test
    void aSaveWhileTheProviderIsAskedIsNoFailureOfIt() throws IOException {
        for (String place : List.of("slow", "slower", "slowest")) {
            fake.server()
                    .stubFor(
                            get(urlPathEqualTo("/v2/" + place))
                                    .willReturn(okJson(BOTS).withFixedDelay(1_500)));
        }
        String before = "bots";
        for (String place : List.of("slow", "slower", "slowest")) {
            awaitCallOf(before);
            assertThat(log.warnings()).isEmpty();
            save(good.replace("/v2/bots", "/v2/" + place));
            assertThat(state()).contains("\"last_error\":null");
            before = place;
        }
        awaitCallOf(before);
        assertThat(log.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${variable.pages.list}|${variable.pages.list.mroe}|38, step answer: byte[] has no method or property mroe",
                "limit=50${variable.pages.next}|${variableAs(provider,Integer)}|62, step this-page: a value cannot be taken as Integer",
                "limit=50${variable.pages.next}|${bean:setting?method=isTrue('bots-token')}|62, step this-page: AGENT_RUNTIME_SERVICE_BOTS_TOKEN must be true or false",
            })
    void whatTheRouteDoesWrongIsNotBlamedOnTheProvider(String part, String instead, String words)
            throws IOException {
        save(good.replace(part, instead));
        assertThat(warning("bots not refreshed"))
                .contains("upstream-error (its route is wrong, not the provider: " + FILE + ":")
                .contains(words)
                .doesNotContain("fake-token");
    }

    /** The checks read a language's expression where the language is its key alone. */
    @Test
    void aFunctionThatIsNotInTheJarIsToldWhereItIsCalled() throws IOException {
        save(
                good.replace(
                        "simple:\n                expression: \"limit=50${variable.pages.next}\"",
                        "language:\n                language: simple\n                expression: \"limit=50${base64Encode(${variable.pages.next})}\""));
        assertThat(warning("bots not refreshed"))
                .contains("a function of its expression is not in the jar")
                .doesNotContain("fake-token");
    }

    @Test
    void aLoopThatAddsNoPageEndsAndIsToldWhatItLacks() throws IOException {
        // Where it leads is not known to the checks
        String dynamic = "- toD:\n                        id: ask-for-page";
        save(
                good.replace(ASK, dynamic)
                        .replace(
                                "uri: direct:bots-get-page\n                    -",
                                "uri: \"direct:${variable.provider}-get-page\"\n                    -")
                        .replace(ADD, ""));
        assertThat(warning("bots not refreshed"))
                .contains("malformed (its route asked 100 times for more pages and added none");
    }

    @Test
    void aRouteThatForgetsItsAnswerIsToldSo() throws IOException {
        save(
                good.replaceFirst(
                        "(?s)              - setBody:\n                  id: answer.*?\n\n", "\n"));
        assertThat(warning("bots not refreshed"))
                .contains(
                        "its route reads pages and ends without them: set the body to ${variable.pages.list}");
    }

    @Test
    void aRouteWhoseAnswerIsNoJsonIsToldSo() throws IOException {
        save(good.replace("${variable.pages.list}", "${variable.pages}"));
        assertThat(warning("bots not refreshed"))
                .contains(
                        "upstream-error (its route is wrong, not the provider: a value cannot be taken as InputStream");
    }

    @Test
    void aLoopWithoutAnEndKeepsNeitherAReloadNorAStop() throws IOException {
        String endless =
                good.replace("${variable.pages.more}", "true")
                        .replace(
                                ASK,
                                """
                                - setBody:
                                    id: nothing
                                    expression:
                                      constant:
                                        expression: nothing
                                """
                                                .indent(20)
                                                .strip()
                                        + "\n                    "
                                        + ASK)
                        .replace(ADD, "");
        save(endless);
        awaitCallOf("bots");
        fake.server()
                .stubFor(
                        get(urlPathEqualTo("/v2/mended"))
                                .willReturn(
                                        okJson(
                                                BOTS.replace(
                                                        "[",
                                                        "[{\"id\": 8, \"title\": \"Two\"},"))));
        save(good.replace("/v2/bots", "/v2/mended"));
        await().atMost(Duration.ofSeconds(20)).until(() -> state().contains("\"flows\":2"));
        assertThat(log.warnings()).isEmpty();
        save(endless);
        try (var another = service("1")) {
            awaitCallOf("bots");
            long began = System.nanoTime();
            another.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(20));
        }
        assertThat(log.warnings()).isEmpty();
    }

    private static String state() {
        return service.get("/api/v1/providers").body();
    }

    private static void awaitCallOf(String place) {
        fake.server().resetRequests();
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                !fake.server()
                                        .findAll(getRequestedFor(urlPathMatching("/v2/" + place)))
                                        .isEmpty());
    }

    /** In one piece: a file that is half written would be warned of. */
    private void save(String content) throws IOException {
        log.clear();
        Path part = Files.writeString(routes.resolve("part"), content);
        Files.move(part, routes.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        line(log::all, line -> line.contains("routes loaded: " + FILE));
    }

    private String warning(String part) {
        return line(log::warnings, line -> line.contains(part));
    }

    private static String line(Supplier<List<String>> lines, Predicate<String> wanted) {
        await().atMost(Duration.ofSeconds(20)).until(() -> lines.get().stream().anyMatch(wanted));
        return lines.get().stream().filter(wanted).findFirst().orElseThrow();
    }
}
