package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.text.SharedNames;
import io.agentruntime.matching.words.LexicalIndex;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The object of a flow, and something else asked for than the flow does. */
class SomethingElseTest {
    private static final List<Entry> CATALOG =
            List.of(
                    entry("Laptop Order", "Orders a laptop for an employee"),
                    entry("Cancel Order", "Cancels an order that was not shipped yet"),
                    entry("Invoice Reader", "Reads amounts and due dates from a repair invoice"),
                    entry("Jira Ticket Creator", "Creates a ticket in Jira"),
                    entry("Branch Cleanup", "Cleans up stale branches"),
                    entry("Policy Translator", "Policy documents in other languages"),
                    entry("Vacation Manager", "Manages vacation requests"),
                    entry("Postmortem Draft", "Drafts the postmortem of an incident"),
                    entry("Password Reset", "Resets the password of an account"),
                    entry("Account Closure", "Ends a savings account"),
                    entry("RevokeBadge", "The badge of a visitor"),
                    entry("Glossary", "Answers what a word means"));

    private final FlowIndex index = FlowMatching.lexical().build(CATALOG);

    @ParameterizedTest
    @CsvSource({
        "cancel the laptop order, Cancel Order",
        "delete this repair invoice, ''",
        "please reject this repair invoice, ''",
        "I want to pay this repair invoice, ''",
        "could you approve the repair invoice?, ''",
        "read this repair invoice, Invoice Reader",
        "close a ticket in Jira, ''",
        "create a ticket in Jira, Jira Ticket Creator",
        "delete stale branches, Branch Cleanup",
        "translate policy documents, Policy Translator",
        "withdraw my vacation request, Vacation Manager",
        "'do not delete it, read the repair invoice', Invoice Reader",
        "roll back the laptop order, ''",
        "open a new savings account, ''",
        "get rid of my savings account, Account Closure",
        "order that was not shipped yet, ''",
        "the badge of a visitor, ''",
        "withdraw the badge of a visitor, RevokeBadge",
        "sign the policy documents in other languages, ''",
        "please publish the policy documents in other languages, ''",
        "print the badge of a visitor, ''",
        "sign me up for an incident postmortem draft, Postmortem Draft",
        "'sign the start-up contract, a repair invoice', ''",
        "'sign the follow-up contract, a repair invoice', ''",
        "sign our apprentices up for an incident postmortem draft, Postmortem Draft",
        "signs of a repair invoice with amounts and due dates, Invoice Reader",
        "I no longer want my order, Cancel Order",
        // Behind what people begin with
        "'Hi Anna, delete this repair invoice', ''",
        "'Good morning Mr Brown, please reject this repair invoice', ''",
        "Urgent: pay this repair invoice, ''",
        "'Hi Anna, sign it, a repair invoice', ''",
        "I have just seen this. Approve the repair invoice, ''",
        "I would ask you to pay this repair invoice, ''",
        "'Hi Anna, read this repair invoice', Invoice Reader",
        "I have just seen this. Withdraw my vacation request, Vacation Manager",
        "'Read this repair invoice: pay by Friday', Invoice Reader",
        // What is to be done something to is in the fact
        "I have a repair invoice. Sign it, Invoice Reader"
    })
    void aFlowThatDoesNotSpeakOfADecisiveActIsNotChosenForIt(String text, String flow) {
        assertThat(matched(text)).isEqualTo(flow);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "what is a postmortem?",
                "I already reset my password.\nBest regards\nAnna",
                "I already reset my password, have a nice day",
                "Hi Anna, I already reset my password",
                "Quick question: what is a postmortem?",
                "I have read your report. What is a postmortem?",
                "I have read your report. What's a postmortem draft?",
                "What's a postmortem?",
                "What’s the difference between a postmortem and an incident?",
                "what does postmortem draft mean",
                "what is the difference between a postmortem and an incident",
                "build me an agent that drafts the postmortem of an incident",
                "how do I change the prompt of the postmortem draft?",
                "who built the postmortem draft flow?",
                "why did the password reset fail three times",
                "how accurate is the invoice reader",
                "does the password reset work?",
                "I already reset my password",
                "I've already reset my password",
                "I already reset my password, thank you very much",
                "I already reset my password, thanks",
                "The password reset worked for me, thank you",
                "the password reset worked, all fine, thanks",
                "I reset the password of my account already",
                "my password reset worked, thanks",
                "my password was reset already, thank you",
                "the postmortem of the incident was drafted already, many thanks",
                "our new password arrived today, thanks",
                "which model do you use for the password reset",
                "what are postmortem drafts",
                "the postmortem is already written",
                "the postmortem of the incident has already been drafted",
                "the password of my account was reset already",
                "already done: the postmortem of the incident",
                "explain what a postmortem is",
                "why do we draft a postmortem at all?",
                "why do we need a postmortem draft",
                "why do we even draft a postmortem of an incident",
                "create a workflow that drafts the postmortem of an incident",
                "write an incident flow for the postmortem",
                "how do I change the flow for the postmortem draft?"
            })
    void whoOnlySpeaksOfWhatAFlowIsForGetsNone(String text) {
        assertThat(matched(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "how do I reset my password?, Password Reset",
        "reset the password of my account, Password Reset",
        "I already reset my password but the account password is still locked, Password Reset",
        "draft the postmortem of an incident, Postmortem Draft",
        "draft the postmortem of the incident that was resolved already, Postmortem Draft",
        "the postmortem is already written but please draft another postmortem, Postmortem Draft",
        "draft the postmortem if it was not already written, Postmortem Draft",
        "'the incident is already updated, draft the postmortem of it', Postmortem Draft",
        "already updated incident: draft the postmortem, Postmortem Draft",
        "explain what happened in the incident in a postmortem draft, Postmortem Draft",
        "what is the meaning of the glossary word, Glossary",
        "why do we have so many postmortem drafts of one incident?, Postmortem Draft"
    })
    void whoAsksForItToBeDoneGetsTheFlow(String text, String flow) {
        assertThat(matched(text)).isEqualTo(flow);
    }

    @ParameterizedTest
    @CsvSource({
        "What is parental leave?, Benefits Bot, Q&A on employee benefits",
        "what are shipping options?, Support, Handles customer inquiries about shipping",
        "What does Rechnung mean?, Translator, Translates words",
        "why did pipeline 88412 fail, CI Failure Explainer, Finds out why a pipeline failed",
        "Why did my payment fail?, Payment Troubleshooter, Finds out why a payment failed",
        "How good is this resume?, Resume Scorer, Scores resumes",
        "Who owns the Acme account?, CRM Account Lookup, Finds who owns an account",
        "How often is payroll run?, Payroll FAQ, Explains payroll",
        "Is the invoice amount wrong?, Invoice Checker, Checks the amount of an invoice",
        "Does the VPN work?, VPN Status, Checks whether the VPN works",
        "Who owns the invoice agent?, Agent Directory, Who owns what",
        "build me an agent that reads invoices, Flow Builder, Makes a flow of what it is told",
        "build me an agent that reads invoices, Maker, Builds agents from a few words",
        "What is a deductible?, Policy Helper, Explains policies",
        "What is a policy?, Policy FAQ, For all that is insured",
        "What is a policy?, Policy Help, Answers what a policy is",
        "how do I improve my prompt?, Prompt Improver, Rewrites what a model is told",
        "what is parental leave policy, HR Policies, Looks up the rules of the company",
        "What is a derivative?, Apprentices, Tutors apprentices in mathematics",
        "build me an agent that reads invoices, Maker, Builds the agent that you describe",
        "Why did the supplier payment fail?, Payment Failure Analysis, Finds out why a payment failed",
        "Why did the merge fail in CI?, CI Failure Explainer, Finds out why a pipeline failed",
        "When do I have to pay the fee?, Semester Dates, Tells the dates of a semester",
        "What can I ask you?, Onboarding, For all who are new",
        "which tasks can you do for me, Start Here, Explains what this assistant can do",
        "which tasks can you do for me, Flow Directory, Lists flows",
        "what all can I ask you, what can i ask you, ''"
    })
    void aQuestionAboutAThingIsForTheFlow(String text, String name, String description) {
        assertThat(asksForSomethingElse(text, name, description)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "How good is the resume scorer?, Resume Scorer, Scores resumes",
        "who built the invoice checker, Invoice Checker, Checks the amount of an invoice",
        "Does the invoice checker work?, Invoice Checker, Checks the amount of an invoice",
        "why did the nightly backup fail, Nightly Backup, Makes a copy of the disk",
        "Who owns the invoice agent?, Invoice Checker, Checks the amount of an invoice",
        "What is sentiment?, Sentiment Analysis, Tells the sentiment of reviews",
        "What does the abbreviation VAT stand for, VAT Report, Reports the VAT of a month",
        "What are overhead costs?, Overhead Costs, Adds up overhead costs",
        "what's the difference between a lease and a licence, Lease Comparison, Compares a lease",
        "Why do people lease?, Lease Comparison, Compares a lease",
        "which model does it use, Invoice Checker, Checks the amount of an invoice",
        "how accurate is the symptom triage assistant?, Symptom Triage Assistant, Sorts patients by urgency",
        "who owns the invoice agent, Invoice Agent, Checks the amount of an invoice",
        "who owns the invoice agent, Invoices, An AI agent that checks invoices",
        "build me an agent that reads invoices, Invoice Bot, This bot reads invoices",
        "how reliable is the churn model?, Churn Model, Predicts churn",
        "What is a policy?, Policy Renewal, Renews policies",
        "what is a trademark?, Trademark Search, Searches registers",
        "what is a postmortem?, Postmortem Writer, Drafts a postmortem from chat messages",
        "what is a postmortem?, Postmortem Writer, Drafts a postmortem document",
        "what is an expense claim?, Expense Claim Checker, Compares a claim with the travel policy",
        "what can I ask you?, Interview Questions, Writes questions to ask a candidate",
        "which tasks can you do for me, Task List, Puts tasks in order"
    })
    void aQuestionAboutTheFlowIsNot(String text, String name, String description) {
        assertThat(asksForSomethingElse(text, name, description)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Please decline the invitation politely, Email Reply Writer, Drafts replies to invitations",
        "Accept the meeting with Bob, Calendar, Responds to invites and finds free slots",
        "Unsubscribe me from the newsletter, Newsletter Opt-Out, Takes people off the list",
        "Delete duplicate rows, CSV Deduplication, Finds duplicate rows in spreadsheets",
        "Purge the CDN cache, CDN Cache Flush, Flushes the CDN cache",
        "I want to withdraw money, Savings Payout, Pays cash out of a savings account",
        "Redeem my voucher, Voucher Service, Applies vouchers to an order",
        "Terminate it, Contract Cancellation, Ends a contract"
    })
    void aFlowMaySpeakOfAnActInAnotherWord(String text, String name, String description) {
        assertThat(asksForSomethingElse(text, name, description)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "approve this invoice, Supplier Mail, Replies to mails about invoices",
        "accept the claim, Claims Desk, Answers questions about claims",
        "withdraw my complaint, Letter Writer, Writes letters to complainants",
        "retract the press release, Transfer Desk, Transfers press releases",
        "delete the page, Page Copy, Duplicates a page",
        "redeem my voucher, Voucher Design, Draws vouchers"
    })
    void anActThatAFlowDoesNotSpeakOfIsNotIts(String text, String name, String description) {
        assertThat(asksForSomethingElse(text, name, description)).isTrue();
    }

    @Test
    void aRankingSaysWhyANearFlowIsNotChosen() {
        Candidate first = index.rank("delete this repair invoice", p -> true, 1).get(0);
        assertThat(CATALOG.get(first.position()).name()).isEqualTo("Invoice Reader");
        assertThat(first.confidence()).isLessThanOrEqualTo(Confidence.SOMETHING_ELSE);
        assertThat(first.why()).isEqualTo("near, but something else is asked for");
    }

    @Test
    void anExampleOfTheFlowIsItWhateverItAsksFor() {
        var taught =
                new Entry("k", "Laptop Order", "", List.of(), List.of("cancel my laptop order"));
        assertThat(
                        FlowMatching.lexical()
                                .build(List.of(taught))
                                .rank("Cancel my laptop order!", p -> true, 1))
                .singleElement()
                .satisfies(it -> assertThat(it.confidence()).isEqualTo(Confidence.NAMED));
    }

    @ParameterizedTest
    @CsvSource({
        "publish the blog post, Blog Post Writer, Drafts a blog post, true",
        "publish the release notes, Release Notes, Collects what a release brings, true",
        "publish the blog post, Blog Poster, Publishes what it is given, false",
        "publish this vacancy, Vacancies, Announces a vacancy, false",
        "print a shipping label, Labels, Makes a label, false",
        "pay the supplier by bank transfer, Bank Transfer, Moves money, false",
        "unlock my account with a password reset, Password Reset, For accounts, false"
    })
    void whatAnActIsDoneToIsNoSignOfIt(
            String text, String name, String description, boolean another) {
        assertThat(asksForSomethingElse(text, name, description)).isEqualTo(another);
    }

    private String matched(String text) {
        Candidate first = index.rank(text, p -> true, 1).get(0);
        return first.confidence() < 0.5 ? "" : CATALOG.get(first.position()).name();
    }

    private static boolean asksForSomethingElse(String text, String name, String description) {
        Entry entry = entry(name, description);
        var flow = new LexicalIndex(List.of(entry), List.of(Purpose.of(entry, SharedNames.NONE)));
        return flow.asksForSomethingElse(flow.read(text), 0);
    }

    private static Entry entry(String name, String description) {
        return new Entry(name, name, description, List.of(), List.of());
    }
}
