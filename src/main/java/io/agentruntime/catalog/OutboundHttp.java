package io.agentruntime.catalog;

import io.agentruntime.settings.SettingNames;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The limits every outbound call has, whatever its route says: time in total, bytes of the head, on
 * the wire and after decompression, one redirect and none to another origin, no repeats behind the
 * route's back, no cookies.
 */
final class OutboundHttp implements HttpClientConfigurer, AutoCloseable {
    /** No flow list of a known provider comes near; 10,000 headers of Langflow flows are 6 MiB. */
    static final long MOST_BYTES = 32L * 1024 * 1024;

    /** Of an answer's head; servers themselves send and take 8 to 16 KiB. */
    static final int LONGEST_HEADER = 32 * 1024;

    /** With the longest ones, 8 MiB in all. */
    static final int MOST_HEADERS = 256;

    /** Calls to one provider at a time: a refresh makes few side by side. */
    private static final int MOST_CONNECTIONS = 20;

    /**
     * A name is looked up for a new connection alone, and a provider that has moved is not to be
     * asked at its old address for as long as something answers there.
     */
    private static final Duration LONGEST_CONNECTION = Duration.ofMinutes(1);

    /** Where a call's context keeps its deadline. */
    private static final String DEADLINE = "deadline";

    private final Duration total;
    private final PoolingHttpClientConnectionManager connections;
    private final ScheduledExecutorService watchdog =
            Executors.newSingleThreadScheduledExecutor(
                    run -> {
                        var thread = new Thread(run, "outbound-watchdog");
                        thread.setDaemon(true);
                        return thread;
                    });

    /**
     * @param total from the request's first byte sent to the answer's last byte read
     */
    public OutboundHttp(Duration total) {
        this(total, LONGEST_CONNECTION);
    }

    OutboundHttp(Duration total, Duration longestConnection) {
        this(total, longestConnection, new UnderscoreNames());
    }

    OutboundHttp(Duration total, Duration longestConnection, DnsResolver names) {
        this.total = total;
        this.connections =
                new WithFairShares()
                        .setConnectionFactory(
                                ManagedHttpClientConnectionFactory.builder()
                                        .http1Config(
                                                Http1Config.custom()
                                                        .setMaxLineLength(LONGEST_HEADER)
                                                        .setMaxHeaderCount(MOST_HEADERS)
                                                        .build())
                                        .build())
                        .setDnsResolver(names)
                        .setDefaultConnectionConfig(
                                ConnectionConfig.custom()
                                        .setConnectTimeout(Timeout.of(total))
                                        .setTimeToLive(TimeValue.of(longestConnection))
                                        .build())
                        .setMaxConnPerRoute(MOST_CONNECTIONS)
                        .setMaxConnTotal(MOST_CONNECTIONS * 4)
                        .build();
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        var timeout = Timeout.of(total);
        builder.setConnectionManager(new SharedConnections(connections))
                .setRoutePlanner(new SystemProxy())
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .setRedirectStrategy(new SameOrigin())
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setRedirectsEnabled(true)
                                .setMaxRedirects(1)
                                .setResponseTimeout(timeout)
                                .setConnectionRequestTimeout(timeout)
                                .build())
                .addRequestInterceptorLast(OutboundHttp::callByNetworkName)
                .addExecInterceptorFirst("total-time", this::limitTime)
                .addExecInterceptorLast("bytes-on-the-wire", OutboundHttp::limitSize);
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
        // Who waits on an idle connection is told that it ends, and not that it broke
        connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
        connections.close(CloseMode.IMMEDIATE);
    }

    /**
     * A provider, or a proxy before it, knows itself by the name that the network knows; so does
     * the proxy that is asked for a whole address.
     */
    static void callByNetworkName(
            HttpRequest request, @Nullable EntityDetails body, HttpContext context) {
        Header host = request.getFirstHeader(HttpHeaders.HOST);
        if (host != null) {
            request.setHeader(HttpHeaders.HOST, SettingNames.networkHost(host.getValue()));
        }
        URIAuthority authority = request.getAuthority();
        if (authority != null && !request.getRequestUri().startsWith("/")) {
            request.setAuthority(
                    new URIAuthority(
                            SettingNames.networkHost(authority.getHostName()),
                            authority.getPort()));
        }
    }

    /** Whether a credential for one address may be sent to the other. */
    static boolean isSameOrigin(URI from, URI to) {
        return to.getHost() != null && origin(from).equals(origin(to));
    }

    private static String origin(URI uri) {
        int port = uri.getPort();
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(java.util.Locale.ROOT);
        int known = port >= 0 ? port : "https".equals(scheme) ? 443 : 80;
        return scheme
                + "://"
                + String.valueOf(uri.getHost()).toLowerCase(java.util.Locale.ROOT)
                + ":"
                + known;
    }

    private ClassicHttpResponse limitTime(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        var deadline = new Deadline(scope);
        scope.clientContext.setAttribute(DEADLINE, deadline);
        boolean answered = false;
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity == null) {
                deadline.met();
            } else {
                response.setEntity(new TimedEntity(entity, deadline));
            }
            answered = true;
            return response;
        } catch (UnknownHostException e) {
            // However late: no provider was silent
            throw e;
        } catch (IOException e) {
            throw deadline.orTimeout(e);
        } catch (RuntimeException e) {
            // Of a connection that was closed while the client was still busy with its name
            if (deadline.passed) {
                throw deadline.timeout(e);
            }
            throw e;
        } finally {
            if (!answered) {
                deadline.met();
                // After an Error the client itself gives nothing back
                scope.execRuntime.discardEndpoint();
            }
        }
    }

    private static ClassicHttpResponse limitSize(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ClassicHttpResponse response = chain.proceed(request, scope);
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            response.setEntity(
                    new HttpEntityWrapper(entity) {
                        @Override
                        public InputStream getContent() throws IOException {
                            return new SizeLimit(super.getContent(), MOST_BYTES);
                        }
                    });
        }
        return response;
    }

    /** Ends a call by closing its connection, and remembers that it did. */
    private final class Deadline {
        private final long end = System.nanoTime() + total.toNanos();
        private volatile boolean passed;
        private final ScheduledFuture<?> alarm;

        Deadline(ExecChain.Scope scope) {
            alarm =
                    watchdog.schedule(
                            () -> {
                                passed = true;
                                scope.execRuntime.discardEndpoint();
                            },
                            total.toMillis(),
                            TimeUnit.MILLISECONDS);
        }

        /** One of so many equal parts of the time that is left; none is of no time, for ever. */
        Timeout share(int parts) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            return Timeout.ofMilliseconds(Math.max(1, left / parts));
        }

        boolean isOver() {
            return passed || System.nanoTime() - end >= 0;
        }

        void met() {
            alarm.cancel(false);
        }

        IOException orTimeout(IOException e) {
            return passed ? timeout(e) : e;
        }

        IOException timeout(Exception e) {
            var timeout =
                    new SocketTimeoutException(
                            "no complete answer within " + total.toMillis() + " ms");
            // Not as its cause: a route that repeats broken connections would repeat this one too
            timeout.addSuppressed(e);
            return timeout;
        }
    }

    /**
     * Tries the addresses of a name one after the other, each for its share of the call's time. The
     * client itself would give each of them as much as the first.
     */
    private static final class FairShares extends DefaultHttpClientConnectionOperator {
        private final DnsResolver names;

        FairShares(DnsResolver names, TlsSocketStrategy tls) {
            super(
                    null,
                    names,
                    RegistryBuilder.<TlsSocketStrategy>create()
                            .register(URIScheme.HTTPS.id, tls)
                            .build());
            this.names = names;
        }

        @Override
        public void connect(
                ManagedHttpClientConnection connection,
                HttpHost host,
                NamedEndpoint name,
                InetSocketAddress from,
                Timeout timeout,
                SocketConfig config,
                Object attachment,
                HttpContext context)
                throws IOException {
            var deadline = (Deadline) context.getAttribute(DEADLINE);
            InetAddress[] addresses = names.resolve(host.getHostName());
            for (int left = addresses.length; left > 0; left--) {
                InetAddress address = addresses[addresses.length - left];
                try {
                    super.connect(
                            connection,
                            new HttpHost(
                                    host.getSchemeName(),
                                    address,
                                    host.getHostName(),
                                    host.getPort()),
                            name,
                            from,
                            deadline.share(left),
                            config,
                            attachment,
                            context);
                    return;
                } catch (IOException e) {
                    if (left == 1 || deadline.isOver()) {
                        throw e;
                    }
                }
            }
        }
    }

    private static final class WithFairShares extends PoolingHttpClientConnectionManagerBuilder {
        @Override
        protected HttpClientConnectionOperator createConnectionOperator(
                SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
            return new FairShares(names, tls);
        }
    }

    /** A body that knows its deadline, and is limited after decompression too. */
    private static final class TimedEntity extends HttpEntityWrapper {
        private final Deadline deadline;

        TimedEntity(HttpEntity entity, Deadline deadline) {
            super(entity);
            this.deadline = deadline;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new TimedStream(new SizeLimit(super.getContent(), MOST_BYTES), deadline);
        }

        @Override
        public void close() throws IOException {
            deadline.met();
            super.close();
        }
    }

    private static final class TimedStream extends java.io.FilterInputStream {
        private final Deadline deadline;

        TimedStream(InputStream in, Deadline deadline) {
            super(in);
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw deadline.orTimeout(orCutOff(e));
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return super.read(into, offset, length);
            } catch (IOException e) {
                throw deadline.orTimeout(orCutOff(e));
            }
        }

        /** A part of it has come, so that the provider was reached. */
        private static IOException orCutOff(IOException e) {
            if (!(e instanceof SocketException)) {
                return e;
            }
            var cutOff = new ConnectionClosedException("the connection broke within the answer");
            // Not as its cause, as with a timeout
            cutOff.addSuppressed(e);
            return cutOff;
        }

        @Override
        public void close() throws IOException {
            deadline.met();
            super.close();
        }
    }

    /**
     * One client must not close what all share: it does so at any {@link Error}, such as a full
     * heap, and no provider could be asked any more.
     */
    private record SharedConnections(HttpClientConnectionManager shared)
            implements HttpClientConnectionManager {

        @Override
        public LeaseRequest lease(String id, HttpRoute route, Timeout timeout, Object state) {
            return shared.lease(id, route, timeout, state);
        }

        @Override
        public void release(ConnectionEndpoint endpoint, Object state, TimeValue validity) {
            shared.release(endpoint, state, validity);
        }

        @Override
        public void connect(ConnectionEndpoint endpoint, TimeValue timeout, HttpContext context)
                throws IOException {
            shared.connect(endpoint, timeout, context);
        }

        @Override
        public void upgrade(ConnectionEndpoint endpoint, HttpContext context) throws IOException {
            shared.upgrade(endpoint, context);
        }

        @Override
        public void close(CloseMode how) {}

        @Override
        public void close() {}
    }

    /**
     * Goes through the proxy that Java's own client would take, and asks for it by the name that
     * the network knows.
     */
    private static final class SystemProxy extends SystemDefaultRoutePlanner {
        SystemProxy() {
            super(null);
        }

        @Override
        protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context)
                throws HttpException {
            return super.determineProxy(
                    new HttpHost(
                            target.getSchemeName(),
                            SettingNames.networkHost(target.getHostName()),
                            target.getPort()),
                    context);
        }
    }

    /**
     * Follows a redirect only to where the request went in the first place: credentials never leave
     * their origin.
     */
    private static final class SameOrigin extends DefaultRedirectStrategy {
        @Override
        public boolean isRedirected(HttpRequest request, HttpResponse response, HttpContext context)
                throws ProtocolException {
            if (!super.isRedirected(request, response, context)) {
                return false;
            }
            try {
                return isSameOrigin(request.getUri(), getLocationURI(request, response, context));
            } catch (URISyntaxException | HttpException e) {
                return false;
            }
        }

        @Override
        protected URI createLocationURI(String location) throws ProtocolException {
            return super.createLocationURI(SettingNames.javaAddress(location));
        }
    }
}
