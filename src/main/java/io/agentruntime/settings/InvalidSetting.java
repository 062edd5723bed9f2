package io.agentruntime.settings;

/** A setting with a value the service cannot run with; stops the start with one line. */
public final class InvalidSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param property such as {@code agent-runtime.port}
     * @param reason what is wrong, as the end of a sentence that begins with the variable's name; never a secret's value
     */
    public InvalidSetting(String property, String reason) {
        super(SettingNames.variable(property) + " " + reason);
    }
}
