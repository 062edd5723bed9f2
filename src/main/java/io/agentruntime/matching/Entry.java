package io.agentruntime.matching;

import java.util.List;
import java.util.regex.Pattern;

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

    /**
     * What products call a new flow by themselves: "New Flow (2)", in Langflow's eight languages,
     * "My workflow 3", "Untitled".
     */
    private static final Pattern STOCK_NAME =
            Pattern.compile(
                    "(?i)(?:copy of )*(?:new (?:(?:chat|agent|work)?flow|agent|project)"
                            + "|untitled(?: (?:document|(?:chat|agent|work)?flow|agents?|project))?"
                            + "|my (?:sub-?)?workflow|(?:chat|agent|work)?flow"
                            + "|neuer ablauf|nuevo flujo|nouveau flux|novo fluxo|新しい流れ|새 flow|新流程)"
                            + "(?: ?\\(?\\d+\\)?)*(?: copy)*");

    public Entry {
        tags = List.copyOf(tags);
        examples = List.copyOf(examples);
    }

    /** Whether nobody has said yet what the flow is for. */
    boolean saysNothing() {
        return description.isEmpty()
                && tags.isEmpty()
                && examples.isEmpty()
                && STOCK_NAME.matcher(name).matches();
    }
}
