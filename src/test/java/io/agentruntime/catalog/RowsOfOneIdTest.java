package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.LogLines;
import io.agentruntime.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider whose ids are unique only within a namespace. */
class RowsOfOneIdTest {
    private static final String ROWS =
            """
            [{"id": "load", "namespace": "sales", "name": "Load sales"},
             {"id": "load", "namespace": "sales", "name": "Load sales"},
             {"id": "load", "namespace": "stock", "name": "Load stock"},
             {"id": "load", "namespace": "staff", "name": "Load staff"}]""";

    private static final String ROW =
            """
            [{"id": "load", "namespace": "sales", "name": "Load everything"}]""";

    @TempDir private static Path routes;
    @TempDir private static Path flows;

    private static RunningService service;
    private LogLines log;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(routes.resolve("provider-one.camel.yaml"), provider("one", ""));
        Files.writeString(
                routes.resolve("provider-two.camel.yaml"),
                provider(
                        "two",
                        """
                            - name: two-mapping
                              type: io.agentruntime.catalog.FlowMapping
                              properties:
                                id: "{namespace}/{id}"
                        """));
        serves(ROWS);
        service =
                RunningService.with(
                        Map.of(
                                "PROVIDERS",
                                "one,two",
                                "ROUTES_DIR",
                                routes.toString(),
                                "FLOWS_DIR",
                                flows.toString(),
                                "CATALOG_TTL_SECONDS",
                                "3600"));
        // What the service asks by itself is over before a log is looked at
        for (String provider : new String[] {"one", "two"}) {
            await().until(() -> offered(provider).contains("\"up\""));
        }
    }

    private static String provider(String name, String mapping) {
        return """
                - route:
                    id: NAME-flows
                    description: The files of a folder
                    nodePrefixId: NAME-flows-
                    errorHandler:
                      noErrorHandler: {}
                    from:
                      uri: direct:NAME-flows
                      steps:
                        - bean:
                            id: list
                            ref: NAME-folder
                            method: list
                - beans:
                    - name: NAME-folder
                      type: io.agentruntime.catalog.FlowFolder
                      properties:
                        dir: "{{agent-runtime.flows-dir}}"
                """
                        .replace("NAME", name)
                + mapping;
    }

    private static void serves(String rows) throws IOException {
        Files.writeString(flows.resolve("flows.json"), "{\"flows\": " + rows + "}");
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void listen() {
        log = LogLines.open();
    }

    @AfterEach
    void leave() {
        log.close();
    }

    private static String offered(String provider) {
        return service.refresh(provider).body();
    }

    @Test
    void areCountedAndToldAndToldAgainWhenTheyAreOthers() throws IOException {
        serves(ROW);
        offered("one");
        serves(ROWS);
        assertThat(offered("one")).contains("\"flows\":1");
        offered("one");
        assertThat(log.warnings())
                .singleElement()
                .asString()
                .contains("2 rows of one have the id of another")
                .contains("id: \"{namespace}/{id}\"");
        assertThat(log.all())
                .anyMatch(line -> line.contains("one offers 1 flows") && line.contains("2 with"));
        serves(ROWS.replace("staff", "sales"));
        offered("one");
        assertThat(log.warnings()).hasSize(2);
        serves(ROW);
        offered("one");
        assertThat(log.warnings()).hasSize(2);
    }

    @Test
    void areAllOfferedWhereTheIdIsMadeOfWhatTellsThemApart() throws IOException {
        serves(ROWS);
        assertThat(offered("two")).contains("\"flows\":3");
        assertThat(service.get("/api/v1/flows").body())
                .contains("\"sales/load\"", "\"stock/load\"", "\"staff/load\"");
        assertThat(log.warnings()).isEmpty();
    }
}
