package io.agentruntime.provision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.matching.Candidate;
import io.agentruntime.matching.FlowIndex;
import io.agentruntime.matching.FlowMatching;
import io.agentruntime.matching.text.Entry;
import io.agentruntime.security.TokenSettings;
import io.agentruntime.security.TokenVerifier;
import java.io.File;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the peers in Java take from the service: its token check, its reading of a request, its matching. */
final class Peer {
    private static final double THRESHOLD = 0.5;

    private final List<String> ids = new ArrayList<>();
    private final FlowIndex index;
    final RequestReader reader = new RequestReader();

    /** @param flows a list as Langflow answers it */
    Peer(File flows) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode row : new ObjectMapper().readTree(flows)) {
            ids.add(row.get("id").textValue());
            entries.add(
                    new Entry(
                            "langflow/" + row.get("id").textValue(),
                            row.get("name").textValue(),
                            row.get("description").textValue(),
                            List.of(),
                            List.of()));
        }
        index = FlowMatching.lexical().build(entries);
    }

    static TokenVerifier tokens(String secret) {
        return TokenVerifier.of(
                TokenSettings.readAll(
                        name ->
                                switch (name) {
                                    case "agent-runtime.m2m-jwt-secret-key" -> secret;
                                    case "agent-runtime.m2m-jwt-algorithm" -> "HS256";
                                    default -> "";
                                },
                        false),
                Clock.systemUTC(),
                Duration.ZERO);
    }

    /** The answer to a task; null when nothing fits. */
    ProvisionAnswer answer(ProvisionRequest request) {
        List<Candidate> ranking = index.rank(request.description(), Everywhere.POSITIONS, 1);
        return ranking.isEmpty() || ranking.get(0).confidence() < THRESHOLD
                ? null
                : new ProvisionAnswer(ids.get(ranking.get(0).position()), true, "discovery", null);
    }

    /** One object, as the index keeps rankings by it. */
    private static final class Everywhere {
        static final java.util.function.IntPredicate POSITIONS = position -> true;
    }
}
