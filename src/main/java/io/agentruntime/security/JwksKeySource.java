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
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys an issuer publishes (JWKS, RFC 7517): read ahead or when first needed, read again in the
 * background when they are five minutes old, before they are used when nobody asked in time, and at
 * once, though rarely, when no key fits a token. Keys once read are kept for an hour while the
 * issuer is away or publishes none that fits; without any, no token is accepted.
 */
final class JwksKeySource implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(JwksKeySource.class);

    /** A withdrawn key is still believed for that long, and until the next call is over. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    /**
     * An issuer may be away for a while, and callers are let in meanwhile; but whoever keeps its
     * answers back must not have a withdrawn key believed for ever.
     */
    private static final Duration KEPT = Duration.ofHours(1);

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

    private record Known(List<PublicKey> keys, List<SignatureCheck> checks) {
        static final Known NOTHING = new Known(List.of(), List.of());
    }

    private final Endpoint endpoint;
    private final Algorithm algorithm;
    private final String property;
    private final LongSupplier nanos;
    private final Executor threads;
    private final Semaphore waiting = new Semaphore(WAITING);
    private volatile Known known = Known.NOTHING;
    private volatile long staleAt;

    /** From then on nobody has asked in time: the keys are read before they are used. */
    private volatile long overdueAt;

    private volatile long forgottenAt;
    private volatile long nextCall;
    private volatile boolean readable;
    private long nextWarning;
    private CompletableFuture<Void> call = CompletableFuture.completedFuture(null);

    JwksKeySource(Endpoint endpoint, Algorithm algorithm, String property, LongSupplier nanos) {
        this(endpoint, algorithm, property, nanos, JwksKeySource::inItsOwnThread);
    }

    /**
     * @param threads runs a call beside whoever asks for it
     */
    JwksKeySource(
            Endpoint endpoint,
            Algorithm algorithm,
            String property,
            LongSupplier nanos,
            Executor threads) {
        this.endpoint = endpoint;
        this.algorithm = algorithm;
        this.property = property;
        this.nanos = nanos;
        this.threads = threads;
        long now = nanos.getAsLong();
        this.staleAt = now;
        this.overdueAt = now;
        this.forgottenAt = now;
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
        if (!isPast(staleAt)) {
            return known.checks();
        }
        List<SignatureCheck> believed = believed();
        if (!believed.isEmpty() && isPast(staleAt) && isPast(nextCall)) {
            callIfDue();
        }
        return believed;
    }

    /**
     * All who come after a pause wait, and not only a few: none of them is to be refused for having
     * come together, and it ends with one call, be it in vain.
     */
    @Override
    public List<SignatureCheck> newerThan(List<SignatureCheck> tried) {
        if (believed() == tried) {
            if (isPast(overdueAt)) {
                awaitCall();
            } else if (waiting.tryAcquire()) {
                try {
                    awaitCall();
                } finally {
                    waiting.release();
                }
            }
        }
        return believed();
    }

    private void awaitCall() {
        try {
            callIfDue().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Nothing newer came; the call itself has logged why.
        }
    }

    /** What may be used without asking first. */
    private List<SignatureCheck> believed() {
        return isPast(overdueAt) || isPast(forgottenAt) ? Known.NOTHING.checks() : known.checks();
    }

    @Override
    public boolean isReadable() {
        return readable;
    }

    /** Counts as no call for a token: if it fails, the first token may ask at once. */
    @Override
    public synchronized void readAhead() {
        call = inBackground();
    }

    /** The call under way, a new one, or, if it is too early for one, the last. */
    private synchronized CompletableFuture<Void> callIfDue() {
        if (call.isDone() && isPast(nextCall)) {
            Duration pause = isPast(forgottenAt) ? BETWEEN_FIRST_CALLS : BETWEEN_CALLS;
            nextCall = in(pause);
            call = inBackground();
        }
        return call;
    }

    private void refresh() {
        try {
            accept(Jwks.keys(endpoint.read(), algorithm));
            readable = true;
        } catch (IOException | OutOfMemoryError e) {
            failed(e.getMessage());
        } catch (RuntimeException e) {
            LOG.debug("The key set at {} could not be used", property, e);
            failed(e.getClass().getSimpleName());
        }
    }

    /** Whatever a call failed with, the keys at hand are as good as before. */
    private void failed(String cause) {
        readable = false;
        warn(cause);
        overdueAt = later(overdueAt, in(BETWEEN_CALLS.multipliedBy(2)));
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
        if (!fitting.equals(known.keys())) {
            known = new Known(List.copyOf(fitting), List.copyOf(checks));
        }
        // In this order: who may believe them sees that they are fresh, and does not ask again
        staleAt = in(FRESH);
        forgottenAt = in(KEPT);
        overdueAt = in(FRESH.plus(BETWEEN_CALLS));
    }

    /** Only ever called by the one call under way, or instead of it. */
    private void warn(String cause) {
        boolean forgets = known != Known.NOTHING && isPast(forgottenAt);
        if (forgets) {
            known = Known.NOTHING;
        }
        if (forgets || isPast(nextWarning)) {
            nextWarning = in(BETWEEN_WARNINGS);
            LOG.warn(
                    "The key set at {} could not be used: {}; {}{}",
                    SettingNames.variable(property),
                    cause,
                    forgets ? "the last known keys are an hour old and no longer accepted: " : "",
                    known == Known.NOTHING
                            ? "its tokens are refused until it can"
                            : "the last known keys are accepted for an hour at most");
        }
    }

    private long in(Duration time) {
        return nanos.getAsLong() + time.toNanos();
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    private boolean isPast(long instant) {
        return nanos.getAsLong() - instant >= 0;
    }

    private CompletableFuture<Void> inBackground() {
        try {
            return CompletableFuture.runAsync(this::refresh, threads);
        } catch (OutOfMemoryError e) {
            failed(e.getMessage());
            return CompletableFuture.completedFuture(null);
        }
    }

    private static void inItsOwnThread(Runnable work) {
        Thread thread = new Thread(work, "published-keys");
        thread.setDaemon(true);
        thread.start();
    }
}
