package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a flow's description says what the flow is for. */
class PurposeTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    Created by Anna on 3 May                                        | ``
                    Built for the workshop in June. Plans trips.                    | Plans trips.
                    TBD                                                             | ``
                    WIP - ask Tom before using                                      | ``
                    Checks reports against policy. TODO: add a table for 2025       | Checks reports against policy.
                    Handles refunds; owner: support team; last change 12/04         | Handles refunds;
                    Reviews pull requests (see repo acme/review)                    | Reviews pull requests
                    JIRA OPS-2231                                                   | ``
                    See the wiki: https://wiki.example/invoices                     | ``
                    outdated!! use v3                                               | use v3
                    POC for incident triage from logs. Not for prod.                | incident triage from logs.
                    **Purpose:** Flags risky clauses **Owner:** a@b.example         | Flags risky clauses
                    """)
    void whoMadeItWhenAndInWhichStateIsLeftOut(String description, String purpose) {
        assertThat(PurposeText.of(description)).isEqualTo(purpose);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    Uses GPT-4 with Chroma and a Prompt component. Chunk size 1000, overlap 200. | ``
                    LangGraph ReAct agent with Postgres toolkit, gpt-4o, temperature 0           | ``
                    LLM chain with map-reduce                                                    | ``
                    Whisper -> GPT -> POS API                                                    | ``
                    Translates letters. Uses Claude Sonnet.                                      | Translates letters.
                    Uses OpenAI to translate letters                                             | Uses OpenAI to translate letters
                    Searches the web and writes a report with citations                          | Searches the web and writes a report with citations
                    Answers questions about our API with an agent                                | Answers questions about our API with an agent
                    """)
    void ofWhichPartsItIsMadeIsLeftOut(String description, String purpose) {
        assertThat(PurposeText.of(description)).isEqualTo(purpose);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    You are a helpful assistant that reviews contracts. Never give legal advice. | reviews contracts.
                    You are a friendly support agent for Nordlicht. Always greet. Answer questions about bills. | support agent for Nordlicht. Answer questions about bills.
                    Never misses a deadline: reminds of contracts.                               | Never misses a deadline: reminds of contracts.
                    """)
    void ofAPromptItsRulesAreLeftOut(String description, String purpose) {
        assertThat(PurposeText.of(description)).isEqualTo(purpose);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ## Who is this for? Restaurants. ## How it works 1. The webhook gets a message ## Setup - Add your key | ``
                    Books tables by chat. ## Setup - Add your key ## Limits Ten guests at most                             | Books tables by chat. Limits Ten guests at most
                    Automated workflow: Post Writer. Integrates 8 different services: set, merge. It has 17 nodes and follows best practices. | ``
                    """)
    void howAnImportedOneIsSetUpIsLeftOut(String description, String purpose) {
        assertThat(PurposeText.of(description)).isEqualTo(purpose);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Links customer records across systems.",
                "Tests whether a website is up; reports what is slow.",
                "See what your competitors charge.",
                "Status reports for the board, e.g. each month.",
                "Created reports are sent by mail.",
                "It has an eye on your budget.",
                "Drafts answers to customers - in German and French!",
                "Owner lookup for land registers",
                "Guidance on COVID-19, ISO-9001 and UTF-8",
                "This flow turns notes into tasks."
            })
    void whatSaysWhatAFlowDoesIsLeftAsItIs(String description) {
        assertThat(PurposeText.of(description)).isSameAs(description);
    }

    @Test
    void noDescriptionTakesLong() {
        for (String hostile :
                new String[] {"# ", "**a", "see ", "(see ", "a@", "-> ", "TODO: ", "A-1"}) {
            String long_ = hostile.repeat(8_000 / hostile.length());
            org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(10), () -> PurposeText.of(long_));
        }
    }
}
