package io.agentruntime.security;

/** Which settings verified the caller's token. */
public enum CallerKind {
    USER("user"),
    M2M("m2m");

    private final String label;

    CallerKind(String label) {
        this.label = label;
    }

    /** The name in settings, logs and metrics. */
    public String label() {
        return label;
    }
}
