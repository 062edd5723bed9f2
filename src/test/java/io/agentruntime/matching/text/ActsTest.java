package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Acts that a text asks for, and what else they are called. */
class ActsTest {
    @ParameterizedTest
    @CsvSource({
        "order more Taq polymerase, Reagent Reorder",
        "reorder gloves, Order Supplies",
        "restock the printer paper, Purchase Request",
        "please replenish the stock of gloves, Reorder",
        "buy more gloves, Stock Replenishment"
    })
    void aFlowMayCallAnActByAnotherName(String text, String flow) {
        assertThat(Acts.asked(Words.split(text)))
                .containsAnyElementsOf(Words.split(flow).stream().map(Words::stem).toList());
    }
}
