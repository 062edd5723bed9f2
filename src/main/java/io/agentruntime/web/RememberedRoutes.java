package io.agentruntime.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Remembers which route serves what: to ask Spring each time takes a twentieth of a request.
 *
 * <p>Only what has no variables in its path, and only as long as the route goes on serving.
 */
final class RememberedRoutes implements HandlerMapping, Ordered {

    /** Callers ask in few ways, again and again. */
    private static final int MOST = 200;

    private final HandlerMapping routes;
    private final Map<Asked, HandlerMethod> known = new ConcurrentHashMap<>();

    /** All that decides who serves a request. */
    private record Asked(
            String method, String path, @Nullable String contentType, @Nullable String accept) {}

    /**
     * @param routes knows all
     */
    RememberedRoutes(HandlerMapping routes) {
        this.routes = routes;
    }

    @Override
    public @Nullable HandlerExecutionChain getHandler(HttpServletRequest request) throws Exception {
        Asked asked =
                new Asked(
                        request.getMethod(),
                        request.getRequestURI(),
                        request.getContentType(),
                        request.getHeader(HttpHeaders.ACCEPT));
        HandlerMethod before = known.get(asked);
        if (before != null && DirectServing.isServing(before)) {
            return new HandlerExecutionChain(before);
        }
        HandlerExecutionChain found = routes.getHandler(request);
        if (found != null
                && found.getHandler() instanceof HandlerMethod route
                && DirectServing.isServing(route)
                && found.getInterceptorList().isEmpty()
                && !hasVariables(request)
                && Collections.list(request.getHeaders(HttpHeaders.ACCEPT)).size() <= 1) {
            if (known.size() >= MOST) {
                known.clear();
            }
            known.put(asked, route);
        }
        return found;
    }

    private static boolean hasVariables(HttpServletRequest request) {
        return request.getAttribute(URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                && !variables.isEmpty();
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
