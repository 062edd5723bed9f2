package io.agentruntime.matching;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.matching.text.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A catalog with queries: {@code <name>_catalog.jsonl} and {@code <name>_queries.jsonl}. Rows may name one of several
 * catalogs, which are then as many sets of one name.
 */
record EvaluationSet(String name, List<Entry> entries, List<Query> queries) {

    /**
     * @param expected positions of the right entries, empty when nothing fits
     * @param near position of the entry that a text narrowly misses; negative where none is said to be that
     */
    record Query(String text, Set<Integer> expected, int near, String kind) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<EvaluationSet> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<EvaluationSet> sets = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith("_catalog.jsonl")).sorted().toList()) {
                sets.addAll(load(folder, file.getFileName().toString().replace("_catalog.jsonl", "")));
            }
            return sets;
        }
    }

    private static List<EvaluationSet> load(Path folder, String name) throws IOException {
        List<JsonNode> flows = rows(folder.resolve(name + "_catalog.jsonl"));
        List<JsonNode> queries = rows(folder.resolve(name + "_queries.jsonl"));
        List<EvaluationSet> sets = new ArrayList<>();
        for (String catalog : flows.stream().map(EvaluationSet::catalog).distinct().toList()) {
            Predicate<JsonNode> ofIt = row -> catalog(row).equals(catalog);
            sets.add(load(name, flows.stream().filter(ofIt).toList(), queries.stream().filter(ofIt).toList()));
        }
        return sets;
    }

    private static String catalog(JsonNode row) {
        return row.path("catalog").asText();
    }

    private static EvaluationSet load(String name, List<JsonNode> flows, List<JsonNode> asked) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (JsonNode row : flows) {
            List<String> tags = new ArrayList<>();
            row.path("tags").forEach(tag -> tags.add(tag.asText()));
            ids.add(row.get("id").asText());
            entries.add(
                    new Entry(
                            row.get("id").asText(),
                            row.get("name").asText(),
                            row.path("description").asText(""),
                            tags,
                            List.of()));
        }
        List<Query> queries = new ArrayList<>();
        for (JsonNode row : asked) {
            Set<Integer> expected = new TreeSet<>();
            for (JsonNode id : row.path("expected")) {
                int position = ids.indexOf(id.asText());
                if (position < 0) {
                    throw new IOException(name + ": no flow " + id);
                }
                expected.add(position);
            }
            int near = ids.indexOf(row.path("near").asText());
            queries.add(new Query(row.get("query").asText(), expected, near, row.get("kind").asText()));
        }
        return new EvaluationSet(name, entries, queries);
    }

    private static List<JsonNode> rows(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank()) {
                rows.add(JSON.readTree(line));
            }
        }
        return rows;
    }
}
