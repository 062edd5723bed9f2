package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which countries a text names. */
class PlacesTest {
    @Test
    void wordsNameCountriesAndNotTheirPeople() {
        assertThat(named("a trip to Germany and the United Kingdom")).containsOnly("DE", "UK");
        assertThat(named("a German letter, polished")).isEmpty();
        assertThat(named("tell us about it in the uk")).containsOnly("UK");
    }

    @ParameterizedTest
    @CsvSource({
        "annual leave Slovenia, SI",
        "request leave in Malta, MT",
        "leave request for Bulgaria, BG",
        "Urlaub in Kroatien, HR",
        "a trip to Hong Kong, HK",
        "the United Arab Emirates, AE",
        "Saudi Arabia, SA",
        "Saudi-Arabien, SA",
        "peruse the island of the thai, ''"
    })
    void everyLargerCountryIsKnown(String text, String code) {
        assertThat(String.join(" ", named(text))).isEqualTo(code);
    }

    /** The union, the economic area and the largest economies, by ISO 3166. */
    @Test
    void theCodesOfAllAreKnown() {
        String codes =
                "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
                        + " IS LI NO CH UK US CN JP IN BR CA KR RU AU MX ID TR SA TW AR IL TH AE"
                        + " SG PH VN MY BD CO ZA EG PK CL PE NG HK NZ UA";
        assertThat(codes.split(" ")).allMatch(Places::isCode);
    }

    private static Set<String> named(String text) {
        return Places.named(Words.split(text));
    }
}
