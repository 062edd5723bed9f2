package io.agentruntime.web;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1, which tells a request's thread its connection, and takes new connections in by
 * the handful while requests are being refused.
 *
 * <p>Tomcat ends the connection of who is refused with a 503, so that the surplus comes on new
 * ones. One by one, each would wake three threads in turn, and take the processor from those who
 * work in between; that costs three times what a refusal costs among others.
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

    /**
     * @param pause between two handfuls, while {@code refusals} are being made, in nanoseconds
     */
    void batchWhile(Refusals refusals, LongSupplier pause) {
        endpoint.pause = pause;
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
        /** Long enough for all that come in a pause, also when others are on the processor. */
        private static final long TAKING_IN = Duration.ofMillis(5).toNanos();

        private volatile @Nullable Refusals refusals;
        private volatile LongSupplier pause = () -> 0;
        private long paused;

        @Override
        protected SocketChannel serverSocketAccept() throws Exception {
            Refusals told = refusals;
            if (told != null && told.lately() && System.nanoTime() - paused > TAKING_IN) {
                LockSupport.parkNanos(pause.getAsLong());
                paused = System.nanoTime();
            }
            return super.serverSocketAccept();
        }
    }
}
