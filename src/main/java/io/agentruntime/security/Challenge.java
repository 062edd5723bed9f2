package io.agentruntime.security;

import io.agentruntime.request.RequestLine;
import jakarta.servlet.ServletException;
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

    private final AuthenticationEntryPoint problem;

    Challenge(AuthenticationEntryPoint problem) {
        this.problem = problem;
    }

    @Override
    public void commence(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException, ServletException {
        InvalidToken refusal = CallerFilter.refusal(request);
        response.setHeader(
                "WWW-Authenticate", refusal == null ? "Bearer" : "Bearer error=\"invalid_token\"");
        String reason = refusal == null ? "no bearer token" : refusal.getMessage();
        RequestLine.add("refused", reason);
        problem.commence(request, response, new Unauthenticated(reason));
    }

    private static final class Unauthenticated extends AuthenticationException {

        Unauthenticated(String reason) {
            super(reason);
        }

        /** Strangers cause it at will, and its place in the code says nothing. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
