package io.agentruntime.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be answered as asked; thrown where the fact is known, answered in one
 * place.
 */
public final class RequestProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private final List<FieldError> errors;
    private final @Nullable Duration retryAfter;
    private final Map<String, String> headers;

    private RequestProblem(
            ProblemType type,
            String detail,
            List<FieldError> errors,
            @Nullable Duration retryAfter,
            Map<String, String> headers) {
        // Expected failures carry no stack trace: they are answers, and they may come by the
        // thousand.
        super(detail, null, false, false);
        this.type = type;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
        this.headers = Map.copyOf(headers);
    }

    /**
     * What is wrong with one field of a request.
     *
     * @param field the field's name in JSON, or empty for the whole body
     */
    public record FieldError(String field, String message) {}

    /** With what can be said of the type alone. */
    public static RequestProblem of(ProblemType type) {
        return of(type, type.detail());
    }

    public static RequestProblem of(ProblemType type, String detail) {
        return new RequestProblem(type, detail, List.of(), null, Map.of());
    }

    /**
     * @param retryAfter when asking again makes sense; rounded up to whole seconds on the wire
     */
    public static RequestProblem retryLater(ProblemType type, String detail, Duration retryAfter) {
        return new RequestProblem(type, detail, List.of(), retryAfter, Map.of());
    }

    public static RequestProblem invalidFields(List<FieldError> errors) {
        String detail =
                errors.size() == 1
                        ? (errors.get(0).field() + " " + errors.get(0).message()).strip()
                        : errors.size() + " fields break the rules";
        return new RequestProblem(ProblemType.INVALID_REQUEST, detail, errors, null, Map.of());
    }

    /**
     * The same, answered with these headers besides.
     *
     * @param headers values by name
     */
    public RequestProblem withHeaders(Map<String, String> headers) {
        return new RequestProblem(type, detail(), errors, retryAfter, headers);
    }

    public ProblemType type() {
        return type;
    }

    /** A sentence for the caller. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    public List<FieldError> errors() {
        return errors;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Of the answer, besides those of every problem. */
    public Map<String, String> headers() {
        return headers;
    }
}
