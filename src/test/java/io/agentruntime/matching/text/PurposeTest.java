package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a flow is for, as its name says it, and whether it is there to be chosen. */
class PurposeTest {
    /** Names of one catalog. */
    private static final List<Entry> CATALOG =
            List.of(
                    entry("FIN-012 Invoice Extraction"),
                    entry("FIN - CRON - AP Aging Report"),
                    entry("FIN - CRON - AR Aging Report"),
                    entry("HR - Onboarding Buddy 🎉"),
                    entry("HR Vacation policy"),
                    entry("IT | Access Request"),
                    entry("IT | Helpdesk"),
                    entry("2.1 LinkedIn Outreach - Send [v2]"),
                    entry("Leave Request DE"),
                    entry("Leave Request FR"),
                    entry("Leave Request HR"),
                    entry("Leave Request SI"),
                    entry("HR Payslip DE"),
                    entry("HR Payslip FR"),
                    entry("Onboarding HR"),
                    entry("Onboarding IT"),
                    entry("VAT Return DE/AT"),
                    entry("VAT Return IT"),
                    entry("NDA - Review"),
                    entry("NDA - Request"),
                    entry("MRI - Booking"),
                    entry("CT - Booking"),
                    entry("MRI - Protocol Choice"),
                    entry("AIR | Freight Quote (test)"),
                    entry("SEA | Freight Quote"),
                    entry("AIR | Tracking"),
                    entry("HR - Travel Report"),
                    entry("FIN - Travel report"),
                    entry("FIN - Cron - Backup"),
                    entry("OPS - Cron - Backup"),
                    entry("OPS - Overtime"),
                    entry("FIN - Overtime"),
                    entry("OPS - Overtime v2"),
                    entry("GEN - Minutes"),
                    entry("GEN - Minutes (1)"),
                    entry("COVID-19 FAQ"));

    private static final SharedNames SHARED = SharedNames.of(CATALOG);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    FIN-012 Invoice Extraction; Invoice Extraction
                    HR - Onboarding Buddy 🎉; Onboarding Buddy
                    IT | Access Request; Access Request
                    FIN - CRON - AP Aging Report; AP Aging Report
                    2.1 LinkedIn Outreach - Send [v2]; LinkedIn Outreach - Send
                    RFP answerer v3 FINAL final; RFP answerer
                    Travel Expense Check v2 (1); Travel Expense Check
                    Contract Summarizer 2024-11-03; Contract Summarizer
                    AML_screening_v2; AML_screening
                    [FR] Réclamations; Réclamations
                    Leave Request DE; Leave Request
                    VAT Return DE/AT; VAT Return
                    lead_import_dev; lead_import
                    MRI - Protocol Choice; Protocol Choice
                    AIR | Tracking; Tracking
                    OPS-7 Backup of mails; Backup of mails
                    GEN - Minutes; Minutes
                    """)
    void teamsTicketsVersionsAndCountriesAreNoPurpose(String name, String purpose) {
        assertThat(named(name).name()).isEqualTo(purpose);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MRI - Booking",
                "CT - Booking",
                "SEA | Freight Quote",
                "HR - Travel Report",
                "FIN - Travel report",
                "OPS - Overtime"
            })
    void whatAloneTellsTwoNamesApartStays(String name) {
        assertThat(named(name).name()).isEqualTo(name);
    }

    @Test
    void capitalsWithinAWordOfAnyScriptAreNoTeam() {
        assertThat(PurposeName.teams("HR Vacation policy")).containsExactly("HR");
        assertThat(PurposeName.teams("HR审批")).isEmpty();
        assertThat(PurposeName.teams("CAFÉ menu")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Price list lookup 2025",
                "1099 Form filler",
                "B2B Lead Finder",
                "IT helpdesk",
                "HR Vacation policy",
                "OPS-Meeting Minutes",
                "COVID-19 FAQ",
                "ICD-10 Coding Assistant",
                "NDA - Review",
                "PDF-Merger",
                "Landing Page Copy",
                "A/B-Test",
                "unit_test",
                "Semi-final",
                "Contract Draft",
                "NL to SQL",
                "SIGN IN",
                "Contact US",
                "v2",
                "(1)",
                "DE",
                "🎉"
            })
    void whatBelongsToANameStays(String name) {
        assertThat(named(name).name()).isSameAs(name);
    }

    @ParameterizedTest
    @CsvSource({
        "Leave Request DE, DE",
        "VAT Return DE/AT, AT DE",
        "VAT Return IT, IT",
        "[UKI] Complaints, IE UK",
        "'Payroll (DE, FR)', DE FR",
        "Leave Request HR, HR",
        "Leave Request SI, SI",
        "Onboarding HR, ''",
        "HR Payslip DE, DE",
        "Document Check (ID), ''",
        "[HR] Vacation Policy, ''",
        "Master Data MT, ''",
        "Tax Help Austria, AT",
        "VAT for the United Kingdom, UK",
        "Translate to German, ''",
        "[IT] Password Reset, ''",
        "IT | Helpdesk, ''",
        "Tell US about it, ''",
        "User Acquisition Report (UA), ''",
        "Bank Reconciliation (BR), ''",
        "User Acquisition Report (DE), DE",
        "Payroll (BR), BR"
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
                "Zoë's playground",
                "agent",
                "AI agent v4",
                "supervisor"
            })
    void aNameThatTheProductGaveOrThatIsForNothingIsChosenByNobody(String name) {
        assertThat(named(name).use()).isEqualTo(Purpose.Use.NAMED);
        assertThat(of(name, "TODO").use()).isEqualTo(Purpose.Use.NAMED);
        assertThat(of(name, "Plans trips.").use()).isEqualTo(Purpose.Use.LIVE);
        var tagged = new Entry("k", name, "", List.of("travel"), List.of());
        assertThat(Purpose.of(tagged, SHARED).use()).isEqualTo(Purpose.Use.LIVE);
        var taught = new Entry("k", name, "", List.of(), List.of("plan a trip"));
        assertThat(Purpose.of(taught, SHARED).use()).isEqualTo(Purpose.Use.LIVE);
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
        "FIND DEPRECATED APIS, Finds them., LIVE",
        "Close tickets 30 days old, Closes them., LIVE",
        "Parking permits (disabled persons), Issues them., LIVE",
        "Package updater, Outdated-package updater, LIVE",
        "Package updater, 'Outdated, unused packages are upgraded.', LIVE",
        "RFP answerer, 'Deprecated, replaced by the new one.', NAMED",
        "RFP answerer, Deprecated - use the other, NAMED",
        "[VERALTET] Rechnungen lesen, Liest Rechnungen., NAMED",
        "Lector de facturas (obsoleto), Lee facturas., NAMED",
        "Lector de facturas - no usar, Lee facturas., NAMED",
        "Résumé de contrats (OBSOLÈTE), Résume les contrats., NAMED",
        "Résumé de contrats, Ne plus utiliser. Résume les contrats., NAMED",
        "Leitor de faturas NÃO USAR, Lê faturas., NAMED",
        "发票读取 (已弃用), 读取发票, NAMED",
        "发票读取, '已弃用，请使用新版。', NAMED",
        "发票读取, 已弃用。, NAMED",
        "発票, 【廃止】新版を使う, NAMED",
        "接口清单, 列出所有已弃用的接口, LIVE",
        "代码检查, 自动检查代码中是否使用了已弃用的接口。, LIVE",
        "規程, 社内規程の廃止, LIVE",
        "Проверка, 'Проверяет, что пакет не obsolete.', LIVE",
        "报表_old版本说明, 读取报表, LIVE",
        "报表_old, 读取报表, NAMED",
        "Заявки - old архив, '', LIVE",
        "Договор DISABLED клиент, '', LIVE",
        "Договор DISABLED!, '', NAMED",
        "Guía para no usar plásticos, Aconseja., LIVE",
        "Nicht verwenden lernen wir hier, Ein Spiel., LIVE",
        "Toys for a 3-year-old, '', LIVE",
        "invoice_reader_old, '', NAMED",
        "A/B-Test, '', LIVE",
        "Stock cleaner, Obsolete stock is listed for write-off., LIVE",
        "Anonymiser, Do not use personal data: anonymises texts., LIVE",
        "Old car valuation, Says what it is worth., LIVE",
        "Test case writer, Writes test cases., LIVE",
        "list_users_disabled, Lists disabled users., LIVE",
        "AD users - disabled, Lists users that are disabled in the directory., LIVE",
        "ERP Lookup (legacy), Looks up orders in the legacy ERP., LIVE",
        "TICKET SEARCH ARCHIVED, Searches archived tickets., LIVE",
        "ERP Lookup (legacy), Looks up orders., NAMED",
        "ERP Lookup (legacy), Legacy. Looks up orders., NAMED",
        "ERP Lookup (disabled), 'Looks up orders, disabled since May.', NAMED",
        "ERP Lookup (old), Looks up orders. This is the old version., NAMED",
        "Invoice Reader (old), Reads invoices with the old OCR engine., NAMED",
        "Invoice Reader (old), The old invoice reader., NAMED",
        "Invoice Reader [DISABLED], 'Reads invoices. Disabled in March, replaced by another.', NAMED",
        "Invoice Reader (disabled), Disabled because of costs., NAMED",
        "Invoice Reader (archived), Reads invoices. Archived on request of finance., NAMED",
        "Invoice Reader (archived), Reads archived invoices., LIVE",
        "ERP Lookup (old) - DO NOT USE, Looks up orders in the old ERP., NAMED",
        "[DEPRECATED] Linter, Finds deprecated calls., NAMED",
        // Of people
        "Parking Permit (Disabled), Issues blue badges for people with a disability., LIVE",
        "Bus Pass - Disabled, A cheaper pass for disabled persons., LIVE",
        "Parking Permit (Disabled), For holders of a blue badge., LIVE",
        "Bus Pass (Disabled), For passengers with reduced mobility., LIVE",
        "Blue Badge Renewal (Disabled), Renews a blue badge., NAMED",
        "DISABLED ACCESS REQUEST, Requests a ramp or lift for wheelchair users., LIVE",
        "Health Plan (Retired), Answers what retired employees ask on their health plan., LIVE",
        "Health Plan (Retired), Answers what retirees ask., LIVE",
        "Health Plan (Retired), Answers what employees ask on their health plan., NAMED",
        "Offboarding (retired), Removes accounts of former employees., NAMED",
        "Cleanup (disabled), Removes accounts of disabled employees., NAMED",
        "Benefits (old), For people with a disability., NAMED",
        "Airport Booking (disabled), Books a wheelchair for passengers., NAMED",
        "Wheelchair Booking (Disabled), Books a wheelchair for passengers., NAMED",
        "Disability Benefits FAQ (disabled), Answers questions about disability benefits., NAMED",
        "Pension Calculator (retired), Computes pensions of retirees., NAMED",
        "Retiree Helpdesk (Retired), Answers questions of retirees., NAMED",
        "accessibility_audit_disabled, Checks websites for people with disabilities., NAMED",
        "Health Plan (disabled), Answers what retirees ask., NAMED",
        "[DISABLED] Benefits, For people with a disability., NAMED",
        "Ramps (disabled) - DO NOT USE, For people with a disability., NAMED",
        "Equipment Exchange, No longer used medical equipment is offered to other wards., LIVE",
        "Equipment Exchange, No longer used., NAMED",
        "Equipment Exchange, 'No longer used, see the new one.', NAMED",
        "Equipment Exchange, No longer maintained by anyone. Offers equipment., NAMED",
        "Equipment Exchange, No longer used since May, NAMED",
        "Equipment Exchange, No longer used in the wards, NAMED",
        "Equipment Exchange, No longer used — use SAP instead. Offers equipment., NAMED",
        "Equipment Exchange, No longer used due to SAP. Offers equipment., NAMED",
        "Equipment Exchange, No longer used until further notice, NAMED",
        "Equipment Exchange, No longer used when SAP is live, NAMED",
        "Equipment Exchange, No longer used / use v2, NAMED",
        "Equipment Exchange, No longer used [see v2], NAMED",
        "Equipment Exchange, *No longer used* Offers equipment that is in stock, NAMED",
        "Equipment Exchange, No longer used Offers equipment that is in stock, NAMED",
        "Equipment Exchange, No longer used to offer equipment, NAMED",
        "Equipment Exchange, No longer used equipment goes to other wards., LIVE",
        "Lead scoring, Scores leads., LIVE"
    })
    void retiredOnesAreNotChosenAndTriedOnesAfterLiveOnes(
            String name, String description, Purpose.Use use) {
        assertThat(of(name, description).use()).isEqualTo(use);
    }

    @ParameterizedTest
    @CsvSource({
        "Travel Expense Check v2, Travel Expense Check v2 (1), true",
        "Leave Request DE, Leave Request FR, true",
        "Customer record create, Customer record delete, false",
        "Support Bot Pro X1, Support Bot Pro X2, true",
        "Support Bot Pro X1, Sales Bot Pro X1, false"
    })
    void whatDiffersByAMarkACountryOrANumberedLastWordIsOneGroup(
            String one, String other, boolean group) {
        assertThat(of(one, "Helps.").group() == of(other, "Helps.").group()).isEqualTo(group);
        assertThat(of(one, "Helps.").group()).isNotEqualTo(of(other, "Sells.").group());
    }

    @Test
    void withoutADescriptionTheLastWordCounts() {
        assertThat(named("Support Bot Pro X1").group())
                .isNotEqualTo(named("Support Bot Pro X2").group());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No longer used\nFinds risky clauses in contracts",
                "**NO LONGER USED**\n\nreads what is in stock",
                "No longer maintained\n\nequipment is offered to other wards"
            })
    void aLineOfItsOwnSaysThatAFlowIsRetired(String description) {
        assertThat(of("Equipment Exchange", description).use()).isEqualTo(Purpose.Use.NAMED);
    }

    @Test
    void whatTellsWhomAFlowIsForStaysInItsName() {
        assertThat(of("Parking Permit (Disabled)", "For people with a disability.").name())
                .isEqualTo("Parking Permit (Disabled)");
    }

    private static Purpose named(String name) {
        return of(name, "");
    }

    private static Purpose of(String name, String description) {
        return Purpose.of(new Entry("k", name, description, List.of(), List.of()), SHARED);
    }

    private static Entry entry(String name) {
        return new Entry(name, name, "", List.of(), List.of());
    }
}
