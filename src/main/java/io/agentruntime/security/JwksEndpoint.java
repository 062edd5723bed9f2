package io.agentruntime.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a key set over HTTP/1.1 within limits: no redirects, no more than {@link #TOTAL} from
 * connect to last byte, no more than 256 KiB. Messages of its failures name causes, not addresses.
 */
final class JwksEndpoint implements JwksKeySource.Endpoint {

    /** An issuer next door answers in milliseconds; requests may be waiting for it. */
    static final Duration TOTAL = Duration.ofSeconds(3);

    private static final String NOT_IN_TIME = "the issuer did not answer in time";

    private static final Duration CONNECT = Duration.ofSeconds(2);

    /** A hundred keys with their certificate chains. */
    private static final int MAX_BYTES = 256 * 1024;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .build();
    private final HttpRequest request;
    private final Duration total;

    JwksEndpoint(URI address) {
        this(address, TOTAL);
    }

    /**
     * @param total from connect to last byte
     */
    JwksEndpoint(URI address, Duration total) {
        this.total = total;
        request =
                HttpRequest.newBuilder(address)
                        .timeout(total)
                        .header("Accept", "application/jwk-set+json, application/json")
                        .build();
    }

    @Override
    public byte[] read() throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, response -> new Bounded());
        try {
            // The request's own limit ends at the headers; this one includes the body.
            HttpResponse<byte[]> response = answer.get(total.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException(
                        "the issuer answered " + response.statusCode() + ": check the address");
            }
            return response.body();
        } catch (TimeoutException e) {
            throw new IOException(NOT_IN_TIME, e);
        } catch (ExecutionException e) {
            throw new IOException(words(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    private static String words(Throwable failure) {
        if (failure instanceof HttpTimeoutException) {
            return NOT_IN_TIME;
        }
        if (failure instanceof ConnectException) {
            return failure.getCause() instanceof UnresolvedAddressException
                    ? "the issuer's host name is not known here: check the address, and the name service"
                    : "no connection to the issuer: check the address, and that it runs";
        }
        if (failure instanceof SSLException) {
            return "no TLS connection to the issuer: check its certificate, and that Java trusts who signed it";
        }
        return failure instanceof TooLarge
                ? failure.getMessage()
                : "the issuer's answer could not be read: check the address";
    }

    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge() {
            super("the issuer's answer is larger than " + MAX_BYTES / 1024 + " KiB");
        }
    }

    /** Collects a body up to the limit and fails beyond it. */
    private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {

        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (bytes.size() + buffer.remaining() > MAX_BYTES) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    body.completeExceptionally(new TooLarge());
                    return;
                }
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.writeBytes(part);
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
