package io.agentruntime.matching.text;

import java.util.List;

/**
 * What the index knows of one flow.
 *
 * @param key unique in one index, stable between builds; the content under one key may change
 * @param name the flow's name, never blank
 * @param description plain text, may be empty
 * @param tags may be empty
 * @param examples phrases that should lead to this flow, may be empty
 */
public record Entry(
        String key, String name, String description, List<String> tags, List<String> examples) {

    public Entry {
        tags = List.copyOf(tags);
        examples = List.copyOf(examples);
    }
}
