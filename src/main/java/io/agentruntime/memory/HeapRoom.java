package io.agentruntime.memory;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Whether the heap has room for what a large list is made into. A heap that is nearly full lets
 * nothing fail: it is collected again and again, for a second each time, and in the end the first
 * thread that asks for memory gets none, which may be the one that lets callers in. So work that
 * grows with a list asks for itself, and gives up.
 */
public final class HeapRoom {
    /** What is left of it after a collection, beyond which nothing much can be made. */
    private static final double FULL = 0.9;

    /** Looking costs some microseconds; few things are never too many. */
    private static final int EVERY = 1_000;

    private static final List<MemoryPoolMXBean> PARTS =
            ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(part -> part.getType() == MemoryType.HEAP)
                    .filter(part -> part.getCollectionUsage() != null)
                    .toList();

    private final LongSupplier left;
    private final double most;

    /** Of a collection before the work began. */
    private final long leftBefore;

    private int things;

    /**
     * @param left by the last collection, in bytes
     * @param size of the heap, in bytes
     */
    HeapRoom(LongSupplier left, long size) {
        this.left = left;
        most = FULL * size;
        leftBefore = left.getAsLong();
    }

    /** For work that begins now. */
    public static HeapRoom now() {
        return new HeapRoom(HeapRoom::leftByLastCollections, Runtime.getRuntime().maxMemory());
    }

    /**
     * Asks for one more thing.
     *
     * @throws OutOfMemoryError the heap was nearly full when it was last collected
     */
    public void take() {
        if (++things % EVERY == 0) {
            long now = left.getAsLong();
            if (now != leftBefore && now > most) {
                throw new OutOfMemoryError("the heap is nearly full");
            }
        }
    }

    private static long leftByLastCollections() {
        return PARTS.stream().mapToLong(part -> part.getCollectionUsage().getUsed()).sum();
    }
}
