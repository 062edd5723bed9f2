package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that providers gave this service, kept in memory only. One refresh per provider is under
 * way at a time, so a token is fetched and renewed once, however many requests wait.
 */
public final class ProviderTokens {
    /** Characters; the longest tokens seen have 4,000. */
    private static final int LONGEST_ANSWER = 64 * 1024;

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
    public void keepAt(String name, String path, @Body @Nullable String answer) {
        if (answer != null && answer.length() > LONGEST_ANSWER) {
            throw ProviderFailure.of(
                    Cause.TOO_LARGE, "the login endpoint answered with more than a token");
        }
        try {
            String token = FieldPath.of(path).text(json.readTree(answer == null ? "" : answer));
            if (token == null || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw ProviderFailure.of(
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

    /** Drops a token that the provider no longer takes. */
    public void forget(String name) {
        tokens.remove(name);
    }
}
