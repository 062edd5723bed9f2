package io.agentruntime.security;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/** Says how to come back (RFC 6750 3), but never what was wrong; then the problem is answered. */
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
        problem.commence(
                request,
                response,
                new Unauthenticated(refusal == null ? "no bearer token" : refusal.getMessage()));
    }

    /** The message is for the log. */
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
