package io.agentruntime.security;

import io.agentruntime.request.RequestLine;
import io.agentruntime.settings.OpenPaths;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;

/**
 * Knows the caller from the bearer token: for all who ask for {@link Caller#of}, for Spring's rules
 * as the principal, and for the log. A bad token is no token here.
 *
 * <p>On guarded paths alone: nobody asks for the caller of a health check, and it must not wait for
 * an issuer's keys. In place of Spring's bearer filter, which answers a bad token itself, on open
 * paths too, and does not do the log context.
 */
final class CallerFilter extends HttpFilter {
    private static final String REFUSAL = InvalidToken.class.getName();

    private static final String KIND = "caller_kind";
    private static final String SUBJECT = "caller_subject";

    private final TokenVerifier tokens;
    private final OpenPaths paths;

    CallerFilter(TokenVerifier tokens, OpenPaths paths) {
        this.tokens = tokens;
        this.paths = paths;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            String token = paths.guards(request) ? BearerHeader.token(request) : null;
            if (token != null) {
                enter(request, tokens.verify(token));
            }
        } catch (InvalidToken e) {
            request.setAttribute(REFUSAL, e);
        }
        try {
            chain.doFilter(request, response);
        } finally {
            SecurityContextHolder.clearContext();
            MDC.remove(KIND);
            MDC.remove(SUBJECT);
        }
    }

    /** Why the token was refused; null if there was none. */
    static @Nullable InvalidToken refusal(HttpServletRequest request) {
        return (InvalidToken) request.getAttribute(REFUSAL);
    }

    private static void enter(HttpServletRequest request, Caller caller) {
        // There is one right, to call, and so no authorities; the token is not kept
        SecurityContextHolder.setContext(
                new SecurityContextImpl(
                        new PreAuthenticatedAuthenticationToken(caller, "", List.of())));
        caller.sends(request);
        RequestLine.add("caller", caller.kind().label());
        MDC.put(KIND, caller.kind().label());
        MDC.put(SUBJECT, caller.loggedSubject());
    }
}
