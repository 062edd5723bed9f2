package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentruntime.FakeLangflow;
import io.agentruntime.RawProvider;
import io.agentruntime.settings.SettingNames;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.junit.jupiter.api.Test;

/** What every call to a provider has, whatever its route says. */
class OutboundHttpTest {
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
        try (var provider = RawProvider.start();
                var outbound = new OutboundHttp(Duration.ofSeconds(5))) {
            provider.lists(RawProvider.list("[]"));
            HttpClientBuilder builder = HttpClients.custom();
            outbound.configureHttpClient(builder);
            try (var client = builder.build()) {
                for (int time = 0; time < 100; time++) {
                    var request = new HttpPost(provider.url() + FakeLangflow.FLOWS);
                    request.setEntity(
                            new EntityTemplate(-1,
                                    ContentType.TEXT_PLAIN,
                                    null,
                                    out -> {
                                        throw new OutOfMemoryError("made up");
                                    }));
                    assertThatThrownBy(() -> client.execute(request, answer -> 0))
                            .isInstanceOf(OutOfMemoryError.class);
                }
                var request = new HttpGet(provider.url() + FakeLangflow.FLOWS);
                assertThat(client.execute(request, HttpResponse::getCode)).isEqualTo(200);
            }
        }
    }
}
