package io.agentruntime.catalog;

import io.agentruntime.state.StateWriter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps lists by way of another store. One that hangs holds up no refresh and no start. */
final class PatientCatalogStore implements CatalogStore {
    private static final Logger log = LoggerFactory.getLogger(PatientCatalogStore.class);

    private final CatalogStore kept;
    private final StateWriter writer;

    /** What is wanted of each provider and not done yet. */
    private final Map<String, Wish> wishes = new ConcurrentHashMap<>();

    private final CompletableFuture<Consumer<ProviderCatalog>> whenReadLate =
            new CompletableFuture<>();

    /**
     * @param changed whether it is another list than the one that was kept last
     */
    private record Wish(ProviderCatalog catalog, boolean changed) {
        Wish then(Wish next) {
            return new Wish(next.catalog, changed || next.changed);
        }
    }

    PatientCatalogStore(CatalogStore kept, StateWriter writer) {
        this.kept = kept;
        this.writer = writer;
    }

    /** Unknown as well when the store hangs; what comes later is handed in. */
    @Override
    public ProviderCatalog read(String provider) {
        CompletableFuture<ProviderCatalog> read = new CompletableFuture<>();
        writer.run("read " + provider, () -> read.complete(kept.read(provider)));
        if (read.isDone()) {
            return read.join();
        }
        read.thenAcceptBoth(whenReadLate, PatientCatalogStore::handIn);
        return ProviderCatalog.unknown(provider);
    }

    @Override
    public void whenReadLate(Consumer<ProviderCatalog> listener) {
        whenReadLate.complete(listener);
    }

    private static void handIn(ProviderCatalog late, Consumer<ProviderCatalog> listener) {
        try {
            listener.accept(late);
        } catch (RuntimeException | OutOfMemoryError e) {
            log.warn(
                    "the list of {} was read late and cannot be used: {}",
                    late.name(),
                    e.toString());
        }
    }

    @Override
    public boolean write(ProviderCatalog catalog) {
        return want(new Wish(catalog, true));
    }

    @Override
    public boolean touch(ProviderCatalog catalog) {
        return want(new Wish(catalog, false));
    }

    private boolean want(Wish wish) {
        String provider = wish.catalog.name();
        wishes.merge(provider, wish, Wish::then);
        return writer.keep(provider, () -> fulfil(provider));
    }

    private boolean fulfil(String provider) {
        Wish wish = wishes.remove(provider);
        if (wish == null) {
            return false;
        }
        return wish.changed ? kept.write(wish.catalog) : kept.touch(wish.catalog);
    }

    @Override
    public boolean isWritable() {
        return !writer.isHanging() && kept.isWritable();
    }

    @Override
    public void close() {
        writer.close();
    }
}
