package io.agentruntime;

import io.agentruntime.settings.SettingNames;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Where settings come from: the variables of the process, without those that nobody has chosen, the
 * file of settings, and what application.yaml says.
 */
final class SettingSources {
    /** Before the names of properties that nobody sets. */
    static final String DERIVED = "agent-runtime-derived.";

    /** True when the sample is served because no provider was named. */
    static final String SAMPLE_BY_DEFAULT = DERIVED + "sample-by-default";

    /** True when the API begins at the root, where it has a health check of its own already. */
    private static final String ROOT_IS_SLASH = "agent-runtime.root-is-slash";

    /** Names the variables that Kubernetes set, which are no settings. */
    static final String SERVICE_LINKS = DERIVED + "service-links";

    /** Properties that are one sign each. */
    private static final String DOLLAR = "agent-runtime.sign.dollar";

    private static final String BACKSLASH = "agent-runtime.sign.backslash";

    private static final String PORT = "agent-runtime.port";
    private static final String MANAGEMENT_PORT = "agent-runtime.management-port";

    /** What Spring takes for a setting too, and nobody means so. */
    private static final String SHORTER_PREFIX = "AGENT_RUNTIME_";

    private static final String PREFIX_WITHOUT_A_HYPHEN = "AGENTRUNTIME_";

    /** How Kubernetes writes the address of a Service. */
    private static final String ADDRESS = "tcp://";

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

    private static final String DEVELOPMENT = "development";
    static final String ENV_FILE = ".env.dev";

    private SettingSources() {}

    /**
     * Adds what a start from here knows besides {@code application.yaml}: the file of settings, and
     * each variable as the property it sets.
     *
     * @return properties that win over all others, to be added to
     */
    static Map<String, Object> add(ConfigurableEnvironment environment) {
        List<String> links = leaveOutServiceLinks(environment);
        leaveOut(environment, SettingSources::countsAsNotSet);
        addEnvFile(environment);
        environment.getPropertySources().addFirst(toTheLetter(variables(environment)));
        Map<String, Object> derived = new LinkedHashMap<>();
        environment.getPropertySources().addFirst(new MapPropertySource("derived", derived));
        // The management port's environment begins with the process's variables again
        derived.put(DERIVED + "port", environment.getProperty(PORT));
        derived.put(DERIVED + "management-port", environment.getProperty(MANAGEMENT_PORT));
        String root = environment.getProperty("agent-runtime.root-path", "");
        derived.put(ROOT_IS_SLASH, root.replace("/", "").isBlank());
        derived.put(SERVICE_LINKS, String.join(" and ", links));
        serveSampleWithoutProvider(environment, derived);
        return derived;
    }

    /**
     * Takes out what Kubernetes sets for a Service called {@code agent-runtime-service} or {@code
     * agent-runtime}, without a hyphen too, and with {@code -management} behind it.
     *
     * @return the ports that nobody has chosen
     */
    private static List<String> leaveOutServiceLinks(ConfigurableEnvironment environment) {
        String port = SettingNames.variable(PORT);
        String address = environment.getProperty(SHORTER_PREFIX + "PORT", "");
        String shorter =
                address.startsWith(ADDRESS)
                                && environment.containsProperty(
                                        SettingNames.VARIABLE_PREFIX + "HOST")
                        ? address.substring(address.lastIndexOf(':') + 1)
                        : "";
        List<String> links =
                leaveOut(
                        environment,
                        (variable, value) ->
                                variable.equals(port)
                                                && (value.startsWith(ADDRESS)
                                                        || value.equals(shorter))
                                        || variable.equals(SettingNames.variable(MANAGEMENT_PORT))
                                                && value.startsWith(ADDRESS));
        leaveOut(
                environment,
                (variable, value) ->
                        variable.startsWith(PREFIX_WITHOUT_A_HYPHEN)
                                || variable.startsWith(SHORTER_PREFIX)
                                        && !variable.startsWith(SettingNames.VARIABLE_PREFIX));
        return links;
    }

    /**
     * Takes variables out of those of the process.
     *
     * @param unwanted tells by a variable's name and its value
     * @return the variables that were taken out
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
                        .filter(entry -> unwanted.test(entry.getKey(), entry.getValue().toString()))
                        .map(Map.Entry::getKey)
                        .toList();
        if (!left.isEmpty()) {
            own.keySet().removeAll(left);
            environment
                    .getPropertySources()
                    .replace(name, new SystemEnvironmentPropertySource(name, own));
        }
        return left;
    }

    /** Whether it is empty, and one of the service's own for which that says nothing. */
    private static boolean countsAsNotSet(String variable, String value) {
        return value.isBlank()
                && variable.startsWith(SettingNames.VARIABLE_PREFIX)
                && !EMPTY_SAYS_SOMETHING.contains(SettingNames.property(variable));
    }

    private static void addEnvFile(ConfigurableEnvironment environment) {
        String declared =
                variables(environment).entrySet().stream()
                        .filter(
                                variable ->
                                        SettingNames.property(variable.getKey())
                                                .equals("agent-runtime.environment"))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse("");
        if (declared.isBlank() || declared.strip().equalsIgnoreCase(DEVELOPMENT)) {
            Map<String, Object> values = EnvFile.read(Path.of(ENV_FILE));
            values.entrySet()
                    .removeIf(entry -> countsAsNotSet(entry.getKey(), entry.getValue().toString()));
            environment.getPropertySources().addLast(new MapPropertySource(ENV_FILE, values));
        }
    }

    /** Every {@code AGENT_RUNTIME_SERVICE_…} variable as it stands; of two, the one that wins. */
    static Map<String, String> variables(ConfigurableEnvironment environment) {
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
                        properties.putIfAbsent(
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
        List<String> set =
                variables(environment).keySet().stream().map(SettingNames::property).toList();
        boolean said =
                set.contains("agent-runtime.providers")
                        || set.contains("agent-runtime.langflow-api-url");
        boolean sample = development && !said;
        derived.put(SAMPLE_BY_DEFAULT, sample);
        if (sample) {
            derived.put("agent-runtime.providers", "sample");
        }
    }
}
