package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider of the routes' README, which tells the names of projects when it is asked again. */
class ProjectNamesTest {
    private static final String ANSWER = "              - setBody:\n                  id: answer";
    private static final String LIST_PROJECTS =
            """
            - to:
                id: list-projects
                uri: direct:bots-projects
                variableReceive: projects
            """
                    .indent(14);

    @Test
    void areKeptWhileTheCallFailsAndMissedAloudWhenItNamesNobody(@TempDir Path routes)
            throws IOException {
        String file = ReadmeExamples.file(ReadmeExamples.FIRST, ReadmeExamples.PROJECTS);
        assertThat(file).contains(ANSWER);
        Files.writeString(
                routes.resolve("provider-bots.camel.yaml"),
                file.replace(ANSWER, LIST_PROJECTS + ANSWER));
        try (var fake = FakeLangflow.start()) {
            fake.server()
                    .stubFor(
                            get(urlPathEqualTo("/v2/bots"))
                                    .willReturn(
                                            okJson(
                                                    """
                                                    {"bots": [{"id": 7, "title": "Invoice Reader",
                                                     "about": {"summary": "Reads"}, "team": {"id": 1}}],
                                                     "next": null}""")));
            teams(
                    fake.server(),
                    okJson("{\"teams\": [{\"id\": 1, \"name\": \"Sales\"}], \"pg\": {}}"));
            try (var service =
                            RunningService.with(
                                    Map.of(
                                            "PROVIDERS", "bots",
                                            "ROUTES_DIR", routes.toString(),
                                            "BOTS_API_URL", fake.url(),
                                            "BOTS_TOKEN", "fake-bots-token",
                                            "CATALOG_TTL_SECONDS", "3600"));
                    var log = LogLines.open()) {
                isNamed(service);
                teams(fake.server(), aResponse().withStatus(500));
                isNamed(service);
                assertThat(log.warnings()).isEmpty();
                teams(fake.server(), okJson("{\"groups\": [{\"id\": 1, \"name\": \"Sales\"}]}"));
                isNamed(service);
                isNamed(service);
                assertThat(log.warnings())
                        .singleElement()
                        .asString()
                        .contains("the list of projects of bots names none of its flows' projects")
                        .contains("at teams");
            }
        }
    }

    private static void teams(WireMockServer bots, ResponseDefinitionBuilder answer) {
        bots.stubFor(get(urlPathEqualTo("/v2/teams")).willReturn(answer));
    }

    private static void isNamed(RunningService service) {
        service.refresh("bots").hasField("status", "\"up\"");
        assertThat(service.get("/api/v1/flows").body()).contains("\"project\":\"Sales\"");
    }
}
