package io.agentruntime.settings;

/** A setting with a value the service cannot run with; stops the start with one line. */
public final class InvalidSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String reason;

    /**
     * @param key the property, such as {@code agent-runtime.port}
     * @param reason what is wrong, as the end of a sentence that begins with the variable's name;
     *     never a secret's value
     */
    public InvalidSetting(String key, String reason) {
        super(SettingNames.variable(key) + " " + onOneLine(reason));
        this.key = key;
        this.reason = onOneLine(reason);
    }

    private static String onOneLine(String reason) {
        return reason.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    public String key() {
        return key;
    }

    public String reason() {
        return reason;
    }
}
