package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.settings.SettingNames;
import java.net.URI;
import org.apache.hc.core5.http.HttpHeaders;
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
}
