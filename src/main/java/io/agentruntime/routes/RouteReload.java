package io.agentruntime.routes;

import io.agentruntime.catalog.Catalogs;
import io.agentruntime.catalog.ProviderTokens;
import io.agentruntime.settings.Settings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.springboot.CamelRequestHandlerMapping;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

/**
 * In development, takes over route files when they are saved: checked together, built once in a
 * rehearsal, then exchanged while no request is under way. What is wrong is said, and changes
 * nothing.
 */
final class RouteReload implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouteReload.class);

    /** Often enough that a change seems to take effect at once; a look at some ten small files. */
    static final Duration INTERVAL = Duration.ofMillis(250);

    /**
     * Requests that take longer are not cut off: the next look tries again, for longer each time,
     * in the end for as long as any request takes.
     */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final ApplicationContext service;
    private final Settings settings;
    private final Catalogs catalogs;
    private final ProviderTokens tokens;
    private final RouteGate gate;
    private final LoadedRoutes loaded;
    private final Path folder;
    private final Optional<RouteFiles> files;
    private final Duration interval;
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(
                    run -> {
                        var thread = new Thread(run, "route-reload");
                        thread.setDaemon(true);
                        return thread;
                    });

    private Map<String, String> used = Map.of();
    private Map<String, String> seen = Map.of();
    private Map<String, String> judged = Map.of();
    private List<Finding> misnamed = List.of();
    private List<Finding> hints = List.of();
    private Set<String> gone = Set.of();
    private Map<String, String> unused = Map.of();
    private String unreadable = "";
    private Duration patience = PATIENCE;

    /** To be made before Camel reads the files: what is saved in between, is taken over. */
    RouteReload(
            ApplicationContext service,
            Settings settings,
            CamelContext camel,
            Catalogs catalogs,
            ProviderTokens tokens,
            RouteGate gate,
            Duration interval)
            throws IOException {
        this.service = service;
        this.settings = settings;
        this.catalogs = catalogs;
        this.tokens = tokens;
        this.gate = gate;
        this.loaded = new LoadedRoutes(camel);
        this.folder = Path.of(settings.routesDir());
        this.files =
                settings.environment() == Settings.Environment.DEVELOPMENT
                        ? Optional.of(RouteFiles.read(folder))
                        : Optional.empty();
        this.interval = interval;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() throws IOException {
        sayMisnamed();
        files.ifPresent(this::startWatching);
    }

    private void startWatching(RouteFiles files) {
        used = files.contents(settings.providers());
        judged = used;
        sayHints(RouteChecks.hints(used, service.getEnvironment()::getProperty), Set.of());
        sayUnused(files);
        watch.scheduleWithFixedDelay(
                () -> look(files), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private void sayMisnamed() throws IOException {
        List<Finding> now = RouteFiles.misnamed(folder);
        now.stream()
                .filter(finding -> !misnamed.contains(finding))
                .forEach(finding -> log.warn("not used: {}", finding));
        misnamed = now;
    }

    /**
     * Says what works, and may not be meant: of saved files all of it, and of others what is new,
     * as it depends on what is in them.
     */
    private void sayHints(List<Finding> now, Set<String> saved) {
        now.stream()
                .filter(hint -> saved.contains(hint.file()) || !hints.contains(hint))
                .forEach(hint -> log.info("hint: {}", hint));
        hints = now;
    }

    /** Says which files wait for their provider to be used, each time that they are saved. */
    private void sayUnused(RouteFiles files) {
        Map<String, String> now = files.unused(settings.providers());
        now.forEach(
                (file, content) -> {
                    if (!content.equals(unused.get(file))) {
                        log.info(
                                "{} is not used: name {} in AGENT_RUNTIME_SERVICE_PROVIDERS and start again",
                                file,
                                RouteFiles.provider(file));
                    }
                });
        unused = now;
    }

    private void look(RouteFiles files) {
        try {
            sayMisnamed();
            RouteFiles read = files.readAgain();
            unreadable = "";
            sayUnused(read);
            Map<String, String> now = read.contents(settings.providers());
            // An editor may be in the midst of writing: what two looks see is meant.
            boolean settled = now.equals(seen);
            seen = now;
            patience = settled ? patience : PATIENCE;
            if (settled && !now.equals(judged) && consider(now)) {
                judged = now;
            }
        } catch (NoSuchFileException e) {
            log.debug("a route file is gone while it is read", e);
        } catch (IOException e) {
            String now = String.valueOf(e.getMessage());
            if (!now.equals(unreadable)) {
                log.warn("routes not loaded: {}", now);
            }
            unreadable = now;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Thrown on, it would be the last look
            judged = seen;
            log.warn(
                    "routes not loaded, the last good ones stay: {}; AGENT_RUNTIME_SERVICE_LOGGING_LEVEL=DEBUG shows all of it",
                    e.getClass().getSimpleName());
            log.debug("routes not loaded", e);
        }
    }

    /** Takes the files over or says what is wrong; false when it has to be tried again. */
    private boolean consider(Map<String, String> files) throws InterruptedException {
        Set<String> missing = missing(files);
        Set<String> newlyGone = new TreeSet<>(missing);
        newlyGone.removeAll(gone);
        newlyGone.forEach(file -> log.warn("{} is gone, its last good routes stay", file));
        gone = missing;
        Map<String, String> now = new TreeMap<>(files);
        missing.forEach(file -> now.put(file, used.get(file)));
        Set<String> changed = changed(now);
        if (changed.isEmpty()) {
            if (newlyGone.isEmpty()) {
                log.info("the route files are the loaded ones again");
            }
            return true;
        }
        RouteChecks.Result result = RouteChecks.result(now, service.getEnvironment()::getProperty);
        if (!result.faults().isEmpty()) {
            result.faults().forEach(finding -> log.warn("routes not loaded: {}", finding));
            if (result.faults().stream()
                    .anyMatch(it -> it.advice().contains("has no value: set"))) {
                log.info("what is set is read again at the next start");
            }
            return true;
        }
        try {
            return takeOver(now, changed, result.hints());
        } catch (LoadedRoutes.LoadFailure e) {
            // What Camel says of it may hold the values of settings
            log.warn(
                    "routes not loaded: {}: the running service cannot build it; AGENT_RUNTIME_SERVICE_LOGGING_LEVEL=DEBUG shows why",
                    String.join(", ", changed));
            log.debug("routes not loaded", e);
            return true;
        }
    }

    private boolean takeOver(Map<String, String> now, Set<String> changed, List<Finding> hints)
            throws InterruptedException {
        // Routes of providers stand alone; other files hold what is built into routes elsewhere.
        boolean alone = changed.stream().allMatch(file -> RouteFiles.provider(file) != null);
        Map<String, String> before = alone ? only(used, changed) : used;
        Map<String, String> after = alone ? only(now, changed) : now;
        Set<String> providers = providers(after.keySet());
        Set<String> edited = providers(changed);
        Runnable exchange =
                () -> {
                    try {
                        loaded.exchange(before, after);
                        // Or a wrong login would show nothing until the token ran out
                        edited.forEach(tokens::forget);
                    } finally {
                        forgetOperationsTakenAway();
                    }
                };
        if (!gate.closedFor(patience, () -> catalogs.without(providers, exchange))) {
            if (patience.equals(PATIENCE)) {
                log.info("routes are taken over when the requests under way have ended");
            }
            Duration longer = patience.multipliedBy(2);
            Duration longest = settings.requestDeadline();
            patience = longer.compareTo(longest) < 0 ? longer : longest;
            return false;
        }
        used = now;
        log.info(
                "routes loaded: {}",
                changed.stream()
                        .map(file -> now.containsKey(file) ? file : file + " (it is gone)")
                        .collect(Collectors.joining(", ")));
        sayHints(hints, changed);
        providers.forEach(catalogs::ask);
        return true;
    }

    private static Set<String> providers(Set<String> files) {
        return files.stream()
                .map(RouteFiles::provider)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /**
     * Camel does not tell Spring that a route is gone, and what Spring goes on knowing may be
     * preferred to what took its place.
     */
    private void forgetOperationsTakenAway() {
        var operations = service.getBean(CamelRequestHandlerMapping.class);
        operations
                .getHandlerMethods()
                .forEach(
                        (operation, method) -> {
                            if (method.getBean() instanceof SpringBootPlatformHttpConsumer route
                                    && !route.isStarted()) {
                                operations.unregisterMapping(operation);
                            }
                        });
    }

    /** Files of providers in use that the jar does not have either. */
    private Set<String> missing(Map<String, String> now) {
        Set<String> missing = new TreeSet<>(used.keySet());
        missing.removeIf(file -> now.containsKey(file) || RouteFiles.provider(file) == null);
        return missing;
    }

    private Set<String> changed(Map<String, String> now) {
        Set<String> changed = new TreeSet<>(used.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(file -> Objects.equals(used.get(file), now.get(file)));
        return changed;
    }

    private static Map<String, String> only(Map<String, String> files, Set<String> names) {
        Map<String, String> some = new TreeMap<>(files);
        some.keySet().retainAll(names);
        return some;
    }
}
