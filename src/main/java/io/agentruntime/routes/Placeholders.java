package io.agentruntime.routes;

import io.agentruntime.settings.Settings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Camel puts in the place of {@code {{name}}} and {@code {{name:default}}}. */
final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^{}:]*)(:[^{}]*)?}}");

    /** What is not set is found where it stands; beyond that it shall disturb no other check. */
    private static final String UNKNOWN = "1";

    private final Settings.PropertySource settings;

    Placeholders(Settings.PropertySource settings) {
        this.settings = settings;
    }

    boolean isKnown(String name) {
        return settings.get(name) != null;
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

    /** The text with the value or default of each placeholder. */
    String resolve(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(
                        placeholder ->
                                Matcher.quoteReplacement(
                                        value(placeholder.group(1).strip(), placeholder.group(2))));
    }

    private String value(String name, @Nullable String otherwise) {
        String value = settings.get(name);
        if (value != null) {
            return value;
        }
        return otherwise == null ? UNKNOWN : otherwise.substring(1);
    }
}
