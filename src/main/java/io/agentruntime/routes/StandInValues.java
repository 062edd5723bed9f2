package io.agentruntime.routes;

import io.agentruntime.settings.Settings;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings whose values are others of the same kind. What Camel says of these can be told: it holds
 * no value that somebody set, in whatever form Camel writes it.
 */
final class StandInValues implements Settings.PropertySource {
    private static final Pattern FLAG = Pattern.compile("(?i)true|false|");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");
    private static final Pattern DURATION = Pattern.compile("\\d+(ms|[smh])");
    private static final Pattern ADDRESS = Pattern.compile("https?://.*", Pattern.DOTALL);

    private static final Comparator<String> LONGEST_FIRST =
            Comparator.comparingInt(String::length).reversed().thenComparing(String::compareTo);

    private final Settings.PropertySource settings;
    private final Map<String, String> names = new TreeMap<>(LONGEST_FIRST);

    StandInValues(Settings.PropertySource settings) {
        this.settings = settings;
    }

    @Override
    public @Nullable String get(String property) {
        String value = settings.get(property);
        return value == null ? null : standIn(property, value.strip());
    }

    private String standIn(String property, String value) {
        if (FLAG.matcher(value).matches()) {
            return value;
        }
        if (NUMBER.matcher(value).matches()) {
            return "1";
        }
        if (DURATION.matcher(value).matches()) {
            return "1s";
        }
        String word = "value-of-" + property;
        String standIn = ADDRESS.matcher(value).matches() ? "http://" + word : word;
        names.put(standIn, "{{" + property + "}}");
        return standIn;
    }

    /** The text with placeholders again in the place of what stood in for their values. */
    String withPlaceholders(String text) {
        String told = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            told = told.replace(name.getKey(), name.getValue());
        }
        return told;
    }
}
