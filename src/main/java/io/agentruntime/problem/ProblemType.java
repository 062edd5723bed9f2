package io.agentruntime.problem;

import java.util.Locale;

/**
 * Every way a request can fail: status and stable name. One constant is one row of the API's status
 * table.
 */
public enum ProblemType {
    MALFORMED_BODY(400, "The request body is not valid JSON"),
    BAD_REQUEST(400, "The request is not valid HTTP"),
    UNAUTHENTICATED(401, "A valid token is needed"),
    NOT_FOUND(404, "Not found"),
    NO_MATCH(404, "No flow fits"),
    EMPTY_CATALOG(404, "There are no flows"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, "No acceptable representation"),
    PAYLOAD_TOO_LARGE(413, "The request body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The media type is not supported"),
    INVALID_REQUEST(422, "The request breaks the rules of the API"),
    RATE_LIMITED(429, "Too many requests from this caller"),
    INTERNAL(500, "A defect of the service"),
    PROVIDER_CONTRACT(502, "The provider's answer is invalid"),
    PROVIDER_UNAVAILABLE(503, "The provider cannot be reached"),
    PROVIDER_AUTH(503, "The provider refuses the service's credentials"),
    OVERLOADED(503, "The service cannot take the request now"),
    DEADLINE(504, "The provider did not answer in time");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The stable identifier callers may switch on, such as {@code urn:ars:problem:no-match}. */
    public String urn() {
        return "urn:ars:problem:" + label();
    }

    /** The last part of {@link #urn()}, as used in logs and metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A sentence for the caller where nothing is known but the type. */
    public String detail() {
        return switch (this) {
            case NOT_FOUND -> "There is nothing at this path.";
            case METHOD_NOT_ALLOWED ->
                    "This path does not take this method; the Allow header lists those it takes.";
            case NOT_ACCEPTABLE -> "This path answers with application/json only.";
            case UNSUPPORTED_MEDIA_TYPE -> "This path takes application/json only.";
            case INTERNAL -> "The service met a defect of its own; the log has it.";
            case BAD_REQUEST -> "The request line or a header breaks the rules of HTTP.";
            default -> title + ".";
        };
    }

    /** The type for a status that the servlet container or Spring MVC chose. */
    public static ProblemType ofStatus(int status) {
        return switch (status) {
            case 400, 414, 431, 501, 505 -> BAD_REQUEST;
            case 401 -> UNAUTHENTICATED;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 422 -> INVALID_REQUEST;
            case 429 -> RATE_LIMITED;
            case 503 -> OVERLOADED;
            default -> status < 500 ? BAD_REQUEST : INTERNAL;
        };
    }
}
