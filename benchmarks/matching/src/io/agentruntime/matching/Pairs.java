package io.agentruntime.matching;


import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what {@code Relevance} is trained on: each text of the training catalogs with the flow that fits, or with the
 * one that it narrowly misses, and with the flows that matching without it would offer instead.
 */
final class Pairs {

    /** What a flow weighs that nobody has said to be a near miss, but that is offered and not the right one. */
    private static final double OFFERED_WEIGHT = 0.5;

    private static final int MOST_OFFERED = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private Pairs() {}

    public static void main(String[] arguments) throws IOException {
        try (FlowMatching matching = FlowMatching.inProcess(Optional.empty(), () -> {});
                PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[1])))) {
            for (EvaluationSet set : EvaluationSet.in(Path.of(arguments[0]))) {
                CatalogIndex index = (CatalogIndex) matching.build(set.entries());
                matching.settled().toCompletableFuture().join();
                for (EvaluationSet.Query query : set.queries()) {
                    write(out, index, query);
                }
            }
        }
    }

    private static void write(PrintWriter out, CatalogIndex index, EvaluationSet.Query query) throws IOException {
        Evidence evidence =
                index.evidence(query.text(), position -> true, CatalogIndex.LOOKED_AT + 1);
        String text = evidence.query().corrected();
        for (int position : query.expected()) {
            write(out, index, text, position, true, 1);
        }
        if (query.near() >= 0) {
            write(out, index, text, query.near(), false, 1);
        }
        int[] offered = evidence.bests().offered().positions();
        int most = query.near() >= 0 ? MOST_OFFERED - 1 : MOST_OFFERED;
        for (int i = 0, written = 0; i < offered.length && written < most; i++) {
            if (offered[i] != query.near() && !query.expected().contains(offered[i])) {
                write(out, index, text, offered[i], false, OFFERED_WEIGHT);
                written++;
            }
        }
    }

    private static void write(
            PrintWriter out, CatalogIndex index, String text, int position, boolean fits, double weight)
            throws IOException {
        String flow = index.purposes().get(position).texts(List.of()).get(0);
        out.println(JSON.writeValueAsString(Map.of("text", text, "flow", flow, "fits", fits, "weight", weight)));
    }
}
