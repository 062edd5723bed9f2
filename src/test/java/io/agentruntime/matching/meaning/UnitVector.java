package io.agentruntime.matching.meaning;

/** Vectors as models answer with, for tests of other packages. */
public final class UnitVector {
    private UnitVector() {}

    /** The same direction at length 1; a zero vector stays as it is. */
    public static float[] of(float[] vector) {
        return Vectors.unit(vector);
    }
}
