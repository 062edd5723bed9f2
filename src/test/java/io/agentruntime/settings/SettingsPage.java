package io.agentruntime.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings as application.yaml lists them. */
final class SettingsPage {
    private static final Pattern SETTING =
            Pattern.compile("  ([a-z0-9-]+): \\$\\{(AGENT_RUNTIME_SERVICE_[A-Z0-9_]+):(.*)}");

    private SettingsPage() {}

    /**
     * One setting.
     *
     * @param preset its default
     * @param meaning the comment above it, or nothing where it shares that of the one before
     */
    record Setting(String key, String variable, String preset, String meaning) {}

    static List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        var meaning = new StringBuilder();
        for (String line : page()) {
            Matcher setting = SETTING.matcher(line);
            if (setting.matches()) {
                settings.add(
                        new Setting(
                                setting.group(1),
                                setting.group(2),
                                setting.group(3),
                                meaning.toString()));
                meaning.setLength(0);
            } else if (line.startsWith("  # ")) {
                meaning.append(meaning.isEmpty() ? "" : " ").append(line.substring(4));
            } else if (!line.isBlank()) {
                throw new AssertionError("neither a setting nor its comment: " + line);
            }
        }
        return settings;
    }

    /** From {@code agent-runtime:} to where the parts are put together. */
    private static List<String> page() {
        try {
            List<String> lines = Files.readAllLines(Path.of("src/main/resources/application.yaml"));
            int from = lines.indexOf("agent-runtime:") + 1;
            int to = from;
            while (lines.get(to).isBlank() || lines.get(to).startsWith("  ")) {
                to++;
            }
            return lines.subList(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
