package io.agentruntime.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.DefaultSettingsForTests;
import io.agentruntime.ServiceProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code check-examples}. */
class CheckExamplesTest {
    private static final String GOOD =
            """
            - flow: Invoice Reader
              phrases: [extract totals from this invoice]
            - flow: f-2
              provider: langflow
              phrases: [plan a trip to Rome]
            """;

    @TempDir Path folder;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Path examples;
    private Path state;

    @BeforeEach
    void files() throws IOException {
        examples = Files.writeString(folder.resolve("examples.yaml"), GOOD);
        state = folder.resolve("state");
        keep(flow("f-1", "Invoice Reader", "Extracts totals from supplier invoices"));
    }

    @Test
    void phrasesThatGoToTheirFlowsAreWell() {
        assertThat(run(examples.toString())).isZero();
        assertThat(said())
                .contains("extract totals from this invoice\tlangflow/f-1")
                .contains("plan a trip to Rome\tlangflow/f-2")
                .contains("2 phrases in a catalog of 2 flows: 0 elsewhere, 0 ambiguous, 0 moved");
    }

    @Test
    void aPhraseThatGoesElsewhereFailsUntilItIsAcceptedAndAgainWhenItMoves() throws IOException {
        Files.writeString(
                examples, GOOD + "- flow: f-1\n  phrases: [plan trips with flights and hotels]\n");
        assertThat(run(examples.toString())).isEqualTo(1);
        assertThat(said())
                .contains("plan trips with flights and hotels\tlangflow/f-2")
                .contains("not langflow/f-1");

        assertThat(run(examples.toString(), "--accept")).isZero();
        assertThat(run(examples.toString())).isZero();

        keep(flow("f-1", "Hotels and flights", "Plans trips with flights and hotels for you"));
        assertThat(run(examples.toString())).isEqualTo(1);
        assertThat(said()).contains("moved from langflow/f-");
    }

    @Test
    void aPhraseThatTwoFlowsHaveCanBeAccepted() throws IOException {
        Files.writeString(
                examples,
                """
                - flow: f-1
                  phrases: [plan trips with flights and hotels]
                - flow: f-2
                  phrases: [plan a trip to Rome, plan trips with flights and hotels]
                """);
        run(examples.toString(), "--accept");
        said.reset();
        assertThat(run(examples.toString())).isZero();
        assertThat(said()).contains("plan trips with flights and hotels").contains("0 moved");
    }

    @Test
    void anExampleOfAFlowThatIsNotThereFails() throws IOException {
        Files.writeString(examples, GOOD + "- flow: gone\n  phrases: [something]\n");
        assertThat(run(examples.toString())).isEqualTo(1);
        assertThat(said()).contains("no flow of the catalog is gone");
    }

    @Test
    void anExampleOfAProviderThatIsNotAskedNamesIt() throws IOException {
        Files.writeString(
                examples,
                "- provider: langflw\n  flow: Travel Planner\n  phrases: [plan a trip]\n");
        assertThat(run(examples.toString())).isEqualTo(1);
        assertThat(said()).contains("langflw is none of the providers langflow");
    }

    @Test
    void theCatalogMayBeWhatTheServiceAnswered() throws IOException {
        Path answer =
                Files.writeString(
                        folder.resolve("flows.json"),
                        """
                        {"total": 2, "flows": [
                          {"flow_id": "f-1", "name": "Invoice Reader", "description": "Extracts totals from supplier invoices", "tags": [], "project": null, "provider": "langflow"},
                          {"flow_id": "f-2", "name": "Travel Planner", "description": "Plans trips with flights and hotels", "tags": [], "project": null, "provider": "langflow"}]}""");
        assertThat(run(examples.toString(), "--catalog", answer.toString())).isZero();
        String page =
                "{\"total\": 3, \"flows\": [{\"provider\": \"langflow\", \"flow_id\": \"f-1\", \"name\": \"Invoice Reader\"}]}";
        Files.writeString(answer, page);
        String twice = Files.writeString(folder.resolve("twice.json"), page).toString();
        assertThat(run(examples.toString(), "--catalog", answer.toString(), "--catalog", twice))
                .isEqualTo(2);
        assertThat(said()).contains("of 3 flows only 1 are there");
    }

    @Test
    void itsSettingsAreThoseOfAServiceStartedThere() throws Exception {
        keep("sample", flow("sample", "s-1", "Invoice Reader", "Extracts totals from invoices"));
        Files.writeString(
                folder.resolve("ex${amples}.yaml"),
                "- flow: Invoice Reader\n  phrases: [extract totals from this invoice (\u00FCbrigens)]\n");
        String settings =
                """
                AGENT_RUNTIME_SERVICE_EXAMPLES_FILE='ex${amples}.yaml' # of the team
                AGENT_RUNTIME_SERVICE_EMBEDDING=off
                """;
        Path file = Files.writeString(folder.resolve(".env.dev"), settings);

        ServiceProcess well = ServiceProcess.in(folder, Map.of(), "check-examples");
        assertThat(well.said())
                .contains("extract totals from this invoice (\u00FCbrigens)\tsample/s-1\t");
        assertThat(well.exitCode()).isZero();

        Files.writeString(file, settings + "AGENT_RUNTIME_SERVICE_MATCH_THRESHOLD=1\n");
        ServiceProcess strict = ServiceProcess.in(folder, Map.of(), "check-examples");
        assertThat(strict.said())
                .contains("extract totals from this invoice (\u00FCbrigens)\tnone\t");
        assertThat(strict.exitCode()).isEqualTo(1);

        Files.writeString(file, settings + "AGENT_RUNTIME_SERVICE_PROVIDERS='langflow\n");
        ServiceProcess wrong = ServiceProcess.in(folder, Map.of(), "check-examples");
        assertThat(wrong.said())
                .isEqualToIgnoringNewLines(
                        ".env.dev line 3: AGENT_RUNTIME_SERVICE_PROVIDERS has no closing quote on its line");
        assertThat(wrong.exitCode()).isEqualTo(2);
    }

    @Test
    void whatCannotBeUsedIsNamed() throws IOException {
        assertThat(run()).isEqualTo(2);
        assertThat(said()).contains("AGENT_RUNTIME_SERVICE_EXAMPLES_FILE");
        assertThat(run(folder.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(said()).contains("none.yaml is not there");
        assertThat(run(examples.toString(), "--catalog", folder.resolve("x").toString()))
                .isEqualTo(2);
        assertThat(said()).contains("there are no flows in");
        Path gone = folder.resolve("page-2.json");
        assertThat(run(examples.toString(), "--catalog", "" + state, "--catalog", "" + gone))
                .isEqualTo(2);
        assertThat(said()).contains(gone + " is not there");
        Files.writeString(
                gone, "{\"flows\": [{\"provider\": \"langflow\", \"flow_id\": \"f-1\"}]}");
        assertThat(run(examples.toString(), "--catalog", "" + gone)).isEqualTo(2);
        assertThat(said()).contains(gone + ": a row has no provider, flow_id or name");
        Files.writeString(gone, "{\"flows\": [{\"provider\": ");
        assertThat(run(examples.toString(), "--catalog", "" + gone)).isEqualTo(2);
        assertThat(said())
                .contains(gone + " is no JSON as GET /flows answers it")
                .doesNotContain("\n at ");
        Path accepted = folder.resolve("examples.yaml.accepted");
        Files.write(accepted, new byte[] {(byte) 0xFC});
        assertThat(run(examples.toString())).isEqualTo(2);
        assertThat(said()).contains(accepted + " cannot be read: it is not UTF-8");
        Files.delete(accepted);
        Files.writeString(examples, "- flow: f-1\n  phrases: text\n");
        assertThat(run(examples.toString())).isEqualTo(2);
        assertThat(said()).contains("examples.yaml line 2: a list of phrases is expected here");
        assertThat(run(examples.toString(), "--wrong")).isEqualTo(2);
        assertThat(said()).contains("usage: check-examples");
    }

    @Test
    void whereAServiceWouldAskAModelThatIsNotThereNothingIsAccepted() throws IOException {
        assertThat(runWith("http://127.0.0.1:9", examples.toString(), "--accept")).isEqualTo(2);
        assertThat(said())
                .contains("cannot be matched by meaning")
                .contains("the embedding endpoint does not answer");
        assertThat(folder.resolve("examples.yaml.accepted")).doesNotExist();
    }

    private int run(String... arguments) {
        return runWith("off", arguments);
    }

    private int runWith(String embedding, String... arguments) {
        Map<String, String> settings =
                Map.of(
                        "AGENT_RUNTIME_SERVICE_STATE_DIR",
                        state.toString(),
                        "AGENT_RUNTIME_SERVICE_EMBEDDING",
                        embedding,
                        "AGENT_RUNTIME_SERVICE_EMBEDDING_MODEL",
                        "any");
        return CheckExamples.run(
                List.of(arguments),
                DefaultSettingsForTests.with(settings),
                new PrintStream(said, true, UTF_8));
    }

    private String said() {
        return said.toString(UTF_8);
    }

    private void keep(Flow first) {
        keep(
                "langflow",
                first,
                flow("f-2", "Travel Planner", "Plans trips with flights and hotels"));
    }

    private void keep(String provider, Flow... flows) {
        new FileCatalogStore(state, null, Duration.ofDays(1))
                .write(ProviderCatalog.remembered(provider, List.of(flows), Instant.now(), false));
    }

    private static Flow flow(String id, String name, String description) {
        return flow("langflow", id, name, description);
    }

    private static Flow flow(String provider, String id, String name, String description) {
        return new Flow(provider, id, name, description, List.of(), List.of(), null, null, null);
    }
}
