package io.agentruntime.matching;

import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.words.LexicalIndex;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Which flows are passed over, however well they fit. */
final class PassedOver {
    private final List<Purpose> purposes;

    /** Of those that are tried out, which one is live under the same name. */
    private final Map<Integer, Integer> liveTwins = new HashMap<>();

    /** The countries that the flows of one family are for. */
    private final Map<String, Set<String>> served = new HashMap<>();

    PassedOver(List<Purpose> purposes) {
        this.purposes = purposes;
        Map<String, Integer> live = new HashMap<>();
        for (int i = 0; i < purposes.size(); i++) {
            Purpose purpose = purposes.get(i);
            if (purpose.use() == Purpose.Use.LIVE) {
                live.putIfAbsent(purpose.label().toLowerCase(Locale.ROOT), i);
            }
            if (!purpose.places().isEmpty()) {
                served.computeIfAbsent(purpose.family(), none -> new HashSet<>())
                        .addAll(purpose.places());
            }
        }
        for (int i = 0; i < purposes.size(); i++) {
            Integer twin = live.get(purposes.get(i).label().toLowerCase(Locale.ROOT));
            if (twin != null && purposes.get(i).use() == Purpose.Use.TRIAL) {
                liveTwins.put(i, twin);
            }
        }
    }

    /** The flows in scope that are offered to who asks so. */
    IntPredicate offered(LexicalIndex.Query query, IntPredicate scope) {
        Set<String> places = served.isEmpty() ? Set.of() : query.task().countries(this::isServed);
        return position -> scope.test(position) && !isPassedOver(position, places, scope);
    }

    private boolean isServed(String country) {
        return served.values().stream().anyMatch(of -> of.contains(country));
    }

    /**
     * Whether a flow that fits best is to be passed over: nobody has said what it does, or somebody
     * that it is not to be used; it is tried out, and there is a live one; or it is one of those
     * that there are for each country, and not for one that the text names.
     */
    private boolean isPassedOver(int position, Set<String> asked, IntPredicate scope) {
        Purpose purpose = purposes.get(position);
        if (purpose.use() == Purpose.Use.NAMED) {
            return true;
        }
        Integer live = liveTwins.get(position);
        if (live != null && scope.test(live)) {
            return true;
        }
        return !asked.isEmpty()
                && !purpose.places().isEmpty()
                && Collections.disjoint(asked, purpose.places())
                && served.getOrDefault(purpose.family(), Set.of()).size() > 1;
    }
}
