package io.agentruntime.matching;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Fits the weights of the confidence: logistic regression with a ridge on the best candidate of each query.
 *
 * <p>Each answerable query counts a second time, at a lower weight, with its right flows taken out of the catalog: then
 * nothing fits, and what comes first is a near miss. Every set has the same weight, however many queries
 * it holds.
 */
final class Fit {

    private static final double RIDGE = 2.0;
    private static final double REMOVED_WEIGHT = 0.15;

    /** Texts that truly have no flow are few in the sets, and a wrong match costs more than a refusal. */
    private static final double NOTHING_FITS_WEIGHT = 5;
    private static final int FOLDS = 5;

    private record Row(String set, int query, double[] features, boolean right, double weight, boolean removed) {}

    private Fit() {}

    public static void main(String[] arguments) throws IOException {
        List<EvaluationSet> sets =
                EvaluationSet.in(Path.of(arguments[0])).stream()
                        .filter(set -> !set.name().equals("own"))
                        .toList();
        Path target = Path.of(arguments[1]);
        StringBuilder file = new StringBuilder();
        file.append("# Weights of the confidence, written by benchmarks/matching/fit from the development sets.\n");
        file.append("# The base first, then one for each feature, in the order of Confidence.\n");
        try (FlowMatching semantic = FlowMatching.semantic(InProcessEmbedding::open, java.util.Optional.empty());
                FlowMatching lexical = FlowMatching.lexical()) {
            file.append("meaning =").append(fit("meaning", sets, semantic, Confidence.ALL_FEATURES));
            file.append("words =").append(fit("words", sets, lexical, Confidence.WORD_FEATURES));
        }
        Files.writeString(target, file);
    }

    private static String fit(String name, List<EvaluationSet> sets, FlowMatching matching, int[] chosen) {
        List<Row> rows = new ArrayList<>();
        for (EvaluationSet set : sets) {
            FlowIndex index = matching.build(set.entries());
            matching.settled().toCompletableFuture().join();
            rows.addAll(rows(set, index));
        }
        double[] weights = train(rows, chosen);
        System.out.printf(Locale.ROOT, "%s: %d rows, weights %s%n", name, rows.size(), Arrays.toString(weights));
        for (EvaluationSet set : sets) {
            Predicate<Row> here = row -> row.set().equals(set.name());
            double[] elsewhere = train(rows.stream().filter(here.negate()).toList(), chosen);
            print("  all sets         ", set.name(), rows.stream().filter(here).toList(), row -> weights, chosen);
            print("  other sets only  ", set.name(), rows.stream().filter(here).toList(), row -> elsewhere, chosen);
        }
        double[][] folds = new double[FOLDS][];
        for (int fold = 0; fold < FOLDS; fold++) {
            int left = fold;
            folds[fold] = train(rows.stream().filter(row -> row.query() % FOLDS != left).toList(), chosen);
        }
        print("  cross-validated  ", "all", rows, row -> folds[row.query() % FOLDS], chosen);
        StringBuilder text = new StringBuilder();
        for (double weight : weights) {
            text.append(String.format(Locale.ROOT, " %.4f", weight));
        }
        return text.append('\n').toString();
    }

    private static List<Row> rows(EvaluationSet set, FlowIndex built) {
        CatalogIndex index = (CatalogIndex) built;
        List<Row> rows = new ArrayList<>();
        double each = 1000.0 / set.queries().size();
        for (int i = 0; i < set.queries().size(); i++) {
            EvaluationSet.Query query = set.queries().get(i);
            CatalogIndex.Evidence evidence = index.evidence(query.text());
            if (evidence.query().smallTalk()) {
                continue;
            }
            add(rows, set.name(), i, index, evidence, position -> true, query.expected(),
                    query.expected().isEmpty() ? each * NOTHING_FITS_WEIGHT : each, false);
            if (!query.expected().isEmpty()) {
                add(rows, set.name(), i, index, evidence,
                        position -> !query.expected().contains(position), Set.of(), each * REMOVED_WEIGHT, true);
            }
        }
        return rows;
    }

    private static void add(
            List<Row> rows, String set, int query, CatalogIndex index, CatalogIndex.Evidence evidence,
            IntPredicate scope, Set<Integer> expected, double weight, boolean removed) {
        int[] best = Ranking.best(evidence.fused(), scope, Confidence.RIVALS + 1);
        if (best.length > 0 && (evidence.similarity() != null || evidence.words()[best[0]] > 0)) {
            int wordsTop = CatalogIndex.top(evidence.words(), best);
            double[] features = index.features(evidence, best, best[0], wordsTop);
            rows.add(new Row(set, query, features, expected.contains(best[0]), weight, removed));
        }
    }

    /** Newton's method; the base is not held back by the ridge. */
    private static double[] train(List<Row> rows, int[] chosen) {
        int size = chosen.length + 1;
        double[] weights = new double[size];
        for (int round = 0; round < 30; round++) {
            double[][] system = new double[size][size + 1];
            for (int i = 1; i < size; i++) {
                system[i][i] = RIDGE;
                system[i][size] = -RIDGE * weights[i];
            }
            for (Row row : rows) {
                double probability = Confidence.logistic(weights, chosen, row.features());
                double slope = row.weight() * Math.max(probability * (1 - probability), 1e-6);
                double error = row.weight() * ((row.right() ? 1 : 0) - probability);
                for (int i = 0; i < size; i++) {
                    double left = i == 0 ? 1 : row.features()[chosen[i - 1]];
                    system[i][size] += error * left;
                    for (int j = 0; j < size; j++) {
                        system[i][j] += slope * left * (j == 0 ? 1 : row.features()[chosen[j - 1]]);
                    }
                }
            }
            double[] step = solve(system);
            for (int i = 0; i < size; i++) {
                weights[i] += step[i];
            }
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

    private static void print(
            String label, String set, List<Row> all, java.util.function.Function<Row, double[]> model, int[] chosen) {
        double brier = 0;
        int accepted = 0;
        int acceptedRight = 0;
        int right = 0;
        int falls = 0;
        int outside = 0;
        int outsideMatched = 0;
        List<Row> rows = all.stream().filter(row -> !row.removed()).toList();
        for (Row row : all) {
            double confidence = Confidence.logistic(model.apply(row), chosen, row.features());
            if (row.removed()) {
                outside++;
                outsideMatched += confidence >= 0.5 ? 1 : 0;
                continue;
            }
            brier += Math.pow(confidence - (row.right() ? 1 : 0), 2) / rows.size();
            right += row.right() ? 1 : 0;
            if (confidence >= 0.5) {
                accepted++;
                acceptedRight += row.right() ? 1 : 0;
            } else {
                falls += row.right() ? 1 : 0;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s %-9s right %4d of %4d; at 0.5: accepted %4d, precision %.3f, right ones refused %3d,"
                        + " right flow absent but matched %.3f, Brier %.3f%n",
                label, set, right, rows.size(), accepted, accepted == 0 ? 1 : (double) acceptedRight / accepted,
                falls, outside == 0 ? 0 : (double) outsideMatched / outside, brier);
    }
}
