package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.settings.OpenPaths;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads a request's body once, up to the limit, after the caller is known and before anything
 * judges it.
 */
final class BodyLimit extends HttpFilter {
    /**
     * The longest valid request is 4,200 characters, each at most 12 bytes when escaped as a
     * surrogate pair.
     */
    static final int MOST_BYTES = 64 * 1024;

    /**
     * 64 KiB take this long at 13 KB a second, slower than any network between services; who sends
     * slower keeps a place from others.
     */
    static final Duration SLOWEST = Duration.ofSeconds(5);

    private static final String BODY = BodyLimit.class.getName();

    /** Of a body whose length is not declared. */
    private static final int FIRST_PART = 8 * 1024;

    private static final byte[] NONE = new byte[0];

    private final ProblemWriter problems;
    private final RequestExecutor executor;
    private final SlowSenders slow;
    private final OpenPaths paths;

    /**
     * @param executor through which the request came
     * @param paths those that are open take no body
     */
    BodyLimit(ProblemWriter problems, RequestExecutor executor, SlowSenders slow, OpenPaths paths) {
        this.problems = problems;
        this.executor = executor;
        this.slow = slow;
        this.paths = paths;
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean hasBody =
                request.getContentLengthLong() > 0
                        || request.getHeader("Transfer-Encoding") != null;
        if (!hasBody || !paths.guards(request)) {
            chain.doFilter(request, response);
            return;
        }
        String coding = request.getHeader("Content-Encoding");
        if (coding != null && !coding.strip().equalsIgnoreCase("identity")) {
            response.setHeader("Accept-Encoding", "identity");
            problems.write(
                    request,
                    response,
                    RequestProblem.of(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            "The request body is compressed; send it without Content-Encoding."));
            return;
        }
        byte[] body;
        try {
            body = request.getContentLengthLong() > MOST_BYTES ? null : read(request);
        } catch (IOException | IllegalStateException cutOffOrTooSlow) {
            // The other kind is how Tomcat refuses too many trailers
            response.setHeader("Connection", "close");
            RequestProblem incomplete =
                    RequestProblem.of(
                            ProblemType.BAD_REQUEST, "The request body was not complete in time.");
            // To Tomcat such a body is an error, for which it asks for another answer
            request.setAttribute(ContainerProblems.KNOWN, incomplete);
            problems.write(request, response, incomplete);
            return;
        }
        if (body == null || body.length > MOST_BYTES) {
            problems.write(
                    request,
                    response,
                    RequestProblem.of(
                            ProblemType.PAYLOAD_TOO_LARGE,
                            "The request body is over " + MOST_BYTES + " bytes."));
            return;
        }
        request.setAttribute(BODY, body);
        chain.doFilter(request, response);
    }

    /**
     * The whole body, or one byte more than the limit.
     *
     * @throws IOException when it breaks off, or takes too long in total
     */
    private byte[] read(HttpServletRequest request) throws IOException {
        ServletInputStream in = request.getInputStream();
        int declared = request.getContentLength();
        boolean isHere = declared >= 0 && in.available() >= declared;
        try (SlowSenders.Reading reading = isHere ? null : slow.within(SLOWEST)) {
            return read(in, declared);
        }
    }

    private byte[] read(ServletInputStream in, int declared) throws IOException {
        byte[] body = new byte[declared >= 0 ? declared : FIRST_PART];
        int length = 0;
        while (length != declared && length <= MOST_BYTES) {
            if (length == body.length) {
                body = Arrays.copyOf(body, Math.min(2 * length, MOST_BYTES + 1));
            }
            if (in.available() == 0) {
                executor.passed();
            }
            int read = in.read(body, length, body.length - length);
            if (read < 0) {
                break;
            }
            length += read;
        }
        return length == body.length ? body : Arrays.copyOf(body, length);
    }

    /** The body of a request that has passed; empty when it has none. */
    static byte[] body(HttpServletRequest request) {
        return request.getAttribute(BODY) instanceof byte[] body ? body : NONE;
    }
}
