package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

import io.agentruntime.security.CallerKind;
import io.agentruntime.security.DevelopmentToken;
import io.agentruntime.security.TokenSettingsForTests;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings are taken to the letter: nothing in them is a placeholder, an expression or a mark. */
class LiteralSettingsTest {
    private static final String ODD =
            "${nothing} ${AGENT_RUNTIME_SERVICE_PORT} {{nothing}} #{1+1} ${open \\${a} %41&b=c+\"'ä";

    @Test
    void secretsMayHoldWhatLooksLikeAPlaceholder() {
        try (var provider = FakeLangflow.start()) {
            provider.server()
                    .stubFor(
                            post(urlPathEqualTo("/api/v1/login"))
                                    .willReturn(okJson("{\"access_token\": \"a-token\"}")));
            provider.server()
                    .stubFor(
                            get(urlPathEqualTo("/api/v1/chatflows"))
                                    .willReturn(okJson("[{\"id\": \"c-1\", \"name\": \"Chat\"}]")));
            provider.lists(FakeLangflow.Row.of("f-1", "Alpha", "Summarizes reports."));
            String key = "sk-${body}{{nothing}}#{1}\\${x}";
            try (var service =
                    RunningService.with(
                            Map.of(
                                    "PROVIDERS",
                                    "langflow,flowise",
                                    "LANGFLOW_API_URL",
                                    provider.url(),
                                    "LANGFLOW_USERNAME",
                                    "user " + ODD,
                                    "LANGFLOW_PASSWORD",
                                    " password " + ODD + " ",
                                    "FLOWISE_API_URL",
                                    provider.url(),
                                    "FLOWISE_API_KEY",
                                    key,
                                    "USER_JWT_SECRET_KEY",
                                    ODD,
                                    "USER_JWT_ISSUER",
                                    "https://${issuer}/{{x}}",
                                    "DEFAULT_FLOW_ID",
                                    "${f-1}"))) {
                service.awaitFlows(2);
                provider.server()
                        .verify(
                                postRequestedFor(urlPathEqualTo("/api/v1/login"))
                                        .withFormParam("username", equalTo("user " + ODD))
                                        .withFormParam(
                                                "password", equalTo(" password " + ODD + " ")));
                provider.server()
                        .verify(
                                getRequestedFor(urlPathEqualTo("/api/v1/chatflows"))
                                        .withHeader("Authorization", equalTo("Bearer " + key)));
                String token =
                        DevelopmentToken.mint(
                                TokenSettingsForTests.of(
                                        CallerKind.USER,
                                        "HS256",
                                        ODD,
                                        "https://${issuer}/{{x}}",
                                        ""),
                                Clock.systemUTC());
                service.send(
                                service.request("/api/v1/flows")
                                        .header("Authorization", "Bearer " + token)
                                        .GET())
                        .hasStatus(200);
            }
        }
    }

    @Test
    void anApiKeyIsSentToTheLetter() {
        try (var provider = FakeLangflow.start()) {
            provider.lists(FakeLangflow.Row.of("f-1", "Alpha", "Summarizes reports."));
            String key = "sk-${header.x}{{nothing}}#{1}\\${x}&=%+\"";
            try (var service =
                    RunningService.with(
                            Map.of(
                                    "PROVIDERS", "langflow",
                                    "LANGFLOW_API_URL", provider.url() + "/",
                                    "LANGFLOW_API_KEY", key + "\n"))) {
                service.awaitFlows(1);
                provider.server()
                        .verify(
                                getRequestedFor(urlPathEqualTo(FakeLangflow.FLOWS))
                                        .withHeader("x-api-key", equalTo(key))
                                        .withoutHeader("Authorization"));
            }
        }
    }
}
