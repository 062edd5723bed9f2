package io.agentruntime.matching;

/** Arithmetic on vectors, in a fixed order so that the bits never change. */
final class Vectors {

    private Vectors() {}

    /** The same direction at length 1; a zero vector stays as it is. */
    static float[] unit(float[] vector) {
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

    /** {@code sum += weight * vector}. */
    static void add(float[] sum, float[] vector, float weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * vector[i];
        }
    }

    /** Four running sums, which the processor can work on side by side. */
    static float dot(float[] a, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            s0 += a[i] * b[i];
        }
        return s0 + s1 + (s2 + s3);
    }
}
