package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hi Anna, cancel my permit | cancel my permit",
                "hi anna, cancel my permit | cancel my permit",
                "Hello Dr. Anna Meyer: cancel my permit | cancel my permit",
                "Good morning Mr Brown, cancel my permit | cancel my permit",
                "Hey bot - cancel my permit | cancel my permit",
                "Hi Anna. Cancel my permit | Cancel my permit",
                "Team, cancel my permit | cancel my permit",
                "@assistant cancel my permit | cancel my permit",
                "Anna, cancel my permit | cancel my permit",
                "Anna Meyer, please cancel the permit | please cancel the permit",
                "Mary-Ann, can you cancel my permit? | can you cancel my permit?",
                "Urgent: cancel my permit | cancel my permit",
                "URGENT!!! Cancel my permit | Cancel my permit",
                "Ticket INC-4711: cancel my permit | cancel my permit",
                "User: cancel my permit | cancel my permit",
                "Quick question: what is a permit? | what is a permit?",
                "Could you please help me with this: cancel my permit | cancel my permit",
                "I would ask you to cancel my permit | cancel my permit",
                "My boss wants me to cancel my permit | cancel my permit",
                "It's time to cancel my permit | cancel my permit",
                "Hi Anna, urgent: I must ask you to cancel my permit | cancel my permit"
            })
    void whatTellsNothingIsLeftOut(String text, String request) {
        assertThat(Opening.of(text).request()).isEqualTo(request);
        assertThat(Opening.of(text).bare()).isEqualTo(request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I sold my car. Cancel my permit | Cancel my permit",
                "My neighbour can't drive any more.\\nCancel my permit | Cancel my permit",
                "Claim 4711 is fine. Approve the claim | Approve the claim",
                "Paul here. Cancel my permit | Cancel my permit",
                "Invoice attached. Pay the invoice | Pay the invoice",
                "Wrong car! Cancel my permit | Cancel my permit",
                "Hi Anna,\\nI hope you are well. Our car is sold. Cancel my permit | Cancel my permit"
            })
    void soAreFacts(String text, String request) {
        String read = text.replace("\\n", "\n");
        assertThat(Opening.of(read).bare()).isEqualTo(request);
        assertThat(Opening.of(read).request()).isNotEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hey summarize customer reviews, cancel the rest",
                "hi translate this letter, then print the letter",
                "Summarize this mail: cancel my order",
                "Customer writes: cancel my order. Draft a reply",
                "Summarize the report. Forward the report to Bob",
                "Summarize the report attached. Forward the report to Bob",
                "I need a laptop for Eva Lind. Forward the order to Bob",
                "I would like to book a flight. Pay the flight by card",
                "Please check whether it is right. Close the old ticket",
                "Is the invoice right? Pay the invoice",
                "I'd like the summary. Forward the summary to Bob",
                "Summarize attached PDF. Translate the summary",
                "node.js build, cancel it",
                "summarize, translate the report",
                "Summarize, then translate the report",
                "Proofread, shorten and translate the report",
                "Berlin, three days with children",
                "hello",
                ""
            })
    void whatSaysWhatIsWantedStays(String text) {
        assertThat(Opening.of(text).bare()).isEqualTo(text);
    }

    /** An expression that tries every way of reading them would take for ever. */
    @ParameterizedTest
    @Timeout(30)
    @ValueSource(
            strings = {"a", "a ", "hi ", "Hi A. ", "Hi Anna, ", "I am. ", "is ", "! ", "urgent: "})
    void textsOfAnyKindAreReadInOneGo(String unit) {
        String text = unit.repeat(4_000 / unit.length());
        assertThat(text).endsWith(Opening.of(text).bare());
    }
}
