package io.agentruntime.web;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Answers those whose body nobody read, as they were refused or it was not asked for, without
 * waiting for the rest of it. Tomcat would read that rest on the request's thread, at the sender's
 * pace: strangers who send one byte at a time would hold all threads.
 */
final class UnreadBodies extends ValveBase {
    /**
     * Enough for a body that is on its way, so that its sender can go on with this connection and
     * reads the answer before its end.
     */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** For a body that keeps coming: at 4 MB a second this is what Tomcat would swallow. */
    private static final Duration LONGEST = Duration.ofMillis(500);

    private static final long LOOK_AGAIN_MILLIS = 5;

    /** What Tomcat would swallow by default. */
    private static final int MOST_BYTES = 2 * 1024 * 1024;

    private final SlowSenders slow;
    private final RequestExecutor executor;

    /**
     * @param executor lets others in while a body is waited for
     */
    UnreadBodies(SlowSenders slow, RequestExecutor executor) {
        super(true);
        this.slow = slow;
        this.executor = executor;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        org.apache.coyote.Request sent = request.getCoyoteRequest();
        if (!hasBody(request) || isWhole(sent)) {
            return;
        }
        boolean refused = response.getStatus() >= 400;
        if (refused ? comes(sent) : isHere(request.getContentLengthLong(), sent)) {
            return;
        }
        if (!response.isCommitted()) {
            response.setHeader("Connection", "close");
        }
        if (!refused) {
            // Or Tomcat would make a 500 of it: what it does not swallow is an error to it
            response.flushBuffer();
        }
        sent.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
    }

    private static boolean hasBody(Request request) {
        // Of a length that is no number nobody knows
        try {
            return request.getContentLengthLong() > 0
                    || request.getHeader("Transfer-Encoding") != null;
        } catch (RuntimeException noNumber) {
            return true;
        }
    }

    /** Takes a body that has come with its head; a part of one is left. */
    private static boolean isHere(long length, org.apache.coyote.Request sent) throws IOException {
        sent.action(ActionCode.AVAILABLE, true);
        return length > 0
                && sent.getAvailable() >= length
                && sent.doRead(new Discarded()) >= length;
    }

    private boolean comes(org.apache.coyote.Request sent) {
        // It was not asked for its body, and reading would ask
        if (sent.hasExpectation()) {
            return false;
        }
        try (SlowSenders.Reading reading = slow.within(LONGEST)) {
            return takes(sent);
        } catch (IOException | RuntimeException broken) {
            // A body after whose beginning Tomcat's reader is lost, or that was cut off
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean takes(org.apache.coyote.Request sent) throws IOException, InterruptedException {
        var read = new Discarded();
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!isWhole(sent)) {
            sent.action(ActionCode.AVAILABLE, true);
            if (sent.getAvailable() > 0) {
                if (sent.doRead(read) < 0) {
                    return true;
                }
            } else if (System.nanoTime() < end) {
                executor.passed();
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            } else {
                return false;
            }
            if (sent.getBytesRead() > MOST_BYTES) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWhole(org.apache.coyote.Request sent) {
        var whole = new AtomicBoolean();
        sent.action(ActionCode.REQUEST_BODY_FULLY_READ, whole);
        return whole.get();
    }

    /** Where bytes go that nobody wants. */
    private static final class Discarded implements ApplicationBufferHandler {
        private java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(java.nio.ByteBuffer given) {
            buffer = given;
        }

        @Override
        public java.nio.ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {}
    }
}
