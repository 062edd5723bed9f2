package io.agentruntime.settings;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A setting with a value the service cannot run with, or several of them; stops the start with a
 * line for each.
 */
public final class InvalidSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param key the property, such as {@code agent-runtime.port}
     * @param reason what is wrong, as the end of a sentence that begins with the variable's name;
     *     never a secret's value
     */
    public InvalidSetting(String key, String reason) {
        super(SettingNames.variable(key) + " " + onOneLine(reason));
    }

    /** For an address that is called as it stands: to Java, {@code my_host} is no host. */
    public static InvalidSetting underscoreInHost(String key) {
        return new InvalidSetting(
                key,
                "has a host name with an underscore, which cannot be called here: use a name without one");
    }

    /**
     * For what none of the service's own variables names, such as a line of a file that cannot be
     * understood.
     *
     * @param message begins with the place; never holds a secret's value
     */
    public static InvalidSetting elsewhere(String message) {
        return new InvalidSetting(onOneLine(message));
    }

    private InvalidSetting(String lines) {
        super(lines);
    }

    /**
     * @param all at least one
     */
    static InvalidSetting of(List<InvalidSetting> all) {
        return new InvalidSetting(
                all.stream().map(InvalidSetting::getMessage).collect(Collectors.joining("\n")));
    }

    private static String onOneLine(String reason) {
        return reason.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
