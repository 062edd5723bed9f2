package io.agentruntime.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** What can be checked of opening and saving the shipped files in Kaoto without Kaoto. */
class ShippedRoutesTest {
    /** Kaoto writes the entities of a file in this order. */
    private static final List<String> ORDER =
            List.of(
                    "restConfiguration",
                    "rest",
                    "onException",
                    "routeConfiguration",
                    "route",
                    "beans");

    private static final List<String> LANGUAGES = List.of("simple", "constant", "method");

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("routes"))) {
            return all
                    .filter(file -> file.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** Of comments, only those before everything else survive; the rest is said in descriptions. */
    @ParameterizedTest
    @MethodSource("files")
    void onlyTheFirstLinesAreComments(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).startsWith("# ");
        assertThat(lines.stream().dropWhile(line -> line.startsWith("#")))
                .noneMatch(line -> line.contains("#"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void entitiesStandInTheOrderThatKaotoWrites(Path file) throws IOException {
        List<Integer> places =
                RouteFile.entries(parse(file).root()).stream()
                        .map(entity -> ORDER.indexOf(entity.key()))
                        .toList();
        assertThat(places).doesNotContain(-1).isSorted();
    }

    /** Expressions in full: {@code expression: {simple: {expression: …}}}. */
    @ParameterizedTest
    @MethodSource("files")
    void everythingIsWrittenInFull(Path file) throws IOException {
        List<String> shortForms = new ArrayList<>();
        shortForms(parse(file).root(), "", shortForms);
        assertThat(shortForms).isEmpty();
    }

    private static void shortForms(Node node, String under, List<String> found) {
        RouteFile.elements(node).forEach(element -> shortForms(element, under, found));
        if (!(node instanceof MappingNode)) {
            return;
        }
        for (RouteFile.Entry entry : RouteFile.entries(node)) {
            boolean scalar = entry.value() instanceof ScalarNode;
            boolean nameOfMethod = List.of("bean", "method").contains(under);
            boolean inFull = !scalar && List.of("expression", "handled").contains(under);
            boolean shortExpression = LANGUAGES.contains(entry.key()) && !nameOfMethod && !inFull;
            boolean shortStep =
                    entry.key().equals("to") && scalar && !under.matches("get|post|put|delete");
            if (shortExpression || shortStep) {
                found.add("line " + (entry.keyNode().getStartMark().getLine() + 1));
            }
            shortForms(entry.value(), entry.key(), found);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void camelsOwnSchemaHasNothingElseToSay(Path file) throws IOException {
        Object content =
                new Yaml(new SafeConstructor(new LoaderOptions()))
                        .load(new StringReader(Files.readString(file)));
        assertThat(schema().validate(new ObjectMapper().valueToTree(content)))
                .extracting(Object::toString)
                // Where the schema wants true or false, a placeholder may stand as well
                .filteredOn(error -> !error.contains("/disabled: string: boolean"))
                .isEmpty();
    }

    private static Schema schema() throws IOException {
        try (InputStream in =
                ShippedRoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDialect(
                            Dialects.getDraft4(),
                            registry -> registry.schemas(Map.of("urn:camel-yaml-dsl", text)))
                    .getSchema(SchemaLocation.of("urn:camel-yaml-dsl"));
        }
    }

    private static RouteFile parse(Path file) throws IOException {
        return RouteFile.parse(
                        file.getFileName().toString(),
                        Files.readString(file),
                        finding -> assertThat(finding).isNull())
                .orElseThrow();
    }
}
