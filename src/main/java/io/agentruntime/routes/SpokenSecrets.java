package io.agentruntime.routes;

import io.agentruntime.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings that remember which secrets they told, so that no finding repeats one. */
final class SpokenSecrets implements Settings.PropertySource {
    private static final Pattern SECRET = Pattern.compile("key|token|secret|password");

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

    /** The finding with the names of secrets in their place. */
    Finding hidden(Finding finding) {
        String advice = finding.advice();
        for (Map.Entry<String, String> secret : told.entrySet()) {
            advice = advice.replace(secret.getValue(), "{{" + secret.getKey() + "}}");
        }
        return new Finding(finding.file(), finding.line(), finding.column(), advice);
    }
}
