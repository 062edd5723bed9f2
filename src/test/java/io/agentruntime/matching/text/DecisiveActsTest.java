package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Acts that a text asks for, and ends that a flow is for. */
class DecisiveActsTest {
    @ParameterizedTest
    @CsvSource({
        "Cancel Order, true",
        "Order Cancel, true",
        "CancelOrder, true",
        "Customer Data Wipe, true",
        "AccountClosure, true",
        "Order Cancellations, true",
        "Termination of Contracts, true",
        "Terminate Contract, true",
        "Unsubscribe, true",
        // No "y" joins two things in it
        "Cancel sprzedaży online, true",
        "'', false",
        "Order Placement, false",
        // Does both
        "Appointment Booking & Cancellation, false",
        "Flight Booking and Cancellation, false",
        "Buchung und Cancellation, false",
        "Reservation change/cancel, false",
        "'Schedule, Reschedule or Cancel', false",
        "Newsletter Subscribe / Unsubscribe, false",
        "BookAndCancel, false",
        // Ends all that it is for
        "Delete User & Revoke Access, true",
        "Cancel Order (B2B/B2C), true",
        // Appointments and devices
        "Termin, false",
        "Neuer Termin, false",
        "POS Terminal, false",
        // Speaks of an end, and is none
        "Withdrawal time lookup, false",
        "Cancellation cost check, false",
        "Quick Order Cancel Wizard, false"
    })
    void aFlowIsAnEndWhenItsNameSaysThatAndNoMore(String name, boolean end) {
        assertThat(DecisiveActs.isEnd(name, "")).isEqualTo(end);
    }

    @ParameterizedTest
    @CsvSource({
        "Road Closures, 'Shows which streets are blocked by works, and the diversions.', false",
        "Store Closures, Lists branches that are shut and until when., false",
        "Alcohol Withdrawal, Scores symptoms of detox patients and proposes what to do next., false",
        "Cash Withdrawal, Explains how to take money from a machine., false",
        "Cable Termination, Explains how to fit plugs to network cables., false",
        "Account Closure, 'Settles the balance and writes the final letter.', true",
        "Employee Termination, 'Walks HR through final pay, return of keys and the interview.', true",
        "Supplier Contract Termination, Checks notice periods and drafts the letter., true",
        "Membership Termination, Processes letters of members who leave the club., true",
        "Ticket Closure, Sets the status of support tickets and informs the customer., true",
        "Policy Withdrawal, Handles what is left to do for insurance policies., true",
        "Noise Cancellation, 'Removes hum, hiss and background sounds.', false",
        "Echo Cancellation, '', false",
        "Active Noise Cancellation, '', false",
        "Acoustic Echo Cancellation, Cleans up recordings of calls., false",
        "Road Closures, Closes a road for a street festival., true",
        "Account Closure, Ends a savings account., true",
        "Account Closure, Beendet ein Konto., true",
        "Account Closure, Shuts down savings accounts and moves what is left on them., true",
        "Account Closure, Schließt ein Konto., true",
        "Lease Termination, Writes the letter that ends a lease., true",
        "Order Cancellation, Handles orders that were not shipped yet., true",
        "Cancel Order, For all customers of ours., true"
    })
    void aClosureOrAWithdrawalThatIsAThingIsNoEnd(String name, String description, boolean end) {
        assertThat(DecisiveActs.isEnd(name, description)).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "terminate parking at terminal 2",
                "merge my merge request",
                "pay to the supplier what we owe",
                "close the contact form",
                "delete the cancel button",
                "close contact 4711 in the CRM",
                "I need a refund",
                "my refund please",
                "could I get a translation of this letter",
                "I want a cancellation",
                "I need an approval for this trip",
                "shred these files",
                "now pay the invoice",
                "forward the report to Anna",
                "I want to be refunded for my order",
                "please get me unsubscribed from the newsletter",
                "I want this deleted",
                "I need it translated",
                "I need a reimbursement for my taxi ride",
                "I need a rollback of the last deployment",
                "authorize the payment",
                "deletion request for my account",
                "cancellation hotel Berlin",
                "translation of the refund policy",
                "archive all mails",
                "cancel the cancellation policy",
                "cancellation of my booking",
                "approval 4711 please",
                "merge conflicting entries",
                "closing stale tickets",
                "declining the invitation of Bob",
                "close competitor accounts",
                "cancel Mon 9am meeting",
                "cancel LA trip",
                "I need a termination notice for Bob's employment contract",
                "pay the grade fee"
            })
    void anActIsAsked(String text) {
        assertThat(DecisiveActs.asked(Words.split(text))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Terminal 2 parking prices",
                "What's the closing time of the store in Berlin?",
                "Show me closed deals this month",
                "show me all approved suppliers",
                "Cancelled orders of last week as CSV",
                "I need my deleted files back",
                "get the orders cancelled last week",
                "I need the list of accounts deleted",
                "I want the meeting moved",
                "Our forwarder asks for the packing list",
                "the archive database is slow",
                "Looking forward to Rome - plan a 3 day itinerary",
                "forward-looking sales estimate",
                "I want a pay raise",
                "pay gap analysis by gender",
                "Pay slip for March please",
                "Author bio for the conference page",
                "authors similar to Murakami",
                "declining sales in the north region - why?",
                "closing costs for a 400k house",
                "closing remarks for my talk",
                "approval limits for travel expenses",
                "withdrawal fees at foreign ATMs",
                "rejection rate of line 3 last week",
                "acceptance criteria for the login feature",
                "merge conflict in my branch, help",
                "close competitors of Acme",
                "refund policy for online orders",
                "pay grade of a senior engineer",
                "pay scale for nurses in Bavaria",
                "Archive les mails traités",
                "Accepte l'invitation de Paul",
                "Paye la facture de l'électricien",
                "merge request 412, please review the code",
                "merge requests without a reviewer",
                "close contacts of a patient with measles",
                "close relatives of the patient",
                "close combat weapons need rebalancing",
                "Cancel button overlaps the text",
                "Delete button crashes the inventory screen",
                "Undo button does nothing in the level editor",
                "close to running out of disk",
                "close by the station, a hotel",
                "how can I pay less for electricity",
                "Unlock dialog freezes"
            })
    void aThingAndItsStateAreNoAct(String text) {
        assertThat(DecisiveActs.asked(Words.split(text))).isEmpty();
    }

    /** Who asks for the way to an act asks for it as well. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "can you cancel my order",
                "could you approve it",
                "will you delete it",
                "would you please merge these",
                "are you able to delete my account",
                "am I able to cancel",
                "will I be able to cancel my order",
                "is it possible to cancel my order",
                "would it be possible to cancel my order",
                "is it ok to cancel now",
                "is there a way to cancel my order",
                "isn't there a way to cancel",
                "is there anyone who can help me cancel my order",
                "who can help me cancel my order",
                "how do I cancel my order",
                "how can I pay my invoice",
                "how to delete an account",
                "where do I pay the semester fee",
                "where can I cancel my subscription",
                "what do I have to do to cancel my order",
                "what can I do to cancel it",
                "can I cancel my order",
                "may I cancel it",
                "can it be cancelled",
                "do you know how to cancel an order",
                "does anyone know how to cancel an order",
                "I want to know if I can cancel my order",
                "tell me how to cancel my order",
                "do cancel my order",
                "please do approve it",
                "do delete it",
                "have it deleted",
                "have the invoice paid",
                "please get my account deleted",
                "can you have this contract translated please",
                "I want my hotel booking cancelled",
                "we need the vacation request approved today",
                "when you are ready, publish it",
                "when all is done, archive it",
                "I need to pay the semester fee",
                "you have to approve my vacation"
            })
    void whoAsksForAWayToAnActAsksForIt(String text) {
        assertThat(DecisiveActs.asked(Words.split(text))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "when do I have to pay the semester fee",
                "and when do I have to pay",
                "when was it cancelled?",
                "when was the order cancelled",
                "when will you refund me",
                "do I have to pay for parking near the station",
                "do we have to sign it",
                "do you accept credit cards",
                "does it cancel my subscription if I move",
                "did you refund it",
                "did I approve it",
                "have they approved it",
                "has it been approved",
                "hasn't it been approved yet",
                "has anyone approved my vacation request",
                "is it cancelled",
                "is this to be paid in cash",
                "are they going to close the pool",
                "was it refunded",
                "who has to approve my vacation request",
                "who approves it",
                "who do I pay",
                "whom do I have to pay",
                "which of these do I have to pay",
                "why did the merge fail in CI",
                "why was it declined",
                "where was it cancelled",
                "how was it refunded",
                "how come it was cancelled",
                "what do I have to pay for it",
                "must I pay for parking",
                "should we merge these",
                "will it be cancelled",
                "would I have to pay again",
                "can you tell me who has to approve my vacation",
                "I would like to know when I have to pay",
                "please tell me whether I have to pay",
                "I wonder why it was cancelled",
                // No English
                "was macht eine Kündigung"
            })
    void whoAsksToBeToldOfAnActAsksAFlowThatTellsOrNone(String text) {
        Set<String> asked = DecisiveActs.asked(Words.split(text));
        assertThat(asked.isEmpty() || asked.contains("tell")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "I need the invoice I paid",
                "I want the invoice that was paid",
                "Can I get the invoice I already paid",
                "get the invoice we paid please"
            })
    void whichOneIsMeantIsNoOrder(String text) {
        assertThat(DecisiveActs.asked(Words.split(text))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Quiero cancelar mi pedido, true",
        "quiero dar de baja mi suscripción, true",
        "Mein Abo kündigen, true",
        "Ich möchte meine Bestellung abbestellen, true",
        "Bitte mein Konto löschen, true",
        "je veux résilier mon abonnement, true",
        "Bob is leaving the company, true",
        "Bob was fired, true",
        "cancel my order, true",
        "closure of my account, true",
        "road closures this weekend, true",
        "request leave for May, false",
        "schedule a fire drill, false",
        "Quiero hacer un pedido, false",
        "Mein Abo verlängern, false",
        "Lösche mein Konto, true",
        "Storniere meine Bestellung, true",
        "annule ma commande, true",
        "annulla il mio ordine, true",
        // What it speaks of is not known
        "取消我的订单, true",
        "取消订单 12, true",
        "отмени заказ, true"
    })
    void anEndIsAskedForInOtherLanguagesToo(String text, boolean end) {
        assertThat(DecisiveActs.speaksOfEnd(Words.split(text))).isEqualTo(end);
    }
}
