package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a flow is for, as its name says it, and whether it is there to be chosen. */
class PurposeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    FIN-012 Invoice Extraction; Invoice Extraction
                    HR - Onboarding Buddy 🎉; Onboarding Buddy
                    IT | Access Request; Access Request
                    SDR-2: Reply Router; Reply Router
                    FIN - CRON - AP Aging Report; AP Aging Report
                    OPS-Meeting Minutes; Meeting Minutes
                    2.1 LinkedIn Outreach - Send [v2]; LinkedIn Outreach - Send
                    SALES RFP answerer v3 FINAL final; SALES RFP answerer
                    Offboarding checklist copy; Offboarding checklist
                    Travel Expense Check v2 (1); Travel Expense Check
                    Contract Summarizer 2024-11-03; Contract Summarizer
                    AML_screening_v2; AML_screening
                    [FR] Réclamations; Réclamations
                    UK_order_status; order_status
                    Leave Request DE; Leave Request
                    """)
    void teamsTicketsVersionsAndCountriesAreNoPurpose(String name, String purpose) {
        assertThat(named(name).name()).isEqualTo(purpose);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Price list lookup 2025",
                "Top 10 Finder",
                "Form 1099 Filler",
                "B2B Lead Finder",
                "IT helpdesk",
                "SEO keywords",
                "v2",
                "(1)",
                "DE",
                "🎉",
                "Copy editor",
                "Draft replies"
            })
    void whatBelongsToANameStays(String name) {
        assertThat(named(name).name()).isSameAs(name);
    }

    @ParameterizedTest
    @CsvSource({
        "Leave Request DE, DE",
        "[UKI] Complaints, IE UK",
        "UK_order_status, UK",
        "Tax Help Austria, AT",
        "VAT for the United Kingdom, UK",
        "Translate to German, ''",
        "IT helpdesk, ''",
        "Tell US about it, ''"
    })
    void theCountriesOfANameAreKnown(String name, String places) {
        assertThat(named(name).places())
                .isEqualTo(places.isEmpty() ? Set.of() : Set.of(places.split(" ")));
    }

    @Test
    void acronymsAndCodesAreSpoken() {
        assertThat(named("kyc_check").spoken()).isEqualTo("know your customer");
        assertThat(named("QBR deck").spoken()).isEqualTo("quarterly business review");
        assertThat(named("Leave Request DE").spoken()).contains("germany", "german");
        assertThat(named("Invoice Reader").spoken()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "New Flow",
                "New Flow (2)",
                "New Flow (2) (1)",
                "Untitled document (12)",
                "Untitled Agentflow",
                "My workflow 17",
                "My Sub-Workflow 1",
                "Copy of New Flow",
                "My workflow copy",
                "Flow 1",
                "Neuer Ablauf (1)",
                "新流程 (2)",
                "test123",
                "Test flow 2",
                "test webhook",
                "Demo",
                "Anna playground",
                "agent",
                "AI agent v4",
                "supervisor"
            })
    void aNameThatTheProductGaveOrThatIsForNothingIsChosenByNobody(String name) {
        assertThat(named(name).use()).isEqualTo(Purpose.Use.NAMED);
        assertThat(of(name, "TODO").use()).isEqualTo(Purpose.Use.NAMED);
        assertThat(of(name, "Plans trips.").use()).isEqualTo(Purpose.Use.LIVE);
        assertThat(Purpose.of(new Entry("k", name, "", List.of("travel"), List.of())).use())
                .isEqualTo(Purpose.Use.LIVE);
        assertThat(Purpose.of(new Entry("k", name, "", List.of(), List.of("plan a trip"))).use())
                .isEqualTo(Purpose.Use.LIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "[DEPRECATED] Lead scoring, Scores leads., NAMED",
        "Invoice Extraction (old) - DO NOT USE, '', NAMED",
        "Lead scoring DISABLED, Scores leads., NAMED",
        "Job Ad Writer, 'old version, use the other', NAMED",
        "RFP answerer, Deprecated since May. Answers RFPs., NAMED",
        "Delivery ETA (STAGING), Tells when it comes., TRIAL",
        "[TEST] Lead import, '', TRIAL",
        "lead_import_dev, '', TRIAL",
        "Finds deprecated calls, Finds calls of deprecated methods., LIVE",
        "Old car valuation, Says what it is worth., LIVE",
        "Test case writer, Writes test cases., LIVE",
        "Lead scoring, Scores leads., LIVE"
    })
    void retiredOnesAreNotChosenAndTriedOnesAfterLiveOnes(
            String name, String description, Purpose.Use use) {
        assertThat(of(name, description).use()).isEqualTo(use);
    }

    @ParameterizedTest
    @CsvSource({
        "Travel Expense Check v2, Travel Expense Check v2 (1), true",
        "Payslip Explainer DE, Payslip Explainer UK, true",
        "Support Bot Pro X1, Support Bot Pro X2, true",
        "Support Bot Pro X1, Sales Bot Pro X1, false"
    })
    void whatDiffersByAMarkACountryOrItsLastWordIsOneGroup(
            String one, String other, boolean group) {
        assertThat(of(one, "Helps.").group() == of(other, "Helps.").group()).isEqualTo(group);
        assertThat(of(one, "Helps.").group()).isNotEqualTo(of(other, "Sells.").group());
    }

    @Test
    void withoutADescriptionTheLastWordCounts() {
        assertThat(named("Support Bot Pro X1").group())
                .isNotEqualTo(named("Support Bot Pro X2").group());
    }

    private static Purpose named(String name) {
        return of(name, "");
    }

    private static Purpose of(String name, String description) {
        return Purpose.of(new Entry("k", name, description, List.of(), List.of()));
    }
}
