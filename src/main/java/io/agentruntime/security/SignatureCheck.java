package io.agentruntime.security;

/** One key, bound to one algorithm. */
@FunctionalInterface
interface SignatureCheck {

    /** Never fails, whatever the signature holds. */
    boolean accepts(byte[] signed, byte[] signature);
}
