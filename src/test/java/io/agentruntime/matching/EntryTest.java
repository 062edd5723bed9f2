package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which flows nobody has said anything about. */
class EntryTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "New Flow",
                "New Flow (2)",
                "New Flow (2) (1)",
                "new flow 3",
                "Untitled",
                "Untitled document (12)",
                "Untitled Chatflow",
                "My workflow",
                "My workflow 17",
                "My Sub-Workflow 1",
                "Copy of New Flow",
                "My workflow copy",
                "Flow 1",
                "Neuer Ablauf (1)",
                "新流程 (2)"
            })
    void aNameThatTheProductGaveSaysNothing(String name) {
        assertThat(entry(name, "").saysNothing()).isTrue();
        assertThat(entry(name, "Plans trips.").saysNothing()).isFalse();
        assertThat(new Entry("k", name, "", List.of("travel"), List.of()).saysNothing()).isFalse();
        assertThat(new Entry("k", name, "", List.of(), List.of("plan a trip")).saysNothing())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Document",
                "New Customer Flow",
                "My Invoices",
                "Flow Chart Maker",
                "Untitled poems of Sappho",
                "Copy of Invoice Reader"
            })
    void anyOtherNameSaysSomething(String name) {
        assertThat(entry(name, "").saysNothing()).isFalse();
    }

    private static Entry entry(String name, String description) {
        return new Entry("k", name, description, List.of(), List.of());
    }
}
