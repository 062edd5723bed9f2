package io.agentruntime.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one rule between environment variables and properties. */
public final class SettingNames {
    private static final Pattern PROVIDER = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern HOST = Pattern.compile("^https?://([^/:]+)");

    public static final String PROPERTY_PREFIX = "agent-runtime.";
    public static final String VARIABLE_PREFIX = "AGENT_RUNTIME_SERVICE_";

    /** Stands for an underscore in a host's name, which Java's addresses cannot hold. */
    private static final String UNDERSCORE = "--underscore--";

    private SettingNames() {}

    /** Whether a provider can be called so, in settings and as a part of their names. */
    public static boolean isProvider(String name) {
        return PROVIDER.matcher(name).matches();
    }

    /** An address that Java understands: underscores of its host spelled out. */
    public static String javaAddress(String address) {
        Matcher host = HOST.matcher(address);
        return host.find()
                ? address.substring(0, host.start(1))
                        + host.group(1).replace("_", UNDERSCORE)
                        + address.substring(host.end(1))
                : address;
    }

    /** The name that the network knows, of a host from {@link #javaAddress}. */
    public static String networkHost(String host) {
        return host.replace(UNDERSCORE, "_");
    }

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

    /** What routes call a property: {@code a-b} for {@code agent-runtime.a-b}. */
    public static String name(String property) {
        return property.substring(PROPERTY_PREFIX.length());
    }

    /**
     * The environment variable that sets a property: {@code agent-runtime.a-b} is {@code
     * AGENT_RUNTIME_SERVICE_A_B}.
     */
    public static String variable(String property) {
        return VARIABLE_PREFIX + name(property).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
