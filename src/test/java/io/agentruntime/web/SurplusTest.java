package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.LogLines;
import io.agentruntime.problem.ProblemWriters;
import io.agentruntime.settings.OpenPaths;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Three places, all taken, by a clock of its own. */
class SurplusTest {
    private static final int PLACES = 3;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicLong nanos = new AtomicLong();
    private final ConcurrencyLimit places = new ConcurrencyLimit(PLACES, 1, nanos::get, () -> 0);
    private final Timer refused = RequestFrame.refused(new SimpleMeterRegistry());
    private final OneASecond lines = new OneASecond();
    private final Surplus surplus =
            new Surplus(
                    places,
                    new Refusals(1, () -> 0, nanos::get),
                    lines,
                    ProblemWriters.of(new ObjectMapper()),
                    refused,
                    new OpenPaths("/api/v1"));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private void waits() {
        int before = places.waiting();
        threads.submit(() -> places.enter(LONG, nanos.get(), false, () -> {}));
        await().until(() -> places.waiting() > before || places.isOverloaded());
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** Those who waited are late and refused; one waits. */
    private void overload() throws InterruptedException {
        for (int i = 0; i < PLACES; i++) {
            places.enter(LONG, nanos.get(), false, () -> {});
        }
        waits();
        waits();
        passes(ConcurrencyLimit.PATIENCE.plusMillis(1));
        waits();
        passes(ConcurrencyLimit.INTERVAL);
        waits();
        await().until(() -> places.waiting() == 1);
    }

    private @Nullable String refusal(String request) {
        ByteBuffer answer =
                surplus.refusal(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
        return answer == null ? null : StandardCharsets.UTF_8.decode(answer).toString();
    }

    private @Nullable String refusalOf(String path) {
        return refusal("POST " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-ID: mine\r\n\r\n");
    }

    @Test
    void nobodyIsOneTooManyWhileThereIsNoOverload() throws Exception {
        assertThat(surplus.areTooMany()).isFalse();
        places.enter(LONG, nanos.get(), false, () -> {});
        assertThat(surplus.areTooMany()).isFalse();
    }

    @Test
    void inAnOverloadAsManyOfAHandfulComeInAsThereIsRoomFor() throws Exception {
        overload();

        for (int handful = 0; handful < 3; handful++) {
            surplus.nextHandful();
            for (int i = 1; i < PLACES; i++) {
                assertThat(surplus.areTooMany()).isFalse();
            }
            assertThat(surplus.areTooMany()).isTrue();
            assertThat(surplus.areTooMany()).isTrue();
        }
    }

    @Test
    void whenNobodyWaitsAnyMoreAllComeIn() throws Exception {
        overload();
        assertThat(surplus.areTooMany()).isTrue();

        places.leave();

        assertThat(places.isOverloaded()).isTrue();
        assertThat(places.waiting()).isZero();
        assertThat(surplus.areTooMany()).isFalse();
    }

    @Test
    void theAnswerIsThatOfAFullServiceAndIsCounted() throws Exception {
        String answer = refusalOf("/api/v1/agents/provision");

        String[] parts = answer.split("\r\n\r\n");
        assertThat(parts[0].lines())
                .startsWith(
                        "HTTP/1.1 503 ",
                        "X-Request-ID: mine",
                        "Content-Type: application/problem+json",
                        "Retry-After: 1",
                        "Content-Length: " + parts[1].getBytes(StandardCharsets.UTF_8).length)
                .anyMatch(line -> line.startsWith("Date: "))
                .endsWith("Connection: close");
        JsonNode body = new ObjectMapper().readTree(parts[1]);
        assertThat(body.get("type").asText()).isEqualTo("urn:ars:problem:overloaded");
        assertThat(body.get("instance").asText()).isEqualTo("/api/v1/agents/provision");
        assertThat(body.get("request_id").asText()).isEqualTo("mine");
        assertThat(refused.count()).isOne();
    }

    @Test
    void whoSendsAnIdThatMayNotBeSaidAgainGetsANewOne() {
        String answer = refusal("GET /api/v1/flows HTTP/1.1\r\nX-Request-ID: <b>\r\n\r\n");

        assertThat(answer).doesNotContain("<b>").containsPattern("X-Request-ID: [0-9a-f-]{36}\r\n");
    }

    @Test
    void whatIsOpenOrNotOfTheApiOrHasNotComeWholeIsLeftToTheServer() {
        assertThat(refusalOf("/health")).isNull();
        assertThat(refusalOf("/health/ready")).isNull();
        assertThat(refusalOf("/api/v1/health")).isNull();
        assertThat(refusalOf("/elsewhere")).isNull();
        assertThat(refusal("")).isNull();
        assertThat(refused.count()).isZero();
    }

    @Test
    void theFirstInASecondIsLoggedAsAllRefusalsAreAndTheOthersAreCounted() {
        try (LogLines log = LogLines.open()) {
            refusalOf("/api/v1/agents/provision");
            refusalOf("/api/v1/agents/provision");
            refusalOf("/api/v1/flows");

            assertThat(log.ofRequest("mine"))
                    .singleElement()
                    .asString()
                    .startsWith("WARN io.agentruntime.requests: request")
                    .contains(
                            "method=\"POST\", path=\"/api/v1/agents/provision\", status=\"503\"",
                            "problem=\"overloaded\"");
            lines.withOthers(LoggerFactory.getLogger("next").atInfo()).log("line");
            assertThat(log.all()).last().asString().contains("others_refused=\"2\"");
        }
    }
}
