package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.agentruntime.catalog.ProviderTokens;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider of the routes' README, with the logins that it tells how to add. */
class LoginExampleTest {
    private static final String REFRESH = "/api/v1/providers/bots/refresh";

    /** Signs that end a JSON text or a form's field, were they not escaped. */
    private static final String PASSWORD = "fake \"pass\" & {{word}}";

    private static final String BOTS =
            """
            {"bots": [{"id": 7, "title": "Invoice Reader",
             "about": {"summary": "Reads invoices"}}], "next": null}""";

    @TempDir private Path routes;

    private FakeLangflow fake;
    private WireMockServer bots;

    @BeforeEach
    void start() {
        fake = FakeLangflow.start();
        bots = fake.server();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private RunningService service(String file, Map<String, String> credential) throws IOException {
        String asked =
                file.replace(
                        "                        uri: direct:bots-get-page\n",
                        "                        uri: direct:bots-ask\n");
        assertThat(asked).isNotEqualTo(file);
        return serviceWith(asked, credential);
    }

    private RunningService serviceWith(String file, Map<String, String> credential)
            throws IOException {
        Files.writeString(routes.resolve("provider-bots.camel.yaml"), file);
        Map<String, String> settings = new HashMap<>(credential);
        settings.put("PROVIDERS", "bots");
        settings.put("ROUTES_DIR", routes.toString());
        settings.put("BOTS_API_URL", fake.url());
        return RunningService.with(settings);
    }

    private RunningService withLogin(String password) throws IOException {
        return service(
                ReadmeExamples.file(ReadmeExamples.FIRST, ReadmeExamples.LOGIN),
                Map.of("BOTS_USERNAME", "fake-user", "BOTS_PASSWORD", password));
    }

    private RunningService withOAuth() throws IOException {
        return service(
                ReadmeExamples.file(
                        ReadmeExamples.FIRST, ReadmeExamples.LOGIN, ReadmeExamples.OAUTH),
                Map.of("BOTS_CLIENT_ID", "me&you", "BOTS_CLIENT_SECRET", PASSWORD));
    }

    /** Takes this value in this header, and no other. */
    private void wants(String header, String value) {
        bots.stubFor(get(urlPathEqualTo("/v2/bots")).willReturn(aResponse().withStatus(401)));
        bots.stubFor(
                get(urlPathEqualTo("/v2/bots"))
                        .withHeader(header, equalTo(value))
                        .willReturn(okJson(BOTS)));
    }

    private void handsOut(String ticket) {
        bots.stubFor(
                post(urlPathEqualTo("/login"))
                        .withHeader("Content-Type", equalTo("application/json"))
                        .willReturn(
                                okJson("{\"session\": {\"ticket\": \"%s\"}}".formatted(ticket))));
        wants("X-Token", ticket);
    }

    private void grants(String token) {
        bots.stubFor(
                post(urlPathEqualTo("/oauth/token"))
                        .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
                        .withFormParam("grant_type", equalTo("client_credentials"))
                        .withFormParam("client_id", equalTo("me&you"))
                        .withFormParam("client_secret", equalTo(PASSWORD))
                        .willReturn(
                                okJson(
                                        """
                                        {"access_token": "%s", "token_type": "Bearer", "expires_in": 4}"""
                                                .formatted(token))));
        wants("Authorization", "Bearer " + token);
    }

    @Test
    void aTokenIsAskedForByAJsonLoginAndSentUntilItRunsOut() throws IOException {
        handsOut("fake-ticket");
        try (var service = withLogin(PASSWORD)) {
            service.provision("read an invoice").isMatch("7");
            service.post(REFRESH, "").hasField("status", "\"up\"");
            bots.verify(1, postRequestedFor(urlPathEqualTo("/login")));
            handsOut("another-ticket");
            service.post(REFRESH, "").hasField("status", "\"up\"");
        }
        bots.verify(
                2,
                postRequestedFor(urlPathEqualTo("/login"))
                        .withRequestBody(
                                equalToJson(
                                        """
                                        {"user": "fake-user", "password": "fake \\"pass\\" & {{word}}"}""")));
    }

    @Test
    void aTokenIsGrantedForClientCredentialsAndSentUntilItRunsOut() throws IOException {
        grants("fake-grant");
        try (var service = withOAuth()) {
            service.provision("read an invoice").isMatch("7");
            service.post(REFRESH, "").hasField("status", "\"up\"");
            bots.verify(1, postRequestedFor(urlPathEqualTo("/oauth/token")));
            grants("another-grant");
            service.post(REFRESH, "").hasField("status", "\"up\"");
        }
        bots.verify(2, postRequestedFor(urlPathEqualTo("/oauth/token")));
    }

    /** Camel keeps it beside the headers, and would write it into the next Content-Type. */
    @Test
    void theCharacterSetOfAnAnswerIsNotThatOfTheNextRequest() throws IOException {
        handsOut("fake-ticket");
        bots.stubFor(
                get(urlPathEqualTo("/v2/bots"))
                        .withHeader("X-Token", absent())
                        .willReturn(latin1(401, "<p>log in")));
        bots.stubFor(
                get(urlPathEqualTo("/v2/bots"))
                        .withHeader("X-Token", equalTo("old-ticket"))
                        .willReturn(latin1(401, "<p>log in")));
        try (var service = withLogin("p\u00e4ss \u20ac")) {
            service.provision("read an invoice").isMatch("7");
            service.context()
                    .getBean(ProviderTokens.class)
                    .keep("bots", "{\"token\": \"old-ticket\"}");
            service.post(REFRESH, "").hasField("status", "\"up\"");
        }
        bots.verify(
                2,
                postRequestedFor(urlPathEqualTo("/login"))
                        .withHeader("Content-Type", equalTo("application/json"))
                        .withRequestBody(
                                matchingJsonPath("$.password", equalTo("p\u00e4ss \u20ac"))));
    }

    private static ResponseDefinitionBuilder latin1(int status, String body) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "text/html; charset=ISO-8859-1")
                .withBody(body);
    }

    @Test
    void aFormMayHaveOnePair() throws IOException {
        bots.stubFor(
                post(urlPathEqualTo("/login"))
                        .withRequestBody(
                                equalTo(
                                        "api+key="
                                                + URLEncoder.encode(
                                                        PASSWORD, StandardCharsets.UTF_8)))
                        .willReturn(okJson("{\"session\": {\"ticket\": \"fake-ticket\"}}")));
        wants("X-Token", "fake-ticket");
        String file =
                ReadmeExamples.file(ReadmeExamples.FIRST, ReadmeExamples.LOGIN)
                        .replace(
                                "json('user', 'bots-username', 'password', 'bots-password')",
                                "form('api key', 'bots-password')");
        try (var service = service(file, Map.of("BOTS_PASSWORD", PASSWORD))) {
            service.provision("read an invoice").isMatch("7");
        }
    }

    @Test
    void nameAndPasswordAreSentAsHttpBasic() throws IOException {
        wants("Authorization", "Basic " + base64("f\u00e4ke-user:" + PASSWORD));
        String file =
                ReadmeExamples.file(ReadmeExamples.FIRST)
                        .replace("name: X-Token", "name: Authorization")
                        .replace("value('bots-token')", "basic('bots-username', 'bots-password')");
        var credential = Map.of("BOTS_USERNAME", "f\u00e4ke-user", "BOTS_PASSWORD", PASSWORD);
        try (var service = serviceWith(file, credential)) {
            service.provision("read an invoice").isMatch("7");
        }
    }

    @Test
    void aRouteMaySayThatTheProviderIsAskedTooOften() throws IOException {
        bots.stubFor(post(urlPathEqualTo("/login")).willReturn(aResponse().withStatus(400)));
        String file =
                ReadmeExamples.file(ReadmeExamples.FIRST, ReadmeExamples.LOGIN)
                        .replaceFirst("AuthRejected", "RateLimited");
        try (var service = service(file, Map.of("BOTS_USERNAME", "u", "BOTS_PASSWORD", PASSWORD));
                var log = LogLines.open()) {
            service.post(REFRESH, "").hasField("last_error", "\"rate-limited\"");
            assertThat(log.warnings())
                    .anyMatch(line -> line.contains("rate-limited (Bots refuses the login"));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 6749 has a wrong client answered with 400 or 401. */
    @ParameterizedTest
    @CsvSource({
        "400, auth-rejected, Bots refuses the login",
        "500, auth-unavailable, Bots' login answers with an error",
    })
    void aLoginThatFailsIsToldAsOne(int status, String cause, String hint) throws IOException {
        bots.stubFor(
                post(urlPathEqualTo("/oauth/token"))
                        .willReturn(
                                aResponse()
                                        .withStatus(status)
                                        .withBody("{\"error\": \"invalid_client\"}")));
        try (var service = withOAuth();
                var log = LogLines.open()) {
            service.post(REFRESH, "")
                    .hasField("status", "\"down\"")
                    .hasField("last_error", "\"" + cause + "\"");
            assertThat(log.warnings()).anyMatch(line -> line.contains(hint));
        }
    }

    /** As where a login sets a cookie and says nothing. */
    @Test
    void aLoginThatAnswersNothingIsToldAsOneWithoutAToken() throws IOException {
        bots.stubFor(post(urlPathEqualTo("/login")).willReturn(aResponse().withStatus(204)));
        try (var service = withLogin(PASSWORD);
                var log = LogLines.open()) {
            service.post(REFRESH, "").hasField("last_error", "\"malformed\"");
            assertThat(log.warnings())
                    .anyMatch(line -> line.contains("without a usable token at session.ticket"));
        }
    }

    /** As GraphQL does, and what answers 200 to whatever happens. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"errors\": [{\"message\": \"log in\"}]}", "{\"code\": 401}"})
    void aTokenThatIsRefusedWithoutAStatusIsRenewedOnce(String refusal) throws IOException {
        handsOut("fake-ticket");
        try (var service = withLogin(PASSWORD)) {
            service.provision("read an invoice").isMatch("7");
            handsOut("another-ticket");
            bots.stubFor(
                    get(urlPathEqualTo("/v2/bots"))
                            .withHeader("X-Token", equalTo("fake-ticket"))
                            .willReturn(okJson(refusal)));
            service.post(REFRESH, "").hasField("last_error", "\"malformed\"");
            service.post(REFRESH, "").hasField("status", "\"up\"");
            bots.verify(2, postRequestedFor(urlPathEqualTo("/login")));

            bots.stubFor(get(urlPathEqualTo("/v2/bots")).willReturn(okJson(refusal)));
            for (int refresh = 0; refresh < 3; refresh++) {
                service.closeBreaker("bots");
                service.post(REFRESH, "").hasField("last_error", "\"malformed\"");
            }
            bots.verify(3, postRequestedFor(urlPathEqualTo("/login")));
        }
    }
}
