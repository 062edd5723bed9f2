package io.agentruntime.matching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Word search over one catalog: BM25 over name, tags, examples and description as one weighted
 * field, and over character 3-grams as another.
 *
 * <p>Plain arrays and double arithmetic in a fixed order, with logarithms of {@link StrictMath}:
 * the same text and catalog give the same bits on every machine, whatever the order of the entries.
 */
final class LexicalIndex {

    /** How fast a repeated word stops adding; the usual value. */
    private static final double K1 = 1.2;

    /**
     * How much longer texts are held back; short catalog texts vary less in length than documents
     * do.
     */
    private static final double B = 0.5;

    private static final double NAME_WEIGHT = 2.0;
    private static final double TAG_WEIGHT = 1.0;
    private static final double EXAMPLE_WEIGHT = 1.5;
    private static final double DESCRIPTION_WEIGHT = 1.0;

    /** 3-grams are many for each word and only second the words. */
    private static final double GRAM_WEIGHT = 0.25;

    /**
     * A few flows say little about how rare a word is; each catalog is taken to stand in a bigger
     * one of this many further flows that hold none of its words.
     */
    private static final double UNSEEN_FLOWS = 50;

    /** A corrected word counts a little less than one that was typed right. */
    private static final double CORRECTED_CREDIT = 0.9;

    private final int size;
    private final Map<String, Postings> words;
    private final Map<String, Postings> grams;
    private final Spelling spelling;
    private final Map<String, Integer> phrases;
    private final List<Set<String>> nameStems;
    private final double unknownWeight;

    LexicalIndex(List<Entry> entries) {
        size = entries.size();
        List<Map<String, Double>> wordCounts = new ArrayList<>(size);
        List<Map<String, Double>> gramCounts = new ArrayList<>(size);
        Map<String, Integer> vocabulary = new TreeMap<>();
        nameStems = new ArrayList<>(size);
        phrases = new HashMap<>();
        for (int position = 0; position < size; position++) {
            Entry entry = entries.get(position);
            Document document = new Document(entry);
            wordCounts.add(document.stems);
            gramCounts.add(document.grams);
            nameStems.add(document.nameStems);
            document.vocabulary.forEach(word -> vocabulary.merge(word, 1, Integer::sum));
            phrases.putIfAbsent(phrase(entry.name()), position);
            for (String example : entry.examples()) {
                phrases.putIfAbsent(phrase(example), position);
            }
        }
        phrases.remove("");
        words = postings(wordCounts, 1.0);
        grams = postings(gramCounts, GRAM_WEIGHT);
        spelling = new Spelling(vocabulary);
        unknownWeight = rarity(0);
    }

    private static String phrase(String text) {
        return String.join(" ", Words.split(Words.spaced(text)));
    }

    /** What one entry holds, counted. */
    private static final class Document {
        final Map<String, Double> stems = new HashMap<>();
        final Map<String, Double> grams = new HashMap<>();
        final Set<String> nameStems = new HashSet<>();
        final Set<String> vocabulary = new HashSet<>();

        Document(Entry entry) {
            String name = Words.spaced(entry.name());
            add(name, NAME_WEIGHT);
            if (!name.equals(entry.name())) {
                Words.split(entry.name())
                        .forEach(word -> stems.merge(Words.stem(word), 1.0, Double::sum));
            }
            for (String word : Words.split(name)) {
                nameStems.add(Words.stem(word));
            }
            boolean hasContent =
                    Words.split(name).stream().anyMatch(word -> !StopWords.contains(word));
            if (hasContent) {
                Words.split(name).stream()
                        .filter(StopWords::contains)
                        .forEach(word -> nameStems.remove(Words.stem(word)));
            }
            entry.tags().forEach(tag -> add(tag, TAG_WEIGHT));
            entry.examples().forEach(example -> add(example, EXAMPLE_WEIGHT));
            add(entry.description(), DESCRIPTION_WEIGHT);
        }

        private void add(String text, double weight) {
            for (String word : Words.split(text)) {
                if (!StopWords.contains(word)) {
                    vocabulary.add(word);
                    stems.merge(Words.stem(word), weight, Double::sum);
                    forEachGram(word, gram -> grams.merge(gram, weight, Double::sum));
                }
            }
        }
    }

    private static void forEachGram(String word, java.util.function.Consumer<String> action) {
        String bounded = "_" + word + "_";
        for (int i = 0; i + 3 <= bounded.length(); i++) {
            action.accept(bounded.substring(i, i + 3));
        }
    }

    private Map<String, Postings> postings(List<Map<String, Double>> counts, double weight) {
        double total = 0;
        double[] lengths = new double[size];
        for (int i = 0; i < size; i++) {
            for (double count : counts.get(i).values()) {
                // Counts are multiples of 0.5: their sums are exact in any order.
                lengths[i] += count;
            }
            total += lengths[i];
        }
        double average = total > 0 ? total / size : 1;
        Map<String, List<Integer>> holders = new HashMap<>();
        for (int i = 0; i < size; i++) {
            for (String term : counts.get(i).keySet()) {
                holders.computeIfAbsent(term, key -> new ArrayList<>()).add(i);
            }
        }
        Map<String, Postings> result = new HashMap<>(holders.size() * 2);
        holders.forEach(
                (term, positions) -> {
                    int[] where = positions.stream().mapToInt(Integer::intValue).toArray();
                    double rarity = rarity(where.length);
                    float[] impacts = new float[where.length];
                    for (int i = 0; i < where.length; i++) {
                        double count = counts.get(where[i]).get(term);
                        double length = 1 - B + B * lengths[where[i]] / average;
                        impacts[i] =
                                (float)
                                        (weight
                                                * rarity
                                                * count
                                                * (K1 + 1)
                                                / (count + K1 * length));
                    }
                    result.put(term, new Postings(where, impacts, rarity));
                });
        return result;
    }

    private double rarity(int holders) {
        return StrictMath.log(1 + (size + UNSEEN_FLOWS - holders + 0.5) / (holders + 0.5));
    }

    private record Postings(int[] positions, float[] impacts, double rarity) {
        boolean holds(int position) {
            return Arrays.binarySearch(positions, position) >= 0;
        }
    }

    /**
     * A text as this index sees it.
     *
     * @param words all, folded
     * @param terms those that say something about the task, each once
     * @param weight what the terms weigh together, by rarity
     * @param act the stems of the act that is asked for and its likes, empty when none is known
     * @param typed the text as a model should read it
     * @param corrected the same with words corrected to the catalog's
     */
    record Query(
            List<String> words,
            List<Term> terms,
            double weight,
            Set<String> act,
            String typed,
            String corrected) {

        boolean smallTalk() {
            return terms.isEmpty();
        }
    }

    /**
     * One word that says something about the task.
     *
     * @param word as typed, folded
     * @param stem of the word, or of the catalog word it was corrected to
     * @param credit 1, less when corrected
     */
    record Term(String word, String stem, double credit, double rarity) {}

    Query read(String text) {
        List<String> all = Words.split(text);
        Map<String, Term> terms = new LinkedHashMap<>();
        List<String> corrected = new ArrayList<>(all.size());
        boolean changed = false;
        double weight = 0;
        for (String word : all) {
            if (StopWords.contains(word)) {
                corrected.add(word);
                continue;
            }
            String stem = Words.stem(word);
            double credit = 1;
            String right = word;
            if (!words.containsKey(stem) && !spelling.knows(word)) {
                Optional<String> nearest = spelling.nearest(word);
                if (nearest.isPresent()) {
                    right = nearest.get();
                    stem = Words.stem(right);
                    credit = CORRECTED_CREDIT;
                    changed = true;
                }
            }
            corrected.add(right);
            Postings known = words.get(stem);
            double rarity = known == null ? unknownWeight : known.rarity;
            if (terms.putIfAbsent(stem, new Term(word, stem, credit, rarity)) == null) {
                weight += rarity;
            }
        }
        String typed = Words.plain(text);
        // Long enough to stand typing errors.
        boolean reread = changed && all.size() <= LONGEST_REREAD;
        return new Query(
                all,
                List.copyOf(terms.values()),
                weight,
                Acts.asked(all),
                typed,
                reread ? String.join(" ", corrected) : typed);
    }

    /** Beyond this many words a text is only read as typed. */
    private static final int LONGEST_REREAD = 60;

    /** BM25 of every entry. */
    double[] scores(Query query) {
        double[] scores = new double[size];
        Set<String> seen = new HashSet<>();
        for (Term term : query.terms()) {
            add(scores, words.get(term.stem()), term.credit());
            forEachGram(
                    term.word(),
                    gram -> {
                        if (seen.add(gram)) {
                            add(scores, grams.get(gram), 1);
                        }
                    });
        }
        return scores;
    }

    private static void add(double[] scores, Postings postings, double credit) {
        if (postings != null) {
            for (int i = 0; i < postings.positions.length; i++) {
                scores[postings.positions[i]] += credit * postings.impacts[i];
            }
        }
    }

    /** The entry whose name or example is this very text, word for word. */
    Optional<Integer> named(Query query) {
        return Optional.ofNullable(phrases.get(String.join(" ", query.words())));
    }

    /** The share of the text's content, by rarity, that the entry holds. */
    double coverage(Query query, int position) {
        double held = 0;
        for (Term term : matched(query, position)) {
            held += term.credit() * term.rarity();
        }
        return query.weight() > 0 ? held / query.weight() : 0;
    }

    List<Term> matched(Query query, int position) {
        List<Term> matched = new ArrayList<>();
        for (Term term : query.terms()) {
            Postings postings = words.get(term.stem());
            if (postings != null && postings.holds(position)) {
                matched.add(term);
            }
        }
        return matched;
    }

    /** Whether the text asks for an act, to pay say, that the entry does not speak of. */
    boolean asksOtherAct(Query query, int position) {
        for (String stem : query.act()) {
            Postings postings = words.get(stem);
            if (postings != null && postings.holds(position)) {
                return false;
            }
        }
        return !query.act().isEmpty();
    }

    /** The share of the entry's name, by rarity, that the text holds. */
    double nameCoverage(Query query, int position) {
        Set<String> name = nameStems.get(position);
        double all = 0;
        double held = 0;
        Set<String> asked = new HashSet<>();
        query.terms().forEach(term -> asked.add(term.stem()));
        for (String stem : name.stream().sorted().toList()) {
            Postings postings = words.get(stem);
            double rarity = postings == null ? unknownWeight : postings.rarity;
            all += rarity;
            held += asked.contains(stem) ? rarity : 0;
        }
        return all > 0 ? held / all : 0;
    }
}
