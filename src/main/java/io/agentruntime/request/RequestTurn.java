package io.agentruntime.request;

/**
 * Is told, on a request's own thread, when the request begins what others need not wait for: they
 * take turns with it.
 */
public interface RequestTurn {
    /** Nobody's: for work that no request asks for. */
    RequestTurn NONE =
            new RequestTurn() {
                @Override
                public void waits() {}

                @Override
                public void computes() {}
            };

    /** It begins to wait for a provider or a model elsewhere. */
    void waits();

    /** It begins what takes milliseconds of a processor. */
    void computes();
}
