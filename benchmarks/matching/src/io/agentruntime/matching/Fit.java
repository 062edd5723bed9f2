package io.agentruntime.matching;

import io.agentruntime.matching.words.Best;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Fits the weights of the confidence: logistic regression with a ridge on the best candidate of each query.
 *
 * <p>Every set is asked as it is and in catalogs of some of its flows, drawn at random: the weights must hold for small
 * and large catalogs. A query whose flow was not drawn has none; in the whole catalog each query counts a second time
 * with its right flows taken out, so that what comes first is a near miss. Every set has the same weight, however many
 * queries it holds.
 *
 * <p>What is sought twice: whether the first is right, and, to tell texts with a flow from those without, whether there
 * is a right one at all. The direction is fitted to both; the scale and the base to the first alone.
 */
final class Fit {

    private static final double RIDGE = 2.0;

    /** How much "is there a right flow" counts beside "is the first right". */
    private static final double THERE_IS_ONE = 3;

    /** What queries whose flow is absent weigh beside those whose flow is there. */
    private static final double ABSENT_WEIGHT = 0.3;

    /** Texts that truly have no flow are few in the sets, and a wrong match costs more than a refusal. */
    private static final double NOTHING_FITS_WEIGHT = 2;

    /** Sizes of drawn catalogs, and how many are drawn of each. */
    private static final int[] SIZES = {8, 16, 32, 64, 110};

    private static final int DRAWS = 4;

    /** What all drawn catalogs of a set weigh beside its whole one. */
    private static final double DRAWN_WEIGHT = 2;

    /** Those that are not of this project's own. */
    private static final Set<String> FITTED_ON = Set.of("langflow", "toole", "clinc");

    /**
     * Those that the weight of {@code Relevance} is fitted on. Left out are toole, whose labels name one of several flows
     * that fit, and clinc, whose flows have no descriptions to read.
     */
    private static final Set<String> RELEVANCE_FITTED_ON = Set.of("langflow", "nearby");

    private enum Kind { ANSWERABLE, ABSENT, NOTHING_FITS }

    private record Row(String set, boolean whole, Kind kind, double[] features, boolean right, double weight) {}

    private Fit() {}

    public static void main(String[] arguments) throws IOException {
        List<EvaluationSet> all = EvaluationSet.in(Path.of(arguments[0]));
        List<EvaluationSet> sets = all.stream().filter(set -> FITTED_ON.contains(set.name())).toList();
        Path target = Path.of(arguments[1]);
        StringBuilder file = new StringBuilder();
        file.append("# Weights of the confidence, written by benchmarks/matching/fit from the development sets.\n");
        file.append("# The base first, then one for each feature, in the order of Confidence; of relevance the weight alone.\n");
        try (FlowMatching semantic = FlowMatching.inProcess(Optional.empty(), () -> {});
                FlowMatching lexical = FlowMatching.lexical()) {
            double[] meaning = fit("meaning", sets, semantic, Confidence.MEANING_FEATURES);
            file.append("meaning =").append(text(meaning));
            file.append("relevance =").append(text(relevance(all, semantic, meaning)));
            file.append("words =").append(text(fit("words", sets, lexical, Confidence.WORD_FEATURES)));
        }
        Files.writeString(target, file);
    }

    private static double[] fit(String name, List<EvaluationSet> sets, FlowMatching matching, int[] chosen) {
        List<Row> rows = new ArrayList<>();
        for (EvaluationSet set : sets) {
            Random random = new Random(7);
            rows.addAll(weighed(rows(set, IntStream.range(0, set.entries().size()).boxed().toList(), matching), 1));
            List<Integer> all = new ArrayList<>(IntStream.range(0, set.entries().size()).boxed().toList());
            int[] sizes = Arrays.stream(SIZES).filter(size -> size < 0.9 * all.size()).toArray();
            for (int size : sizes) {
                for (int draw = 0; draw < DRAWS; draw++) {
                    Collections.shuffle(all, random);
                    List<Integer> drawn = all.subList(0, size).stream().sorted().toList();
                    rows.addAll(weighed(rows(set, drawn, matching), DRAWN_WEIGHT / (sizes.length * DRAWS)));
                }
            }
        }
        double[] weights = train(rows, chosen);
        System.out.printf(Locale.ROOT, "%s: %d rows, weights %s%n", name, rows.size(), Arrays.toString(weights));
        for (EvaluationSet set : sets) {
            Predicate<Row> here = row -> row.set().equals(set.name());
            double[] elsewhere = train(rows.stream().filter(here.negate()).toList(), chosen);
            print("  all sets         ", set.name(), rows.stream().filter(here).toList(), weights, chosen);
            print("  other sets only  ", set.name(), rows.stream().filter(here).toList(), elsewhere, chosen);
        }
        return weights;
    }

    private static String text(double... weights) {
        StringBuilder text = new StringBuilder();
        for (double weight : weights) {
            text.append(String.format(Locale.ROOT, " %.4f", weight));
        }
        return text.append('\n').toString();
    }

    /**
     * What the relevance's log odds weigh when they are added to the meaning's: the most likely weight, each set
     * counting alike. There is no base of its own, so that a text about which it says nothing is judged as without it.
     */
    private static double relevance(List<EvaluationSet> all, FlowMatching matching, double[] meaning) {
        List<Row> rows = new ArrayList<>();
        for (EvaluationSet set : all) {
            if (RELEVANCE_FITTED_ON.contains(set.name())) {
                List<Integer> flows = IntStream.range(0, set.entries().size()).boxed().toList();
                rows(set, flows, matching).stream().filter(row -> row.kind() != Kind.ABSENT).forEach(rows::add);
            }
        }
        double weight = 0;
        for (int round = 0; round < 30; round++) {
            double slope = 0;
            double curve = 0;
            for (Row row : rows) {
                double share = 1.0 / rows.stream().filter(other -> other.set().equals(row.set())).count();
                double relevance = row.features()[Confidence.RELEVANCE];
                double probability =
                        Confidence.logistic(
                                Confidence.logOdds(meaning, Confidence.MEANING_FEATURES, row.features())
                                        + weight * relevance);
                slope += share * relevance * ((row.right() ? 1 : 0) - probability);
                curve += share * relevance * relevance * probability * (1 - probability);
            }
            weight += slope / curve;
        }
        System.out.printf(Locale.ROOT, "relevance: %d rows, weight %.4f%n", rows.size(), weight);
        return weight;
    }

    /** The queries asked of a catalog of some of a set's flows. */
    private static List<Row> rows(EvaluationSet set, List<Integer> flows, FlowMatching matching) {
        boolean whole = flows.size() == set.entries().size();
        CatalogIndex index = (CatalogIndex) matching.build(flows.stream().map(set.entries()::get).toList());
        matching.settled().toCompletableFuture().join();
        List<Row> rows = new ArrayList<>();
        for (EvaluationSet.Query query : set.queries()) {
            Set<Integer> expected = new TreeSet<>();
            query.expected().stream().map(flows::indexOf).filter(position -> position >= 0).forEach(expected::add);
            Kind kind = query.expected().isEmpty() ? Kind.NOTHING_FITS : expected.isEmpty() ? Kind.ABSENT : Kind.ANSWERABLE;
            add(rows, set.name(), whole, kind, index, query.text(), position -> true, expected);
            if (whole && kind == Kind.ANSWERABLE) {
                add(rows, set.name(), true, Kind.ABSENT, index, query.text(),
                        position -> !expected.contains(position), Set.of());
            }
        }
        return rows;
    }

    private static void add(
            List<Row> rows, String set, boolean whole, Kind kind, CatalogIndex index, String text,
            IntPredicate scope, Set<Integer> expected) {
        Evidence evidence = index.evidence(text, scope, CatalogIndex.LOOKED_AT + 1);
        Best best = evidence.bests().offered();
        if (!evidence.nothingAsked()
                && best.positions().length > 0
                && (evidence.similarity() != null || best.words()[0] > 0)) {
            double[] features = index.features(evidence, 0);
            rows.add(new Row(set, whole, kind, features, expected.contains(best.positions()[0]), 1));
        }
    }

    /** So that each kind of row of one catalog has its share, whatever its number. */
    private static List<Row> weighed(List<Row> rows, double share) {
        double answerable = rows.stream().filter(row -> row.kind() != Kind.NOTHING_FITS).count();
        double outside = rows.size() - answerable;
        List<Row> weighed = new ArrayList<>();
        for (Row row : rows) {
            double of = rows.stream().filter(other -> other.kind() == row.kind()).count();
            double total =
                    switch (row.kind()) {
                        case ANSWERABLE -> 1;
                        case ABSENT -> ABSENT_WEIGHT;
                        case NOTHING_FITS -> NOTHING_FITS_WEIGHT * outside / Math.max(answerable, 1);
                    };
            weighed.add(new Row(row.set(), row.whole(), row.kind(), row.features(), row.right(), 1000.0 / 3 * share * total / of));
        }
        return weighed;
    }

    private static double[] train(List<Row> rows, int[] chosen) {
        double[] direction =
                train(rows, chosen, row -> ((row.right() ? 1 : 0) + THERE_IS_ONE * (row.kind() == Kind.ANSWERABLE ? 1 : 0)) / (1 + THERE_IS_ONE), RIDGE);
        List<Row> along = new ArrayList<>();
        for (Row row : rows) {
            double sum = direction[0];
            for (int i = 0; i < chosen.length; i++) {
                sum += direction[i + 1] * row.features()[chosen[i]];
            }
            along.add(new Row(row.set(), row.whole(), row.kind(), new double[] {sum}, row.right(), row.weight()));
        }
        double[] scale = train(along, new int[] {0}, row -> row.right() ? 1 : 0, 0.01);
        double[] weights = new double[direction.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = scale[1] * direction[i] + (i == 0 ? scale[0] : 0);
        }
        return weights;
    }

    /** Newton's method on features of mean 0 and deviation 1; the base is not held back by the ridge. */
    private static double[] train(List<Row> rows, int[] chosen, ToDoubleFunction<Row> wanted, double ridge) {
        int size = chosen.length + 1;
        double[] means = new double[size];
        double[] deviations = new double[size];
        for (int i = 1; i < size; i++) {
            int feature = chosen[i - 1];
            means[i] = rows.stream().mapToDouble(row -> row.features()[feature]).average().orElse(0);
            double mean = means[i];
            deviations[i] = 1e-9 + Math.sqrt(rows.stream().mapToDouble(row -> Math.pow(row.features()[feature] - mean, 2)).average().orElse(1));
        }
        double[] weights = new double[size];
        double[] left = new double[size];
        left[0] = 1;
        for (int round = 0; round < 30; round++) {
            double[][] system = new double[size][size + 1];
            for (int i = 1; i < size; i++) {
                system[i][i] = ridge;
                system[i][size] = -ridge * weights[i];
            }
            for (Row row : rows) {
                double sum = weights[0];
                for (int i = 1; i < size; i++) {
                    left[i] = (row.features()[chosen[i - 1]] - means[i]) / deviations[i];
                    sum += weights[i] * left[i];
                }
                double probability = 1 / (1 + Math.exp(-sum));
                double slope = row.weight() * Math.max(probability * (1 - probability), 1e-6);
                double error = row.weight() * (wanted.applyAsDouble(row) - probability);
                for (int i = 0; i < size; i++) {
                    system[i][size] += error * left[i];
                    for (int j = 0; j < size; j++) {
                        system[i][j] += slope * left[i] * left[j];
                    }
                }
            }
            double[] step = solve(system);
            for (int i = 0; i < size; i++) {
                weights[i] += step[i];
            }
        }
        for (int i = 1; i < size; i++) {
            weights[i] /= deviations[i];
            weights[0] -= weights[i] * means[i];
        }
        return weights;
    }

    private static double[] solve(double[][] system) {
        int size = system.length;
        for (int column = 0; column < size; column++) {
            int pivot = column;
            for (int row = column + 1; row < size; row++) {
                pivot = Math.abs(system[row][column]) > Math.abs(system[pivot][column]) ? row : pivot;
            }
            double[] swap = system[column];
            system[column] = system[pivot];
            system[pivot] = swap;
            for (int row = 0; row < size; row++) {
                if (row != column) {
                    double factor = system[row][column] / system[column][column];
                    for (int i = column; i <= size; i++) {
                        system[row][i] -= factor * system[column][i];
                    }
                }
            }
        }
        double[] solution = new double[size];
        for (int i = 0; i < size; i++) {
            solution[i] = system[i][size] / system[i][i];
        }
        return solution;
    }

    private static void print(String label, String set, List<Row> all, double[] weights, int[] chosen) {
        double brier = 0;
        int accepted = 0;
        int acceptedRight = 0;
        int right = 0;
        int absent = 0;
        int absentMatched = 0;
        int asked = 0;
        List<Double> inside = new ArrayList<>();
        List<Double> outside = new ArrayList<>();
        for (Row row : all.stream().filter(Row::whole).toList()) {
            double confidence = Confidence.logistic(Confidence.logOdds(weights, chosen, row.features()));
            if (row.kind() == Kind.ABSENT) {
                absent++;
                absentMatched += confidence >= 0.5 ? 1 : 0;
                continue;
            }
            (row.kind() == Kind.ANSWERABLE ? inside : outside).add(confidence);
            asked++;
            brier += Math.pow(confidence - (row.right() ? 1 : 0), 2);
            right += row.right() ? 1 : 0;
            accepted += confidence >= 0.5 ? 1 : 0;
            acceptedRight += confidence >= 0.5 && row.right() ? 1 : 0;
        }
        double won = 0;
        for (double in : inside) {
            for (double out : outside) {
                won += in > out ? 1 : in == out ? 0.5 : 0;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s %-9s right %4d of %4d; at 0.5: accepted %4d, precision %.3f, nothing fits but matched %d of %d,"
                        + " right flow absent but matched %.3f, AUROC %.3f, Brier %.3f%n",
                label, set, right, asked, accepted, accepted == 0 ? 1 : (double) acceptedRight / accepted,
                outside.stream().filter(confidence -> confidence >= 0.5).count(), outside.size(),
                absent == 0 ? 0 : (double) absentMatched / absent, won / inside.size() / outside.size(), brier / asked);
    }
}
