package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that providers gave this service, kept in memory only. One refresh per provider is under
 * way at a time, so a token is fetched and renewed once, however many requests wait.
 */
public final class ProviderTokens {
    /** Characters; the longest tokens seen have 4,000. */
    private static final int LONGEST_ANSWER = 64 * 1024;

    /** What a path looks like, and an object or a long token does not. */
    private static final Pattern PATH = Pattern.compile("[^{}\\[\\]\"<>\\p{Cntrl}]{1,200}");

    private static final String NAME = "(?:[\\p{L}_@$ -]{1,40}|\\d{1,3})";

    /** A path that is told in the log: what has other digits may be a token. */
    private static final Pattern TOLD = Pattern.compile(NAME + "(?:[.|]" + NAME + ")*");

    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final ObjectReader json;

    public ProviderTokens(ObjectMapper json) {
        this.json = json.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    public boolean has(String name) {
        return tokens.containsKey(name);
    }

    /** The token, or an empty string when there is none. */
    public String get(String name) {
        return tokens.getOrDefault(name, "");
    }

    /** Keeps the {@code access_token} (or {@code token}) of a login's JSON answer. */
    public void keep(String name, @Body @Nullable String answer) {
        keepAt(name, "access_token|token", answer);
    }

    /**
     * Keeps the token of a login's JSON answer.
     *
     * @param path where the token is, {@code session.ticket}; the first that holds something of
     *     several with {@code |} between them
     */
    public void keepAt(String name, @Nullable String path, @Body @Nullable String answer) {
        if (answer != null && answer.length() > LONGEST_ANSWER) {
            throw ProviderFailure.of(
                    Cause.TOO_LARGE, "the login endpoint answered with more than a token");
        }
        try {
            JsonNode read = json.readTree(answer == null ? "" : answer);
            String token = place(path).text(read);
            if (token == null || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw !TOLD.matcher(String.valueOf(path)).matches()
                                || holds(read, String.valueOf(path))
                        ? withoutPath()
                        : ProviderFailure.of(
                                Cause.MALFORMED,
                                "the login endpoint answered without a usable token at "
                                        + path
                                        + ": say with tokens.keepAt in the route file where it is, or see the provider's own log");
            }
            tokens.put(name, token);
        } catch (JsonProcessingException e) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "the login endpoint answered with something that is not JSON: check that its address is the provider's API and not a proxy or a web page");
        }
    }

    private static FieldPath place(@Nullable String path) {
        if (path == null || !PATH.matcher(path).matches()) {
            throw withoutPath();
        }
        try {
            return FieldPath.of(path);
        } catch (IllegalArgumentException notOne) {
            // Its message holds what was given
            throw withoutPath();
        }
    }

    /** Whether a text of the answer has this in it: then it is not told, as it may be a token. */
    private static boolean holds(JsonNode answer, String text) {
        if (answer.isValueNode()) {
            return answer.asText().contains(text);
        }
        for (JsonNode part : answer) {
            if (holds(part, text)) {
                return true;
            }
        }
        return false;
    }

    /** Nothing of what was given instead is told: it may be the answer. */
    private static ProviderFailure withoutPath() {
        return ProviderFailure.of(
                Cause.MALFORMED,
                "the login endpoint's answer has no usable token where the route file looks for it: tokens.keepAt takes the provider's name, the path of the token and the answer, such as keepAt('bots', 'session.ticket', ${body})");
    }

    /** Drops a token that the provider no longer takes. */
    public void forget(String name) {
        tokens.remove(name);
    }
}
