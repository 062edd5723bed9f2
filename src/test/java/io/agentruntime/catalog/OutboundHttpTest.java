package io.agentruntime.catalog;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import io.agentruntime.settings.SettingNames;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every call to a provider has, whatever its route says. */
class OutboundHttpTest {
    private WireMockServer provider;
    private OutboundHttp outbound;
    private CloseableHttpClient client;

    @BeforeEach
    void start() {
        provider = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
        provider.start();
        outbound = new OutboundHttp(Duration.ofSeconds(2));
        HttpClientBuilder builder = HttpClientBuilder.create();
        outbound.configureHttpClient(builder);
        client = builder.build();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        outbound.close();
        provider.stop();
    }

    @Test
    void aHostWithAnUnderscoreIsCalledByItsOwnName() {
        URI address = URI.create(SettingNames.javaAddress("http://langflow_ide:7860"));
        var request = new BasicHttpRequest("GET", address);
        request.setHeader(HttpHeaders.HOST, address.getRawAuthority());

        OutboundHttp.callByNetworkName(request, null, HttpCoreContext.create());

        assertThat(request.getLastHeader(HttpHeaders.HOST).getValue())
                .isEqualTo("langflow_ide:7860");
    }

    @Test
    void anErrorInOneCallLeavesTheConnectionsOfAllOthers() throws IOException {
        provider.stubFor(get(urlEqualTo("/")).willReturn(ok("list")));
        for (int time = 0; time < 100; time++) {
            var request = new HttpPost("http://127.0.0.1:" + provider.port() + "/");
            request.setEntity(
                    new EntityTemplate(
                            -1,
                            ContentType.TEXT_PLAIN,
                            null,
                            out -> {
                                throw new OutOfMemoryError("made up");
                            }));
            assertThatThrownBy(() -> client.execute(request, answer -> 0))
                    .isInstanceOf(OutOfMemoryError.class);
        }
        assertThat(call("/")).isEqualTo("200 list");
    }

    @Test
    void anAnswerThatDripsEndsAtTheTotalTime() {
        provider.stubFor(
                get(urlEqualTo("/"))
                        .willReturn(
                                aResponse()
                                        .withBody("x".repeat(200))
                                        .withChunkedDribbleDelay(100, 30_000)));
        assertThatThrownBy(() -> call("/"))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("no complete answer within 2000 ms");
    }

    @Test
    void anAnswerOverTheSizeLimitIsNotReadToItsEnd() {
        provider.stubFor(
                get(urlEqualTo("/")).willReturn(ok("x".repeat((int) OutboundHttp.MOST_BYTES + 1))));
        assertThatThrownBy(() -> call("/")).isInstanceOf(SizeLimit.Exceeded.class);
    }

    @Test
    void oneRedirectIsFollowedWithinTheOriginAndNoSecond() throws IOException {
        provider.stubFor(get(urlEqualTo("/")).willReturn(temporaryRedirect("/next")));
        provider.stubFor(get(urlEqualTo("/next")).willReturn(ok("list")));
        assertThat(call("/")).isEqualTo("200 list");
        provider.stubFor(get(urlEqualTo("/next")).willReturn(temporaryRedirect("/last")));
        assertThatThrownBy(() -> call("/")).isInstanceOf(IOException.class);
        provider.verify(0, getRequestedFor(urlEqualTo("/last")));
    }

    @Test
    void aRedirectToAnotherOriginIsNotFollowed() throws IOException {
        String elsewhere = "http://localhost:" + provider.port() + "/next";
        provider.stubFor(get(urlEqualTo("/")).willReturn(temporaryRedirect(elsewhere)));
        assertThat(call("/")).startsWith("302 ");
        provider.verify(0, getRequestedFor(urlEqualTo("/next")));
    }

    @Test
    void aCookieIsNotSentBack() throws IOException {
        provider.stubFor(
                get(urlEqualTo("/")).willReturn(ok("list").withHeader("Set-Cookie", "session=1")));
        call("/");
        call("/");
        provider.verify(2, getRequestedFor(urlEqualTo("/")).withoutHeader("Cookie"));
    }

    @Test
    void aBrokenConnectionIsLeftToTheRoutesRetries() {
        provider.stubFor(
                get(urlEqualTo("/"))
                        .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        assertThatThrownBy(() -> call("/")).isInstanceOf(IOException.class);
        provider.verify(1, getRequestedFor(urlEqualTo("/")));
    }

    /** Status and body, read to the end. */
    private String call(String path) throws IOException {
        return client.execute(
                new HttpGet("http://127.0.0.1:" + provider.port() + path),
                answer ->
                        answer.getCode()
                                + " "
                                + new String(answer.getEntity().getContent().readAllBytes()));
    }
}
