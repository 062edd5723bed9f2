package io.agentruntime.catalog;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A provider that could not be asked, or answered what cannot be used. */
public class ProviderFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Cause cause;
    private final String hint;
    private final @Nullable Duration retryAfter;

    ProviderFailure(
            Cause cause, String hint, @Nullable Duration retryAfter, @Nullable Throwable from) {
        super(cause.label() + ": " + hint, from, false, false);
        this.cause = cause;
        this.hint = hint;
        this.retryAfter = retryAfter;
    }

    static ProviderFailure of(Cause cause, @Nullable Throwable from) {
        return of(cause, cause.hint(), from);
    }

    static ProviderFailure of(Cause cause, String hint) {
        return of(cause, hint, null);
    }

    static ProviderFailure of(Cause cause, String hint, @Nullable Throwable from) {
        return new ProviderFailure(cause, hint, null, from);
    }

    /** What happened, in the words of the contract. */
    public Cause reason() {
        return cause;
    }

    /** What an operator can do about it, one line. */
    public String hint() {
        return hint;
    }

    /** For how long the provider is to be left alone, where that is said. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /**
     * Thrown by a route whose login endpoint gives no token; the message is the operator's hint.
     */
    public static final class AuthUnavailable extends ProviderFailure {
        private static final long serialVersionUID = 1L;

        public AuthUnavailable(String hint) {
            super(Cause.AUTH_UNAVAILABLE, hint, null, null);
        }
    }

    /**
     * Thrown by a route whose login is refused; the message is the operator's hint. The next login
     * waits: Langflow allows five a minute, and the sixth would only tell that it is one too many.
     */
    public static final class AuthRejected extends ProviderFailure {
        private static final long serialVersionUID = 1L;
        private static final Duration PAUSE = Duration.ofSeconds(15);

        public AuthRejected(String hint) {
            super(Cause.AUTH_REJECTED, hint, PAUSE, null);
        }
    }

    /** Thrown by a route that is told to ask less often; the message is the operator's hint. */
    public static final class RateLimited extends ProviderFailure {
        private static final long serialVersionUID = 1L;

        public RateLimited(String hint) {
            super(Cause.RATE_LIMITED, hint, null, null);
        }
    }
}
