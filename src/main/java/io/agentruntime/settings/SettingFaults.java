package io.agentruntime.settings;

import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with settings, so that all of it is told at once. */
public final class SettingFaults {
    private final List<InvalidSetting> found = new ArrayList<>();

    public void add(InvalidSetting fault) {
        found.add(fault);
    }

    /** Runs a check that ends with an {@link InvalidSetting} if it finds one. */
    public void gather(Runnable check) {
        try {
            check.run();
        } catch (InvalidSetting fault) {
            add(fault);
        }
    }

    /** Whether anything is known to be wrong with a variable. */
    public boolean concern(String variable) {
        return found.stream()
                .anyMatch(fault -> String.valueOf(fault.getMessage()).startsWith(variable + " "));
    }

    /**
     * @throws InvalidSetting one that says all, if there are any
     */
    public void end() {
        if (!found.isEmpty()) {
            throw InvalidSetting.of(found);
        }
    }
}
