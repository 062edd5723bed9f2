package io.agentruntime.memory;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The most recently used of many, bounded in number. Several threads may use it at a time. */
public final class LruCache<K, V> {

    private final Map<K, V> entries;

    /**
     * @param most entries are kept; one more puts out the one that was used longest ago
     */
    public LruCache(int most) {
        entries =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                        return size() > most;
                    }
                };
    }

    /** What is kept under a key, which counts as a use of it. */
    public synchronized Optional<V> find(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** Keeps a value, in the place of the one before it under the same key. */
    public synchronized void put(K key, V value) {
        entries.put(key, value);
    }
}
