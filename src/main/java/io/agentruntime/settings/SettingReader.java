package io.agentruntime.settings;

import static io.agentruntime.settings.SettingNames.PROPERTY_PREFIX;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns a property's text into a value. What is wrong with it is gathered, and some value that is
 * right takes its place, so that others can be read.
 */
final class SettingReader {

    /** Without segments that are {@code .} or {@code ..}: clients and firewalls take them away. */
    private static final Pattern ROOT_PATH =
            Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)*");

    private static final Pattern ORIGIN =
            Pattern.compile("\\*|https?://(\\[[0-9a-fA-F:]+]|[A-Za-z0-9._-]+)(:[1-9][0-9]*)?");

    /** Browsers send an origin without the port that its scheme has anyway. */
    private static final Pattern DEFAULT_PORT =
            Pattern.compile("^(http://.*):80$|^(https://.*):443$");

    /** What a shell puts the home folder in the place of. */
    private static final Pattern HOME = Pattern.compile("(?s)(~|\\$HOME|\\$\\{HOME})(?:/(.*))?");

    /** A shell takes quotes away; what else sets variables may not. */
    private static final Pattern QUOTED = Pattern.compile("(?s)([\"']).*\\1");

    private static final String IN_QUOTES =
            "is in quotes, which are taken as a part of it: leave them out";

    private static final Set<String> LEVELS =
            Set.of("TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "OFF");

    /** Refuses what follows the array, which would be passed over. */
    private static final ObjectReader ORIGINS =
            new ObjectMapper()
                    .readerFor(String[].class)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Settings.PropertySource properties;
    private final SettingFaults faults;

    SettingReader(Settings.PropertySource properties, SettingFaults faults) {
        this.properties = properties;
        this.faults = faults;
    }

    String text(String name) {
        String value = properties.get(PROPERTY_PREFIX + name);
        return value == null ? "" : value.strip();
    }

    Optional<String> optional(String name) {
        return Optional.of(text(name)).filter(value -> !value.isEmpty());
    }

    /** The name of a file or a folder, if one is set. */
    Optional<String> place(String name) {
        Optional<String> place = optional(name);
        Matcher home = HOME.matcher(place.orElse(""));
        if (home.matches()) {
            wrong(
                    name,
                    "begins with "
                            + home.group(1)
                            + ", which only a shell reads as your home folder: write it in full, such as "
                            + shortened(
                                    "/home/me/" + Objects.requireNonNullElse(home.group(2), "")));
            return Optional.empty();
        }
        if (isQuoted(place.orElse(""))) {
            wrong(name, IN_QUOTES);
            return Optional.empty();
        }
        try {
            place.ifPresent(Path::of);
            return place;
        } catch (InvalidPathException e) {
            wrong(
                    name,
                    "is no path that can be used in this locale: start with LC_ALL=C.UTF-8, or use ASCII letters alone");
            return Optional.empty();
        }
    }

    int wholeNumber(String name, int least, int most) {
        String value = text(name);
        try {
            var number = new BigInteger(value);
            if (number.compareTo(BigInteger.valueOf(least)) >= 0
                    && number.compareTo(BigInteger.valueOf(most)) <= 0) {
                return number.intValue();
            }
            wrong(name, "must be from " + least + " to " + most + ", not " + quoted(value));
        } catch (NumberFormatException e) {
            wrong(name, "must be a whole number, not " + quoted(value));
        }
        return least;
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
            wrong(name, "must be from 0 to 1, not " + quoted(value));
        } catch (NumberFormatException e) {
            wrong(name, "must be a number from 0 to 1, not " + quoted(value));
        }
        return 0;
    }

    boolean bool(String name) {
        Optional<Boolean> value = YesOrNo.of(text(name));
        if (value.isEmpty()) {
            wrong(name, "must be true or false, not " + quoted(text(name)));
        }
        return value.orElse(false);
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
        wrong(name, "must be one of " + known + ", not " + quoted(value));
        return type.getEnumConstants()[0];
    }

    void loggingLevel(String name) {
        if (!LEVELS.contains(text(name).toUpperCase(Locale.ROOT))) {
            wrong(
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
            wrong(
                    name,
                    "must be a path such as /api/v1 (letters, digits and . _ ~ - between slashes, not . or .. alone), not "
                            + quoted(value));
        }
        if (path.equals(OpenPaths.DOCS) || path.startsWith(OpenPaths.DOCS + "/")) {
            wrong(
                    name,
                    "must not begin with "
                            + OpenPaths.DOCS
                            + ", where the documentation is, which needs no token");
        }
        return path;
    }

    /** A JSON array or a comma list; {@code *} stands for every origin, nothing for none. */
    List<String> origins(String name) {
        String value = text(name);
        try {
            List<String> origins = value.startsWith("[") ? array(value) : list(value);
            if (origins.stream().allMatch(SettingReader::isOrigin)) {
                return origins.stream()
                        .map(origin -> DEFAULT_PORT.matcher(origin).replaceFirst("$1$2"))
                        .toList();
            }
            wrong(
                    name,
                    origins.stream()
                            .flatMap(SettingReader::faultOfPath)
                            .findFirst()
                            .orElse(
                                    "holds something else than * or an origin such as https://app.example.org"));
        } catch (JsonProcessingException e) {
            wrong(
                    name,
                    "is not a JSON array of strings in double quotes such as [\"https://app.example.org\"]: write one, or a comma list without brackets and quotes");
        }
        return List.of();
    }

    /** What is copied from a browser ends with a slash. */
    private static Stream<String> faultOfPath(String written) {
        String origin = written.replaceFirst("^(https?://[^/]*)/.*$", "$1");
        return origin.equals(written) || !isOrigin(origin)
                ? Stream.empty()
                : Stream.of(
                        "holds "
                                + quoted(written)
                                + ", but an origin ends before the first slash behind its host or port: write "
                                + origin);
    }

    private static boolean isOrigin(String origin) {
        Matcher parts = ORIGIN.matcher(origin);
        return parts.matches() && (parts.group(2) == null || isPort(parts.group(2)));
    }

    private static List<String> array(String json) throws JsonProcessingException {
        return Stream.of(ORIGINS.<String[]>readValue(json))
                .map(String::valueOf)
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .toList();
    }

    /** A comma list of provider names. */
    List<String> names(String name) {
        var names = new LinkedHashSet<>(list(text(name)));
        for (String one : names) {
            if (!SettingNames.isProvider(one)) {
                wrong(
                        name,
                        "must be a comma list of provider names (lower case letters, digits, hyphens), not "
                                + quoted(one));
                return List.of();
            }
        }
        if (names.isEmpty()) {
            wrong(name, "must name at least one provider");
        }
        return List.copyOf(names);
    }

    /**
     * {@code in-process}, {@code off}, or the address of an OpenAI-compatible endpoint with its
     * model's name.
     */
    Settings.Embedding embedding() {
        String value = text("embedding");
        return switch (value) {
            case "in-process" -> Settings.Embedding.without(Settings.EmbeddingKind.IN_PROCESS);
            case "off" -> Settings.Embedding.without(Settings.EmbeddingKind.OFF);
            default -> endpoint(value);
        };
    }

    private Settings.Embedding endpoint(String address) {
        if (!address.startsWith("http")) {
            wrong(
                    "embedding",
                    "must be in-process, off, or the address of an OpenAI-compatible"
                            + " /v1/embeddings endpoint, not "
                            + quoted(address));
            return Settings.Embedding.without(Settings.EmbeddingKind.OFF);
        }
        if (text("embedding-model").isEmpty()) {
            wrong("embedding-model", "must name the model of the endpoint");
        }
        if (!httpAddress("embedding", address)) {
            return Settings.Embedding.without(Settings.EmbeddingKind.OFF);
        }
        if (URI.create(address).getHost() == null) {
            faults.add(InvalidSetting.underscoreInHost(PROPERTY_PREFIX + "embedding"));
        }
        return new Settings.Embedding(
                Settings.EmbeddingKind.ENDPOINT,
                URI.create(address),
                text("embedding-model"),
                key("embedding-api-key"));
    }

    /** Checks {@code <provider>-api-url}, where there is one: some providers have no address. */
    void addressOf(String provider) {
        String name = provider + "-api-url";
        if (properties.get(PROPERTY_PREFIX + name) != null) {
            httpAddress(name, text(name));
        }
    }

    /** Checks {@code <provider>-api-key}, where there is one. */
    void keyOf(String provider) {
        key(provider + "-api-key");
    }

    /**
     * What is sent in a header as it stands. Refused by the header, it would stand in the log; and
     * what was copied along with a key shows nowhere else.
     */
    private Optional<String> key(String name) {
        Optional<String> key = optional(name);
        if (key.stream().flatMapToInt(String::chars).anyMatch(sign -> sign < ' ' || sign > '~')) {
            wrong(
                    name,
                    "contains a character that no key has, such as a line break or an invisible one: copy it again");
        }
        return key;
    }

    /** Checks {@code <provider>-include-examples}, where there is one. */
    void examplesOf(String provider) {
        String name = provider + "-include-examples";
        if (properties.get(PROPERTY_PREFIX + name) != null) {
            bool(name);
        }
    }

    /** Checks {@code <provider>-dir}, where there is one. */
    void folderOf(String provider) {
        place(provider + "-dir");
    }

    /**
     * Checks that {@code <provider>-username} and {@code -password} come together, where there are
     * both: a provider of one's own may want a user's name alone.
     */
    void loginOf(String provider) {
        if (properties.get(PROPERTY_PREFIX + provider + "-username") == null
                || properties.get(PROPERTY_PREFIX + provider + "-password") == null) {
            return;
        }
        boolean user = optional(provider + "-username").isPresent();
        boolean password = optional(provider + "-password").isPresent();
        if (user != password && optional(provider + "-api-key").isEmpty()) {
            wrong(
                    provider + (user ? "-password" : "-username"),
                    "must be set too, as the other half of the login is");
        }
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .toList();
    }

    private boolean httpAddress(String name, String value) {
        Optional<String> fault = faultOfAddress(value);
        fault.ifPresent(reason -> wrong(name, reason));
        return fault.isEmpty();
    }

    private static Optional<String> faultOfAddress(String value) {
        if (isQuoted(value)) {
            return Optional.of(IN_QUOTES);
        }
        if (!value.isEmpty() && !value.contains("://")) {
            return Optional.of(
                    "must be an http or https address: write http:// or https:// before it");
        }
        URI uri;
        try {
            uri = new URI(value);
        } catch (URISyntaxException e) {
            return Optional.of("is not an address: " + e.getReason().toLowerCase(Locale.ROOT));
        }
        boolean http =
                "http".equalsIgnoreCase(uri.getScheme())
                        || "https".equalsIgnoreCase(uri.getScheme());
        // A name with an underscore, such as a compose service, has no host by the letter of
        // the RFC, but resolves.
        String authority = uri.getRawAuthority();
        if (!http || authority == null || authority.startsWith(":")) {
            return Optional.of("must be an http or https address such as http://localhost:7860");
        }
        if (!uri.getScheme().equals(uri.getScheme().toLowerCase(Locale.ROOT))) {
            return Optional.of("must begin with http:// or https:// in lower case");
        }
        if (uri.getRawUserInfo() != null || authority.contains("@")) {
            return Optional.of("must not carry a user or password");
        }
        if (authority.chars().anyMatch(sign -> sign > '~')) {
            return Optional.of(
                    "has a host name with letters outside of ASCII: write it as the name service has it, beginning with xn--");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return Optional.of("must not carry a query or a fragment");
        }
        String port = authority.replaceFirst("^(\\[.*]|[^:]*)", "");
        if (!port.isEmpty() && !isPort(port)) {
            return Optional.of("has a port that is not from 1 to 65535");
        }
        return Optional.empty();
    }

    private static boolean isQuoted(String value) {
        return QUOTED.matcher(value).matches();
    }

    private static boolean isPort(String port) {
        if (!port.matches(":\\d{1,5}")) {
            return false;
        }
        int number = Integer.parseInt(port.substring(1));
        return number >= 1 && number <= 65_535;
    }

    private static String quoted(String value) {
        return value.isEmpty() ? "empty" : "\"" + shortened(value) + "\"";
    }

    /** On one line, and no longer than a line. */
    private static String shortened(String value) {
        String line = value.replaceAll("\\p{Cntrl}", "?");
        return line.length() > 60 ? line.substring(0, 60) + "…" : line;
    }

    private void wrong(String name, String reason) {
        faults.add(new InvalidSetting(PROPERTY_PREFIX + name, reason));
    }
}
