package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentencesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "My boss is waiting.| Cancel it.",
                "my boss is waiting.| cancel it",
                "My boss is waiting!!!| Cancel it...",
                "Where is it?| It is late…| Send it",
                "He said \"I am waiting.\"| Cancel it",
                "Ask Dr. Meyer about it.| Thanks",
                "Put it in room No. 5.| Thanks",
                "Sum up e.g. the minutes, i.e. all of them.| Thanks",
                "Sum up v1.2 of it.| It is at https://example.org/a.b?c=d now.| Thanks",
                "My boss is waiting\n|Cancel it",
                "My boss is waiting\n\n|cancel it",
                "Sum up the minutes of our\nlast meeting.| Thanks",
                "Add VAT etc. to it",
                "Answer the art. 15 request, inv. 4711 and vol. 3, pp. 7",
                "We moved to Hauptstr. 5, 10115 Berlin.| Thanks",
                "It is about no. RE-4711 of May.| Thanks",
                "Sorry to bother you again.| 7 letters to translate"
            })
    void aTextIsTakenApartWhereASentenceEnds(String marked) {
        // What ends a sentence stays with it
        List<String> sentences = List.of(marked.replaceAll("\\|( *)", "$1|").split("\\|"));
        assertThat(Sentences.of(String.join("", sentences))).isEqualTo(sentences);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n ", ". ", "no. ", ".\n", "\"'.", "a"})
    @Timeout(5)
    void longTextsAreTakenApartQuickly(String part) {
        String text = part.repeat(100_000) + "end";
        assertThat(String.join("", Sentences.of(text))).isEqualTo(text);
    }

    @Test
    void nothingIsNoSentence() {
        assertThat(Sentences.of("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Order a new one, true",
        "translate it to French, true",
        "What is it?, true",
        "Please sum this up, true",
        "Please send me that, true",
        "Translate this letter, false",
        "Order a new laptop, false",
        "Read the invoice and tell me when it is due, false"
    })
    void whatSaysLittlePointsBack(String text, boolean pointsBack) {
        assertThat(Sentences.pointsBack(Words.split(text))).isEqualTo(pointsBack);
    }

    @ParameterizedTest
    @CsvSource({
        "where is the invoice, true",
        "does it work, true",
        "could you tell me, true",
        "Would be great, false",
        "Do not worry, false",
        "Have a nice weekend, false"
    })
    void aQuestionBeginsAsOne(String text, boolean asks) {
        assertThat(Sentences.beginsAsQuestion(Words.split(text))).isEqualTo(asks);
    }
}
