package io.agentruntime.web;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Answers who was refused without waiting for the rest of its body. Tomcat would read that rest on
 * the request's thread, at the sender's pace: strangers who send one byte at a time would hold all
 * threads.
 */
final class UnreadBodies extends ValveBase {
    /**
     * Enough for a body that is on its way, so that its sender can go on with this connection and
     * reads the answer before its end.
     */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LOOK_AGAIN_MILLIS = 5;

    /** What Tomcat would swallow by default. */
    private static final int MOST_BYTES = 2 * 1024 * 1024;

    UnreadBodies() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        if (response.getStatus() >= 400 && !request.isAsync() && !comes(request)) {
            if (!response.isCommitted()) {
                response.setHeader("Connection", "close");
            }
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    private static boolean comes(Request request) {
        org.apache.coyote.Request sent = request.getCoyoteRequest();
        var read = new Discarded();
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            if (request.getContentLengthLong() <= 0
                    && request.getHeader("Transfer-Encoding") == null) {
                return true;
            }
            // It was not asked for its body, and reading would ask
            if (sent.hasExpectation()) {
                return false;
            }
            while (!isWhole(sent)) {
                sent.action(ActionCode.AVAILABLE, true);
                if (sent.getAvailable() > 0) {
                    if (sent.doRead(read) < 0) {
                        return true;
                    }
                } else if (System.nanoTime() < end) {
                    TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
                } else {
                    return false;
                }
                if (sent.getBytesRead() > MOST_BYTES) {
                    return false;
                }
            }
            return true;
        } catch (IOException | RuntimeException broken) {
            // No length that is a number, or a body after whose beginning Tomcat's reader is lost
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
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
