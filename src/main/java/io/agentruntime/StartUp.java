package io.agentruntime;

import io.agentruntime.matching.ExamplesFile;
import io.agentruntime.routes.Finding;
import io.agentruntime.routes.InvalidRoutes;
import io.agentruntime.routes.RouteChecks;
import io.agentruntime.routes.RouteFiles;
import io.agentruntime.security.CallerKind;
import io.agentruntime.security.DevelopmentToken;
import io.agentruntime.security.TokenSettings;
import io.agentruntime.settings.InvalidSetting;
import io.agentruntime.settings.NearestName;
import io.agentruntime.settings.SettingFaults;
import io.agentruntime.settings.SettingNames;
import io.agentruntime.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * What is decided before anything is built: whether settings are valid, which routes are used, and
 * what follows from both.
 */
public final class StartUp implements EnvironmentPostProcessor, Ordered {
    /** True when a token secret was made for this run. */
    static final String SECRET_MADE = SettingSources.DERIVED + "secret-made";

    /** Names variables that nothing reads, each with the one that was probably meant. */
    static final String UNREAD = SettingSources.DERIVED + "unread";

    /** What Camel takes for a part of a pattern, an encoding or a list where it loads routes. */
    private static final Pattern READ_AS_PATTERN = Pattern.compile("[,+%*?{}#]");

    /** Python's names of levels, which the settings of the service's predecessor used. */
    private static final Map<String, String> PYTHON_LEVELS =
            Map.of("WARNING", "WARN", "CRITICAL", "ERROR");

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication app) {
        if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
            // The jar is being built: what is set here and now is nothing to it.
            return;
        }
        Map<String, Object> derived = SettingSources.add(environment);
        var faults = new SettingFaults();
        Settings settings = read(environment, faults);
        RouteFiles routes = routes(settings, faults);
        faults.end();
        derived.put(SECRET_MADE, false);
        makeSecretWhereNoneIsSet(environment, settings, derived);
        withoutTrailingSlash(environment, settings, derived);
        logLevel(environment, derived);
        derived.put(
                "camel.main.routes-include-pattern",
                String.join(",", checked(routes, settings, environment)));
        derived.put(UNREAD, String.join(", ", unread(environment, routes)));
        if (settings.isProduction()) {
            derived.put("logging.structured.format.console", "ecs");
        }
    }

    /**
     * @param faults takes all that is wrong
     */
    private static Settings read(ConfigurableEnvironment environment, SettingFaults faults) {
        Settings settings = Settings.read(environment::getProperty, faults);
        for (CallerKind kind : CallerKind.values()) {
            faults.gather(
                    () ->
                            TokenSettings.read(
                                    kind, environment::getProperty, settings.isProduction()));
        }
        if (settings.isProduction() && !TokenSettings.areSet(environment::getProperty)) {
            faults.add(
                    new InvalidSetting(
                            "agent-runtime.m2m-jwt-secret-key",
                            "and AGENT_RUNTIME_SERVICE_USER_JWT_SECRET_KEY are both empty: production needs one of them, or a …_JWKS_URL"));
        }
        faults.gather(() -> checkExamples(settings));
        MachineChecks.check(environment::getProperty, faults);
        canBeRead(SettingSources.variables(environment), faults);
        return settings;
    }

    /** A JVM whose locale knows ASCII alone puts this sign in the place of each other one. */
    private static void canBeRead(Map<String, String> variables, SettingFaults faults) {
        variables.forEach(
                (name, value) -> {
                    if (value.indexOf('\uFFFD') >= 0 && !faults.concern(name)) {
                        faults.add(
                                InvalidSetting.elsewhere(
                                        name
                                                + " contains characters that cannot be read in this locale: start with LC_ALL=C.UTF-8, or set it in "
                                                + SettingSources.ENV_FILE));
                    }
                });
    }

    /** In development the service runs without any secret being set: one is made for this run. */
    private static void makeSecretWhereNoneIsSet(
            ConfigurableEnvironment environment, Settings settings, Map<String, Object> derived) {
        if (settings.environment() == Settings.Environment.DEVELOPMENT
                && !TokenSettings.areSet(environment::getProperty)) {
            derived.put("agent-runtime.m2m-jwt-secret-key", DevelopmentToken.secret());
            derived.put("agent-runtime.m2m-jwt-algorithm", "HS256");
            derived.put(SECRET_MADE, true);
        }
    }

    private static void checkExamples(Settings settings) {
        if (settings.examplesFile().isPresent()) {
            try {
                ExamplesFile.load(Path.of(settings.examplesFile().get()));
            } catch (NoSuchFileException e) {
                throw new InvalidSetting(
                        "agent-runtime.examples-file",
                        "names " + Path.of(e.getFile()).toAbsolutePath() + ", which is not there");
            } catch (IOException | IllegalArgumentException e) {
                throw new InvalidSetting(
                        "agent-runtime.examples-file", "cannot be used: " + e.getMessage());
            }
        }
    }

    private static void withoutTrailingSlash(
            ConfigurableEnvironment environment, Settings settings, Map<String, Object> derived) {
        for (String provider : settings.providers()) {
            String property = SettingNames.PROPERTY_PREFIX + provider + "-api-url";
            String address = environment.getProperty(property, "").strip();
            if (!address.isEmpty()) {
                derived.put(property, SettingNames.javaAddress(address.replaceFirst("/+$", "")));
            }
        }
        derived.put("agent-runtime.root-path", settings.rootPath());
    }

    private static void logLevel(ConfigurableEnvironment environment, Map<String, Object> derived) {
        String level =
                environment
                        .getProperty("agent-runtime.logging-level", "")
                        .strip()
                        .toUpperCase(Locale.ROOT);
        derived.put("logging.level.io.agentruntime", PYTHON_LEVELS.getOrDefault(level, level));
    }

    private static List<String> unread(ConfigurableEnvironment environment, RouteFiles routes) {
        Set<String> properties =
                environment.getPropertySources().stream()
                        .filter(OriginTrackedMapPropertySource.class::isInstance)
                        .flatMap(
                                source ->
                                        Stream.of(
                                                ((OriginTrackedMapPropertySource) source)
                                                        .getPropertyNames()))
                        .collect(Collectors.toSet());
        return UnreadSettings.of(
                SettingSources.variables(environment).keySet(),
                properties,
                routes.contents().values());
    }

    /**
     * @param faults takes what keeps a folder or a provider from being used
     */
    private static RouteFiles routes(Settings settings, SettingFaults faults) {
        Path folder = Path.of(settings.routesDir());
        boolean mayBeMissing = settings.routesDir().equals(Settings.DEFAULT_ROUTES_DIR);
        if (!Files.isDirectory(folder) && !(mayBeMissing && Files.notExists(folder))) {
            faults.add(
                    new InvalidSetting(
                            "agent-runtime.routes-dir",
                            "names "
                                    + folder.toAbsolutePath()
                                    + ", which is not a folder; without the setting, the jar's own routes are used"));
        }
        if (READ_AS_PATTERN.matcher(settings.routesDir()).find()) {
            faults.add(
                    new InvalidSetting(
                            "agent-runtime.routes-dir",
                            "names a folder with one of , + % * ? { } # in its name, which route files cannot be loaded from"));
        }
        RouteFiles files;
        try {
            files = RouteFiles.read(folder);
        } catch (IOException e) {
            var unreadable =
                    new InvalidSetting(
                            "agent-runtime.routes-dir", "cannot be used: " + e.getMessage());
            faults.add(unreadable);
            faults.end();
            throw unreadable;
        }
        for (String provider : settings.providers()) {
            if (!files.providers().contains(provider)) {
                faults.add(
                        new InvalidSetting(
                                "agent-runtime.providers",
                                "names "
                                        + provider
                                        + ", but there is no file "
                                        + folder.resolve("provider-" + provider + ".camel.yaml")
                                                .toAbsolutePath()
                                        + NearestName.of(provider, files.providers())
                                                .map(one -> ": did you mean " + one + "?")
                                                .orElse("")));
            }
        }
        return files;
    }

    /**
     * Where the route files are that this run uses. A mistake in one stops the start, instead of
     * showing when a provider fails. Those of the jar were checked before it was made.
     */
    private static List<String> checked(
            RouteFiles files, Settings settings, ConfigurableEnvironment environment) {
        Map<String, String> contents = files.contents(settings.providers());
        if (!files.areOfTheJar(contents)) {
            List<Finding> findings = RouteChecks.check(contents, environment::getProperty);
            if (!findings.isEmpty()) {
                throw new InvalidRoutes(findings);
            }
        }
        return files.locations(contents);
    }
}
