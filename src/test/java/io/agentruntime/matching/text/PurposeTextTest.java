package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
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
                    Built by the team of Anna. Plans trips.                         | Plans trips.
                    TBD                                                             | ``
                    WIP - ask Tom before using                                      | ``
                    Checks reports against policy. TODO: add a table for 2025       | Checks reports against policy.
                    Handles refunds; owner: support team; last change 12/04         | Handles refunds;
                    Reviews pull requests (see repo acme/review)                    | Reviews pull requests
                    JIRA OPS-2231                                                   | ``
                    See the wiki: https://wiki.example/invoices                     | ``
                    outdated!! use v3                                               | use v3
                    WIP - classifies tickets by urgency                             | classifies tickets by urgency
                    POC: assesses damage from photos                                | assesses damage from photos
                    Owner: Finance Extracts line items from invoices and posts them to SAP | Owner: Finance Extracts line items from invoices and posts them to SAP
                    POC for incident triage from logs. Not for prod.                | incident triage from logs.
                    **Purpose:** Flags risky clauses **Owner:** a@b.example         | Flags risky clauses
                    Built on n8n. Sums up mails.                                    | Sums up mails.
                    Created on Friday. Sums up mails.                               | Sums up mails.
                    Updated on the 3rd of May                                       | ``
                    Created by John Smith on 12 March 2024.                         | ``
                    Last updated by Anna Smith on 3 May 2024.                       | ``
                    See the docs in Confluence for more details.                    | ``
                    Owner: Finance Operations Team Europe                           | ``
                    TODO add a per diem table for 2025                              | ``
                    todo - add a table                                              | ``
                    Status: live                                                    | ``
                    Jira: OPS board                                                 | ``
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
                    Text to speech with OpenAI                                                   | Text to speech with OpenAI
                    Prompt optimizer for GPT-4                                                   | Prompt optimizer for GPT-4
                    New ticket -> Claude summarises -> posts to #support                         | New ticket -> Claude summarises -> posts to #support
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
                    You are an expert. Your task is to extract line items from invoices.         | expert. extract line items from invoices.
                    You're a clerk. You will summarise transcripts. Reply to guests' reviews.    | clerk. summarise transcripts. Reply to guests' reviews.
                    Never misses a deadline: reminds of contracts.                               | Never misses a deadline: reminds of contracts.
                    You are a helpful assistant that reviews contracts. You answer politely and concisely. | reviews contracts.
                    You are a helpful assistant. You answer questions about the HR policy on leave. Be brief. | assistant. You answer questions about the HR policy on leave.
                    You are a secretary. Use the following transcript to write minutes. Never guess. | secretary. Use the following transcript to write minutes.
                    You are a lawyer. If you get a contract, flag risky clauses. If you don't know, say so. | lawyer. If you get a contract, flag risky clauses.
                    You are Sam. Always qualify leads by budget and need. Always answer in German only. | Sam. Always qualify leads by budget and need.
                    You are an expert. Output JSON only.                                         | expert.
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
                    ## Who is this for? Lawyers. ## How it works Flags risky clauses in contracts ## Setup - Add your key  | Flags risky clauses in contracts
                    Books tables by chat. ## How it works 1. The webhook gets a message                                    | Books tables by chat.
                    Books tables by chat. ## Setup - Add your key ## Limits Ten guests at most                             | Books tables by chat. Limits Ten guests at most
                    # Support Ticket Triage Classifies tickets. ## Setup - Add a key             | Support Ticket Triage Classifies tickets.
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
                "Update CRM records in Dynamics 365",
                "Goal-setting coach for teams",
                "Created by Max Translates support tickets to English",
                "See wiki Translates support tickets to English",
                "Owner: HR Answers questions about vacation",
                "Status: shows the status of an order",
                "Status: يعرض حالة طلب العميل الحالي",
                "Status: SHOWS WHERE AN ORDER IS BY ITS NUMBER",
                "Jira: creates issues from bug mails",
                "Todo list from meeting notes",
                "TODO lists from meeting notes",
                "Built on OpenAI to sum up meetings",
                "Built on market data: rates stocks",
                "Created on demand: weekly sales reports",
                "Automated workflow: extracts invoice data from Gmail",
                "Integrates 3 services: Gmail, Slack and Notion, to send a digest",
                "It has 5 nodes and scrapes leads from Google Maps",
                "Draft-reply writer",
                "Outdated-package updater",
                "Outdated, unused and risky packages are upgraded.",
                "Change requests are checked against ISO 27001",
                "Jira ticket triage and routing",
                "Draft, review and send offers",
                "Test-case generator from user stories",
                "Legacy code migration from COBOL to Java",
                "Outdated dependencies are found and upgraded.",
                "Automated workflow that turns orders into invoices",
                "Built for HR: answers questions about leave",
                "This flow turns notes into tasks.",
                "Demo 客服机器人，回答退货问题",
                "Draft договоров для отдела продаж",
                "Test 客户订单",
                "Do not delete: ключи",
                "Jira задачи: сортирует"
            })
    void whatSaysWhatAFlowDoesIsLeftAsItIs(String description) {
        assertThat(PurposeText.of(description)).isSameAs(description);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# ",
                "*_",
                "**a",
                "see ",
                "(see ",
                "a@",
                "-> ",
                "TODO: ",
                "A-1",
                "a; ",
                "| ",
                ". status: ",
                ". built on ",
                ". TODO ",
                " ## How it works "
            })
    void noDescriptionTakesLong(String hostile) {
        String text = "a" + hostile.repeat(8_000 / hostile.length()) + "b";
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    for (int i = 0; i < 100; i++) {
                        PurposeText.of(text);
                    }
                });
    }
}
