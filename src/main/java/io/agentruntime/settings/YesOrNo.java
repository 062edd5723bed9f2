package io.agentruntime.settings;

import java.util.Locale;
import java.util.Optional;

/** What counts as true and as false wherever a setting may be either. */
public final class YesOrNo {
    private YesOrNo() {}

    /** Empty when the text is neither. */
    public static Optional<Boolean> of(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> Optional.of(true);
            case "false", "no", "off", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
