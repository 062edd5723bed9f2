package io.agentruntime.catalog;

/** Where the last good list of each provider is kept between two lives of the process. */
interface CatalogStore {
    /** Keeps nothing. */
    CatalogStore NONE =
            new CatalogStore() {
                @Override
                public ProviderCatalog read(String provider) {
                    return ProviderCatalog.unknown(provider);
                }

                @Override
                public void write(ProviderCatalog catalog) {}

                @Override
                public void touch(ProviderCatalog catalog) {}
            };

    /** What was kept last, or the unknown catalog; never fails. */
    ProviderCatalog read(String provider);

    /** Keeps the catalog's list; a failure costs a line in the log. */
    void write(ProviderCatalog catalog);

    /** Notes that the list that was kept last was fetched again, and was the same. */
    void touch(ProviderCatalog catalog);
}
