package io.agentruntime.security;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.request.RequestLine;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Says how to come back (RFC 6750 3), and what was wrong to the log alone; then the problem is
 * answered.
 */
final class Challenge implements AuthenticationEntryPoint {
    private static final RequestProblem UNAUTHENTICATED =
            RequestProblem.of(
                    ProblemType.UNAUTHENTICATED,
                    "A valid bearer token is needed in the Authorization header.");

    private final ProblemWriter problems;

    Challenge(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    public void commence(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        InvalidToken refusal = CallerFilter.refusal(request);
        response.setHeader(
                "WWW-Authenticate", refusal == null ? "Bearer" : "Bearer error=\"invalid_token\"");
        RequestLine.add("refused", refusal == null ? "no bearer token" : refusal.getMessage());
        problems.write(request, response, UNAUTHENTICATED);
    }
}
