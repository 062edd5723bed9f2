package io.agentruntime.provision;

import io.agentruntime.catalog.Flow;
import java.text.Normalizer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The projects of one snapshot, found by id or by name; case, accents, punctuation and small typos
 * are forgiven.
 */
final class Projects {
    /**
     * One typo in a name of at least so many letters; shorter names differ by one letter too
     * easily.
     */
    private static final int ONE_TYPO_FROM = 5;

    /** Two typos in a name of at least so many letters. */
    private static final int TWO_TYPOS_FROM = 9;

    private final Map<String, Members> byId = new HashMap<>();
    private final Map<String, Members> byName = new HashMap<>();

    /**
     * The flows of one project; always the same object, so that rankings within it are known again.
     */
    private static final class Members implements IntPredicate {
        private final BitSet positions = new BitSet();

        @Override
        public boolean test(int position) {
            return positions.get(position);
        }
    }

    Projects(List<Flow> flows) {
        for (int position = 0; position < flows.size(); position++) {
            Flow flow = flows.get(position);
            put(byId, flow.projectId(), position);
            String name = flow.project();
            put(byName, name == null ? null : folded(name), position);
        }
    }

    /** The positions of the hinted project's flows, or nothing when there is no such project. */
    Optional<IntPredicate> find(String hint) {
        Members exact = byId.get(hint);
        if (exact == null) {
            exact = byName.get(folded(hint));
        }
        if (exact == null) {
            exact = nearest(folded(hint));
        }
        return Optional.ofNullable(exact);
    }

    /**
     * The one project whose name is a small typo away; null when there is none, or two are equally
     * near.
     */
    private @Nullable Members nearest(String hint) {
        int most = hint.length() >= TWO_TYPOS_FROM ? 2 : hint.length() >= ONE_TYPO_FROM ? 1 : 0;
        Members nearest = null;
        boolean ambiguous = false;
        for (Map.Entry<String, Members> project : byName.entrySet()) {
            int distance = distance(hint, project.getKey(), most);
            if (distance < most || distance == most && most > 0) {
                ambiguous = nearest != null && distance == most;
                nearest = distance < most || nearest == null ? project.getValue() : nearest;
                most = distance;
            }
        }
        return ambiguous ? null : nearest;
    }

    private static void put(Map<String, Members> map, @Nullable String key, int position) {
        if (key != null && !key.isEmpty()) {
            map.computeIfAbsent(key, none -> new Members()).positions.set(position);
        }
    }

    /** Letters and digits only, without case and accents. */
    static String folded(String name) {
        var folded = new StringBuilder();
        Normalizer.normalize(name, Normalizer.Form.NFKD)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(Character::isLetterOrDigit)
                .forEach(folded::appendCodePoint);
        return folded.isEmpty() ? name.strip() : folded.toString();
    }

    /**
     * Edits between two names: insert, delete, replace, swap of neighbours (optimal string
     * alignment).
     *
     * @return the distance, or {@code most + 1} when it is greater than {@code most}
     */
    static int distance(String one, String other, int most) {
        if (Math.abs(one.length() - other.length()) > most) {
            return most + 1;
        }
        int[][] edits = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                edits[i][j] = i == 0 ? j : j == 0 ? i : edit(edits, one, other, i, j);
            }
        }
        return Math.min(edits[one.length()][other.length()], most + 1);
    }

    private static int edit(int[][] edits, String one, String other, int i, int j) {
        int replace = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        int least =
                Math.min(
                        edits[i - 1][j - 1] + replace,
                        Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean swapped =
                i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
        return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
    }
}
