package io.agentruntime.catalog;

import java.util.List;
import java.util.Objects;

/**
 * What a request sees: one snapshot, and how fresh each provider's part of it is.
 *
 * @param providers in order of preference
 */
public record CatalogView(Snapshot snapshot, List<ProviderStatus> providers) {

    /** True when at least one provider's list is known, though it may be empty. */
    boolean knowsSomething() {
        return providers.stream().anyMatch(ProviderStatus::hasList);
    }

    /** True when no provider offers any flow, and each of them said so. */
    public boolean isTrulyEmpty() {
        return snapshot.flows().isEmpty() && providers.stream().allMatch(ProviderStatus::hasList);
    }

    /** Seconds since the oldest part was fetched; 0 when nothing was. */
    public long ageSeconds() {
        return providers.stream()
                .map(ProviderStatus::ageSeconds)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    /** Seconds since one provider's part was fetched. */
    public long ageSeconds(String provider) {
        return providers.stream()
                .filter(status -> status.name().equals(provider))
                .map(ProviderStatus::ageSeconds)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(0L);
    }
}
