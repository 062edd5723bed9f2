package io.agentruntime.security;

import java.util.List;

/** The keys that may verify a token of one kind. */
@FunctionalInterface
interface KeySource {

    /**
     * The keys now, without waiting; the same list, by identity, for as long as they are the same.
     * None while they have to be read again first.
     */
    List<SignatureCheck> keys();

    /**
     * The keys to try once more when none of {@code tried} fitted; {@code tried} itself if there
     * are no others.
     */
    default List<SignatureCheck> newerThan(List<SignatureCheck> tried) {
        return tried;
    }

    /** Whether the keys could be read the last time, where they are read from somewhere. */
    default boolean isReadable() {
        return true;
    }

    /** Begins to read keys that are read from somewhere; nobody waits for it. */
    default void readAhead() {}
}
