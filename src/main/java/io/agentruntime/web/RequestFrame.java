package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Around every request: its id, a place among those under way or the word that the service is full,
 * one log line, one measurement.
 */
final class RequestFrame extends OncePerRequestFilter {
    private static final Logger log = LoggerFactory.getLogger("io.agentruntime.requests");
    private static final String ID_HEADER = "X-Request-ID";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** A full service is likely to have room again after this. */
    private static final Duration ROOM_AGAIN = Duration.ofSeconds(1);

    /**
     * The port is open before the routes are mounted; without this a caller would be told that
     * nothing is here.
     */
    private static final RequestProblem STARTING =
            RequestProblem.retryLater(
                    ProblemType.OVERLOADED, "The service is starting.", ROOM_AGAIN);

    private final ProblemWriter problems;
    private final MeterRegistry meters;

    /** By outcome; outcomes are the labels of problems, of which there are few. */
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    private final BooleanSupplier ready;
    private final Semaphore places;
    private final String apiPath;

    /**
     * @param ready false until the routes are mounted
     * @param most requests to the API that may be under way at once
     */
    RequestFrame(
            ProblemWriter problems,
            MeterRegistry meters,
            BooleanSupplier ready,
            int most,
            String rootPath) {
        this.ready = ready;
        this.problems = problems;
        this.meters = meters;
        this.places = new Semaphore(most);
        this.apiPath = rootPath + "/";
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long began = System.nanoTime();
        String id = id(request.getHeader(ID_HEADER));
        request.setAttribute(ProblemWriter.REQUEST_ID, id);
        response.setHeader(ID_HEADER, id);
        MDC.put(ProblemWriter.REQUEST_ID, id);
        try {
            if (!ready.getAsBoolean()) {
                problems.write(request, response, STARTING);
            } else if (needsPlace(request)) {
                inPlace(request, response, chain);
            } else {
                chain.doFilter(request, response);
            }
        } finally {
            report(request, response, System.nanoTime() - began);
            MDC.clear();
        }
    }

    private void inPlace(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!places.tryAcquire()) {
            problems.write(
                    request,
                    response,
                    RequestProblem.retryLater(
                            ProblemType.OVERLOADED,
                            "The service has as many requests under way as it can serve well.",
                            ROOM_AGAIN));
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            places.release();
        }
    }

    /** Health and documentation are never refused. */
    private boolean needsPlace(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith(apiPath) && !path.endsWith("/health");
    }

    private void report(HttpServletRequest request, HttpServletResponse response, long nanos) {
        Map<String, Object> facts = RequestLine.take();
        int status = response.getStatus();
        String problem = problem(request, status);
        String outcome = problem == null ? "ok" : problem;
        timers.computeIfAbsent(outcome, it -> meters.timer("agent.runtime.requests", "outcome", it))
                .record(nanos, TimeUnit.NANOSECONDS);
        LoggingEventBuilder line =
                !needsPlace(request) && status != 500
                        ? log.atDebug()
                        : status >= 500 ? log.atWarn() : log.atInfo();
        line =
                line.addKeyValue("method", method(request))
                        .addKeyValue("path", path(request))
                        .addKeyValue("status", status)
                        .addKeyValue("ms", nanos / 1_000_000);
        if (problem != null) {
            line = line.addKeyValue("problem", problem);
        }
        for (Map.Entry<String, Object> fact : facts.entrySet()) {
            line = line.addKeyValue(fact.getKey(), fact.getValue());
        }
        line.log("request");
    }

    /**
     * The label of the problem; what the container refuses is answered after this filter, but its
     * status is known.
     */
    private static @Nullable String problem(HttpServletRequest request, int status) {
        String answered = (String) request.getAttribute(ProblemWriter.PROBLEM);
        return answered == null && status >= 400 ? ProblemType.ofStatus(status).label() : answered;
    }

    private static String id(@Nullable String given) {
        return given != null && ID.matcher(given).matches() ? given : fresh();
    }

    /** As unique as any random UUID, but not secret: a secret one costs a system call. */
    private static String fresh() {
        var random = ThreadLocalRandom.current();
        long version4 = random.nextLong() & ~0xF000L | 0x4000L;
        long variant2 = random.nextLong() >>> 2 | 1L << 63;
        return new UUID(version4, variant2).toString();
    }

    /** Methods are tokens, but Tomcat lets long ones pass. */
    private static String method(HttpServletRequest request) {
        String method = request.getMethod();
        return method.length() <= 16 ? method : method.substring(0, 16);
    }

    /**
     * The raw path, which holds no spaces and no line ends; without the query, where people put
     * secrets.
     */
    private static String path(HttpServletRequest request) {
        String path = request.getRequestURI();
        if (path.chars().anyMatch(c -> c < '!' || c > '~')) {
            path = path.replaceAll("[^!-~]", "?");
        }
        return path.length() <= 200 ? path : path.substring(0, 200) + "…";
    }
}
