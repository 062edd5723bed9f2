package io.agentruntime.provision;

import io.agentruntime.catalog.Flow;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The projects of one snapshot, found by id or by name; case, accents, punctuation and small typos
 * are forgiven.
 */
final class Projects {
    private final Map<String, Members> byId = new HashMap<>();
    private final Map<String, Members> byName = new HashMap<>();
    private final Map<String, Members> byFolded = new HashMap<>();
    private final Set<FoldedName> names = new LinkedHashSet<>();

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
            if (name != null) {
                FoldedName folded = FoldedName.of(name);
                put(byFolded, folded.letters(), position);
                names.add(folded);
            }
        }
    }

    /** The positions of the hinted project's flows, or nothing when there is no such project. */
    Optional<IntPredicate> find(String hint) {
        Members exact = byId.get(hint);
        if (exact == null) {
            exact = byName.get(hint);
        }
        if (exact == null) {
            // A UUID is written in small letters, and meant in any
            exact = byId.get(hint.toLowerCase(Locale.ROOT));
        }
        FoldedName folded = FoldedName.of(hint);
        if (exact == null) {
            exact = byFolded.get(folded.letters());
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
    private @Nullable Members nearest(FoldedName hint) {
        Members nearest = null;
        int fewest = FoldedName.ANOTHER_NAME;
        boolean ambiguous = false;
        for (FoldedName name : names) {
            int typos = hint.typos(name);
            Members project = byFolded.get(name.letters());
            if (typos < fewest) {
                nearest = project;
                fewest = typos;
                ambiguous = false;
            } else if (typos == fewest && project != nearest) {
                ambiguous = true;
            }
        }
        return ambiguous ? null : nearest;
    }

    private static void put(Map<String, Members> map, @Nullable String key, int position) {
        if (key != null && !key.isEmpty()) {
            map.computeIfAbsent(key, none -> new Members()).positions.set(position);
        }
    }
}
