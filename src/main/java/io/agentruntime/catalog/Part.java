package io.agentruntime.catalog;

import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A step of an attempt with all that run within it, on whichever thread and in whichever copy of
 * the exchange: it tells whether somebody still waits for them.
 */
public final class Part {
    private static final String PROPERTY = "attempt";

    /** What a thread takes steps of now, which need not be the thread that waits for them. */
    private static final ThreadLocal<@Nullable Part> HERE = new ThreadLocal<>();

    private final Attempt attempt;
    private final @Nullable Part around;
    private volatile boolean over;

    private Part(Attempt attempt, @Nullable Part around) {
        this.attempt = attempt;
        this.around = around;
    }

    /** Makes an exchange, and all that come of it, belong to an attempt. */
    static void whole(Attempt attempt, Exchange exchange) {
        new Part(attempt, null).with(exchange);
    }

    /** What the next step of an exchange runs within; null for one that asks no provider. */
    public static @Nullable Part of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Part.class);
    }

    /** What this thread takes steps of now; null for a thread that takes none. */
    static @Nullable Part here() {
        return HERE.get();
    }

    /** Whose step it is. */
    public Attempt attempt() {
        return attempt;
    }

    /** Begins a part of this one, which the next steps of the exchange run within. */
    public Part begin(Exchange exchange) {
        return new Part(attempt, this).with(exchange);
    }

    /** Begins another in the place of this one: nobody waits any more for what runs within it. */
    public Part giveUp(Exchange exchange) {
        over = true;
        return new Part(attempt, around).with(exchange);
    }

    private Part with(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
        return this;
    }

    /** Nobody waits for what runs within it. */
    public void leave() {
        over = true;
    }

    /** Ends a part of another, and goes on with that. */
    public void end(Exchange exchange, Runnable next) {
        over = true;
        Part rest = Objects.requireNonNull(around).with(exchange);
        rest.take(
                () -> {
                    next.run();
                    return true;
                });
    }

    /** Takes steps of this part. */
    public boolean take(BooleanSupplier steps) {
        Part before = HERE.get();
        HERE.set(this);
        try {
            return steps.getAsBoolean();
        } finally {
            if (before == null) {
                HERE.remove();
            } else {
                HERE.set(before);
            }
        }
    }

    boolean isWaitedFor() {
        for (Part at = this; at != null; at = at.around) {
            if (at.over) {
                return false;
            }
        }
        return true;
    }
}
