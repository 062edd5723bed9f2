package io.agentruntime.settings;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** The known name that was probably meant by one that is not known. */
public final class NearestName {
    private NearestName() {}

    /** The name with the fewest edits between, and of these the first by the alphabet. */
    public static Optional<String> of(String name, Set<String> known) {
        return known.stream()
                .filter(one -> distance(name, one) <= likely(name))
                .min(
                        Comparator.<String>comparingInt(one -> distance(name, one))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** Two letters that changed places are two edits; a third of a short name is no likeness. */
    private static int likely(String name) {
        return name.length() < 5 ? 1 : Math.max(2, name.length() / 3);
    }

    /** Letters to insert, delete or replace; capitals count as their small letters. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                boolean same =
                        Character.toLowerCase(one.charAt(i - 1))
                                == Character.toLowerCase(other.charAt(j - 1));
                int replaced = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
