package io.agentruntime.routes;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;

/**
 * The beans that the service gives to routes, by name; a test holds this to the running service.
 */
final class ServiceBeans {
    static final Map<String, String> CLASSES =
            Map.ofEntries(
                    entry("answers", "io.agentruntime.provision.Answers"),
                    entry("apiDocument", "io.agentruntime.web.ApiDocument"),
                    entry("callers", "io.agentruntime.security.Callers"),
                    entry("catalogSteps", "io.agentruntime.catalog.CatalogSteps"),
                    entry("catalogs", "io.agentruntime.catalog.Catalogs"),
                    entry("flowMatcher", "io.agentruntime.provision.FlowMatcher"),
                    entry("health", "io.agentruntime.web.Health"),
                    entry("listings", "io.agentruntime.provision.Listings"),
                    entry("problems", "io.agentruntime.problem.RouteProblems"),
                    entry("refreshSteps", "io.agentruntime.catalog.RefreshSteps"),
                    entry("requestReader", "io.agentruntime.provision.RequestReader"),
                    entry("setting", "io.agentruntime.settings.RouteSettings"),
                    entry("tokens", "io.agentruntime.catalog.ProviderTokens"));

    private ServiceBeans() {}

    /** The class of this name, not initialised. */
    static Optional<Class<?>> type(String name) {
        try {
            return Optional.of(Class.forName(name, false, ServiceBeans.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }
}
