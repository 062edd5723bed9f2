package io.agentruntime.settings;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What anybody may ask without a token, and is answered also when there is no room for others; all
 * else below the API's root is guarded, and nothing else exists.
 */
public final class OpenPaths {
    public static final String HEALTH = "/health";
    public static final String LIVE = "/health/live";
    public static final String READY = "/health/ready";
    private static final String DOCUMENT = "/openapi.json";

    /** What routes answer wherever the API begins. */
    public static final Set<String> OF_ROUTES = Set.of(HEALTH, LIVE, READY, DOCUMENT);

    /** The documentation, with all that lies below. */
    static final String DOCS = "/docs";

    private final String root;
    private final Set<String> open = new LinkedHashSet<>();

    /**
     * @param rootPath of the API; empty for the root
     */
    public OpenPaths(String rootPath) {
        root = rootPath + "/";
        open.add(healthBelow(rootPath));
        open.addAll(OF_ROUTES);
        open.add(DOCS);
    }

    /** The health that is asked for where the rest of the API is. */
    public static String healthBelow(String rootPath) {
        return rootPath + HEALTH;
    }

    /**
     * Whether what is asked for belongs to the API and is not open: by the path that routes go by,
     * as {@code %61pi} is {@code api}.
     */
    public boolean guards(HttpServletRequest request) {
        return guards(request.getServletPath());
    }

    /** The same of a path without escapes, empty segments or dots. */
    public boolean guards(String path) {
        return (path.startsWith(root) || root.equals(path + "/"))
                && !open.contains(path)
                && !path.startsWith(DOCS + "/");
    }

    /** Whether the documentation is asked for, the only open answers that are large. */
    public boolean isDocumentation(HttpServletRequest request) {
        String path = request.getServletPath();
        return path.equals(DOCUMENT) || path.equals(DOCS) || path.startsWith(DOCS + "/");
    }

    /** The open ones, as patterns of Spring. */
    public Set<String> patterns() {
        Set<String> patterns = new LinkedHashSet<>(open);
        patterns.add(DOCS + "/**");
        return patterns;
    }

    /** What is guarded unless it is open, as a pattern of Spring. */
    public String guardedPattern() {
        return root + "**";
    }
}
