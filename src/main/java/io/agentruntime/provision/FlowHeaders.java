package io.agentruntime.provision;

import org.apache.camel.Message;

/** The headers that say which catalog an answer was made from. */
final class FlowHeaders {
    private FlowHeaders() {}

    /** Leaves only what the answer itself says, nothing that a step of an edited route was told. */
    static void set(Message message, String version, long ageSeconds) {
        message.removeHeaders("*");
        message.setHeader("X-Catalog-Version", version);
        message.setHeader("X-Catalog-Age", ageSeconds);
    }
}
