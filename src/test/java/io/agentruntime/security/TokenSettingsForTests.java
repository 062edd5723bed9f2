package io.agentruntime.security;

/** What tokens of a kind must satisfy, outside of production and with a key of their own. */
public final class TokenSettingsForTests {
    private TokenSettingsForTests() {}

    public static TokenSettings of(
            CallerKind kind, String algorithm, String key, String issuer, String audience) {
        return new TokenSettings(kind, algorithm, key, issuer, audience, "", false);
    }
}
