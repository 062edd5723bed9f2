package io.agentruntime.matching;

/** Vectors as models answer with. */
final class UnitVector {
    private UnitVector() {}

    /** The same direction at length 1; a zero vector stays as it is. */
    static float[] of(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        if (squares == 0) {
            return vector;
        }
        double length = Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
