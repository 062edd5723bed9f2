package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.matching.text.Entry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Countries in names of flows and in tasks. */
class CountriesTest {
    private static FlowMatching matching;
    private static final List<Entry> FLOWS =
            List.of(
                    entry("Payslip Explainer DE", "Explains a payslip line by line."),
                    entry("Payslip Explainer FR", "Explains a payslip line by line."),
                    entry("Payslip Explainer UK", "Explains a payslip line by line."),
                    entry("[DACH] Complaints", "Answers complaints of customers."),
                    entry("[FR] Complaints", "Answers complaints of customers."),
                    entry("Letter Translator UK", "Translates letters."),
                    entry("Invoice Reader", "Reads totals from invoices."));

    private static FlowIndex index;

    @BeforeAll
    static void build() {
        matching = FlowMatching.inProcess(Optional.empty(), () -> {});
        index = Settled.index(matching, FLOWS);
    }

    @AfterAll
    static void close() {
        matching.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'explain my payslip, I work in Germany', Payslip Explainer DE",
        "explain my payslip from France, Payslip Explainer FR",
        "a customer from Austria has a complaint, [DACH] Complaints",
        "translate this letter into French, Letter Translator UK",
        "read the totals of this invoice from Poland, Invoice Reader"
    })
    void whoNamesACountryGetsItsFlow(String task, String name) {
        Candidate first = index.match(task, any -> true, 1, Doubts.USUAL).candidates().get(0);
        assertThat(FLOWS.get(first.position()).name()).isEqualTo(name);
        assertThat(first.confidence()).isGreaterThan(0.5);
    }

    @Test
    void aCountryThatNoFlowIsForGetsNone() {
        assertThat(
                        index.match("explain my payslip from Poland", any -> true, 1, Doubts.USUAL)
                                .candidates())
                .isNotEmpty()
                .noneMatch(candidate -> candidate.confidence() >= 0.5);
    }

    @ParameterizedTest
    @CsvSource({"annual leave Slovenia, SI", "leave in Malta, MT", "leave for Bulgaria, BG"})
    void ofManyCountriesTheNamedOneIsChosen(String task, String code) {
        List<Entry> all =
                List.of("CZ IT RO SI MT BG DE".split(" ")).stream()
                        .map(it -> entry("Leave Request " + it, "Files a request for leave."))
                        .toList();
        Candidate first = FlowMatching.lexical().build(all).rank(task, any -> true, 1).get(0);
        assertThat(all.get(first.position()).name()).isEqualTo("Leave Request " + code);
    }

    @ParameterizedTest
    @CsvSource({
        "import declaration for a container from China, true",
        "import declaration for 3 pallets from the Czech Republic to our depot, true",
        "'import declaration, the goods come from Japan', true",
        "import declaration in Germany for a container from China, true",
        "import declaration for our depot in China, false",
        "import declaration in Poland for goods from Poland, false",
        "'import declaration for our depot in China, the goods come from China', false",
        // Of who sends them back
        "declaration for parcels from China, false",
        "'declaration for my parcel from Spain, I send the shoes back', false",
        "import declaration for a customer from China, false"
    })
    void whereGoodsComeFromIsNoCountryOfAFlow(String task, boolean offered) {
        List<Entry> all =
                List.of("DE FR NL".split(" ")).stream()
                        .map(it -> entry("Import Declaration " + it, "Prepares it for customs."))
                        .toList();
        assertThat(FlowMatching.lexical().build(all).rank(task, any -> true, 1).isEmpty())
                .isNotEqualTo(offered);
    }

    @Test
    void goodsFromACountryThatThereIsAFlowForAreItsAsBefore() {
        Candidate first =
                index.match("a complaint on goods from Austria", any -> true, 1, Doubts.USUAL)
                        .candidates()
                        .get(0);
        assertThat(FLOWS.get(first.position()).name()).isEqualTo("[DACH] Complaints");
    }

    /** Business development, a calendar year, contract law: codes of countries, too. */
    @ParameterizedTest
    @CsvSource({
        "Weekly Report BD, Weekly Report HR, write the weekly report of human resources in Germany",
        "Forecast CY, Forecast PH, forecast the sales of the current year in Germany",
        "Onboarding SI, Onboarding IT, onboard employees in Germany"
    })
    void abbreviationsOfSomethingElseAreNoCountries(String one, String other, String task) {
        List<Entry> both =
                List.of(
                        entry(one, "Does the " + task.replace(" in Germany", "")),
                        entry(other, "Does the " + task.replace(" in Germany", "")));
        assertThat(FlowMatching.lexical().build(both).rank(task, any -> true, 1)).isNotEmpty();
    }

    private static Entry entry(String name, String description) {
        return new Entry(name, name, description, List.of(), List.of());
    }
}
