package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads a request's body once, up to the limit, after the caller is known and before anything
 * judges it.
 */
final class BodyLimit extends OncePerRequestFilter {
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

    private final ProblemWriter problems;

    BodyLimit(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getContentLengthLong() <= 0
                && request.getHeader("Transfer-Encoding") == null;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        byte[] body;
        try {
            body = request.getContentLengthLong() > MOST_BYTES ? null : read(request);
        } catch (IOException cutOffOrTooSlow) {
            response.setHeader("Connection", "close");
            problems.write(
                    request,
                    response,
                    RequestProblem.of(
                            ProblemType.BAD_REQUEST,
                            "The request body did not arrive whole in time."));
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
        chain.doFilter(new Buffered(request, body), response);
    }

    /**
     * The whole body, or one byte more than the limit.
     *
     * @throws SocketTimeoutException when it takes too long in total
     */
    private static byte[] read(HttpServletRequest request) throws IOException {
        long began = System.nanoTime();
        var body = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        ServletInputStream in = request.getInputStream();
        while (body.size() <= MOST_BYTES) {
            int read = in.read(part, 0, Math.min(part.length, MOST_BYTES + 1 - body.size()));
            if (read < 0) {
                break;
            }
            body.write(part, 0, read);
            if (System.nanoTime() - began > SLOWEST.toNanos()) {
                throw new SocketTimeoutException("the body takes too long");
            }
        }
        return body.toByteArray();
    }

    /** A request whose body has been read. */
    private static final class Buffered extends HttpServletRequestWrapper {
        private final byte[] body;

        Buffered(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            var in = new ByteArrayInputStream(body);
            return new ServletInputStream() {
                @Override
                public int read() {
                    return in.read();
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    return in.read(into, offset, length);
                }

                @Override
                public boolean isFinished() {
                    return in.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new IllegalStateException("the body is read already");
                }
            };
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(
                    new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }
    }
}
