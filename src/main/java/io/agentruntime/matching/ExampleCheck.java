package io.agentruntime.matching;

import io.agentruntime.matching.text.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where each example phrase goes when it is not known itself: the golden phrases of a catalog.
 *
 * <p>The first phrase of every flow is taken out and asked for, then the second of every flow, and
 * so on: as many indexes as the longest list has phrases.
 */
public final class ExampleCheck {

    private ExampleCheck() {}

    /**
     * What became of one phrase.
     *
     * @param wanted key of the flow it is an example of
     * @param found key of the flow it goes to, empty when nothing fits
     * @param confidence of the first flow offered, 0 when none is
     * @param rival key of the flow that fits about as well, if one does
     * @param movedFrom where the last accepted run found it, when that was elsewhere; {@link
     *     #NOTHING} when it had found nothing
     */
    public record Finding(
            String phrase,
            String wanted,
            Optional<String> found,
            double confidence,
            Optional<String> rival,
            Optional<String> movedFrom) {

        public Phrase asked() {
            return new Phrase(phrase, wanted);
        }

        public boolean isElsewhere() {
            return !found.equals(Optional.of(wanted));
        }
    }

    /**
     * A phrase and the key of the flow it is an example of: another flow may have the same words.
     */
    public record Phrase(String text, String wanted) {}

    /** A model that is to be asked does not answer: a service would find other flows. */
    public static final class WordsAlone extends RuntimeException {
        private static final long serialVersionUID = 1;

        WordsAlone(FlowMatching matching) {
            super(
                    "phrases cannot be matched by meaning, as a service would: "
                            + matching.failure().orElse("the model does not answer"));
        }
    }

    /** Stands for no flow, as no key is like it. */
    public static final String NOTHING = "none";

    /**
     * @param threshold confidence from which a flow counts as found
     * @param accepted keys of what the last accepted run found, or {@link #NOTHING}
     * @throws WordsAlone a model does not answer
     */
    public static List<Finding> check(
            FlowMatching matching,
            List<Entry> entries,
            double threshold,
            Map<Phrase, String> accepted) {
        int most = entries.stream().mapToInt(entry -> entry.examples().size()).max().orElse(0);
        List<Finding> findings = new ArrayList<>();
        for (int number = 0; number < most; number++) {
            int taken = number;
            FlowIndex index =
                    matching.build(entries.stream().map(entry -> without(entry, taken)).toList());
            if (matching.settled().toCompletableFuture().join() == SemanticState.FAILED) {
                throw new WordsAlone(matching);
            }
            for (Entry entry : entries) {
                if (number < entry.examples().size()) {
                    String phrase = entry.examples().get(number);
                    FlowIndex.Matches matches =
                            index.match(phrase, any -> true, 2, Doubts.ofMatch(threshold));
                    if (matches.lacking() != FlowIndex.Lacking.NOTHING) {
                        throw new WordsAlone(matching);
                    }
                    findings.add(
                            finding(
                                    phrase,
                                    entry,
                                    entries,
                                    matches.candidates(),
                                    threshold,
                                    accepted));
                }
            }
        }
        return findings;
    }

    private static Finding finding(
            String phrase,
            Entry wanted,
            List<Entry> entries,
            List<Candidate> ranking,
            double threshold,
            Map<Phrase, String> accepted) {
        double confidence = ranking.isEmpty() ? 0 : ranking.get(0).confidence();
        Optional<String> found =
                confidence >= threshold
                        ? Optional.of(entries.get(ranking.get(0).position()).key())
                        : Optional.empty();
        String now = found.orElse(NOTHING);
        return new Finding(
                phrase,
                wanted.key(),
                found,
                confidence,
                Candidate.rival(ranking)
                        .filter(rival -> found.isPresent())
                        .map(rival -> entries.get(rival.position()).key()),
                Optional.ofNullable(accepted.get(new Phrase(phrase, wanted.key())))
                        .filter(before -> !before.equals(now)));
    }

    private static Entry without(Entry entry, int number) {
        if (number >= entry.examples().size()) {
            return entry;
        }
        List<String> others = new ArrayList<>(entry.examples());
        others.remove(number);
        return new Entry(entry.key(), entry.name(), entry.description(), entry.tags(), others);
    }
}
