package io.agentruntime.security;

import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Who sent the request under way, for routes to ask. */
public final class Callers {
    /** Leaves the caller as the variable {@code caller}. */
    public void identify(Exchange exchange) {
        exchange.setVariable("caller", current());
    }

    /** The verified caller; null on the open endpoints. */
    public @Nullable Caller current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes under
                ? Caller.of(under.getRequest())
                : null;
    }
}
