package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.settings.SettingNames;
import io.agentruntime.settings.Settings;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/**
 * What Camel puts in the place of {@code {{name}}} and {@code {{name:default}}}, and of {@code
 * {{env:NAME}}} and {@code {{sys:name}}}, which may have a default too.
 */
final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^{}:]*)(:[^{}]*)?}}");

    /** What is not set is found where it stands; beyond that it shall disturb no other check. */
    private static final String UNKNOWN = "1";

    /** The settings know the variables and properties of the process, too. */
    private static final Set<String> FUNCTIONS = Set.of("env", "sys");

    private final Settings.PropertySource settings;

    Placeholders(Settings.PropertySource settings) {
        this.settings = settings;
    }

    boolean isKnown(String name) {
        return settings.get(name) != null;
    }

    /** The property that is set, where its variable's name is taken for its own. */
    Optional<String> meant(String name) {
        if (isKnown(name) || !name.startsWith(SettingNames.PROPERTY_PREFIX)) {
            return Optional.empty();
        }
        String own = SettingNames.name(name);
        String variable =
                own.startsWith(SettingNames.VARIABLE_PREFIX) ? own : SettingNames.variable(name);
        return Optional.of(SettingNames.property(variable)).filter(this::isKnown);
    }

    /** Whether each placeholder of the text has a value or a default. */
    boolean areKnown(String text) {
        return PLACEHOLDER
                .matcher(text)
                .results()
                .allMatch(
                        placeholder ->
                                placeholder.group(2) != null
                                        || isKnown(placeholder.group(1).strip()));
    }

    /** Whether a step, or another part of a file, is switched off, and so is not there. */
    boolean isDisabled(Node part) {
        return resolve(text(part, "disabled")).equalsIgnoreCase("true");
    }

    /** The text with the value or default of each placeholder. */
    String resolve(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(
                        placeholder ->
                                Matcher.quoteReplacement(
                                        value(placeholder.group(1).strip(), placeholder.group(2))));
    }

    /** The text as it stands in the file, but for defaults in the place of what is not set. */
    String shown(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(
                        placeholder ->
                                Matcher.quoteReplacement(
                                        isKnown(placeholder.group(1).strip())
                                                ? placeholder.group()
                                                : resolve(placeholder.group())));
    }

    /** The placeholders of a text that a setting gives a value. */
    Stream<String> set(String text) {
        return PLACEHOLDER
                .matcher(text)
                .results()
                .map(placeholder -> placeholder.group(1).strip())
                .filter(this::isKnown)
                .map(name -> "{{" + name + "}}");
    }

    /**
     * What a check says of a text that is resolved; where it is about a value, nothing of that.
     *
     * @param check answers what is wrong, or nothing
     */
    Optional<String> problem(String text, Function<String, Optional<String>> check) {
        if (check.apply(resolve(text)).isEmpty()) {
            return Optional.empty();
        }
        var standIns = new StandInValues(settings);
        return check.apply(new Placeholders(standIns).resolve(text))
                .map(standIns::withPlaceholders)
                .or(() -> Optional.of(wrongValue(set(text))));
    }

    /** What to do where only values are wrong. */
    static String wrongValue(Stream<String> placeholders) {
        String names = placeholders.distinct().collect(Collectors.joining(", "));
        return "correct what is set for " + (names.isEmpty() ? "its placeholders" : names);
    }

    private String value(String name, @Nullable String otherwise) {
        if (FUNCTIONS.contains(name) && otherwise != null) {
            String[] parts = otherwise.substring(1).split(":", 2);
            return value(parts[0].strip(), parts.length > 1 ? ":" + parts[1] : null);
        }
        String value = settings.get(name);
        if (value != null) {
            return value;
        }
        return otherwise == null ? UNKNOWN : otherwise.substring(1);
    }
}
