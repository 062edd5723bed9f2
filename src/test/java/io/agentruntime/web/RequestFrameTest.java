package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.LogLines;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.ProblemWriters;
import io.agentruntime.settings.OpenPaths;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.ClientAbortException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** How requests are counted and logged that come before the routes do, or fail unforeseen. */
class RequestFrameTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void whoComesDuringAStartThatLastsIsRefusedAsByAFullServiceButNeitherCountedNorLoggedSo()
            throws Exception {
        var response = new MockHttpServletResponse();
        try (RequestExecutor executor = new RequestExecutor(1, 1);
                LogLines log = LogLines.open()) {
            starting(executor, () -> false, Duration.ofMillis(50))
                    .doFilter(provision(), response, new MockFilterChain());

            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .startsWith("INFO io.agentruntime.requests: request")
                    .contains("status=\"503\"", "problem=\"starting\"");
        }
        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader("Retry-After")).isEqualTo("1");
        assertThat(response.getContentAsString()).contains("urn:ars:problem:overloaded");
        assertThat(count("starting")).isEqualTo(1);
        assertThat(count("overloaded")).isZero();
    }

    @Test
    void whoComesDuringAStartIsAnsweredWhenItIsOver() throws Exception {
        var looks = new AtomicInteger();
        var passedOn = new MockFilterChain();
        try (RequestExecutor executor = new RequestExecutor(1, 1)) {
            starting(executor, () -> looks.incrementAndGet() > 3, Duration.ofMinutes(1))
                    .doFilter(provision(), new MockHttpServletResponse(), passedOn);
        }
        assertThat(passedOn.getRequest()).isNotNull();
        assertThat(count("ok")).isEqualTo(1);
    }

    @Test
    void aProbeDoesNotWaitForTheEndOfAStart() throws Exception {
        var response = new MockHttpServletResponse();
        try (RequestExecutor executor = new RequestExecutor(1, 1)) {
            starting(executor, () -> false, Duration.ofMinutes(1))
                    .doFilter(
                            new MockHttpServletRequest("GET", "/health/ready"),
                            response,
                            new MockFilterChain());
        }
        assertThat(response.getStatus()).isEqualTo(503);
    }

    @Test
    void whatIsThrownIsCountedAndLoggedAsTheContainerAnswersIt() throws Exception {
        try (RequestExecutor executor = new RequestExecutor(1, 1);
                LogLines log = LogLines.open()) {
            assertThatThrownBy(
                            () ->
                                    pass(
                                            executor,
                                            (request, response) -> {
                                                throw new IllegalStateException("made up");
                                            }))
                    .hasMessage("made up");

            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .startsWith("WARN io.agentruntime.requests: request")
                    .contains("status=\"500\"", "problem=\"internal\"");
        }
        assertThat(count("internal")).isEqualTo(1);
    }

    @Test
    void aCallerWhoHungUpIsNoDefect() throws Exception {
        try (RequestExecutor executor = new RequestExecutor(1, 1)) {
            assertThatThrownBy(
                            () ->
                                    pass(
                                            executor,
                                            (request, response) -> {
                                                throw new ClientAbortException();
                                            }))
                    .isInstanceOf(ClientAbortException.class);
        }
        assertThat(count("ok")).isEqualTo(1);
    }

    @Test
    void aDefectThatTheContainerMeetsIsLoggedWithTheRequestsId() throws Exception {
        var request = provision();
        request.setAttribute(ProblemWriter.REQUEST_ID, "a-request");
        request.setAttribute(RequestDispatcher.ERROR_STATUS_CODE, 500);
        request.setAttribute(
                RequestDispatcher.ERROR_EXCEPTION, new IllegalStateException("made up"));
        try (LogLines log = LogLines.open()) {
            new ContainerProblems(ProblemWriters.of(new ObjectMapper()))
                    .answer(request, new MockHttpServletResponse());

            assertThat(log.ofRequest("a-request")).singleElement().asString().contains("made up");
        }
    }

    /**
     * Or strangers who do not read what they ask for would take all threads, those of probes too.
     */
    @Test
    void theDocumentationIsSentToSoManyAtOnceAndHealthToAnybody() throws Exception {
        var begun = new CountDownLatch(RequestFrame.MOST_READERS);
        var end = new CountDownLatch(1);
        var refused = new MockHttpServletResponse();
        var probed = new MockFilterChain();
        ExecutorService readers = Executors.newCachedThreadPool();
        var read = new MockHttpServletResponse();
        try (RequestExecutor executor = new RequestExecutor(1, 1);
                LogLines log = LogLines.open()) {
            RequestFrame frame = starting(executor, () -> true, Duration.ZERO);
            for (int i = 0; i < RequestFrame.MOST_READERS; i++) {
                readers.submit(
                        () -> {
                            frame.doFilter(
                                    get("/docs/assets/page.js"),
                                    new MockHttpServletResponse(),
                                    (request, response) -> {
                                        begun.countDown();
                                        awaitEnd(end);
                                    });
                            return null;
                        });
            }
            begun.await();

            frame.doFilter(get("/openapi.json"), refused, new MockFilterChain());
            frame.doFilter(get("/health"), new MockHttpServletResponse(), probed);

            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .startsWith("WARN io.agentruntime.requests: request")
                    .contains("path=\"/openapi.json\"", "problem=\"overloaded\"");
            end.countDown();
            readers.shutdown();
            assertThat(readers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            frame.doFilter(get("/docs"), read, new MockFilterChain());
        }
        assertThat(refused.getStatus()).isEqualTo(503);
        assertThat(refused.getHeader("Retry-After")).isEqualTo("1");
        assertThat(probed.getRequest()).isNotNull();
        assertThat(read.getStatus()).isEqualTo(200);
        assertThat(read.isCommitted()).as("sent before another one may begin").isTrue();
    }

    /** As some hundred such callers would keep probes waiting for seconds. */
    @Test
    void whoSendsManyRequestsInOnePieceIsCutOffWhenOthersHaveWaitedForLong() {
        List<MockHttpServletResponse> answers = new CopyOnWriteArrayList<>();
        try (RequestExecutor executor = new RequestExecutor(1, 1)) {
            RequestFrame frame = starting(executor, () -> true, Duration.ZERO);
            executor.execute(
                    () -> {
                        answers.add(answered(frame));
                        answers.add(answered(frame));
                        executor.execute(() -> answers.add(answered(frame)));
                        await().until(() -> executor.longestWait() > 300_000_000);
                        answers.add(answered(frame));
                    });
            await().until(() -> answers.size() == 4);
        }
        assertThat(answers)
                .extracting(answer -> answer.getHeader("Connection"))
                .containsExactly(null, null, "close", null);
    }

    private static MockHttpServletResponse answered(RequestFrame frame) {
        var response = new MockHttpServletResponse();
        assertThatCode(() -> frame.doFilter(get("/health"), response, new MockFilterChain()))
                .doesNotThrowAnyException();
        return response;
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static MockHttpServletRequest get(String path) {
        var request = new MockHttpServletRequest("GET", path);
        request.setServletPath(path);
        return request;
    }

    private void pass(RequestExecutor executor, FilterChain chain) throws Exception {
        starting(executor, () -> true, Duration.ZERO)
                .doFilter(provision(), new MockHttpServletResponse(), chain);
    }

    private static MockHttpServletRequest provision() {
        var request = new MockHttpServletRequest("POST", "/api/v1/agents/provision");
        request.setServletPath(request.getRequestURI());
        return request;
    }

    private long count(String outcome) {
        return meters.get("agent.runtime.requests").tag("outcome", outcome).timer().count();
    }

    private RequestFrame starting(
            RequestExecutor executor, BooleanSupplier ready, Duration longestStart) {
        var json = new ObjectMapper();
        var places = new ConcurrencyLimit(1, 1, System::nanoTime, () -> 0);
        return new RequestFrame(
                ProblemWriters.of(json),
                meters,
                ready,
                new Starting("/api/v1", List.of("langflow"), json),
                longestStart,
                () -> false,
                1,
                executor,
                places,
                new Refusals(1, places::servedPerSecond, System::nanoTime),
                new OneASecond(),
                new OpenPaths("/api/v1"),
                (request, answer, chain) -> chain.doFilter(request, answer));
    }
}
