package io.agentruntime.provision;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * The flow for a task.
 *
 * @param flowId the provider's own id, always one of the catalog that was used
 * @param matched true when the flow fits the description with enough confidence
 * @param source {@code discovery}, {@code default}, or {@code created} (reserved)
 * @param note null when there is nothing to say, else one plain sentence
 */
@JsonPropertyOrder({"flow_id", "matched", "source", "note"})
public record ProvisionAnswer(
        @JsonProperty("flow_id") String flowId,
        @JsonProperty("matched") boolean matched,
        @JsonProperty("source") String source,
        @JsonProperty("note") @Nullable String note) {}
