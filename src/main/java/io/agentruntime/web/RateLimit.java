package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.security.Caller;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * So many requests a minute for each caller, known by kind and subject; a minute's worth may come
 * at once. Open paths know no caller, and have no limit.
 */
final class RateLimit extends HttpFilter {
    /**
     * Callers remembered, a few hundred bytes each; the one not heard of for longest is forgotten
     * first.
     */
    static final int MOST_CALLERS = 10_000;

    private final ProblemWriter problems;
    private final int perMinute;
    private final Map<Caller, Bucket> buckets =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Caller, Bucket> eldest) {
                    return size() > MOST_CALLERS;
                }
            };

    RateLimit(ProblemWriter problems, int perMinute) {
        this.problems = problems;
        this.perMinute = perMinute;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = Caller.of(request);
        if (caller != null) {
            ConsumptionProbe probe = bucket(caller).tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                problems.write(
                        request,
                        response,
                        RequestProblem.retryLater(
                                ProblemType.RATE_LIMITED,
                                "This caller may send " + perMinute + " requests a minute.",
                                Duration.ofNanos(probe.getNanosToWaitForRefill())));
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private Bucket bucket(Caller caller) {
        synchronized (buckets) {
            return buckets.computeIfAbsent(caller, it -> fresh());
        }
    }

    int remembered() {
        synchronized (buckets) {
            return buckets.size();
        }
    }

    private Bucket fresh() {
        return Bucket.builder()
                .addLimit(
                        limit ->
                                limit.capacity(perMinute)
                                        .refillGreedy(perMinute, Duration.ofMinutes(1)))
                .withNanosecondPrecision()
                .build();
    }
}
