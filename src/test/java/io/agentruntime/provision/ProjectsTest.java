package io.agentruntime.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.catalog.Flow;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Projects as callers hint at them. */
class ProjectsTest {
    private final Projects projects =
            new Projects(List.of(flow("1", "p-1", "Finance"), flow("2", "p-2", "Travel")));

    private static Flow flow(String id, String projectId, String project) {
        return new Flow(
                "any", id, "Flow " + id, "", List.of(), List.of(), projectId, project, null);
    }

    @Test
    void aProjectIsFoundByItsIdItsNameAndATypo() {
        for (String hint : List.of("p-1", "Finance", "FINANCE!", "Finnance")) {
            IntPredicate found = projects.find(hint).orElseThrow();
            assertThat(found.test(0)).as(hint).isTrue();
            assertThat(found.test(1)).as(hint).isFalse();
        }
        assertThat(projects.find("Law")).isEmpty();
    }

    @Test
    void anIdIsFoundInCapitalsUnlessThatIsAnIdOrANameOfItsOwn() {
        String id = "f26c4f4d-71ae-5a38-9086-4e7eb1b16eef";
        String capitals = id.toUpperCase(Locale.ROOT);
        Flow hinted = flow("1", id, "Finance");
        assertThat(new Projects(List.of(hinted)).find(capitals)).isPresent();
        for (Flow other : List.of(flow("2", capitals, "Travel"), flow("2", "p-2", capitals))) {
            assertThat(new Projects(List.of(hinted, other)).find(capitals).orElseThrow())
                    .accepts(1)
                    .rejects(0);
        }
    }

    @ParameterizedTest(name = "{1} for {0}")
    @CsvSource({
        "Sales, Sale",
        "Sales, Salse",
        "Sales, asles",
        "Legal, legl",
        "Finance, Finnance",
        "Finance, Finanse",
        "Straße, Strase",
        "Marketing, arketing",
        "Accounting, ccounting",
        "Analytics, nalytics",
        "Marketing, Markteing",
        "Marketing, Makretign",
        "Project 10, Porject 10",
        "Project 10, Poject10",
        "Team Finance, Taem Finnance",
        "HR Support, HR Suport",
        "IT Support, ITSuport",
        "Kundensupport Zürich, Kunden suport Zurich",
        "E-Mail, Emial",
        "Team A, team-a",
        "TeamA, teama",
        "CustomerSuccess, Custmer Success",
        "CustomerSuccess, customersucces",
        "営業第一部, 営業第一部",
        "Προϋπολογισμός, προυπολογισμος",
        "Отчёты, отчеты",
        "שָׁלוֹם, שלום",
        "مُحَمَّد, محمد"
    })
    void aSmallTypoInANameIsForgiven(String name, String hint) {
        assertThat(named(name).find(hint)).isPresent();
    }

    @ParameterizedTest(name = "{1} for {0}")
    @CsvSource({
        "Team A, Team B",
        "Team A, TeamB",
        "TeamA, TeamB",
        "TeamA, Team B",
        "TeamA, teamb",
        "LegalUK, LegalUS",
        "Team A, Team",
        "Team, Team A",
        "Team A, A Team",
        "Team A Blue, Team Blue",
        "Regional Team A, Regiona Team B",
        "Finance Team A, Finanse Team",
        "Legal UK, Legal US",
        "Legal UK, LegalUS",
        "Phase II, Phase III",
        "Project 10, Project 11",
        "Project 10, Project 1",
        "Project 10, Project 20",
        "Project 10, Project 01",
        "Project 10, Project 1O",
        "Finance 2025, Finance 2026",
        "Sales, Tales",
        "Legal, Regal",
        "Finance, inance",
        "Sales North, Sales South",
        "Sales East, Sales West",
        "Team, Taem",
        "Law, Laws",
        "Onboarding, Offboarding",
        "Onboarding, Off boarding",
        "Secured Loans, Unsecured Loans",
        "Unsecured Loans, Secured Loans",
        "Regular Orders, Irregular Orders",
        "Deployment, Employment",
        "Production, Reproduction",
        "Phase III, Phase VIII",
        "営業第一部, 営業第二部",
        "グラフ, クラブ",
        "データ, テータ",
        "काम, कमी",
        "ข่าว, ขาว",
        "인사, 인가"
    })
    void anotherNameIsNoTypo(String name, String hint) {
        assertThat(named(name).find(hint)).isEmpty();
    }

    private static Projects named(String name) {
        return new Projects(List.of(flow("1", "p-1", name)));
    }

    @Test
    void ofTwoProjectsThatAreEquallyNearNoneIsFound() {
        Projects near =
                new Projects(List.of(flow("1", "p-1", "Finanza"), flow("2", "p-2", "Finance")));
        assertThat(near.find("Financa")).isEmpty();
        assertThat(near.find("Finanzas").orElseThrow()).accepts(0).rejects(1);
    }

    @Test
    void namesThatFoldAlikeAreToldApartByWhoeverTypesThemInFull() {
        Projects alike =
                new Projects(List.of(flow("1", "p-1", "Straße"), flow("2", "p-2", "Strasse")));
        assertThat(alike.find("Straße").orElseThrow()).accepts(0).rejects(1);
        assertThat(alike.find("Strasse").orElseThrow()).accepts(1).rejects(0);
        assertThat(alike.find("STRASSE").orElseThrow()).accepts(0, 1);
    }

    /**
     * Rankings are kept by what they were asked for; a scope of its own each time is never met
     * again.
     */
    @Test
    void theSameProjectIsTheSameScope() {
        assertThat(projects.find("p-1").orElseThrow()).isSameAs(projects.find("p-1").orElseThrow());
    }
}
