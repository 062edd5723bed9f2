package io.agentruntime.security;

import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/** A caller in Spring Security's terms; there is one right, to call, and so no authorities. */
final class CallerAuthentication extends AbstractAuthenticationToken {

    private final Caller caller;

    CallerAuthentication(Caller caller) {
        super(List.of());
        this.caller = caller;
        setAuthenticated(true);
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    /** The token is not kept. */
    @Override
    public Object getCredentials() {
        return "";
    }
}
