package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.problem.ProblemWriters;
import jakarta.servlet.RequestDispatcher;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What the container refuses by itself. */
class ContainerProblemsTest {
    @Test
    void whomAStoppingContainerRefusesIsToldWhenToComeBack() throws Exception {
        var request = new MockHttpServletRequest();
        request.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, 503);
        var response = new MockHttpServletResponse();

        new ContainerProblems(ProblemWriters.of(new ObjectMapper())).answer(request, response);

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getContentAsString()).contains("urn:ars:problem:overloaded");
        assertThat(response.getHeader("Retry-After")).isEqualTo("1");
    }
}
