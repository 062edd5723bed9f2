package io.agentruntime.settings;

import java.util.Locale;

/** The one rule between environment variables and properties. */
public final class SettingNames {
    public static final String PROPERTY_PREFIX = "agent-runtime.";
    public static final String VARIABLE_PREFIX = "AGENT_RUNTIME_SERVICE_";

    private SettingNames() {}

    /**
     * The property an environment variable sets: {@code AGENT_RUNTIME_SERVICE_A_B} is {@code
     * agent-runtime.a-b}.
     */
    public static String property(String variable) {
        return PROPERTY_PREFIX
                + variable.substring(VARIABLE_PREFIX.length())
                        .replace('_', '-')
                        .toLowerCase(Locale.ROOT);
    }

    /**
     * The environment variable that sets a property: {@code agent-runtime.a-b} is {@code
     * AGENT_RUNTIME_SERVICE_A_B}.
     */
    public static String variable(String property) {
        return VARIABLE_PREFIX
                + property.substring(PROPERTY_PREFIX.length())
                        .replace('-', '_')
                        .toUpperCase(Locale.ROOT);
    }
}
