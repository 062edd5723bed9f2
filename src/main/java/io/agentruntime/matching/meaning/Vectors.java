package io.agentruntime.matching.meaning;

/** Arithmetic on vectors, with the same bits on every machine. */
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

    /** {@code sum += vector}. */
    static void add(float[] sum, float[] vector) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += vector[i];
        }
    }

    /** What 1 is in fixed point. */
    private static final int ONE = Short.MAX_VALUE;

    /**
     * A vector of length 1 in fixed point, 16 bits for each number: half of the room, and its sums
     * are whole numbers, the same in any order. A cosine moves by some hundred-thousandths.
     */
    static short[] fixed(float[] unit) {
        short[] fixed = new short[unit.length];
        for (int i = 0; i < unit.length; i++) {
            fixed[i] = (short) Math.round(Math.max(-1, Math.min(1, unit[i])) * ONE);
        }
        return fixed;
    }

    /** The cosine of two vectors in fixed point. */
    static double cosine(short[] a, short[] b) {
        int sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return cosine(sum);
    }

    /**
     * @param products the sum of products of two vectors in fixed point; as both have length 1, it
     *     takes 31 bits
     */
    static double cosine(int products) {
        return products / ((double) ONE * ONE);
    }
}
