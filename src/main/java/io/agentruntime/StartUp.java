package io.agentruntime;

import static java.util.stream.Collectors.joining;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
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
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * What is decided before anything is built: where settings come from, whether they are valid, which
 * routes are used.
 */
public final class StartUp implements EnvironmentPostProcessor, Ordered {
    /** True when the sample is served because no provider was named. */
    static final String SAMPLE_BY_DEFAULT = "agent-runtime.sample-by-default";

    /** True when a token secret was made for this run. */
    static final String SECRET_MADE = "agent-runtime.secret-made";

    /** Names the variables that Kubernetes set, which are no settings. */
    static final String SERVICE_LINKS = "agent-runtime.service-links";

    /** Names variables that nothing reads, each with the one that was probably meant. */
    static final String UNREAD = "agent-runtime.unread";

    /** Properties that are one sign each. */
    private static final String DOLLAR = "agent-runtime.sign.dollar";

    private static final String BACKSLASH = "agent-runtime.sign.backslash";

    /** A Service called agent-runtime-service, or …-management, has Kubernetes set these. */
    private static final List<String> PORTS =
            List.of("agent-runtime.port", "agent-runtime.management-port");

    /**
     * The API begins at the root, no page may call it, nothing is kept. And to take a production
     * whose template failed for a development would be worse than not to start.
     */
    private static final Set<String> EMPTY_SAYS_SOMETHING =
            Set.of(
                    "agent-runtime.root-path",
                    "agent-runtime.cors-allow-origins",
                    "agent-runtime.state-dir",
                    "agent-runtime.environment");

    /** What Camel takes for a part of a pattern, an encoding or a list where it loads routes. */
    private static final Pattern READ_AS_PATTERN = Pattern.compile("[,+%*?{}#]");

    private static final String DEVELOPMENT = "development";
    private static final String ENV_FILE = ".env.dev";

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
        Map<String, Object> derived = addSources(environment);
        var faults = new SettingFaults();
        Settings settings = read(environment, faults);
        RouteFiles routes = routes(settings, faults);
        faults.end();
        makeSecretWhereNoneIsSet(environment, settings, derived);
        withoutTrailingSlash(environment, settings, derived);
        logLevel(environment, derived);
        derived.put(
                "camel.main.routes-include-pattern",
                String.join(",", checked(routes, settings, environment)));
        List<String> unread = unread(environment, routes);
        if (!unread.isEmpty()) {
            derived.put(UNREAD, String.join(", ", unread));
        }
        if (settings.isProduction()) {
            derived.put("logging.structured.format.console", "ecs");
        }
    }

    /**
     * Adds what a start from here knows besides {@code application.yaml}: the file of settings, and
     * each variable as the property it sets.
     *
     * @return properties that win over all others, to be added to
     */
    static Map<String, Object> addSources(ConfigurableEnvironment environment) {
        List<String> links =
                leaveOut(
                        environment,
                        (name, value) -> PORTS.contains(name) && value.startsWith("tcp://"));
        List<String> empty =
                leaveOut(
                        environment,
                        (name, value) -> value.isBlank() && hasDefault(environment, name));
        addEnvFile(environment);
        environment.getPropertySources().addFirst(toTheLetter(variables(environment)));
        Map<String, Object> derived = new LinkedHashMap<>();
        environment.getPropertySources().addFirst(new MapPropertySource("derived", derived));
        // The management port's environment begins with the process's variables again
        Stream.concat(links.stream(), empty.stream())
                .filter(PORTS::contains)
                .forEach(port -> derived.put(port, environment.getProperty(port)));
        if (!links.isEmpty()) {
            derived.put(
                    SERVICE_LINKS,
                    links.stream().map(SettingNames::variable).collect(joining(" and ")));
        }
        serveSampleWithoutProvider(environment, derived);
        return derived;
    }

    /**
     * Takes variables out of those of the process: what Kubernetes sets, and nobody has chosen, and
     * what a template left empty.
     *
     * @param unwanted tells by the property that a variable sets, and its value
     * @return the properties of those that were taken out
     */
    private static List<String> leaveOut(
            ConfigurableEnvironment environment, BiPredicate<String, String> unwanted) {
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        if (!(environment.getPropertySources().get(name) instanceof MapPropertySource all)) {
            return List.of();
        }
        Map<String, Object> own = new LinkedHashMap<>(all.getSource());
        List<String> left =
                own.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith(SettingNames.VARIABLE_PREFIX))
                        .filter(
                                entry ->
                                        unwanted.test(
                                                SettingNames.property(entry.getKey()),
                                                entry.getValue().toString()))
                        .map(Map.Entry::getKey)
                        .toList();
        if (!left.isEmpty()) {
            own.keySet().removeAll(left);
            environment
                    .getPropertySources()
                    .replace(name, new SystemEnvironmentPropertySource(name, own));
        }
        return left.stream().map(SettingNames::property).toList();
    }

    /**
     * Whether it is one of the service's own, for which to be empty is the same as not to be set.
     */
    private static boolean hasDefault(ConfigurableEnvironment environment, String property) {
        return !EMPTY_SAYS_SOMETHING.contains(property)
                && environment.getPropertySources().stream()
                        .filter(OriginTrackedMapPropertySource.class::isInstance)
                        .anyMatch(source -> source.containsProperty(property));
    }

    private static void addEnvFile(ConfigurableEnvironment environment) {
        String declared =
                variables(environment)
                        .getOrDefault(SettingNames.variable("agent-runtime.environment"), "");
        if (declared.isBlank() || declared.strip().equalsIgnoreCase(DEVELOPMENT)) {
            Map<String, Object> values = EnvFile.read(Path.of(ENV_FILE));
            values.entrySet()
                    .removeIf(
                            entry ->
                                    entry.getValue().toString().isBlank()
                                            && hasDefault(
                                                    environment,
                                                    SettingNames.property(entry.getKey())));
            environment.getPropertySources().addLast(new MapPropertySource(ENV_FILE, values));
        }
    }

    /** Every {@code AGENT_RUNTIME_SERVICE_…} variable as it stands; of two, the one that wins. */
    private static Map<String, String> variables(ConfigurableEnvironment environment) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> listed) {
                for (String name : listed.getPropertyNames()) {
                    if (name.startsWith(SettingNames.VARIABLE_PREFIX)) {
                        Object value = listed.getProperty(name);
                        variables.putIfAbsent(name, value == null ? "" : value.toString());
                    }
                }
            }
        }
        return variables;
    }

    /**
     * Variables as properties, listed in application.yaml or not: a provider added by a file finds
     * its settings without one being declared for it. What looks like a placeholder is none: a
     * secret may hold it.
     */
    private static MapPropertySource toTheLetter(Map<String, String> variables) {
        Map<String, Object> properties = new LinkedHashMap<>();
        variables.forEach(
                (name, value) ->
                        properties.put(
                                SettingNames.property(name),
                                value.contains("${") ? withoutPlaceholders(value) : value));
        properties.put(BACKSLASH, "\\");
        properties.put(DOLLAR, "$");
        return new MapPropertySource("variables", properties);
    }

    /**
     * What Spring resolves to this value. It knows a backslash for an escape, but only before a
     * placeholder that is closed; so both signs become placeholders themselves.
     */
    private static String withoutPlaceholders(String value) {
        var resolvable = new StringBuilder();
        value.chars()
                .forEach(
                        sign -> {
                            switch (sign) {
                                case '\\' -> resolvable.append("${" + BACKSLASH + "}");
                                case '$' -> resolvable.append("${" + DOLLAR + "}");
                                default -> resolvable.append((char) sign);
                            }
                        });
        return resolvable.toString();
    }

    /**
     * In development, without a word about any provider, the sample is served, so that nothing else
     * need run.
     */
    private static void serveSampleWithoutProvider(
            ConfigurableEnvironment environment, Map<String, Object> derived) {
        boolean development =
                DEVELOPMENT.equalsIgnoreCase(
                        environment.getProperty("agent-runtime.environment", "").strip());
        boolean said =
                environment.containsProperty("AGENT_RUNTIME_SERVICE_PROVIDERS")
                        || environment.containsProperty("AGENT_RUNTIME_SERVICE_LANGFLOW_API_URL");
        if (development && !said) {
            derived.put("agent-runtime.providers", "sample");
            derived.put(SAMPLE_BY_DEFAULT, true);
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
        canBeRead(variables(environment), faults);
        return settings;
    }

    /** A JVM whose locale knows ASCII alone puts this sign in the place of each other one. */
    private static void canBeRead(Map<String, String> variables, SettingFaults faults) {
        variables.forEach(
                (name, value) -> {
                    if (value.indexOf('\uFFFD') >= 0) {
                        faults.add(
                                InvalidSetting.elsewhere(
                                        name
                                                + " holds signs that cannot be read here: start with LC_ALL=C.UTF-8, or set it in "
                                                + ENV_FILE));
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
        derived.put("agent-runtime.root-is-slash", settings.rootPath().isEmpty());
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
                variables(environment).keySet(), properties, routes.contents().values());
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
            throw new InvalidSetting("agent-runtime.routes-dir", "cannot be read: " + e);
        }
        for (String provider : settings.providers()) {
            if (!files.providers().contains(provider)) {
                faults.add(
                        new InvalidSetting(
                                "agent-runtime.providers",
                                "names "
                                        + provider
                                        + ", but there is no "
                                        + folder.resolve("provider-" + provider + ".camel.yaml")
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
