package io.agentruntime.provision;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.problem.RequestProblem.FieldError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request body to the letter of the API: what is not JSON is 400, what breaks a field's
 * rule is 422.
 */
public final class RequestReader {
    /** What provisioning looks at: the best flow, and the next one in case it fits as well. */
    private static final int FIRST_AND_RIVAL = 2;

    /**
     * A request needs one level; what nests deeper than this is an attack, not an unknown field.
     */
    private static final int DEEPEST = 64;

    private final ObjectMapper json =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEEPEST)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * @throws RequestProblem malformed-body or invalid-request, naming each field at fault
     */
    public ProvisionRequest read(@Body byte @Nullable [] body) {
        return read(body, false);
    }

    /** As {@link #read}, with the field {@code limit} in addition. */
    public ProvisionRequest readWithLimit(@Body byte @Nullable [] body) {
        return read(body, true);
    }

    private ProvisionRequest read(byte @Nullable [] body, boolean withLimit) {
        JsonNode root = parse(body == null ? new byte[0] : body);
        if (!root.isObject()) {
            throw RequestProblem.invalidFields(
                    List.of(new FieldError("", "the body must be a JSON object")));
        }
        List<FieldError> errors = new ArrayList<>();
        String description =
                text(root, "description", ProvisionRequest.LONGEST_DESCRIPTION, errors);
        if (description == null && errors.isEmpty()) {
            errors.add(new FieldError("description", "is required"));
        } else if (description != null && description.isEmpty()) {
            errors.add(new FieldError("description", "must not be blank"));
        }
        String hint = text(root, "project_hint", ProvisionRequest.LONGEST_HINT, errors);
        int limit = withLimit ? limit(root.path("limit"), errors) : FIRST_AND_RIVAL;
        if (!errors.isEmpty() || description == null) {
            throw RequestProblem.invalidFields(errors);
        }
        return new ProvisionRequest(
                description, hint == null || hint.isEmpty() ? null : hint, limit, withLimit);
    }

    private JsonNode parse(byte[] body) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            if (text.isBlank()) {
                throw malformed("The request has no body; a JSON object is expected.");
            }
            return json.readTree(text);
        } catch (CharacterCodingException e) {
            throw malformed("The body is not valid UTF-8.");
        } catch (StreamConstraintsException e) {
            throw malformed(
                    "The body is more than is read as JSON: values nest at most "
                            + DEEPEST
                            + " deep, numbers have at most "
                            + StreamReadConstraints.DEFAULT_MAX_NUM_LEN
                            + " digits, names at most "
                            + StreamReadConstraints.DEFAULT_MAX_NAME_LEN
                            + " characters.");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw malformed(
                    at == null
                            ? "The body is not valid JSON."
                            : "The body is not valid JSON: line "
                                    + at.getLineNr()
                                    + ", column "
                                    + at.getColumnNr()
                                    + ".");
        }
    }

    private static RequestProblem malformed(String detail) {
        return RequestProblem.of(ProblemType.MALFORMED_BODY, detail);
    }

    private static @Nullable String text(
            JsonNode root, String field, int longest, List<FieldError> errors) {
        JsonNode value = root.path(field);
        if (value.isMissingNode() || value.isNull() && !field.equals("description")) {
            return null;
        }
        if (!value.isTextual()) {
            errors.add(new FieldError(field, "must be a string"));
            return null;
        }
        String text = trimmed(value.textValue());
        if (text.codePointCount(0, text.length()) > longest) {
            errors.add(new FieldError(field, "must have at most " + longest + " characters"));
            return null;
        }
        return text;
    }

    /**
     * Without what shows nothing at either end: every space of Unicode, no-break and zero-width
     * ones too, which {@link String#strip} leaves, control characters, and fillers.
     */
    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isInvisible(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (to > from && isInvisible(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean isInvisible(int character) {
        return Character.isSpaceChar(character)
                || Character.isISOControl(character)
                || Character.getType(character) == Character.FORMAT
                || isFiller(character);
    }

    /**
     * Letters and marks that show nothing by themselves: those that Unicode calls default
     * ignorable, and are neither space, control nor format.
     */
    private static boolean isFiller(int character) {
        return character == 0x34F
                || character == 0x115F
                || character == 0x1160
                || character == 0x17B4
                || character == 0x17B5
                || character >= 0x180B && character <= 0x180F
                || character == 0x3164
                || character >= 0xFE00 && character <= 0xFE0F
                || character == 0xFFA0
                || character >= 0xE0100 && character <= 0xE01EF;
    }

    private static int limit(JsonNode value, List<FieldError> errors) {
        if (value.isMissingNode() || value.isNull()) {
            return ProvisionRequest.DEFAULT_LIMIT;
        }
        boolean inRange =
                value.isIntegralNumber()
                        && value.canConvertToInt()
                        && value.intValue() >= 1
                        && value.intValue() <= ProvisionRequest.MOST_CANDIDATES;
        if (!inRange) {
            errors.add(
                    new FieldError(
                            "limit",
                            "must be a whole number from 1 to "
                                    + ProvisionRequest.MOST_CANDIDATES));
            return ProvisionRequest.DEFAULT_LIMIT;
        }
        return value.intValue();
    }
}
