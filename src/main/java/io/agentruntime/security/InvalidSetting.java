package io.agentruntime.security;

/** A token setting that must stop the start; says which one and why, never a secret's value. */
public final class InvalidSetting extends RuntimeException {

    private final String key;
    private final String reason;

    InvalidSetting(String key, String reason) {
        super(key + ": " + reason);
        this.key = key;
        this.reason = reason;
    }

    /** The property, such as {@code agent-runtime.user-jwt-secret-key}. */
    public String key() {
        return key;
    }

    public String reason() {
        return reason;
    }
}
