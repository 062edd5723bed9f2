package io.agentruntime.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What a request sees: one snapshot, and how fresh each provider's part of it is.
 *
 * @param providers in order of preference
 * @param since when the request came
 * @param awaited providers that were asked once more for this request, and have not answered yet
 */
public record CatalogView(
        Snapshot snapshot, List<ProviderStatus> providers, Instant since, Set<String> awaited) {

    /** True when no provider offers any flow, and each of them said so. */
    public boolean isTrulyEmpty() {
        return snapshot.flows().isEmpty() && providers.stream().allMatch(ProviderStatus::hasList);
    }

    /** Seconds since the oldest part was fetched; 0 when nothing was. */
    public long ageSeconds() {
        long oldest = 0;
        for (ProviderStatus provider : providers) {
            oldest = Math.max(oldest, ageSeconds(provider));
        }
        return oldest;
    }

    /** Seconds since one provider's part was fetched. */
    public long ageSeconds(String provider) {
        for (ProviderStatus status : providers) {
            if (status.name().equals(provider)) {
                return ageSeconds(status);
            }
        }
        return 0;
    }

    private static long ageSeconds(ProviderStatus provider) {
        Long age = provider.ageSeconds();
        return age == null ? 0 : age;
    }
}
