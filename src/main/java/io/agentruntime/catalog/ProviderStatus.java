package io.agentruntime.catalog;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one provider now.
 *
 * @param flows how many it offers
 * @param ageSeconds since its list was last fetched, or null when it never was
 * @param breaker {@code closed}, {@code open} or {@code half_open}
 * @param cause why the last refresh failed, or null when it did not
 * @param isDoubted whether the last refresh brought a list so much shorter that the old one stays
 */
@JsonPropertyOrder({"name", "status", "flows", "age_seconds", "breaker", "last_error"})
public record ProviderStatus(
        String name,
        @JsonIgnore State state,
        int flows,
        @JsonProperty("age_seconds") @Nullable Long ageSeconds,
        String breaker,
        @JsonIgnore @Nullable Cause cause,
        @JsonIgnore boolean isDoubted) {

    /** How far a provider's flows can be trusted. */
    public enum State {
        /** The list is fresh. */
        UP,
        /** There is a list, but it could not be refreshed. */
        STALE,
        /** There is no list, and the provider could not be asked. */
        DOWN,
        /** The provider was not asked yet. */
        UNKNOWN;

        /** As in answers and metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** True when its flows are known, fresh or not. */
    public boolean hasList() {
        return state == State.UP || state == State.STALE;
    }

    @JsonProperty
    public String status() {
        return state.label();
    }

    @JsonProperty("last_error")
    public @Nullable String lastError() {
        return cause == null ? null : cause.label();
    }
}
