package io.agentruntime;

import io.agentruntime.settings.InvalidSetting;
import io.agentruntime.settings.SettingFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of settings. Lines {@code NAME=value}; comments, blank lines, {@code export} and quotes
 * around a value are allowed. What is in quotes is taken to the letter.
 */
final class EnvFile {
    private static final Pattern LINE = Pattern.compile("(?s)(?:export\\s+)?([^#=][^=]*)=(.*)");
    private static final Pattern QUOTED = Pattern.compile("(?s)(?<quote>[\"'])(.*?)\\k<quote>(.*)");
    private static final Pattern COMMENT = Pattern.compile("(?s)\\s#.*");

    private EnvFile() {}

    /**
     * Values by name; none if there is no such file.
     *
     * @throws InvalidSetting for all lines that cannot be understood
     */
    static Map<String, Object> read(Path file) {
        Map<String, Object> values = new LinkedHashMap<>();
        var faults = new SettingFaults();
        List<String> lines = lines(file);
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            String text = (number == 1 ? withoutMark(line) : line).strip();
            String place = file.getFileName() + " line " + number;
            if (!text.isEmpty() && !text.startsWith("#")) {
                faults.gather(() -> read(text, place, values));
            }
        }
        faults.end();
        return values;
    }

    private static void read(String text, String place, Map<String, Object> values) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw InvalidSetting.elsewhere(place + " is neither NAME=value nor a comment");
        }
        String name = line.group(1).strip();
        values.put(name, value(line.group(2), place + ": " + name));
    }

    private static List<String> lines(Path file) {
        if (Files.isDirectory(file)) {
            throw InvalidSetting.elsewhere(
                    file.getFileName()
                            + " is a folder, as Docker makes one where it is to mount a file that is not there: remove it, and write settings into a file of that name");
        }
        try {
            return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw InvalidSetting.elsewhere(
                    file.getFileName() + " cannot be read: check who may, and that it is UTF-8");
        }
    }

    /** Editors on Windows begin a file with a byte order mark. */
    private static String withoutMark(String line) {
        return line.startsWith("\uFEFF") ? line.substring(1) : line;
    }

    private static String value(String text, String place) {
        String value = text.strip();
        if (!value.startsWith("\"") && !value.startsWith("'")) {
            return COMMENT.matcher(text).replaceFirst("").strip();
        }
        Matcher quoted = QUOTED.matcher(value);
        if (!quoted.matches()) {
            throw InvalidSetting.elsewhere(place + " has no closing quote on its line");
        }
        String rest = quoted.group(3);
        if (!rest.isEmpty() && !COMMENT.matcher(rest).matches()) {
            throw InvalidSetting.elsewhere(
                    place + " goes on after its closing quote: only a comment may follow it");
        }
        return quoted.group(2);
    }
}
