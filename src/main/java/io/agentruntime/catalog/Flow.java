package io.agentruntime.catalog;

import io.agentruntime.matching.text.Entry;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One runnable flow as a provider offers it; the key is (provider, id).
 *
 * @param id the provider's own id, never empty
 * @param name never blank
 * @param description plain text, may be empty
 * @param examples phrases that should lead to this flow
 * @param projectId the provider's id of the project, or null
 * @param project the project's name, or null
 * @param updatedAt when the provider says it changed last, or null
 */
public record Flow(
        String provider,
        String id,
        String name,
        String description,
        List<String> tags,
        List<String> examples,
        @Nullable String projectId,
        @Nullable String project,
        @Nullable Instant updatedAt) {

    public Flow {
        tags = List.copyOf(tags);
        examples = List.copyOf(examples);
    }

    /** This flow with further phrases that should lead to it. */
    Flow withExamples(List<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<String> all = Stream.concat(examples.stream(), more.stream()).distinct().toList();
        return new Flow(provider, id, name, description, tags, all, projectId, project, updatedAt);
    }

    /** This flow with one string for what many flows have in common. */
    Flow sharing(SharedTexts texts) {
        return new Flow(
                texts.shared(provider),
                id,
                name,
                description,
                tags.stream().map(texts::shared).toList(),
                examples,
                projectId == null ? null : texts.shared(projectId),
                project == null ? null : texts.shared(project),
                updatedAt);
    }

    /** What matching should know of it. */
    Entry entry() {
        return new Entry(key(), name, description, tags, examples);
    }

    /** Unique over all providers. */
    String key() {
        return provider + "/" + id;
    }

    /** Without its texts, as steps and messages of Camel may log it. */
    @Override
    public String toString() {
        return "Flow[" + key() + "]";
    }
}
