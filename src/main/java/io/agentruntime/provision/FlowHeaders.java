package io.agentruntime.provision;

import java.util.Map;
import org.apache.camel.Message;

/** The headers that say which catalog an answer was made from. */
final class FlowHeaders {
    private static final String VERSION = "X-Catalog-Version";
    private static final String AGE = "X-Catalog-Age";

    private FlowHeaders() {}

    /** Leaves only what the answer itself says, nothing that a step of an edited route was told. */
    static void set(Message message, String version, long ageSeconds) {
        message.removeHeaders("*");
        message.setHeader(VERSION, version);
        message.setHeader(AGE, ageSeconds);
    }

    /** The same for a refusal: that nothing fits is true of one version, too. */
    static Map<String, String> of(String version, long ageSeconds) {
        return Map.of(VERSION, version, AGE, Long.toString(ageSeconds));
    }
}
