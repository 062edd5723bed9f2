package io.agentruntime.routes;

import io.agentruntime.catalog.Catalogs;
import io.agentruntime.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/**
 * In development, takes over a provider's file when it is saved: checked together with all others,
 * then loaded in place of the last good one, which comes back when loading fails. Callers are
 * answered from the catalog meanwhile. Files that answer requests themselves need a restart.
 */
@Component
final class RouteReload implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouteReload.class);
    private static final Pattern PROVIDER = Pattern.compile("provider-(.+)\\.camel\\.yaml");

    /** Often enough that a change seems to take effect at once; a look at some ten small files. */
    private static final long LOOK_MILLIS = 500;

    private final Environment environment;
    private final CamelContext camel;
    private final Catalogs catalogs;
    private final Path folder;
    private final boolean inDevelopment;
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(
                    run -> {
                        var thread = new Thread(run, "route-reload");
                        thread.setDaemon(true);
                        return thread;
                    });

    private Map<String, String> good = Map.of();
    private Map<String, String> seen = Map.of();

    RouteReload(Environment environment, Settings settings, CamelContext camel, Catalogs catalogs) {
        this.environment = environment;
        this.camel = camel;
        this.catalogs = catalogs;
        this.folder = Path.of(settings.routesDir());
        this.inDevelopment = settings.environment() == Settings.Environment.DEVELOPMENT;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() throws IOException {
        if (inDevelopment && Files.isDirectory(folder)) {
            good = used();
            seen = good;
            watch.scheduleWithFixedDelay(
                    this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private void look() {
        try {
            Map<String, String> now = used();
            if (!now.equals(seen)) {
                seen = now;
                takeOver(now);
            }
        } catch (IOException e) {
            log.debug("a route file cannot be read yet", e);
        } catch (RuntimeException e) {
            log.warn("routes are not taken over, the last good ones stay: {}", e.getMessage());
        }
    }

    private void takeOver(Map<String, String> now) {
        List<Finding> findings = RouteChecks.check(now, environment::containsProperty);
        if (!findings.isEmpty()) {
            findings.forEach(finding -> log.warn("not taken over: {}", finding));
            return;
        }
        Map<String, String> taken = new TreeMap<>(good);
        now.forEach(
                (name, content) -> {
                    Matcher provider = PROVIDER.matcher(name);
                    if (content.equals(good.get(name))) {
                        return;
                    }
                    if (!provider.matches()) {
                        log.warn("{} changed: restart the service to have it take effect", name);
                    } else if (swap(name, good.get(name), content)) {
                        taken.put(name, content);
                        log.info("{} is taken over", name);
                        catalogs.refreshNow(provider.group(1));
                    }
                });
        good = taken;
    }

    /** Puts the new content in the old one's place, or the old one back. */
    private boolean swap(String name, String before, String after) {
        remove(name, before);
        try {
            load(name, after);
            return true;
        } catch (LoadFailure e) {
            log.warn("{} is not taken over, the last good one stays: {}", name, e.getMessage());
            remove(name, after);
            load(name, before);
            return false;
        }
    }

    private void remove(String name, String content) {
        RouteFile file = RouteChecks.read(name, content);
        Model model = ((ModelCamelContext) camel);
        for (RouteFile.Entry entity : RouteFile.entries(file.root())) {
            String id = RouteFile.text(entity.value(), "id");
            if (entity.key().equals("route")) {
                removeRoute(id);
            }
            RouteConfigurationDefinition retries =
                    entity.key().equals("routeConfiguration")
                            ? model.getRouteConfigurationDefinition(id)
                            : null;
            if (retries != null) {
                call("remove " + id, () -> model.removeRouteConfiguration(retries));
            }
        }
    }

    private void removeRoute(String id) {
        if (camel.getRoute(id) != null) {
            call("stop " + id, () -> camel.getRouteController().stopRoute(id));
            call("remove " + id, () -> camel.removeRoute(id));
        }
    }

    private void load(String name, String content) {
        call(
                "load",
                () ->
                        PluginHelper.getRoutesLoader(camel)
                                .loadRoutes(ResourceHelper.fromString(name, content)));
    }

    /** Camel's own methods say that anything may be thrown. */
    @FunctionalInterface
    private interface Call {
        void run() throws Exception;
    }

    private static void call(String what, Call call) {
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
            throw new LoadFailure(what + ": " + root.getMessage(), e);
        }
    }

    private static final class LoadFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LoadFailure(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What each file that is used holds now, the folder's before the jar's. */
    private Map<String, String> used() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        String locations = environment.getProperty("camel.main.routes-include-pattern", "");
        for (String name : Stream.of(locations.split(",")).map(RouteReload::name).toList()) {
            Path file = folder.resolve(name);
            contents.put(
                    name,
                    Files.isRegularFile(file)
                            ? Files.readString(file)
                            : new ClassPathResource("routes/" + name)
                                    .getContentAsString(StandardCharsets.UTF_8));
        }
        return contents;
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
