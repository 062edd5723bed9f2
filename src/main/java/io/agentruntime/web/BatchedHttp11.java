package io.agentruntime.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1, which tells a request's thread its connection, and takes new connections in by
 * the handful while requests are being refused. Of a handful, those for whom there is no room are
 * refused where they are accepted.
 *
 * <p>Tomcat ends the connection of who is refused with a 503, so that the surplus comes on new
 * ones. One by one, each would wake three threads in turn, and take the processor from those who
 * work in between; that costs three times what a refusal costs among others. Half of what is left
 * is the way of a connection from thread to thread, and from one selector's list to the next.
 */
public final class BatchedHttp11 extends Http11NioProtocol {
    private static final ThreadLocal<@Nullable SocketChannel> CONNECTION = new ThreadLocal<>();

    private final BatchedEndpoint endpoint;

    /** For Tomcat, which makes its protocols by the names of their classes. */
    public BatchedHttp11() {
        this(new BatchedEndpoint());
    }

    private BatchedHttp11(BatchedEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /** Says who of those on new connections is refused before the server has read anything. */
    interface Newcomers {
        /** Says that all have come in who came so far, and the next are others. */
        void nextHandful();

        /** Whether one more, who came now, is not to come in. */
        boolean areTooMany();

        /**
         * What one who is not to come in is answered, and its connection ended with.
         *
         * @param received what has come on the connection, perhaps nothing
         * @return the whole answer, as sent; null if the server has to read this
         */
        @Nullable ByteBuffer refusal(ByteBuffer received);
    }

    /**
     * @param pause between two handfuls, while {@code refusals} are being made, in nanoseconds
     * @param newcomers asked on one thread
     */
    void batchWhile(Refusals refusals, LongSupplier pause, Newcomers newcomers) {
        endpoint.pause = pause;
        endpoint.newcomers = newcomers;
        endpoint.refusals = refusals;
    }

    /** The connection whose request this thread serves; null on any other thread. */
    static @Nullable SocketChannel connection() {
        return CONNECTION.get();
    }

    @Override
    protected Processor createProcessor() {
        return new Http11Processor(this, getAdapter()) {
            @Override
            public SocketState service(SocketWrapperBase<?> socket) throws IOException {
                if (socket.getSocket() instanceof NioChannel channel) {
                    CONNECTION.set(channel.getIOChannel());
                }
                try {
                    return super.service(socket);
                } finally {
                    CONNECTION.remove();
                }
            }
        };
    }

    /** Has one thread that takes in new connections. */
    private static final class BatchedEndpoint extends NioEndpoint {
        /**
         * Without anybody new, in all, since the last pause: all that came in it are in. What it
         * takes to refuse them, or to get back to the processor from others, does not count.
         */
        private static final long NOBODY = Duration.ofMillis(2).toNanos();

        /** That the thread of the selector may be busy with others. */
        private static final long LONGEST_BUSY = Duration.ofSeconds(1).toNanos();

        private static final long LOOK_AGAIN = TimeUnit.MICROSECONDS.toNanos(100);

        /** What a server's own buffer holds. */
        private final ByteBuffer received =
                ByteBuffer.allocate(socketProperties.getAppReadBufSize()).flip();

        private final OneASecond defects = new OneASecond();
        private volatile @Nullable Refusals refusals;
        private volatile @Nullable Newcomers newcomers;
        private volatile LongSupplier pause = () -> 0;
        private long waited;

        BatchedEndpoint() {
            connections = new Connections();
        }

        /**
         * Gives back what was read ahead, where nobody reads the connection yet: the server adds it
         * here, and then tells its selector.
         */
        private final class Connections
                extends ConcurrentHashMap<SocketChannel, SocketWrapperBase<NioChannel>> {
            private static final long serialVersionUID = 1;

            @Override
            public @Nullable SocketWrapperBase<NioChannel> put(
                    SocketChannel socket, SocketWrapperBase<NioChannel> connection) {
                if (received.hasRemaining()) {
                    connection.unRead(received);
                }
                return super.put(socket, connection);
            }
        }

        @Override
        protected SocketChannel serverSocketAccept() throws Exception {
            SocketChannel next;
            boolean refused;
            do {
                pauseBetweenHandfuls();
                received.clear().flip();
                long began = System.nanoTime();
                next = super.serverSocketAccept();
                waited += System.nanoTime() - began;
                refused = isRefused(next);
                // Of who comes when the server is about to stop, Tomcat closes the connection
            } while (refused && !isPaused());
            return next;
        }

        private void pauseBetweenHandfuls() {
            Refusals told = refusals;
            Newcomers asked = newcomers;
            if (told != null && asked != null && waited > NOBODY && told.lately()) {
                LockSupport.parkNanos(pause.getAsLong());
                waited = 0;
                asked.nextHandful();
            }
        }

        private boolean isRefused(SocketChannel socket) throws IOException {
            Newcomers asked = newcomers;
            if (asked == null || isSSLEnabled() || !asked.areTooMany()) {
                return false;
            }
            boolean comesIn = false;
            try {
                socket.configureBlocking(false);
                socket.read(received.clear());
                ByteBuffer refusal = refusal(asked, received.flip().asReadOnlyBuffer());
                if (refusal == null) {
                    comesIn = true;
                } else {
                    socket.write(refusal);
                }
            } catch (IOException gone) {
                getLog().debug("who came new did not wait for the answer", gone);
            } finally {
                if (!comesIn) {
                    socket.close();
                }
            }
            return !comesIn;
        }

        /** A defect, or want of memory, must not end the one thread that lets callers in. */
        private @Nullable ByteBuffer refusal(Newcomers asked, ByteBuffer came) {
            try {
                return asked.refusal(came);
            } catch (RuntimeException | Error defect) {
                if (defects.mayLog()) {
                    getLog().error("A newcomer could not be refused, and is let in", defect);
                }
                return null;
            }
        }

        /** What was given back, no selector will tell of. */
        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            boolean readAhead = received.hasRemaining();
            boolean taken = super.setSocketOptions(socket);
            SocketWrapperBase<NioChannel> connection = connections.get(socket);
            if (taken && readAhead && connection != null) {
                getExecutor()
                        .execute(
                                () -> {
                                    awaitSelector(socket);
                                    if (!processSocket(connection, SocketEvent.OPEN_READ, false)) {
                                        connection.close();
                                    }
                                });
            }
            return taken;
        }

        /** Or it would find one that is answered and closed, and call that an error. */
        private static void awaitSelector(SocketChannel socket) {
            long end = System.nanoTime() + LONGEST_BUSY;
            while (socket.isOpen() && !socket.isRegistered() && System.nanoTime() < end) {
                LockSupport.parkNanos(LOOK_AGAIN);
            }
        }
    }
}
