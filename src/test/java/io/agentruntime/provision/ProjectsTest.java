package io.agentruntime.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.catalog.Flow;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

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
