package io.agentruntime.settings;

import static io.agentruntime.settings.SettingNames.PROPERTY_PREFIX;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns a property's text into a value, or says what is wrong with it. */
final class SettingReader {
    private static final Pattern PROVIDER_NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern ROOT_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
    private static final Set<String> LEVELS =
            Set.of("TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "OFF");

    private final Settings.PropertySource properties;

    SettingReader(Settings.PropertySource properties) {
        this.properties = properties;
    }

    String text(String name) {
        String value = properties.get(PROPERTY_PREFIX + name);
        return value == null ? "" : value.strip();
    }

    Optional<String> optional(String name) {
        return Optional.of(text(name)).filter(value -> !value.isEmpty());
    }

    int wholeNumber(String name, int least, int most) {
        String value = text(name);
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, "must be a whole number, not " + quoted(value));
        }
        throw wrong(name, "must be from " + least + " to " + most + ", not " + quoted(value));
    }

    Duration seconds(String name, int least, int most) {
        return Duration.ofSeconds(wholeNumber(name, least, most));
    }

    Duration millis(String name, int least, int most) {
        return Duration.ofMillis(wholeNumber(name, least, most));
    }

    double fraction(String name) {
        String value = text(name);
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && number <= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, "must be a number from 0 to 1, not " + quoted(value));
        }
        throw wrong(name, "must be from 0 to 1, not " + quoted(value));
    }

    boolean bool(String name) {
        String value = text(name).toLowerCase(Locale.ROOT);
        return switch (value) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw wrong(name, "must be true or false, not " + quoted(text(name)));
        };
    }

    <E extends Enum<E>> E oneOf(String name, Class<E> type) {
        String value = text(name);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        String known =
                Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        throw wrong(name, "must be one of " + known + ", not " + quoted(value));
    }

    void loggingLevel(String name) {
        if (!LEVELS.contains(text(name).toUpperCase(Locale.ROOT))) {
            throw wrong(
                    name,
                    "must be one of TRACE, DEBUG, INFO, WARNING, ERROR, CRITICAL, OFF, not "
                            + quoted(text(name)));
        }
    }

    /** A path with a leading and without a trailing slash; empty for the root. */
    String path(String name) {
        String value = text(name);
        String path = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
        if (!ROOT_PATH.matcher(path).matches()) {
            throw wrong(
                    name,
                    "must be a path such as /api/v1 (letters, digits and . _ ~ - between slashes), not "
                            + quoted(value));
        }
        return path;
    }

    /** A comma list of provider names. */
    List<String> names(String name) {
        var names = new LinkedHashSet<>(list(text(name)));
        for (String one : names) {
            if (!PROVIDER_NAME.matcher(one).matches()) {
                throw wrong(
                        name,
                        "must be a comma list of provider names (lower case letters, digits, hyphens), not "
                                + quoted(one));
            }
        }
        if (names.isEmpty()) {
            throw wrong(name, "must name at least one provider");
        }
        return List.copyOf(names);
    }

    /**
     * {@code in-process}, {@code off}, or the address of an OpenAI-compatible endpoint with its
     * model's name.
     */
    Settings.Embedding embedding() {
        String value = text("embedding");
        URI nowhere = URI.create("");
        return switch (value) {
            case "in-process" ->
                    new Settings.Embedding(
                            Settings.EmbeddingKind.IN_PROCESS, nowhere, "", Optional.empty());
            case "off" ->
                    new Settings.Embedding(
                            Settings.EmbeddingKind.OFF, nowhere, "", Optional.empty());
            default -> endpoint(value);
        };
    }

    private Settings.Embedding endpoint(String address) {
        if (!address.startsWith("http")) {
            throw wrong(
                    "embedding",
                    "must be in-process, off, or the address of an OpenAI-compatible"
                            + " /v1/embeddings endpoint, not "
                            + quoted(address));
        }
        httpAddress("embedding", address);
        if (text("embedding-model").isEmpty()) {
            throw wrong("embedding-model", "must name the model of the endpoint");
        }
        return new Settings.Embedding(
                Settings.EmbeddingKind.ENDPOINT,
                URI.create(address),
                text("embedding-model"),
                optional("embedding-api-key"));
    }

    /** Checks {@code <provider>-api-url}, where there is one: some providers have no address. */
    void addressOf(String provider) {
        String name = provider + "-api-url";
        if (properties.get(PROPERTY_PREFIX + name) != null) {
            httpAddress(name, text(name));
        }
    }

    /** Checks {@code <provider>-include-examples}, where there is one. */
    void examplesOf(String provider) {
        String name = provider + "-include-examples";
        if (properties.get(PROPERTY_PREFIX + name) != null) {
            bool(name);
        }
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .toList();
    }

    private static void httpAddress(String name, String value) {
        try {
            var uri = new URI(value);
            boolean http =
                    "http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme());
            // A name with an underscore, such as a compose service, has no host by the letter of
            // the RFC, but resolves.
            boolean named = uri.getRawAuthority() != null && !uri.getRawAuthority().startsWith(":");
            if (!http || !named) {
                throw wrong(name, "must be an http or https address such as http://localhost:7860");
            }
            if (uri.getRawUserInfo() != null || uri.getRawAuthority().contains("@")) {
                throw wrong(name, "must not carry a user or password");
            }
            if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw wrong(name, "must not carry a query or a fragment");
            }
            String port = uri.getRawAuthority().replaceFirst("^(\\[.*]|[^:]*)", "");
            if (!port.isEmpty() && !port.matches(":\\d{1,5}")
                    || port.length() > 1 && Integer.parseInt(port.substring(1)) > 65_535) {
                throw wrong(name, "has a port that is not from 1 to 65535");
            }
        } catch (URISyntaxException e) {
            throw wrong(name, "is not an address: " + e.getReason().toLowerCase(Locale.ROOT));
        }
    }

    /** On one line, and no longer than a line. */
    private static String quoted(String value) {
        String line = value.replaceAll("\\p{Cntrl}", "?");
        return line.isEmpty()
                ? "empty"
                : "\"" + (line.length() > 60 ? line.substring(0, 60) + "…" : line) + "\"";
    }

    private static InvalidSetting wrong(String name, String reason) {
        return new InvalidSetting(PROPERTY_PREFIX + name, reason);
    }
}
