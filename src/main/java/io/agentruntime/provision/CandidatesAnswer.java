package io.agentruntime.provision;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ranking behind a decision.
 *
 * @param threshold the score from which a flow counts as a match
 */
public record CandidatesAnswer(
        boolean matched,
        double threshold,
        @JsonProperty("catalog_version") String catalogVersion,
        List<Ranked> candidates) {

    /**
     * One flow of the ranking.
     *
     * @param score calibrated confidence in [0,1]
     * @param why which words or meaning matched
     */
    public record Ranked(
            @JsonProperty("flow_id") String flowId,
            String name,
            String provider,
            @Nullable String project,
            double score,
            String why) {}
}
