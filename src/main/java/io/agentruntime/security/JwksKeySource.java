package io.agentruntime.security;

import io.agentruntime.security.SignatureChecks.UnfitKey;
import io.agentruntime.settings.SettingNames;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys an issuer publishes (JWKS, RFC 7517): read ahead or when first needed, read again in the
 * background when they are five minutes old, and at once, though rarely, when no key fits a token.
 * Keys once read are kept while the issuer is away; without any, no token is accepted.
 */
final class JwksKeySource implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(JwksKeySource.class);

    /** A withdrawn key is still believed for that long. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    /** Forged tokens make no more calls than this, and a new key is found within it. */
    private static final Duration BETWEEN_CALLS = Duration.ofSeconds(30);

    /** While nobody can be let in, asking again soon is worth it. */
    private static final Duration BETWEEN_FIRST_CALLS = Duration.ofSeconds(5);

    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    /**
     * Requests that wait for an issuer at the same time; the others are refused at once, so that
     * threads stay free.
     */
    private static final int WAITING = 16;

    /** A little more than one call may last. */
    private static final Duration WAIT = JwksEndpoint.TOTAL.plusMillis(500);

    /** Where the key set comes from. */
    @FunctionalInterface
    interface Endpoint {
        byte[] read() throws IOException;
    }

    private record Known(List<PublicKey> keys, List<SignatureCheck> checks) {}

    private final Endpoint endpoint;
    private final Algorithm algorithm;
    private final String property;
    private final LongSupplier nanos;
    private final Semaphore waiting = new Semaphore(WAITING);
    private volatile Known known = new Known(List.of(), List.of());
    private volatile long staleAt;
    private volatile long nextCall;
    private long nextWarning;
    private CompletableFuture<Void> call = CompletableFuture.completedFuture(null);

    JwksKeySource(Endpoint endpoint, Algorithm algorithm, String property, LongSupplier nanos) {
        this.endpoint = endpoint;
        this.algorithm = algorithm;
        this.property = property;
        this.nanos = nanos;
        long now = nanos.getAsLong();
        this.staleAt = now;
        this.nextCall = now;
        this.nextWarning = now;
    }

    /**
     * @param property names the address in log lines
     */
    static JwksKeySource at(URI address, Algorithm algorithm, String property) {
        return new JwksKeySource(new JwksEndpoint(address), algorithm, property, System::nanoTime);
    }

    @Override
    public List<SignatureCheck> keys() {
        Known now = known;
        if (!now.checks().isEmpty() && isPast(staleAt) && isPast(nextCall)) {
            callIfDue();
        }
        return now.checks();
    }

    @Override
    public List<SignatureCheck> newerThan(List<SignatureCheck> tried) {
        if (known.checks() == tried && waiting.tryAcquire()) {
            try {
                callIfDue().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // Nothing newer came; the call itself has logged why.
            } finally {
                waiting.release();
            }
        }
        return known.checks();
    }

    /** Counts as no call for a token: if it fails, the first token may ask at once. */
    @Override
    public synchronized void readAhead() {
        call = inBackground();
    }

    /** The call under way, a new one, or, if it is too early for one, the last. */
    private synchronized CompletableFuture<Void> callIfDue() {
        if (call.isDone() && isPast(nextCall)) {
            Duration pause = known.checks().isEmpty() ? BETWEEN_FIRST_CALLS : BETWEEN_CALLS;
            nextCall = nanos.getAsLong() + pause.toNanos();
            call = inBackground();
        }
        return call;
    }

    private void refresh() {
        try {
            accept(Jwks.keys(endpoint.read(), algorithm));
        } catch (IOException e) {
            warn(e.getMessage());
        }
    }

    /**
     * The lists stay the same objects while the keys are the same: what was verified stays
     * verified.
     */
    private void accept(List<PublicKey> keys) throws IOException {
        List<PublicKey> fitting = new ArrayList<>();
        List<SignatureCheck> checks = new ArrayList<>();
        for (PublicKey key : keys) {
            try {
                checks.add(SignatureChecks.of(algorithm, key));
                fitting.add(key);
            } catch (UnfitKey e) {
                LOG.debug("A key published at {} is left out: it {}", property, e.getMessage());
            }
        }
        if (checks.isEmpty()) {
            throw new IOException("it holds no key that fits " + algorithm);
        }
        staleAt = nanos.getAsLong() + FRESH.toNanos();
        if (!fitting.equals(known.keys())) {
            known = new Known(List.copyOf(fitting), List.copyOf(checks));
        }
    }

    /** Only ever called by the one call under way. */
    private void warn(String cause) {
        if (isPast(nextWarning)) {
            nextWarning = nanos.getAsLong() + BETWEEN_WARNINGS.toNanos();
            LOG.warn(
                    "The key set at {} could not be used: {}; {}",
                    SettingNames.variable(property),
                    cause,
                    known.checks().isEmpty()
                            ? "its tokens are refused until it can"
                            : "the keys known are kept");
        }
    }

    private boolean isPast(long instant) {
        return nanos.getAsLong() - instant >= 0;
    }

    private CompletableFuture<Void> inBackground() {
        return CompletableFuture.runAsync(
                this::refresh,
                work -> {
                    Thread thread = new Thread(work, "published-keys");
                    thread.setDaemon(true);
                    thread.start();
                });
    }
}
