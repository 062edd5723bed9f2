package io.agentruntime.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.info.InfoEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.servlet.ServletManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Management is open on its own port and does not exist on the other. */
@SpringBootTest(
        classes = {SecurityRulesTest.App.class, ManagementPortTest.Management.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "server.address=127.0.0.1",
            "management.server.address=127.0.0.1",
            "management.server.port=0",
            "management.endpoints.web.exposure.include=info",
            "agent-runtime.root-path=/api/v1",
            "agent-runtime.cors-allow-origins=*",
            "spring.main.banner-mode=off"
        })
class ManagementPortTest {

    @LocalServerPort int api;

    @Value("${local.management.port}")
    int management;

    @Test
    void managementIsOpenOnItsOwnPortAlone() throws Exception {
        assertThat(status(management, "/actuator/info")).isEqualTo(200);
        assertThat(status(api, "/actuator/info")).isEqualTo(404);
        assertThat(status(management, "/api/v1/flows")).isEqualTo(401);
        assertThat(status(management, "/anything")).isEqualTo(404);
    }

    private static int status(int port, String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
    }

    @ImportAutoConfiguration({
        EndpointAutoConfiguration.class,
        WebEndpointAutoConfiguration.class,
        InfoEndpointAutoConfiguration.class,
        ManagementContextAutoConfiguration.class,
        ServletManagementContextAutoConfiguration.class
    })
    static class Management {}
}
