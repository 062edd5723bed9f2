package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.RunningService;
import io.agentruntime.problem.ProblemWriters;
import io.agentruntime.security.Caller;
import io.agentruntime.security.CallerKind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What is kept of callers has an end, in number and in time. */
class BoundsTest {
    @Test
    void callersBeyondTenThousandAreForgotten() throws Exception {
        var limit = new RateLimit(ProblemWriters.of(new ObjectMapper()), 5);

        for (int i = 0; i < 3 * RateLimit.MOST_CALLERS; i++) {
            var request = new MockHttpServletRequest("GET", "/api/v1/flows");
            new Caller(CallerKind.USER, "caller-" + i).sends(request);
            limit.doFilter(request, new MockHttpServletResponse(), new MockFilterChain());
        }

        assertThat(limit.remembered()).isEqualTo(RateLimit.MOST_CALLERS);
    }

    @Test
    void aRequestForAPathThatIsNotThereIsLimitedMeasuredAndAnsweredOnce() {
        try (var service =
                RunningService.with(Map.of("PROVIDERS", "sample", "RATE_LIMIT_PER_MINUTE", "2"))) {
            service.get("/api/v1/nothing").isProblem(404, "not-found");
            service.get("/api/v1/nothing").isProblem(404, "not-found");
            service.get("/api/v1/nothing").isProblem(429, "rate-limited");

            var meters = service.context().getBean(MeterRegistry.class);
            await().untilAsserted(
                            () ->
                                    assertThat(
                                                    meters
                                                            .get("agent.runtime.requests")
                                                            .timers()
                                                            .stream()
                                                            .mapToLong(Timer::count)
                                                            .sum())
                                            .isEqualTo(3));
        }
    }

    /** The path is the same, however it is written. */
    @Test
    void aLetterWrittenAsItsCodeLeadsPastNoLimit() {
        try (var service =
                RunningService.with(Map.of("PROVIDERS", "sample", "RATE_LIMIT_PER_MINUTE", "2"))) {
            service.get("/%61pi/v1/flows");
            service.get("/api/v1/flows");
            service.get("/api/v1/flows").isProblem(429, "rate-limited");
            service.get("/%61pi/v1/flows").isProblem(429, "rate-limited");
        }
    }

    /**
     * Kept connections are given back before the door closes: whoever sends next is not cut off.
     */
    @Test
    void connectionsEndWithTheirNextAnswerOnceTheProcessIsAskedToStop() {
        try (var service = RunningService.with(Map.of("PROVIDERS", "sample"))) {
            assertThat(service.get("/api/v1/flows").header("Connection")).isNull();

            AvailabilityChangeEvent.publish(service.context(), ReadinessState.REFUSING_TRAFFIC);

            var last = service.get("/api/v1/flows").hasStatus(200);
            assertThat(last.header("Connection")).isEqualTo("close");
            assertThat(service.send(service.request("/health/ready")).status()).isEqualTo(503);
        }
    }
}
