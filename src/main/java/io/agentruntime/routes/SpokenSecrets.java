package io.agentruntime.routes;

import io.agentruntime.settings.Settings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Settings that remember which secrets they told, so that no finding repeats one. */
final class SpokenSecrets implements Settings.PropertySource {
    private static final Pattern SECRET = Pattern.compile("key|token|secret|password");

    private static final Pattern SIGNS = Pattern.compile("[${}:?]+");

    /** Shorter ones are in many words, and tell little of a secret. */
    private static final int SHORTEST = 4;

    private static final Comparator<String> LONGEST_FIRST =
            Comparator.comparingInt(String::length).reversed().thenComparing(String::compareTo);

    private final Settings.PropertySource settings;
    private final Map<String, String> told = new HashMap<>();

    SpokenSecrets(Settings.PropertySource settings) {
        this.settings = settings;
    }

    @Override
    public @Nullable String get(String property) {
        String value = settings.get(property);
        if (value != null && !value.isBlank() && SECRET.matcher(property).find()) {
            told.put(property, value);
        }
        return value;
    }

    /**
     * The finding with the names of secrets in their place, and in that of what they are made of.
     */
    Finding hidden(Finding finding) {
        Map<String, String> names = new TreeMap<>(LONGEST_FIRST);
        told.forEach(
                (property, secret) ->
                        parts(secret).forEach(part -> names.put(part, "{{" + property + "}}")));
        if (names.isEmpty()) {
            return finding;
        }
        String any = names.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|"));
        String advice =
                Pattern.compile(any)
                        .matcher(finding.advice())
                        .replaceAll(part -> Matcher.quoteReplacement(names.get(part.group())));
        return new Finding(finding.file(), finding.line(), finding.column(), advice);
    }

    /** Of a secret that holds placeholders or functions, Camel tells these alone. */
    private static Stream<String> parts(String secret) {
        Stream<String> read =
                SIGNS.splitAsStream(secret)
                        .filter(part -> part.length() >= SHORTEST && secret.contains("{"));
        return Stream.concat(Stream.of(secret), read);
    }
}
