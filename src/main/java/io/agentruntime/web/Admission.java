package io.agentruntime.web;

import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.settings.OpenPaths;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * Lets requests to work as there are places. It stands behind the reading of the body: who sends
 * slowly must not keep a place from those who have sent.
 */
final class Admission extends HttpFilter {
    private final ProblemWriter problems;
    private final RequestExecutor executor;
    private final ConcurrencyLimit places;
    private final Refusals refusals;
    private final Duration longest;
    private final OpenPaths paths;

    /**
     * @param executor through which the request came
     * @param longest that a request may wait for a place
     * @param paths those that are open are never refused
     */
    Admission(
            ProblemWriter problems,
            RequestExecutor executor,
            ConcurrencyLimit places,
            Refusals refusals,
            Duration longest,
            OpenPaths paths) {
        this.problems = problems;
        this.executor = executor;
        this.places = places;
        this.refusals = refusals;
        this.longest = longest;
        this.paths = paths;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!paths.guards(request)) {
            chain.doFilter(request, response);
            return;
        }
        if (!enters()) {
            problems.write(request, response, refusals.next());
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            places.leave();
        }
    }

    private boolean enters() {
        try {
            return places.enter(longest, executor.cameAt(), executor.waited(), executor::passed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
