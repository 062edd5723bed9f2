package io.agentruntime.security;

import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/** Who sent the request under way, for routes to ask. */
@Component
public final class Callers {
    /** Leaves the caller as the variable {@code caller}. */
    public void identify(Exchange exchange) {
        exchange.setVariable("caller", current());
    }

    /** The verified caller; null on the open endpoints. */
    public @Nullable Caller current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Caller caller
                ? caller
                : null;
    }
}
