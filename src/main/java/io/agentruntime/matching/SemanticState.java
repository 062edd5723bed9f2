package io.agentruntime.matching;

import java.util.Locale;

/** Whether matching knows meanings, or words only. */
public enum SemanticState {
    /** The newest index answers by meaning and words. */
    READY,
    /** Its vectors are being made; until then it answers by words. */
    WARMING,
    /** By words only, as set. */
    OFF,
    /** By words only, because the model did not load or its endpoint does not answer. */
    FAILED;

    /** As {@code /health} shows it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
