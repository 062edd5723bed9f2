package io.agentruntime.catalog;

import java.util.function.Consumer;

/**
 * Where the last good list of each provider is kept between two lives of the process; by itself
 * nowhere.
 */
interface CatalogStore extends AutoCloseable {
    /** Keeps nothing. */
    CatalogStore NONE = new CatalogStore() {};

    /** What was kept last, or the unknown catalog; never fails. */
    default ProviderCatalog read(String provider) {
        return ProviderCatalog.unknown(provider);
    }

    /**
     * Has somebody given what was kept where {@link #read} did not wait for it, whether that has
     * come or not.
     */
    default void whenReadLate(Consumer<ProviderCatalog> listener) {}

    /**
     * Keeps the catalog's list; a failure costs a line in the log.
     *
     * @return whether it is kept by now
     */
    default boolean write(ProviderCatalog catalog) {
        return false;
    }

    /**
     * Notes that the list that was kept last was fetched again, and was the same.
     *
     * @return whether that is noted by now; not so where it was noted a moment ago
     */
    default boolean touch(ProviderCatalog catalog) {
        return false;
    }

    /** Whether all lists that were to be kept are. */
    default boolean isWritable() {
        return true;
    }

    /** Ends what is under way. */
    @Override
    default void close() {}
}
