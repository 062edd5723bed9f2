package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.request.RequestLine;
import io.agentruntime.settings.OpenPaths;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
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
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.web.cors.CorsUtils;

/**
 * Around every request: its id, a place among those under way or the word that the service is full,
 * one log line, one measurement.
 */
final class RequestFrame extends HttpFilter {
    private static final Logger log = LoggerFactory.getLogger(RequestLine.LOG);
    static final String ID_HEADER = "X-Request-ID";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * The port is open before the routes are mounted; without this a caller would be told that
     * nothing is here.
     */
    private static final RequestProblem STARTING =
            RequestProblem.retryLater(
                    ProblemType.OVERLOADED, "The service is starting.", Duration.ofSeconds(1));

    /** What those who are told so are counted and logged as: a start is no overload. */
    private static final String BEFORE_READY = "starting";

    private static final String FULL = ProblemType.OVERLOADED.label();

    /**
     * The documentation is larger than a connection takes at once: who does not read it holds a
     * thread. A browser asks for six of its files at once; most threads are left to all others.
     */
    static final int MOST_READERS = 32;

    private static final RequestProblem READ_BY_MANY =
            RequestProblem.retryLater(
                    ProblemType.OVERLOADED,
                    "The documentation is sent to as many readers as may have it at once.",
                    Duration.ofSeconds(1));

    private final ProblemWriter problems;
    private final MeterRegistry meters;

    /** By outcome; but for two, outcomes are the labels of problems, of which there are few. */
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    /** How often one who waits for the routes looks for them. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final BooleanSupplier ready;

    /** Who comes after the routes are gone again does not wait for them. */
    private volatile boolean wasReady;

    private final Starting starting;
    private final Duration longestStart;
    private final BooleanSupplier leaving;
    private final Semaphore underWay;
    private final Semaphore readers = new Semaphore(MOST_READERS);
    private final RequestExecutor executor;
    private final ConcurrencyLimit places;
    private final Refusals refusals;
    private final OpenPaths paths;
    private final Filter crossOrigin;
    private final OneASecond refusalLines;
    private final OneASecond strayLines = new OneASecond();

    /**
     * @param ready false until the routes are mounted
     * @param starting tells probes so until then
     * @param longestStart how long all others wait until then, before they are refused
     * @param leaving true once the process is asked to stop: kept connections end with their next
     *     answer, so that none is cut off when the door closes
     * @param most requests to the API that may be under way at once, waiting ones too
     * @param executor through which the request came
     * @param places asked whether there is any use in going on
     * @param refusals for those for whom there is none
     * @param refusalLines of all who are refused, here or before
     * @param paths those that are open are never refused, but for the documentation
     * @param crossOrigin lets pages read that they are refused, and answers preflights
     */
    RequestFrame(
            ProblemWriter problems,
            MeterRegistry meters,
            BooleanSupplier ready,
            Starting starting,
            Duration longestStart,
            BooleanSupplier leaving,
            int most,
            RequestExecutor executor,
            ConcurrencyLimit places,
            Refusals refusals,
            OneASecond refusalLines,
            OpenPaths paths,
            Filter crossOrigin) {
        this.ready = ready;
        this.starting = starting;
        this.longestStart = longestStart;
        this.leaving = leaving;
        this.problems = problems;
        this.meters = meters;
        this.executor = executor;
        this.places = places;
        this.refusals = refusals;
        this.refusalLines = refusalLines;
        this.underWay = new Semaphore(most);
        this.paths = paths;
        this.crossOrigin = crossOrigin;
        // Or no alarm would see the first overload, as a count that begins does not rise
        timer(FULL);
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long began = executor.cameAt();
        boolean guarded = paths.guards(request);
        String id = id(request.getHeader(ID_HEADER));
        request.setAttribute(ProblemWriter.REQUEST_ID, id);
        response.setHeader(ID_HEADER, id);
        MDC.put(ProblemWriter.REQUEST_ID, id);
        if (leaving.getAsBoolean() || executor.keepsOthersWaiting()) {
            response.setHeader("Connection", "close");
        }
        try {
            boolean isReady = ready.getAsBoolean();
            if (isReady && !wasReady) {
                wasReady = true;
            }
            if (!isReady && starting.answers(request, response)) {
                return;
            }
            if (!isReady && !becomesReady()) {
                refuse(request, response, () -> STARTING);
                request.setAttribute(ProblemWriter.PROBLEM, BEFORE_READY);
            } else if (guarded) {
                inPlace(isReady ? began : System.nanoTime(), request, response, chain);
            } else {
                executor.passed();
                if (paths.isDocumentation(request)) {
                    amongReaders(request, response, chain);
                } else {
                    chain.doFilter(request, response);
                }
            }
        } catch (ClientAbortException hungUp) {
            throw hungUp;
        } catch (Throwable defect) {
            // As the container will answer, once this is through
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            throw defect;
        } finally {
            executor.answered();
            report(request, response, guarded, System.nanoTime() - began);
            MDC.clear();
        }
    }

    /** Waits for the routes, as long as there is room for those who do. */
    private boolean becomesReady() {
        if (wasReady || !underWay.tryAcquire()) {
            return false;
        }
        executor.passed();
        try {
            long end = System.nanoTime() + longestStart.toNanos();
            while (!ready.getAsBoolean() && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.release();
        }
        return ready.getAsBoolean();
    }

    private void inPlace(
            long cameAt,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws ServletException, IOException {
        if (places.refuses(cameAt) || !underWay.tryAcquire()) {
            refuse(request, response, refusals::next);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            underWay.release();
        }
    }

    private void amongReaders(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!readers.tryAcquire()) {
            refuse(request, response, () -> READ_BY_MANY);
            return;
        }
        try {
            chain.doFilter(request, response);
            if (response.getStatus() < 400) {
                // Or its end would be sent when this is through, by as many threads as there are
                response.flushBuffer();
            }
        } finally {
            readers.release();
        }
    }

    private void refuse(
            HttpServletRequest request, HttpServletResponse response, Supplier<RequestProblem> why)
            throws ServletException, IOException {
        crossOrigin.doFilter(
                request,
                response,
                (refused, answer) -> problems.write(request, response, why.get()));
    }

    private void report(
            HttpServletRequest request, HttpServletResponse response, boolean guarded, long nanos) {
        Map<String, Object> facts = RequestLine.take();
        int status = response.getStatus();
        String problem = problem(request, guarded, status);
        // Probes and preflights are many and quick: beside them, what callers meet would not show
        if (guarded && !CorsUtils.isPreFlightRequest(request)) {
            timer(problem == null ? "ok" : problem).record(nanos, TimeUnit.NANOSECONDS);
        }
        boolean starting = BEFORE_READY.equals(problem);
        boolean full = FULL.equals(problem);
        // A caller whose address is wrong, or somebody who looks for what is not here
        boolean stray =
                !guarded
                        && status == HttpServletResponse.SC_NOT_FOUND
                        && !paths.isDocumentation(request);
        OneASecond sparing = starting || full ? refusalLines : stray ? strayLines : null;
        if (sparing != null && !sparing.mayLog()) {
            return;
        }
        LoggingEventBuilder line =
                !guarded && status != 500 && !full && !stray
                        ? log.atDebug()
                        : status >= 500 && !starting ? log.atWarn() : log.atInfo();
        line =
                line.addKeyValue("method", method(request))
                        .addKeyValue("path", path(request))
                        .addKeyValue("status", status)
                        .addKeyValue("ms", nanos / 1_000_000);
        if (problem != null) {
            line = line.addKeyValue("problem", problem);
        }
        if (sparing != null) {
            line = sparing.withOthers(line);
        }
        for (Map.Entry<String, Object> fact : facts.entrySet()) {
            line = line.addKeyValue(fact.getKey(), fact.getValue());
        }
        line.log("request");
    }

    private Timer timer(String outcome) {
        return timers.computeIfAbsent(outcome, it -> timer(meters, it));
    }

    private static Timer timer(MeterRegistry meters, String outcome) {
        return meters.timer("agent.runtime.requests", "outcome", outcome);
    }

    /** How long those took who were refused, as the service is full. */
    static Timer refused(MeterRegistry meters) {
        return timer(meters, FULL);
    }

    /**
     * The label of the problem; what the container refuses is answered after this filter, but its
     * status is known.
     */
    private @Nullable String problem(HttpServletRequest request, boolean guarded, int status) {
        String answered = (String) request.getAttribute(ProblemWriter.PROBLEM);
        // A probe that says "not ready" has said what was asked
        boolean fine = status < 400 || status == 503 && !guarded;
        return answered == null && !fine ? ProblemType.ofStatus(status).label() : answered;
    }

    /** As it was given, if it may be said again, or a new one. */
    static String id(@Nullable String given) {
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
        return isPlain(path) ? shortened(path) : shortened(path.replaceAll("[^!-~]", "?"));
    }

    private static boolean isPlain(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) < '!' || path.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    static String shortened(String path) {
        return path.length() <= 200 ? path : path.substring(0, 200) + "…";
    }
}
