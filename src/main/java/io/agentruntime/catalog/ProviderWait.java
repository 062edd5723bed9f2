package io.agentruntime.catalog;

/**
 * Is told when a request begins to wait for a provider or a model elsewhere, on the request's own
 * thread.
 */
@FunctionalInterface
public interface ProviderWait {
    void begins();
}
