package io.agentruntime.catalog;

/**
 * Is told when a request begins what takes milliseconds of a processor, on the request's own
 * thread.
 */
@FunctionalInterface
public interface LongWork {
    void begins();
}
