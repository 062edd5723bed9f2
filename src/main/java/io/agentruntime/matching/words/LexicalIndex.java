package io.agentruntime.matching.words;

import io.agentruntime.matching.text.Entry;
import io.agentruntime.matching.text.Purpose;
import io.agentruntime.matching.text.StopWords;
import io.agentruntime.matching.text.Task;
import io.agentruntime.matching.text.Words;
import io.agentruntime.memory.HeapRoom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Word search over one catalog: BM25 over name, tags, examples and description as one weighted
 * field, and over character 3-grams as another.
 *
 * <p>Plain arrays and double arithmetic in a fixed order, with logarithms of {@link StrictMath}:
 * the same text and catalog give the same bits on every machine, whatever the order of the entries.
 */
public final class LexicalIndex {

    /** By judgement, as are the other numbers here: docs/matching.md has no trial of any. */
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

    /** Beyond this many words a text is only read as typed: it can stand typing errors. */
    private static final int LONGEST_REREAD = 60;

    private final int size;
    private final Map<String, Postings> words;
    private final Map<String, Postings> grams;
    private final Spelling spelling;

    /** What leads to an entry, word for word: its position, and those of others after it. */
    private final Map<String, Integer> phrases;

    private final Map<String, List<Integer>> furtherOfPhrase = new HashMap<>();

    private final List<Entry> entries;
    private final List<Purpose> purposes;

    /** Of each entry's name, sorted. */
    private final String[][] nameStems;

    private final Set<String> ofNames = new HashSet<>();

    /** Those that end something. */
    private final BitSet ends = new BitSet();

    private final double unknownWeight;

    /** What the next text is summed on. */
    private final AtomicReference<WordSums.Board> spare = new AtomicReference<>();

    /**
     * @param purposes of the entries
     * @throws OutOfMemoryError the heap has no room for so many
     */
    public LexicalIndex(List<Entry> entries, List<Purpose> purposes) {
        this.entries = entries;
        this.purposes = purposes;
        size = entries.size();
        nameStems = new String[size][];
        phrases = new HashMap<>();
        Reading reading = new Reading();
        HeapRoom room = HeapRoom.now();
        for (int position = 0; position < size; position++) {
            room.take();
            reading.add(entries.get(position), purposes.get(position), position);
            ends.set(position, purposes.get(position).isEnd());
        }
        addPhrases(entries, purposes, use -> use == Purpose.Use.LIVE);
        addPhrases(entries, purposes, use -> use != Purpose.Use.LIVE);
        addUniqueNames(purposes);
        phrases.remove("");
        words = reading.stems.build(1.0, this::rarity);
        grams = reading.grams.build(GRAM_WEIGHT, this::rarity);
        spelling = new Spelling(reading.vocabulary());
        unknownWeight = rarity(0);
    }

    /** Names as they stand and as words, and examples. */
    private void addPhrases(
            List<Entry> entries, List<Purpose> purposes, Predicate<Purpose.Use> wanted) {
        for (int position = 0; position < size; position++) {
            if (wanted.test(purposes.get(position).use())) {
                Entry entry = entries.get(position);
                addPhrase(phrase(entry.name()), position);
                addPhrase(String.join(" ", Words.split(entry.name())), position);
                for (String example : entry.examples()) {
                    addPhrase(phrase(example), position);
                }
            }
        }
    }

    private void addPhrase(String phrase, int position) {
        Integer first = phrases.putIfAbsent(phrase, position);
        if (first != null && first != position) {
            furtherOfPhrase.computeIfAbsent(phrase, none -> new ArrayList<>()).add(position);
        }
    }

    /** What is left of a name may be that of several flows, or small talk. */
    private void addUniqueNames(List<Purpose> purposes) {
        Map<String, Integer> unique = new HashMap<>();
        for (int position = 0; position < size; position++) {
            if (purposes.get(position).use() == Purpose.Use.LIVE) {
                unique.merge(phrase(purposes.get(position).name()), position, (one, other) -> -1);
            }
        }
        unique.forEach(
                (name, position) -> {
                    boolean saysSomething =
                            List.of(name.split(" ")).stream()
                                    .anyMatch(it -> !StopWords.contains(it));
                    if (position >= 0 && saysSomething) {
                        phrases.putIfAbsent(name, position);
                    }
                });
    }

    private static String phrase(String text) {
        return String.join(" ", Words.split(Words.spaced(text)));
    }

    /** Counts what the entries hold; each different word is taken apart once. */
    private final class Reading {
        final PostingsBuilder stems = new PostingsBuilder(size);
        final PostingsBuilder grams = new PostingsBuilder(size);
        private final Map<String, Word> words = new HashMap<>();

        /** A word of the catalog. */
        private final class Word {
            final boolean content;
            final String stem;
            private final PostingsBuilder.Counts stemCounts;
            private final List<PostingsBuilder.Counts> gramCounts = new ArrayList<>();
            private int holders;
            private int lastHolder = -1;

            Word(String word) {
                content = !StopWords.contains(word);
                stem = Words.stem(word);
                stemCounts = stems.counts(stem);
                if (content) {
                    forEachGram(word, gram -> gramCounts.add(grams.counts(gram)));
                }
            }

            void add(int position, double weight) {
                stemCounts.add(position, weight);
                gramCounts.forEach(gram -> gram.add(position, weight));
                holders += lastHolder == position ? 0 : 1;
                lastHolder = position;
            }
        }

        void add(Entry entry, Purpose purpose, int position) {
            String name = Words.spaced(purpose.name());
            List<Word> ofName = words(name);
            addContent(ofName, position, NAME_WEIGHT);
            if (!name.equals(entry.name())) {
                // Not those it has already: a copy's mark would make it a better match than its
                // original
                words(entry.name()).stream()
                        .filter(word -> !ofName.contains(word))
                        .forEach(word -> word.stemCounts.add(position, 1.0));
            }
            addContent(words(purpose.spoken()), position, TAG_WEIGHT);
            nameStems[position] = stems(ofName);
            ofNames.addAll(List.of(nameStems[position]));
            entry.tags().forEach(tag -> addContent(words(tag), position, TAG_WEIGHT));
            entry.examples()
                    .forEach(example -> addContent(words(example), position, EXAMPLE_WEIGHT));
            addContent(words(purpose.description()), position, DESCRIPTION_WEIGHT);
        }

        /** Stop words tell apart only names that are made of nothing else. */
        private static String[] stems(List<Word> name) {
            Set<String> all = new TreeSet<>();
            name.forEach(word -> all.add(word.stem));
            if (name.stream().anyMatch(word -> word.content)) {
                name.stream().filter(word -> !word.content).forEach(word -> all.remove(word.stem));
            }
            return all.toArray(String[]::new);
        }

        private static void addContent(List<Word> words, int position, double weight) {
            for (Word word : words) {
                if (word.content) {
                    word.add(position, weight);
                }
            }
        }

        private List<Word> words(String text) {
            return Words.split(text).stream()
                    .map(word -> words.computeIfAbsent(word, Word::new))
                    .toList();
        }

        /** How many entries hold each word that says something. */
        Map<String, Integer> vocabulary() {
            Map<String, Integer> vocabulary = new HashMap<>();
            words.forEach(
                    (word, known) -> {
                        if (known.holders > 0) {
                            vocabulary.put(word, known.holders);
                        }
                    });
            return vocabulary;
        }
    }

    private static void forEachGram(String word, Consumer<String> action) {
        String bounded = "_" + word + "_";
        for (int i = 0; i + 3 <= bounded.length(); i++) {
            action.accept(bounded.substring(i, i + 3));
        }
    }

    private double rarity(int holders) {
        return StrictMath.log(1 + (size + UNSEEN_FLOWS - holders + 0.5) / (holders + 0.5));
    }

    /**
     * A text as this index sees it.
     *
     * @param task what it asks for
     * @param terms words that say something about the task, each once
     * @param weight what the terms weigh together, by rarity
     * @param corrected the text as a model should read it, with words corrected to the catalog's
     */
    public record Query(Task task, List<Term> terms, double weight, String corrected) {

        /** All words, folded. */
        public List<String> words() {
            return task.words();
        }

        /** The text as a model should read it. */
        public String typed() {
            return task.plain();
        }

        /** Whether no word of it says anything of a task. */
        public boolean smallTalk() {
            return terms.isEmpty() && !MEANT.matcher(typed()).find();
        }
    }

    /** Where words that say nothing do: "I'm ill", "my will". */
    private static final Pattern MEANT =
            Pattern.compile(
                    "(?<!\\w)(?:(?:m|im|am|is|are|was|feel|feeling|got|fell|so|very|too|still) ill|(?:a|my) will)(?!\\w)");

    /** "please run the trademark search for me". */
    private static final Pattern CALL =
            Pattern.compile(
                    "(?U)(?:please )?(?:(?:can|could|would) you (?:please )?|(?:i (?:want|need|would like)|id like) to )?"
                            + "(?:run|launch|trigger|invoke|(?<perhaps>start|use|execute)) (?<whole>(?:the |our |my |this )?(?<name>.+?))"
                            + "(?: (?:please|now|again|once more|for me|for us|today))*+");

    private static final Pattern KIND_OF_FLOW =
            Pattern.compile(
                    "(?U)(?:(?:flow|workflow|agent|assistant|bot) (?:called |named )?(?<after>.+)|(?<before>.+) (?:flow|workflow|agent|assistant|bot))");

    private static final int LONGEST_CALL = 20;

    /**
     * One word that says something about the task.
     *
     * @param word as typed, folded
     * @param stem of the word, or of the catalog word it was corrected to
     * @param credit 1, less when corrected
     */
    public record Term(String word, String stem, double credit, double rarity) {}

    /** Of a text that is no flow's name or example, what states the task. */
    public Query read(String text) {
        Task task = Task.of(text, phrases::containsKey);
        List<String> all = task.words();
        Map<String, Term> terms = new LinkedHashMap<>();
        List<String> corrected = new ArrayList<>(all.size());
        boolean corrects = all.size() <= LONGEST_REREAD;
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
            if (corrects && !words.containsKey(stem)) {
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
            double rarity = known == null ? unknownWeight : known.rarity();
            if (terms.putIfAbsent(stem, new Term(word, stem, credit, rarity)) == null) {
                weight += rarity;
            }
        }
        return new Query(
                task,
                List.copyOf(terms.values()),
                weight,
                changed ? Words.plain(String.join(" ", corrected)) : task.plain());
    }

    /** What makes up BM25 of every entry. */
    public WordSums sums(Query query) {
        List<WordSums.Addend> addends = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Term term : query.terms()) {
            Postings word = words.get(term.stem());
            if (word != null) {
                addends.add(new WordSums.Addend(word, term.credit()));
            }
            forEachGram(
                    term.word(),
                    text -> {
                        Postings gram = seen.add(text) ? grams.get(text) : null;
                        if (gram != null) {
                            addends.add(new WordSums.Addend(gram, 1));
                        }
                    });
        }
        return new WordSums(size, addends, spare);
    }

    /**
     * The first entry in scope whose name or example is this very text, word for word, or whose
     * name is all that the text asks to run.
     */
    public Optional<Integer> named(Query query, IntPredicate scope) {
        String text = String.join(" ", query.words());
        Optional<Integer> named = ofPhrase(text, scope);
        return named.isPresent() || query.words().size() > LONGEST_CALL
                ? named
                : called(text, scope);
    }

    private Optional<Integer> called(String text, IntPredicate scope) {
        Matcher call = CALL.matcher(text);
        if (!call.matches()) {
            return Optional.empty();
        }
        String name = call.group("name");
        Matcher kind = KIND_OF_FLOW.matcher(name);
        // "Use my vacation days", "execute the agreement": things, unless it says that it is a flow
        boolean isOfFlow = call.group("perhaps") == null;
        return Stream.of(
                        isOfFlow ? text.substring(call.start("whole")) : null,
                        isOfFlow ? text.substring(call.start("name")) : null,
                        isOfFlow ? call.group("whole") : null,
                        isOfFlow ? name : null,
                        kind.matches() ? kind.group("before") : null,
                        kind.matches() ? kind.group("after") : null)
                .filter(Objects::nonNull)
                .flatMap(
                        phrase ->
                                ofPhrase(phrase, scope)
                                        .filter(flow -> isNameOf(phrase, flow))
                                        .stream())
                .findFirst();
    }

    /** And no example of it, nor the name of a flow that is found by its name alone. */
    private boolean isNameOf(String phrase, int flow) {
        Purpose purpose = purposes.get(flow);
        return purpose.use() != Purpose.Use.NAMED
                && (phrase.equals(phrase(purpose.name()))
                        || phrase.equals(phrase(entries.get(flow).name()))
                        || phrase.equals(String.join(" ", Words.split(entries.get(flow).name()))));
    }

    private Optional<Integer> ofPhrase(String phrase, IntPredicate scope) {
        Integer first = phrases.get(phrase);
        if (first == null || scope.test(first)) {
            return Optional.ofNullable(first);
        }
        return furtherOfPhrase.getOrDefault(phrase, List.of()).stream()
                .filter(scope::test)
                .findFirst();
    }

    /** The share of the text's content, by rarity, that the entry holds: 0 to 1. */
    public double coverage(Query query, int position) {
        double held = 0;
        for (Term term : matched(query, position)) {
            held += term.credit() * term.rarity();
        }
        return query.weight() > 0 ? held / query.weight() : 0;
    }

    /** The text's terms that the entry holds, in the text's order. */
    public List<Term> matched(Query query, int position) {
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
    public boolean asksOtherAct(Query query, int position) {
        Set<String> act = query.task().act();
        return !act.isEmpty() && !holdsOne(act, position);
    }

    /** Whether the text asks for what the entry cannot be for, however near it is. */
    public boolean asksForSomethingElse(Query query, int position) {
        Task task = query.task();
        return !task.decisive().isEmpty() && !holdsOne(task.decisive(), position)
                || ends.get(position) && !task.speaksOfEnd()
                || task.onlySpeaksOf(
                        purposes.get(position),
                        () -> isNamedIn(query, position),
                        () -> query.terms().stream().map(Term::word).toList());
    }

    private boolean isNamedIn(Query query, int position) {
        String name = String.join(" ", Words.split(entries.get(position).name()));
        return nameCoverage(query, position) >= 1
                || (" " + String.join(" ", query.words()) + " ").contains(" " + name + " ");
    }

    /** Whether a word of it is in an entry's name: "Windows." may choose between two entries. */
    public boolean hasWordOfName(Query query) {
        return query.terms().stream().anyMatch(term -> ofNames.contains(term.stem()));
    }

    private boolean holdsOne(Set<String> stems, int position) {
        for (String stem : stems) {
            Postings postings = words.get(stem);
            if (postings != null && postings.holds(position)) {
                return true;
            }
        }
        return false;
    }

    /** The share of the entry's name, by rarity, that the text holds: 0 to 1. */
    public double nameCoverage(Query query, int position) {
        double all = 0;
        double held = 0;
        Set<String> asked = new HashSet<>();
        query.terms().forEach(term -> asked.add(term.stem()));
        for (String stem : nameStems[position]) {
            Postings postings = words.get(stem);
            double rarity = postings == null ? unknownWeight : postings.rarity();
            all += rarity;
            held += asked.contains(stem) ? rarity : 0;
        }
        return all > 0 ? held / all : 0;
    }
}
