package io.agentruntime.provision;

import io.agentruntime.catalog.Flow;
import io.agentruntime.matching.Spelling;
import io.agentruntime.matching.Words;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
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
    private final Map<String, Members> byFolded = new HashMap<>();

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
            put(byName, name, position);
            put(byFolded, name == null ? null : folded(name), position);
        }
    }

    /** The positions of the hinted project's flows, or nothing when there is no such project. */
    Optional<IntPredicate> find(String hint) {
        Members exact = byId.get(hint);
        if (exact == null) {
            exact = byName.get(hint);
        }
        String folded = folded(hint);
        if (exact == null) {
            exact = byFolded.get(folded);
        }
        if (exact == null) {
            exact = nearest(folded);
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
        for (Map.Entry<String, Members> project : byFolded.entrySet()) {
            int distance = Spelling.distance(hint, project.getKey(), most);
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

    /** Without spaces, as some type a name in one word. */
    private static String folded(String name) {
        String folded = Words.fold(name).replace(" ", "");
        return folded.isEmpty() ? name.strip() : folded;
    }
}
