package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.matching.ExampleCheck.Finding;
import io.agentruntime.matching.ExampleCheck.Phrase;
import io.agentruntime.matching.text.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExampleCheckTest {
    private static final Entry INVOICES =
            new Entry(
                    "langflow/invoices",
                    "Invoice Reader",
                    "Extracts totals from supplier invoices",
                    List.of(),
                    List.of("extract totals from this invoice", "plan a trip with hotels"));
    private static final Entry TRAVEL =
            new Entry(
                    "langflow/travel",
                    "Travel Planner",
                    "Plans trips with flights and hotels",
                    List.of(),
                    List.of("plan a trip to Rome", "something unheard of entirely"));

    @Test
    void aPhraseIsJudgedAsIfItWereNew() {
        List<Finding> findings = check(Map.of());
        assertThat(of("extract totals from this invoice", findings).isElsewhere()).isFalse();
        Finding astray = of("plan a trip with hotels", findings);
        assertThat(astray.wanted()).isEqualTo("langflow/invoices");
        assertThat(astray.found()).contains("langflow/travel");
        assertThat(of("something unheard of entirely", findings).found()).isEmpty();
    }

    @Test
    void aPhraseMovedWhenTheAcceptedRunFoundItElsewhere() {
        List<Finding> findings =
                check(
                        Map.of(
                                new Phrase("extract totals from this invoice", INVOICES.key()),
                                TRAVEL.key(),
                                new Phrase("plan a trip with hotels", INVOICES.key()),
                                TRAVEL.key()));
        assertThat(of("extract totals from this invoice", findings).movedFrom())
                .contains("langflow/travel");
        assertThat(of("plan a trip with hotels", findings).movedFrom()).isEmpty();
        assertThat(of("something unheard of entirely", findings).movedFrom()).isEmpty();
    }

    @Test
    void aPhraseThatTwoFlowsFitAlikeIsAmbiguous() {
        Entry one =
                new Entry("a", "Trip Planner", "Plans trips", List.of(), List.of("plan my trip"));
        Entry other = new Entry("b", "Trip Planner", "Plans trips", List.of(), List.of());
        Finding finding =
                ExampleCheck.check(FlowMatching.lexical(), List.of(one, other), 0.5, Map.of())
                        .get(0);
        assertThat(finding.found()).contains("a");
        assertThat(finding.rival()).contains("b");
    }

    @Test
    void theSecondFitsAboutAsWellOnlyWhenItIsNear() {
        Candidate first = new Candidate(0, 0.80, "");
        assertThat(Candidate.rival(List.of(first, new Candidate(1, 0.70, "")))).isPresent();
        assertThat(Candidate.rival(List.of(first, new Candidate(1, 0.60, "")))).isEmpty();
        assertThat(Candidate.rival(List.of(first))).isEqualTo(Optional.empty());
        assertThat(Candidate.rival(List.of())).isEqualTo(Optional.empty());
    }

    private static List<Finding> check(Map<Phrase, String> accepted) {
        return ExampleCheck.check(FlowMatching.lexical(), List.of(INVOICES, TRAVEL), 0.5, accepted);
    }

    private static Finding of(String phrase, List<Finding> findings) {
        return findings.stream()
                .filter(one -> one.phrase().equals(phrase))
                .findFirst()
                .orElseThrow();
    }
}
