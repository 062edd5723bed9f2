package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.matching.ExampleCheck;
import io.agentruntime.matching.ExampleCheck.Finding;
import io.agentruntime.matching.ExampleCheck.Phrase;
import io.agentruntime.matching.ExamplesFile;
import io.agentruntime.matching.FlowMatching;
import io.agentruntime.request.RequestTurn;
import io.agentruntime.settings.InvalidSetting;
import io.agentruntime.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code check-examples [examples.yaml] [--catalog PLACE]... [--accept]}: which example
 * phrase goes to which flow now, which moved since the last accepted run, which are ambiguous.
 *
 * <p>The place is a folder of kept flow lists (a service's state folder, the default) or a file
 * with what {@code GET /flows} answers, which lacks the examples that descriptions hold. The
 * accepted run is kept beside the examples file, to be committed with it.
 */
public final class CheckExamples {

    private static final int AS_ACCEPTED = 0;
    private static final int MOVED = 1;
    private static final int UNUSABLE = 2;

    /** Names a place; may be there several times. */
    private static final String CATALOG = "--catalog";

    private final Settings settings;
    private final PrintStream out;

    private CheckExamples(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** Something that the command was given cannot be used; the message is for the operator. */
    private static final class Unusable extends RuntimeException {
        Unusable(String message) {
            super(message);
        }
    }

    /**
     * @param arguments those after the command's name
     * @return the exit code: 0 when every phrase goes where the last accepted run found it (or,
     *     never accepted, to its own flow), 1 when one does not or names no flow, 2 when something
     *     cannot be read
     */
    public static int run(
            List<String> arguments, Settings.PropertySource properties, PrintStream out) {
        try {
            return new CheckExamples(Settings.read(properties), out).run(arguments);
        } catch (InvalidSetting | Unusable | ExampleCheck.WordsAlone e) {
            out.println(e.getMessage());
        } catch (IOException e) {
            out.println("cannot be read or written: " + e.getMessage());
        }
        return UNUSABLE;
    }

    private int run(List<String> arguments) throws IOException {
        List<String> left = new ArrayList<>(arguments);
        boolean accept = left.remove("--accept");
        List<Path> places = new ArrayList<>();
        for (int option = left.indexOf(CATALOG);
                option >= 0 && option + 1 < left.size();
                option = left.indexOf(CATALOG)) {
            places.add(Path.of(left.remove(option + 1)));
            left.remove(option);
        }
        if (places.isEmpty()) {
            settings.stateDir().map(Path::of).ifPresent(places::add);
        }
        if (left.size() > 1 || left.stream().anyMatch(each -> each.startsWith("--"))) {
            throw new Unusable(
                    "usage: check-examples [examples.yaml] [--catalog FOLDER-OR-FILE]... [--accept]");
        }
        Path file =
                left.stream()
                        .findFirst()
                        .or(settings::examplesFile)
                        .map(Path::of)
                        .orElseThrow(
                                () ->
                                        new Unusable(
                                                "name an examples file, or set AGENT_RUNTIME_SERVICE_EXAMPLES_FILE"));
        ExamplesFile examples = examples(file);
        List<Flow> flows = flows(places);
        return check(
                examples, flows, file.resolveSibling(file.getFileName() + ".accepted"), accept);
    }

    private static ExamplesFile examples(Path file) throws IOException {
        try {
            return ExamplesFile.load(file);
        } catch (NoSuchFileException e) {
            throw new Unusable(file + " is not there");
        } catch (IllegalArgumentException e) {
            throw new Unusable(String.valueOf(e.getMessage()));
        }
    }

    private int check(ExamplesFile examples, List<Flow> flows, Path acceptedFile, boolean accept)
            throws IOException {
        Set<ExamplesFile.Item> used = new HashSet<>();
        List<Flow> taught = new ArrayList<>();
        for (Flow flow : flows) {
            List<ExamplesFile.Item> items = examples.items(flow.provider(), flow.id(), flow.name());
            used.addAll(items);
            taught.add(flow.withExamples(ExamplesFile.phrases(items)));
        }
        taught.sort(Catalogs.tieOrder(settings.providers()));
        List<String> nobodys =
                examples.items().stream()
                        .filter(item -> !used.contains(item))
                        .map(item -> UnusedExamples.reason(item, settings.providers()))
                        .toList();
        Map<Phrase, String> accepted = read(acceptedFile);
        try (FlowMatching matching =
                CatalogWiring.matching(settings, Optional.empty(), RequestTurn.NONE)) {
            List<Finding> findings =
                    ExampleCheck.check(
                            matching,
                            taught.stream().map(Flow::entry).toList(),
                            settings.matchThreshold(),
                            accepted);
            findings.forEach(finding -> out.println(line(finding)));
            nobodys.forEach(out::println);
            boolean asAccepted =
                    findings.stream()
                            .allMatch(
                                    finding ->
                                            accepted.containsKey(finding.asked())
                                                    ? finding.movedFrom().isEmpty()
                                                    : !finding.isElsewhere());
            out.println(summary(findings, taught.size()));
            if (accept) {
                write(acceptedFile, findings);
                out.println("accepted in " + acceptedFile);
                return AS_ACCEPTED;
            }
            return asAccepted && nobodys.isEmpty() ? AS_ACCEPTED : MOVED;
        }
    }

    private static String line(Finding finding) {
        StringBuilder line = new StringBuilder(finding.phrase());
        line.append('\t').append(finding.found().orElse(ExampleCheck.NOTHING));
        line.append(String.format(Locale.ROOT, "\t%.2f", finding.confidence()));
        if (finding.isElsewhere()) {
            line.append("\tnot ").append(finding.wanted());
        }
        finding.rival().ifPresent(rival -> line.append("\tambiguous with ").append(rival));
        finding.movedFrom().ifPresent(before -> line.append("\tmoved from ").append(before));
        return line.toString();
    }

    private static String summary(List<Finding> findings, int flows) {
        return "%d phrases in a catalog of %d flows: %d elsewhere, %d ambiguous, %d moved"
                .formatted(
                        findings.size(),
                        flows,
                        findings.stream().filter(Finding::isElsewhere).count(),
                        findings.stream().filter(one -> one.rival().isPresent()).count(),
                        findings.stream().filter(one -> one.movedFrom().isPresent()).count());
    }

    /** Lines of a phrase, the flow it is an example of, and the one it goes to. */
    private static Map<Phrase, String> read(Path acceptedFile) throws IOException {
        Map<Phrase, String> accepted = new HashMap<>();
        if (Files.exists(acceptedFile)) {
            for (String line : lines(acceptedFile)) {
                String[] parts = line.split("\t");
                if (parts.length == 3) {
                    accepted.put(new Phrase(parts[0], parts[1]), parts[2]);
                }
            }
        }
        return accepted;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new Unusable(file + " cannot be read: it is not UTF-8");
        }
    }

    private static void write(Path acceptedFile, List<Finding> findings) throws IOException {
        Files.write(
                acceptedFile,
                findings.stream()
                        .map(
                                finding ->
                                        String.join(
                                                "\t",
                                                finding.phrase(),
                                                finding.wanted(),
                                                finding.found().orElse(ExampleCheck.NOTHING)))
                        .sorted()
                        .distinct()
                        .toList());
    }

    private List<Flow> flows(List<Path> places) throws IOException {
        List<Flow> flows = new ArrayList<>();
        int total = 0;
        for (Path place : places) {
            if (Files.isDirectory(place)) {
                FileCatalogStore kept =
                        new FileCatalogStore(place, null, settings.catalogMaxStale());
                for (String provider : settings.providers()) {
                    List<Flow> list = kept.read(provider).flows();
                    flows.addAll(list == null ? List.of() : list);
                }
            } else if (Files.exists(place)) {
                JsonNode answer = answer(place);
                answer.path("flows").forEach(row -> flows.add(flow(row, place)));
                total = Math.max(total, answer.path("total").asInt());
            } else {
                throw places.size() > 1
                        ? new Unusable(place + " is not there")
                        : withoutFlows(places);
            }
        }
        if (flows.isEmpty()) {
            throw withoutFlows(places);
        }
        Map<String, Flow> one = new LinkedHashMap<>();
        flows.forEach(flow -> one.putIfAbsent(flow.entry().key(), flow));
        if (one.size() < total) {
            throw new Unusable(
                    "of %d flows only %d are there: name a file for every page"
                            .formatted(total, one.size()));
        }
        return List.copyOf(one.values());
    }

    private static JsonNode answer(Path file) throws IOException {
        try {
            return new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new Unusable(file + " is no JSON as GET /flows answers it");
        }
    }

    private static Unusable withoutFlows(List<Path> places) {
        return new Unusable(
                "there are no flows in "
                        + places
                        + ": name a state folder that a service kept them in, or a file with"
                        + " what GET /flows answered, with --catalog");
    }

    private static Flow flow(JsonNode row, Path file) {
        if (Stream.of("provider", "flow_id", "name")
                .anyMatch(field -> row.path(field).asText().isBlank())) {
            throw new Unusable(file + ": a row has no provider, flow_id or name");
        }
        List<String> tags = new ArrayList<>();
        row.path("tags").forEach(tag -> tags.add(tag.asText()));
        return new Flow(
                row.path("provider").asText(),
                row.path("flow_id").asText(),
                row.path("name").asText(),
                row.path("description").asText(),
                tags,
                List.of(),
                null,
                textOrNull(row.path("project")),
                null);
    }

    private static @Nullable String textOrNull(JsonNode node) {
        return node.isTextual() ? node.asText() : null;
    }
}
