package io.agentruntime.catalog;

/** Is told when a request begins to wait for a provider, on the request's own thread. */
@FunctionalInterface
public interface ProviderWait {
    void begins();
}
