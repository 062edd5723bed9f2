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
            };

    /** What was kept last, or the unknown catalog; never fails. */
    ProviderCatalog read(String provider);

    /** Keeps the catalog's list; a failure costs a line in the log. */
    void write(ProviderCatalog catalog);
}
