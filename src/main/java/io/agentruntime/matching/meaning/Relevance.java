package io.agentruntime.matching.meaning;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * How likely a flow does what a text asks for, judged by reading both token by token. A vector for
 * a whole text hardly tells "order a desk chair" from "order a laptop"; here each token of one text
 * is compared with what the other has for it.
 *
 * <p>Decomposable attention (Parikh et al., 2016, arXiv:1606.01933) over the fast model's token
 * vectors: tokens are projected; each attends to the other text's; token and counterpart, their
 * absolute difference and their product (Mou et al., 2016, arXiv:1512.08422) go through one layer;
 * the mean and the most over each text's tokens go through another, to a logit. {@code
 * benchmarks/matching/train} makes the weights.
 */
final class Relevance {

    /** Further tokens of a flow's text are not read, and no text that has more. */
    static final int MOST_TOKENS = 64;

    /** Projected tokens are kept in bytes: they lie between -1 and 1. */
    private static final int ONE = Byte.MAX_VALUE;

    /** Beyond this a logit says no more. */
    private static final float CLEAR = 6;

    /** Token vectors are brought to this length before they are projected. */
    private static final float TOKEN_LENGTH = 4;

    private static final Relevance TRAINED = load();

    private final int inputs;
    private final int width;
    private final int hidden;
    private final float[] projection;
    private final float[] projectionBase;
    private final float[] comparison;
    private final float[] comparisonBase;
    private final float[] decision;
    private final float[] decisionBase;
    private final float[] output;
    private final float outputBase;
    private final float sharpness;

    private Relevance(DataInputStream in) throws IOException {
        inputs = in.readInt();
        width = in.readInt();
        hidden = in.readInt();
        projection = floats(in, inputs * width);
        projectionBase = floats(in, width);
        comparison = floats(in, 4 * width * hidden);
        comparisonBase = floats(in, hidden);
        decision = floats(in, 4 * hidden * hidden);
        decisionBase = floats(in, hidden);
        output = floats(in, hidden);
        outputBase = in.readFloat();
        sharpness = in.readFloat();
    }

    /** The weights in the jar. */
    static Relevance trained() {
        return TRAINED;
    }

    private static Relevance load() {
        try (InputStream in = Relevance.class.getResourceAsStream("relevance.bin")) {
            return new Relevance(new DataInputStream(in));
        } catch (IOException e) {
            throw new UncheckedIOException("relevance.bin cannot be read from the jar", e);
        }
    }

    private static float[] floats(DataInputStream in, int count) throws IOException {
        float[] floats = new float[count];
        ByteBuffer.wrap(in.readNBytes(count * Float.BYTES)).asFloatBuffer().get(floats);
        return floats;
    }

    /**
     * What {@link #logit} needs of a text.
     *
     * @param tokens the model's vectors of the text's tokens, one after the other
     * @param count of them, at most {@link #MOST_TOKENS} and the begin and end marks, which are
     *     left out
     * @return {@code width} numbers for each token, in fixed point
     */
    byte[] read(FloatBuffer tokens, int count) {
        int first = count > 2 ? 1 : 0;
        int read = count > 2 ? count - 2 : count;
        byte[] projected = new byte[read * width];
        float[] token = new float[inputs];
        float[] row = new float[width];
        for (int i = 0; i < read; i++) {
            tokens.get((first + i) * inputs, token);
            scale(token);
            System.arraycopy(projectionBase, 0, row, 0, width);
            addProduct(token, 0, inputs, projection, 0, row);
            for (int j = 0; j < width; j++) {
                projected[i * width + j] = (byte) Math.round(ONE * StrictMath.tanh(row[j]));
            }
        }
        return projected;
    }

    private static void scale(float[] token) {
        double squares = 0;
        for (float x : token) {
            squares += (double) x * x;
        }
        float factor = (float) (TOKEN_LENGTH / (StrictMath.sqrt(squares) + 1e-6));
        for (int i = 0; i < token.length; i++) {
            token[i] *= factor;
        }
    }

    /**
     * @param text as {@link #read}
     * @param flow as {@link #read}: its name and description
     * @return log odds that the flow does what the text asks for, within 6 of zero
     */
    double logit(byte[] text, byte[] flow) {
        return logit(floats(text), floats(flow));
    }

    private static float[] floats(byte[] fixed) {
        float[] floats = new float[fixed.length];
        for (int i = 0; i < fixed.length; i++) {
            floats[i] = (float) fixed[i] / ONE;
        }
        return floats;
    }

    private double logit(float[] text, float[] flow) {
        int texts = text.length / width;
        int flows = flow.length / width;
        float[] scores = new float[texts * flows];
        float[] swapped = new float[texts * flows];
        float factor = (float) (2 * sharpness / StrictMath.sqrt(width));
        for (int i = 0; i < texts; i++) {
            for (int j = 0; j < flows; j++) {
                float sum = 0;
                for (int k = 0; k < width; k++) {
                    sum += text[i * width + k] * flow[j * width + k];
                }
                scores[i * flows + j] = factor * sum;
                swapped[j * texts + i] = factor * sum;
            }
        }
        float[] pooled = new float[4 * hidden];
        compare(text, flow, scores, pooled, 0);
        compare(flow, text, swapped, pooled, 2 * hidden);
        float[] row = decisionBase.clone();
        addProduct(pooled, 0, pooled.length, decision, 0, row);
        float logit = outputBase;
        for (int i = 0; i < hidden; i++) {
            logit += Math.max(row[i], 0) * output[i];
        }
        return Math.max(-CLEAR, Math.min(logit, CLEAR));
    }

    /**
     * Each token of one text against what the other has for it; their mean and most go into {@code
     * pooled}.
     */
    private void compare(float[] own, float[] other, float[] scores, float[] pooled, int at) {
        int count = own.length / width;
        int others = other.length / width;
        float[] token = new float[4 * width];
        float[] row = new float[hidden];
        Arrays.fill(pooled, at + hidden, at + 2 * hidden, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < count; i++) {
            softmax(scores, i * others, others);
            for (int j = width; j < 2 * width; j++) {
                token[j] = 0;
            }
            addProduct(scores, i * others, others, other, width, token);
            for (int j = 0; j < width; j++) {
                float mine = own[i * width + j];
                float theirs = token[width + j];
                token[j] = mine;
                token[2 * width + j] = Math.abs(mine - theirs);
                token[3 * width + j] = mine * theirs;
            }
            System.arraycopy(comparisonBase, 0, row, 0, hidden);
            addProduct(token, 0, token.length, comparison, 0, row);
            for (int j = 0; j < hidden; j++) {
                float active = Math.max(row[j], 0);
                pooled[at + j] += active / count;
                pooled[at + hidden + j] = Math.max(pooled[at + hidden + j], active);
            }
        }
    }

    private static void softmax(float[] scores, int from, int count) {
        float most = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            most = Math.max(most, scores[i]);
        }
        float sum = 0;
        for (int i = from; i < from + count; i++) {
            scores[i] = (float) StrictMath.exp(scores[i] - most);
            sum += scores[i];
        }
        for (int i = from; i < from + count; i++) {
            scores[i] /= sum;
        }
    }

    /**
     * Adds, to the part of {@code sums} from {@code at} on, a row times a matrix; four rows of the
     * matrix at a time, for fewer passes over the sums.
     */
    private static void addProduct(
            float[] row, int from, int count, float[] matrix, int at, float[] sums) {
        int columns = matrix.length / count;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            float a = row[from + i];
            float b = row[from + i + 1];
            float c = row[from + i + 2];
            float d = row[from + i + 3];
            int start = i * columns;
            for (int j = 0; j < columns; j++) {
                sums[at + j] +=
                        a * matrix[start + j]
                                + b * matrix[start + columns + j]
                                + c * matrix[start + 2 * columns + j]
                                + d * matrix[start + 3 * columns + j];
            }
        }
        for (; i < count; i++) {
            float factor = row[from + i];
            for (int j = 0; j < columns; j++) {
                sums[at + j] += factor * matrix[i * columns + j];
            }
        }
    }
}
