package io.agentruntime.routes;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RestConfiguration;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.nodes.Node;

/** What of route files is in a Camel context: put in, taken out, exchanged. */
final class LoadedRoutes {
    private static final Logger log = LoggerFactory.getLogger(LoadedRoutes.class);

    /** A refresh under way may end; one that hangs is cut off, and asked for again afterwards. */
    private static final long PATIENCE_MILLIS = 200;

    private final CamelContext camel;
    private final Model model;

    LoadedRoutes(CamelContext camel) {
        this.camel = camel;
        this.model = (ModelCamelContext) camel;
    }

    /** Files that cannot be loaded. */
    static final class LoadFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LoadFailure(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Loads files, by name, in one go, so that their order does not matter. */
    void load(Map<String, String> files) {
        Collection<Resource> resources =
                files.entrySet().stream()
                        .map(file -> ResourceHelper.fromString(file.getKey(), file.getValue()))
                        .toList();
        call(() -> PluginHelper.getRoutesLoader(camel).loadRoutes(resources));
    }

    /**
     * Puts the new files in the place of the old ones, or the old ones back.
     *
     * @throws LoadFailure after the old ones are back
     */
    void exchange(Map<String, String> before, Map<String, String> after) {
        try {
            remove(before);
            load(after);
        } catch (LoadFailure | Error e) {
            remove(after);
            remove(before);
            load(before);
            throw e;
        }
    }

    /** The name of the file that something was loaded from, wherever that was. */
    static String fileName(@Nullable String location) {
        return location == null ? "" : location.replaceFirst(".*[/\\\\:]", "");
    }

    private void remove(Map<String, String> files) {
        List.copyOf(model.getRouteDefinitions()).stream()
                .filter(route -> isOf(files, route.getResource()))
                .forEach(this::removeRoute);
        model.getRestDefinitions().removeIf(rest -> isOf(files, rest.getResource()));
        List.copyOf(model.getRouteTemplateDefinitions()).stream()
                .filter(template -> isOf(files, template.getResource()))
                .forEach(template -> call(() -> model.removeRouteTemplateDefinition(template)));
        files.forEach(
                (name, content) ->
                        RouteFile.parse(name, content, finding -> log.debug("{}", finding))
                                .ifPresent(this::removeByName));
    }

    private static boolean isOf(Map<String, String> files, @Nullable Resource resource) {
        return resource != null && files.containsKey(fileName(resource.getLocation()));
    }

    /** What does not know the file it is of. */
    private void removeByName(RouteFile file) {
        if (!file.entities("restConfiguration").isEmpty()) {
            // What a file says is added to what there is
            camel.setRestConfiguration(new RestConfiguration());
        }
        for (Node route : file.entities("templatedRoute")) {
            String id = RouteFile.text(route, "routeId");
            List.copyOf(model.getRouteDefinitions()).stream()
                    .filter(one -> id.equals(one.getId()))
                    .forEach(this::removeRoute);
        }
        for (Node configuration : file.entities("routeConfiguration")) {
            RouteConfigurationDefinition known =
                    model.getRouteConfigurationDefinition(RouteFile.text(configuration, "id"));
            if (known != null) {
                call(() -> model.removeRouteConfiguration(known));
            }
        }
        file.beans().forEach(bean -> camel.getRegistry().unbind(RouteFile.text(bean, "name")));
    }

    private void removeRoute(RouteDefinition definition) {
        String id = definition.getId();
        // A route that a REST operation took for itself is known, and never ran
        if (id != null && camel.getRoute(id) != null) {
            call(
                    () ->
                            camel.getRouteController()
                                    .stopRoute(id, PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            call(() -> camel.removeRoute(id));
        }
        call(() -> model.removeRouteDefinition(definition));
    }

    /** Camel's own methods say that anything may be thrown. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    static void call(Call call) {
        try {
            call.run();
        } catch (Throwable e) {
            if (e instanceof Error error) {
                throw error;
            }
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new LoadFailure(String.valueOf(root.getMessage()), e);
        }
    }
}
