package io.agentruntime.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text made of values of a row, as route files write it: one path, or a text with paths in braces
 * ({@code {namespace}/{id}}).
 */
final class FieldTemplate {
    private static final Pattern FIELD = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern BRACE = Pattern.compile("[{}]");

    /** What stands around the fields: one more than there are. */
    private final List<String> texts;

    private final List<FieldPath> fields;

    private FieldTemplate(List<String> texts, List<FieldPath> fields) {
        this.texts = texts;
        this.fields = fields;
    }

    /**
     * @throws IllegalArgumentException for a brace without the other one, or without a path in it,
     *     or with a {@code $} before it, which would stand in every text
     */
    static FieldTemplate of(String written) {
        if (written.contains("${")) {
            throw new IllegalArgumentException(
                    "braces have no $ before them here: write " + written.replace("${", "{"));
        }
        String template = BRACE.matcher(written).find() ? written.strip() : "{" + written + "}";
        List<String> texts = List.of(FIELD.split(template, -1));
        List<FieldPath> fields =
                FIELD.matcher(template)
                        .results()
                        .map(field -> FieldPath.of(field.group(1)))
                        .toList();
        if (texts.stream().anyMatch(BRACE.asPredicate())
                || fields.stream().anyMatch(FieldPath::isEmpty)) {
            throw new IllegalArgumentException(
                    "it is a path, or a text with paths in braces such as {namespace}/{id}, not \""
                            + written
                            + "\"");
        }
        return new FieldTemplate(texts, fields);
    }

    /** The text of this row; null when a field holds nothing. */
    @Nullable String text(JsonNode row) {
        StringBuilder text = new StringBuilder(texts.get(0));
        for (int field = 0; field < fields.size(); field++) {
            String value = fields.get(field).text(row);
            if (value == null) {
                return null;
            }
            text.append(value).append(texts.get(field + 1));
        }
        return text.toString();
    }
}
