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
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.sun.net.httpserver.HttpServer;
import io.agentruntime.ProxyForTests;
import io.agentruntime.settings.SettingNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

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
        client = client(outbound);
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
        providerDrips();
        assertThatThrownBy(() -> call("/"))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("no complete answer within 2000 ms");
    }

    @Test
    void anAnswerOverTheSizeLimitIsNotReadToItsEnd() throws IOException {
        provider.stubFor(
                get(urlEqualTo("/")).willReturn(ok("x".repeat((int) OutboundHttp.MOST_BYTES + 1))));
        try (var patient = new OutboundHttp(Duration.ofSeconds(60));
                CloseableHttpClient other = client(patient)) {
            assertThatThrownBy(() -> fetch(other, address("/")))
                    .isInstanceOf(SizeLimit.Exceeded.class);
        }
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

    /** As written by a server that completes what it was called. */
    @Test
    void aRedirectWithinTheOriginIsFollowedWhereTheHostHasAnUnderscore() throws IOException {
        String origin = "http://my_bots.test:" + provider.port();
        provider.stubFor(get(urlEqualTo("/")).willReturn(temporaryRedirect(origin + "/next")));
        provider.stubFor(get(urlEqualTo("/next")).willReturn(ok("list")));
        try (var there = outbound(loopback());
                CloseableHttpClient client = client(there)) {
            assertThat(fetch(client, javaAddress(origin))).isEqualTo("200 list");
        }
        try (var proxy = new ProxyForTests(provider.port())) {
            assertThat(fetch(javaAddress(origin))).isEqualTo("200 list");
            assertThat(proxy.asked()).containsOnly(URI.create(origin));
        }
        String elsewhere = origin.replace("my_", "your_");
        provider.stubFor(get(urlEqualTo("/")).willReturn(temporaryRedirect(elsewhere)));
        try (var there = outbound(loopback());
                CloseableHttpClient client = client(there)) {
            assertThat(fetch(client, javaAddress(origin))).startsWith("302 ");
        }
    }

    @Test
    void anOriginWithoutAPortHasThatOfItsScheme() {
        assertThat(sameOrigin("https://langflow.test/", "https://langflow.test:443/")).isTrue();
        assertThat(sameOrigin("https://langflow.test/", "https://langflow.test:80/")).isFalse();
        assertThat(sameOrigin("http://langflow.test/", "http://langflow.test:80/")).isTrue();
        assertThat(sameOrigin("http://langflow.test/", "http://langflow.test:443/")).isFalse();
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

    @Test
    void aProviderBehindAProxyIsCalledThroughIt() throws IOException {
        provider.stubFor(get(urlEqualTo("/flows")).willReturn(ok("list")));
        try (var proxy = new ProxyForTests(provider.port())) {
            assertThat(fetch(URI.create("http://langflow.invalid:7860/flows")))
                    .isEqualTo("200 list");
            assertThat(fetch(javaAddress("http://lang_flow.invalid:7860/flows")))
                    .isEqualTo("200 list");

            assertThat(proxy.asked())
                    .containsExactly(
                            URI.create("http://langflow.invalid:7860"),
                            URI.create("http://lang_flow.invalid:7860"));
        }
    }

    @Test
    void whatTheSettingsLeaveOutOfTheProxyIsCalledDirectly() throws IOException {
        provider.stubFor(get(urlEqualTo("/")).willReturn(ok("list")));
        try (var proxy = new ProxyForTests(9)) {
            assertThat(call("/")).isEqualTo("200 list");

            assertThat(proxy.asked())
                    .containsExactly(URI.create("http://127.0.0.1:" + provider.port()));
        }
    }

    @Test
    void anAnswerThatDripsThroughAProxyEndsAtTheTotalTime() {
        providerDrips();
        try (var proxy = new ProxyForTests(provider.port())) {
            assertThatThrownBy(() -> fetch(URI.create("http://langflow.invalid/")))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("no complete answer within 2000 ms");
        }
    }

    @Test
    void aProxyThatNeverOpensTheWayEndsAtTheTotalTime() throws IOException {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var proxy = new ProxyForTests(silent.getLocalPort())) {
            assertThatThrownBy(() -> fetch(URI.create("https://langflow.invalid/")))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aConnectionIsUsedAgainButNotForEver() throws IOException {
        Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.createContext(
                "/",
                exchange -> {
                    connections.add(exchange.getRemoteAddress());
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        var request = new HttpGet("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        try (var shortLived = new OutboundHttp(Duration.ofSeconds(2), Duration.ofMillis(50));
                CloseableHttpClient other = client(shortLived)) {
            client.execute(request, HttpResponse::getCode);
            client.execute(request, HttpResponse::getCode);
            assertThat(connections).hasSize(1);

            connections.clear();
            await().until(
                            () -> {
                                other.execute(request, HttpResponse::getCode);
                                return connections.size() > 1;
                            });
        } finally {
            server.stop(0);
        }
    }

    /** Of three addresses two take no connection, as behind a firewall. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void eachAddressOfANameHasItsShareOfTheTime() throws IOException {
        provider.stubFor(get(urlEqualTo("/")).willReturn(ok("list")));
        try (var one = new FullDoor("127.0.0.2", provider.port());
                var other = new FullDoor("127.0.0.3", provider.port());
                var fair = outbound(one.address(), other.address(), loopback());
                CloseableHttpClient client = client(fair)) {
            assertThat(fetch(client, URI.create("http://langflow.test:" + provider.port())))
                    .isEqualTo("200 list");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void howeverManyAddressesANameHasTheTotalTimeIsTheSame() throws IOException {
        try (var door = new FullDoor("127.0.0.2", provider.port());
                var fair =
                        outbound(
                                Collections.nCopies(20, door.address())
                                        .toArray(InetAddress[]::new));
                CloseableHttpClient client = client(fair)) {
            var call =
                    CompletableFuture.supplyAsync(
                            () -> failure(client, "http://langflow.test:" + provider.port()));
            assertThat(call).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(Cause.TIMEOUT);
        }
    }

    /** Resolvers give up later than a call does. */
    @Test
    void aNameServerThatDoesNotAnswerIsNoSilenceOfTheProvider() throws IOException {
        DnsResolver silent =
                names(
                        host -> {
                            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
                            throw new UnknownHostException(host);
                        });
        try (var shortOne =
                        new OutboundHttp(Duration.ofMillis(200), Duration.ofMinutes(1), silent);
                CloseableHttpClient client = client(shortOne)) {
            assertThat(failure(client, "http://langflow.test")).isEqualTo(Cause.UNREACHABLE);
        }
    }

    private static Cause failure(CloseableHttpClient client, String address) {
        try {
            throw new AssertionError(fetch(client, URI.create(address)));
        } catch (IOException e) {
            return Failures.classify(e, null, Clock.systemUTC(), null).reason();
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByName("127.0.0.1");
    }

    /** For a provider with these addresses. */
    private static OutboundHttp outbound(InetAddress... addresses) {
        return new OutboundHttp(
                Duration.ofSeconds(3), Duration.ofMinutes(1), names(host -> addresses));
    }

    private interface Names {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    private static DnsResolver names(Names names) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return names.of(host);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    /** Listens and accepts nothing, so that whoever comes gets no answer at all. */
    private static final class FullDoor implements AutoCloseable {
        private final InetAddress address;
        private final ServerSocket door;
        private final List<Socket> waiting = new ArrayList<>();

        FullDoor(String address, int port) throws IOException {
            this.address = InetAddress.getByName(address);
            door = new ServerSocket(port, 1, this.address);
            boolean full = false;
            while (!full) {
                Socket next = new Socket();
                waiting.add(next);
                try {
                    next.connect(door.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    full = true;
                }
            }
        }

        InetAddress address() {
            return address;
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
            door.close();
        }
    }

    private void providerDrips() {
        provider.stubFor(
                get(urlEqualTo("/"))
                        .willReturn(
                                aResponse()
                                        .withBody("x".repeat(200))
                                        .withChunkedDribbleDelay(100, 30_000)));
    }

    private static CloseableHttpClient client(OutboundHttp outbound) {
        HttpClientBuilder builder = HttpClientBuilder.create();
        outbound.configureHttpClient(builder);
        return builder.build();
    }

    private static boolean sameOrigin(String from, String to) {
        return OutboundHttp.isSameOrigin(URI.create(from), URI.create(to));
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + provider.port() + path);
    }

    private static URI javaAddress(String address) {
        return URI.create(SettingNames.javaAddress(address));
    }

    private String call(String path) throws IOException {
        return fetch(address(path));
    }

    private String fetch(URI address) throws IOException {
        return fetch(client, address);
    }

    /** Status and body, read to the end. */
    private static String fetch(CloseableHttpClient client, URI address) throws IOException {
        return client.execute(
                new HttpGet(address),
                answer ->
                        answer.getCode()
                                + " "
                                + new String(answer.getEntity().getContent().readAllBytes()));
    }
}
