package io.agentruntime.request;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a request's one log line says beyond method, path, status and time. */
public final class RequestLine {
    /** The log that it is in. */
    public static final String LOG = "io.agentruntime.requests";

    private static final ThreadLocal<Map<String, Object>> FACTS =
            ThreadLocal.withInitial(LinkedHashMap::new);

    private RequestLine() {}

    /** Adds a fact; never a description, a token, or a header's value. */
    public static void add(String key, Object value) {
        FACTS.get().put(key, value);
    }

    /** What was added since the last call, on this thread. */
    public static Map<String, Object> take() {
        Map<String, Object> facts = FACTS.get();
        FACTS.remove();
        return facts;
    }
}
