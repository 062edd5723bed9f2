package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Probes that come before the routes do. */
class StartingTest {
    private final Starting starting =
            new Starting("/api/v1", List.of("langflow", "files"), new ObjectMapper());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/health/live | 200 | {\"status\":\"ok\"}",
                "/health/ready | 503 | {\"status\":\"not ready\"}",
                "/health | 200 | {\"status\":\"degraded\",\"providers\":{\"langflow\":\"unknown\",\"files\":\"unknown\"}}",
                "/api/v1/health | 200 | {\"status\":\"degraded\",\"providers\":{\"langflow\":\"unknown\",\"files\":\"unknown\"}}"
            })
    void aProbeIsToldHowThingsAre(String path, int status, String body) throws IOException {
        var response = new MockHttpServletResponse();
        assertThat(starting.answers(new MockHttpServletRequest("GET", path), response)).isTrue();
        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getContentType()).isEqualTo("application/json");
        assertThat(response.getContentAsString()).isEqualTo(body);

        var head = new MockHttpServletResponse();
        assertThat(starting.answers(new MockHttpServletRequest("HEAD", path), head)).isTrue();
        assertThat(head.getStatus()).isEqualTo(status);
        assertThat(head.getContentAsByteArray()).isEmpty();
    }

    @Test
    void allElseHasToWait() throws IOException {
        var response = new MockHttpServletResponse();
        for (var request :
                List.of(
                        new MockHttpServletRequest("POST", "/api/v1/agents/provision"),
                        new MockHttpServletRequest("POST", "/health"),
                        new MockHttpServletRequest("GET", ""),
                        new MockHttpServletRequest("GET", "/openapi.json"))) {
            assertThat(starting.answers(request, response)).isFalse();
        }
        assertThat(
                        new Starting("", List.of(), new ObjectMapper())
                                .answers(new MockHttpServletRequest("GET", "/"), response))
                .isFalse();
    }
}
