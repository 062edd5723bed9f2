package io.agentruntime.catalog;

import java.util.Locale;

/** Why a provider could not be used; named the same in logs, answers and metrics. */
public enum Cause {
    AUTH_UNAVAILABLE(
            "the login endpoint gave no token: check that it is up and enabled, or set an API key"),
    AUTH_REJECTED("the credentials were refused: check the API key, or user name and password"),
    UNREACHABLE("no connection: check the address, that the provider runs, and its certificate"),
    TIMEOUT(
            "no answer in time: check the provider's load, or raise AGENT_RUNTIME_SERVICE_PROVIDER_TIMEOUT_MS"),
    RATE_LIMITED(
            "too many calls for the provider, which does not say when to come back: raise its limit, or AGENT_RUNTIME_SERVICE_CATALOG_TTL_SECONDS"),
    UPSTREAM_ERROR("the provider answered with an error: see its own log, and check the address"),
    MALFORMED(
            "the answer is not a flow list: check that the address is the provider's API and not a proxy or a web page"),
    TOO_LARGE("the answer is over the size limit of 32 MiB"),
    EMPTY(
            "it lists no flow that can be run: check what the credential may read, and whether examples or inactive flows are all there is");

    private final String hint;

    Cause(String hint) {
        this.hint = hint;
    }

    /** What an operator can do, where the provider's own route says nothing better. */
    public String hint() {
        return hint;
    }

    /** As in logs, answers and metrics: {@code auth-unavailable}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
