package io.agentruntime.security;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From a token to the caller. A token is accepted if the settings of one kind verify it; which ones
 * is the caller's kind. Safe for concurrent use.
 */
public final class TokenVerifier {

    private final List<Rule> rules;
    private final Clock clock;
    private final long skewMillis;
    private final VerifiedTokens verified = new VerifiedTokens();

    private TokenVerifier(List<Rule> rules, Clock clock, long skewMillis) {
        this.rules = rules;
        this.clock = clock;
        this.skewMillis = skewMillis;
    }

    /**
     * @param settings tried in this order; none refuses every token
     * @param skew how far the issuer's clock may be off
     */
    public static TokenVerifier of(List<TokenSettings> settings, Clock clock, Duration skew) {
        return new TokenVerifier(settings.stream().map(Rule::of).toList(), clock, skew.toMillis());
    }

    /** Begins to read the keys that issuers publish, so that the first callers find them. */
    public void readKeysAhead() {
        rules.forEach(rule -> rule.source.readAhead());
    }

    /** Has operators see whether the key sets that issuers publish can be read. */
    public void watch(MeterRegistry registry) {
        for (Rule rule : rules) {
            if (!rule.settings.jwksUrl().isEmpty()) {
                Gauge.builder(
                                "agent.runtime.key.set.readable",
                                rule.source,
                                it -> it.isReadable() ? 1 : 0)
                        .description("1 when an issuer's keys could be read the last time")
                        .tag("kind", rule.settings.kind().label())
                        .register(registry);
            }
        }
    }

    /** Keys at hand come first: a token that they verify waits for no issuer. */
    public Caller verify(String token) throws InvalidToken {
        long now = clock.millis();
        Caller known = verified.caller(token, now);
        if (known != null) {
            return known;
        }
        CompactToken parsed = CompactToken.parse(token);
        Map<CallerKind, Refusal> refusals = new EnumMap<>(CallerKind.class);
        List<Tried> tried = new ArrayList<>();
        for (Rule rule : rules) {
            Refusal refusal = rule.refusal(parsed.algorithm(), parsed.claims(), now, skewMillis);
            if (refusal != null) {
                refusals.put(rule.settings.kind(), refusal);
                continue;
            }
            List<SignatureCheck> keys = rule.source.keys();
            if (anyAccepts(keys, parsed)) {
                return remember(token, parsed.claims(), rule, keys);
            }
            tried.add(new Tried(rule, keys));
        }
        for (Tried each : tried) {
            Rule rule = each.rule();
            List<SignatureCheck> newer = rule.source.newerThan(each.keys());
            if (newer != each.keys() && anyAccepts(newer, parsed)) {
                return remember(token, parsed.claims(), rule, newer);
            }
            refusals.put(
                    rule.settings.kind(), newer.isEmpty() ? Refusal.NO_KEY : Refusal.SIGNATURE);
        }
        throw refusals.isEmpty()
                ? InvalidToken.because(Refusal.NO_KEY)
                : InvalidToken.because(refusals);
    }

    private Caller remember(String token, Claims claims, Rule rule, List<SignatureCheck> keys) {
        Caller caller = new Caller(rule.settings.kind(), claims.subject());
        verified.add(
                token,
                new VerifiedTokens.Entry(
                        caller,
                        claims.validFrom() - skewMillis,
                        claims.validUntil() + skewMillis,
                        rule.source,
                        keys));
        return caller;
    }

    /**
     * The cheap questions come first: a stranger must not be able to order signature checks or key
     * look-ups.
     */
    private record Rule(TokenSettings settings, KeySource source) {

        static Rule of(TokenSettings settings) {
            return new Rule(settings, settings.keys());
        }

        @Nullable Refusal refusal(String algorithm, Claims claims, long now, long skew) {
            if (!algorithm.equals(settings.algorithm())) {
                return Refusal.ALGORITHM;
            }
            if (claims.expires() == null) {
                return Refusal.NO_EXPIRY;
            }
            if (now >= claims.validUntil() + skew) {
                return Refusal.EXPIRED;
            }
            if (now < claims.validFrom() - skew) {
                return Refusal.NOT_YET;
            }
            if (!settings.issuer().isEmpty() && !settings.issuer().equals(claims.issuer())) {
                return Refusal.ISSUER;
            }
            if (!settings.audience().isEmpty()
                    && !claims.audience().contains(settings.audience())) {
                return Refusal.AUDIENCE;
            }
            return null;
        }
    }

    /** A rule whose keys at hand do not accept the token; published ones may have changed. */
    private record Tried(Rule rule, List<SignatureCheck> keys) {}

    private static boolean anyAccepts(List<SignatureCheck> keys, CompactToken token) {
        return keys.stream().anyMatch(k -> k.accepts(token.signed(), token.signature()));
    }
}
