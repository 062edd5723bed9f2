package io.agentruntime.security;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Remembers whose a token is, so that the same token is verified once. The key is the whole token;
 * an entry counts only inside the token's own times and while the keys that verified it are still
 * the keys. Refusals are not remembered.
 *
 * <p>Two generations: entries are added to the young one; when it is full it becomes the old one,
 * whose entries are lost unless used meanwhile. Reading takes no lock.
 */
final class VerifiedTokens {

    /** Characters in one generation: about 4 MiB, some 7,000 tokens of the usual 600 characters. */
    private static final int CAPACITY = 4 * 1024 * 1024;

    /**
     * @param from first millisecond of the epoch at which it counts
     * @param until first millisecond at which it does not count any more
     */
    record Entry(
            Caller caller, long from, long until, KeySource source, List<SignatureCheck> keys) {

        boolean countsAt(long now) {
            return now >= from && now < until && source.keys() == keys;
        }
    }

    private static final class Generation {
        final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
        final AtomicInteger characters = new AtomicInteger();
    }

    private final int capacity;
    private volatile Generation young = new Generation();
    private volatile Generation old = new Generation();

    VerifiedTokens() {
        this(CAPACITY);
    }

    VerifiedTokens(int capacity) {
        this.capacity = capacity;
    }

    @Nullable Caller caller(String token, long now) {
        Entry entry = young.entries.get(token);
        if (entry == null) {
            entry = old.entries.get(token);
            if (entry != null && entry.countsAt(now)) {
                add(token, entry);
            }
        }
        return entry != null && entry.countsAt(now) ? entry.caller() : null;
    }

    void add(String token, Entry entry) {
        Generation generation = young;
        if (generation.entries.put(token, entry) == null
                && generation.characters.addAndGet(token.length()) > capacity) {
            turn(generation);
        }
    }

    int size() {
        return young.entries.size() + old.entries.size();
    }

    private synchronized void turn(Generation full) {
        if (young == full) {
            old = full;
            young = new Generation();
        }
    }
}
