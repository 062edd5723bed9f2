package io.agentruntime.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of a token, for how long, and how much at most. */
class VerifiedTokensTest {

    private static final Caller ANN = new Caller(CallerKind.USER, "ann");

    private List<SignatureCheck> keys = List.of((signed, signature) -> true);
    private final VerifiedTokens verified = new VerifiedTokens(1_000);

    @Test
    void anEntryCountsFromItsFirstMillisecondToItsLast() {
        verified.add("token", entry(100, 200));

        assertThat(verified.caller("token", 99)).isNull();
        assertThat(verified.caller("token", 100)).isEqualTo(ANN);
        assertThat(verified.caller("token", 199)).isEqualTo(ANN);
        assertThat(verified.caller("token", 200)).isNull();
    }

    @Test
    void theKeyIsTheWholeToken() {
        // Two texts of the same hash code.
        verified.add("Aa.token", entry(0, 200));

        assertThat("BB.token".hashCode()).isEqualTo("Aa.token".hashCode());
        assertThat(verified.caller("BB.token", 1)).isNull();
        assertThat(verified.caller("Aa.toke", 1)).isNull();
        assertThat(verified.caller("Aa.token.", 1)).isNull();
    }

    @Test
    void anEntryEndsWithTheKeysThatMadeIt() {
        verified.add("token", entry(0, 200));
        keys = List.of((signed, signature) -> true);

        assertThat(verified.caller("token", 1)).isNull();
    }

    @Test
    void memoryIsBoundedAndWhatIsInUseStays() {
        verified.add("in use", entry(0, Long.MAX_VALUE));
        for (int i = 0; i < 10_000; i++) {
            verified.add("token number " + i, entry(0, Long.MAX_VALUE));
            assertThat(verified.caller("in use", 1)).isEqualTo(ANN);
        }

        assertThat(verified.size()).isLessThan(200);
        assertThat(verified.caller("token number 1", 1)).isNull();
    }

    private VerifiedTokens.Entry entry(long from, long until) {
        return new VerifiedTokens.Entry(ANN, from, until, () -> keys, keys);
    }
}
