package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider of the routes' README, with the login that it tells how to add. */
class LoginExampleTest {
    private static final String REFRESH = "/api/v1/providers/bots/refresh";

    /** Signs that end a JSON text or a form's field, were they not escaped. */
    private static final String PASSWORD = "fake \"pass\" & {{word}}";

    private static final String LOG_IN_FIRST =
            """
                    - filter:
                        id: without-a-token
                        expression:
                          simple:
                            expression: "${bean:tokens?method=has('bots')} == false"
                        steps:
                          - to:
                              id: log-in
                              uri: direct:bots-login
            """;

    @TempDir private Path routes;

    private static String example(String heading) throws IOException {
        Matcher example =
                Pattern.compile(heading + ".*?```yaml\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(Path.of("routes/README.md")));
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    /** Hands out this ticket from now on, and takes no other. */
    private static void wants(String ticket, WireMockServer bots) {
        bots.stubFor(
                post(urlPathEqualTo("/login"))
                        .withHeader("Content-Type", equalTo("application/json"))
                        .willReturn(
                                okJson("{\"session\": {\"ticket\": \"%s\"}}".formatted(ticket))));
        bots.stubFor(get(urlPathEqualTo("/v2/bots")).willReturn(aResponse().withStatus(401)));
        bots.stubFor(
                get(urlPathEqualTo("/v2/bots"))
                        .withHeader("X-Token", equalTo(ticket))
                        .willReturn(
                                okJson(
                                        """
                                        {"bots": [{"id": 7, "title": "Invoice Reader",
                                         "about": {"summary": "Reads invoices"}}], "next": null}""")));
    }

    @Test
    void aTokenIsAskedForByAJsonLoginAndSentUntilItRunsOut() throws IOException {
        String withLogin =
                example("## A provider in five minutes")
                        .replace(
                                "    from:\n      uri: direct:bots-get-page\n      steps:\n",
                                "    from:\n      uri: direct:bots-get-page\n      steps:\n"
                                        + LOG_IN_FIRST)
                        .replace(
                                "                        uri: direct:bots-get-page\n",
                                "                        uri: direct:bots-ask\n")
                        .replace(
                                "            expression:\n              method:\n                ref: setting\n                method: value('bots-token')\n",
                                "            expression:\n              simple:\n                expression: \"${bean:tokens?method=get('bots')}\"\n");
        assertThat(withLogin).contains("direct:bots-login", "direct:bots-ask", "get('bots')");
        Files.writeString(
                routes.resolve("provider-bots.camel.yaml"),
                example("### A provider that wants a login") + withLogin);
        try (FakeLangflow fake = FakeLangflow.start()) {
            WireMockServer bots = fake.server();
            wants("fake-ticket", bots);
            try (var service =
                    RunningService.with(
                            Map.of(
                                    "PROVIDERS",
                                    "bots",
                                    "ROUTES_DIR",
                                    routes.toString(),
                                    "BOTS_API_URL",
                                    fake.url(),
                                    "BOTS_USERNAME",
                                    "fake-user",
                                    "BOTS_PASSWORD",
                                    PASSWORD))) {
                service.provision("read an invoice").isMatch("7");
                service.post(REFRESH, "").hasField("status", "\"up\"");
                bots.verify(1, postRequestedFor(urlPathEqualTo("/login")));
                wants("another-ticket", bots);
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
    }
}
