package io.agentruntime.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.problem.RequestProblem.FieldError;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes {@code application/problem+json} (RFC 9457), the only error format of the API. */
public final class ProblemWriter {
    private static final String MEDIA_TYPE = "application/problem+json";

    /** Request attribute and log context key of the id that every answer and log line carries. */
    public static final String REQUEST_ID = "request_id";

    /** Request attribute with the label of the problem that was answered. */
    public static final String PROBLEM = "ars.problem";

    private final ObjectMapper json;

    ProblemWriter(ObjectMapper json) {
        this.json = json;
    }

    /** Answers the request; does nothing when an answer is already under way. */
    public void write(
            HttpServletRequest request, HttpServletResponse response, RequestProblem problem)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.type().status());
        byte[] body = answer(request, problem, response::setHeader);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /**
     * Marks the request as refused.
     *
     * @param header takes the answer's headers
     * @return the answer's body, JSON in UTF-8
     */
    byte[] answer(
            HttpServletRequest request, RequestProblem problem, BiConsumer<String, String> header) {
        request.setAttribute(PROBLEM, problem.type().label());
        Object original = request.getAttribute("jakarta.servlet.error.request_uri");
        return answer(
                original instanceof String uri ? uri : request.getRequestURI(),
                (String) request.getAttribute(REQUEST_ID),
                problem,
                header);
    }

    /**
     * The same of a request that is no servlet's.
     *
     * @param instance the path that was asked for
     * @param header takes the answer's headers
     * @return the answer's body, JSON in UTF-8
     */
    public byte[] answer(
            @Nullable String instance,
            @Nullable String requestId,
            RequestProblem problem,
            BiConsumer<String, String> header) {
        header.accept("Content-Type", MEDIA_TYPE);
        problem.headers().forEach(header);
        Duration retryAfter = problem.retryAfter();
        if (retryAfter != null) {
            header.accept("Retry-After", seconds(retryAfter));
        }
        return body(problem, instance, requestId);
    }

    private byte[] body(
            RequestProblem problem, @Nullable String instance, @Nullable String requestId) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", problem.type().urn());
        fields.put("title", problem.type().title());
        fields.put("status", problem.type().status());
        fields.put("detail", problem.detail());
        fields.put("instance", instance == null ? "" : instance);
        fields.put("request_id", requestId == null ? "" : requestId);
        List<FieldError> errors = problem.errors();
        if (!errors.isEmpty()) {
            fields.put("errors", errors);
        }
        try {
            return json.writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "a problem made of strings and numbers cannot be written", e);
        }
    }

    /** Whole seconds, at least 1, as {@code Retry-After} wants them. */
    private static String seconds(Duration retryAfter) {
        return Long.toString(Math.max(1, (retryAfter.toMillis() + 999) / 1000));
    }
}
