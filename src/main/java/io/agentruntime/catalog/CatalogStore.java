package io.agentruntime.catalog;

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

    /** Keeps the catalog's list; a failure costs a line in the log. */
    default void write(ProviderCatalog catalog) {}

    /** Notes that the list that was kept last was fetched again, and was the same. */
    default void touch(ProviderCatalog catalog) {}

    /** Whether all lists that were to be kept are. */
    default boolean isWritable() {
        return true;
    }

    /** Ends what is under way. */
    @Override
    default void close() {}
}
