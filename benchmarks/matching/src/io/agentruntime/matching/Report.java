package io.agentruntime.matching;

import io.agentruntime.matching.words.Best;
import io.agentruntime.matching.words.LexicalIndex;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Measures every method on every set and writes {@code docs/matching.md} with its plots. */
final class Report {

    private static final double THRESHOLD = 0.5;
    private static final int RESAMPLES = 1_000;

    /** What one method did with one query; the rank of the first right entry counts from 1, 0 is none. */
    private record Outcome(String kind, boolean answerable, int rank, double score) {
        boolean right() {
            return rank == 1;
        }
    }

    private interface Method {
        List<Candidate> rank(String text);
    }

    private Report() {}

    public static void main(String[] arguments) throws IOException {
        List<EvaluationSet> sets = EvaluationSet.in(Path.of(arguments[0]));
        Path docs = Path.of(arguments[1]);
        StringBuilder page = new StringBuilder(Files.readString(Path.of(arguments[2])));
        Map<String, Map<String, List<Outcome>>> all = new LinkedHashMap<>();
        try (FlowMatching semantic = FlowMatching.inProcess(Optional.empty(), () -> {})) {
            for (EvaluationSet set : sets) {
                CatalogIndex fused = (CatalogIndex) semantic.build(set.entries());
                semantic.settled().toCompletableFuture().join();
                LexicalIndex lexical = new LexicalIndex(set.entries(), fused.purposes());
                int[] every = IntStream.range(0, set.entries().size()).toArray();
                CatalogIndex words = (CatalogIndex) FlowMatching.lexical().build(set.entries());
                Map<String, Method> methods = new LinkedHashMap<>();
                methods.put("incumbent", incumbent(set));
                methods.put("BM25", text -> byWords(lexical, every, text));
                methods.put("embedding", text -> byMeaning(fused.evidence(text, p -> true, CatalogIndex.LOOKED_AT + 1)));
                methods.put("words only, calibrated", text -> words.rank(text, p -> true, 10));
                methods.put("fused", text -> fused.rank(text, p -> true, 10));
                Map<String, List<Outcome>> outcomes = all.computeIfAbsent(set.name(), first -> new LinkedHashMap<>());
                methods.forEach((name, method) -> outcomes.computeIfAbsent(name, first -> new ArrayList<>()).addAll(outcomes(set, method)));
            }
            table(page, all);
            kinds(page, all);
            decisions(page, all);
            page.append(Beside.table(sets, semantic, Path.of(arguments[0], "beside.txt")));
            page.append(Examples.table(sets, semantic));
        }
        for (Map.Entry<String, Map<String, List<Outcome>>> set : all.entrySet()) {
            plots(docs, set.getKey(), set.getValue().get("fused"));
        }
        page.append("\n## Plots\nLeft: precision of what is matched against the share of texts matched, as the threshold moves. Right: how often a confidence was right.\n\n");
        all.keySet().forEach(set -> page.append("### ").append(set).append("\n![coverage and reliability on ").append(set).append("](matching-").append(set).append(".png)\n\n"));
        Files.writeString(docs.resolve("matching.md"), page);
    }

    private static List<Candidate> by(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparing(position -> -scores[position]))
                .limit(10)
                .map(position -> new Candidate(position, scores[position], ""))
                .toList();
    }

    private static List<Candidate> byWords(LexicalIndex lexical, int[] positions, String text) {
        Best best = Best.of(lexical.sums(lexical.read(text)).of(positions), null, 10);
        return IntStream.range(0, best.positions().length)
                .mapToObj(i -> new Candidate(best.positions()[i], best.words()[i], ""))
                .toList();
    }

    private static List<Candidate> byMeaning(Evidence evidence) {
        double[] similarity = evidence.similarity();
        return similarity == null ? List.of() : by(similarity);
    }

    /** The heuristic of the service before this one: how many words of the name does the text hold. */
    private static Method incumbent(EvaluationSet set) {
        return text -> {
            Set<String> asked = new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("\\W+")));
            return by(
                    set.entries().stream()
                            .mapToDouble(
                                    entry -> {
                                        List<String> name = List.of(entry.name().toLowerCase(Locale.ROOT).split("\\W+"));
                                        return (double) name.stream().filter(asked::contains).count() / name.size();
                                    })
                            .toArray());
        };
    }

    private static List<Outcome> outcomes(EvaluationSet set, Method method) {
        return set.queries().stream()
                .map(
                        query -> {
                            List<Candidate> ranking = method.rank(query.text());
                            int rank = 0;
                            for (int i = ranking.size(); i >= 1; i--) {
                                rank = query.expected().contains(ranking.get(i - 1).position()) ? i : rank;
                            }
                            double score = ranking.isEmpty() ? 0 : ranking.get(0).confidence();
                            return new Outcome(query.kind(), !query.expected().isEmpty(), rank, score);
                        })
                .toList();
    }

    private static double share(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        return outcomes.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private static List<Outcome> answerable(List<Outcome> outcomes) {
        return outcomes.stream().filter(Outcome::answerable).toList();
    }

    /** How often a text with a flow scores higher than one without. */
    private static double auroc(List<Outcome> outcomes) {
        double[] inside = outcomes.stream().filter(Outcome::answerable).mapToDouble(Outcome::score).toArray();
        double[] outside = outcomes.stream().filter(o -> !o.answerable()).mapToDouble(Outcome::score).toArray();
        java.util.Arrays.sort(outside);
        double won = 0;
        for (double in : inside) {
            won += 0.5 * (below(outside, in, false) + below(outside, in, true));
        }
        return won / ((double) inside.length * outside.length);
    }

    private static int below(double[] sorted, double value, boolean orEqual) {
        int from = 0;
        int to = sorted.length;
        while (from < to) {
            int middle = (from + to) / 2;
            if (sorted[middle] < value || orEqual && sorted[middle] == value) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** The 95 % bootstrap interval of a figure. */
    private static double[] interval(List<Outcome> outcomes, ToDoubleFunction<List<Outcome>> figure) {
        Random random = new Random(1);
        double[] samples =
                IntStream.range(0, RESAMPLES)
                        .mapToDouble(
                                i ->
                                        figure.applyAsDouble(
                                                IntStream.range(0, outcomes.size())
                                                        .mapToObj(j -> outcomes.get(random.nextInt(outcomes.size())))
                                                        .toList()))
                        .sorted()
                        .toArray();
        return new double[] {samples[RESAMPLES / 40], samples[RESAMPLES - 1 - RESAMPLES / 40]};
    }

    /** A share in percent with its interval. */
    private static String percent(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        double[] interval = interval(outcomes, sample -> share(sample, value));
        return String.format(
                Locale.ROOT, "%.1f (%.0f to %.0f)", 100 * share(outcomes, value), 100 * interval[0], 100 * interval[1]);
    }

    private static String auroc(List<Outcome> outcomes, int digits) {
        double auroc = auroc(outcomes);
        if (Double.isNaN(auroc)) {
            return "";
        }
        double[] interval = interval(outcomes, Report::auroc);
        return String.format(Locale.ROOT, "%." + digits + "f (%.2f to %.2f)", auroc, interval[0], interval[1]);
    }

    private static void table(StringBuilder page, Map<String, Map<String, List<Outcome>>> all) {
        page.append("\n## Ranking\nPercent; in brackets 95 % bootstrap intervals; AUROC of the top score for \"is there a flow at all\".\n\n");
        page.append("| set | method | accuracy@1 | recall@3 | MRR | AUROC |\n| --- | --- | --- | --- | --- | --- |\n");
        all.forEach(
                (set, methods) ->
                        methods.forEach(
                                (method, outcomes) -> {
                                    List<Outcome> answerable = answerable(outcomes);
                                    page.append(
                                            String.format(
                                                    Locale.ROOT,
                                                    "| %s | %s | %s | %.1f | %.3f | %s |%n",
                                                    set, method,
                                                    percent(answerable, o -> o.right() ? 1 : 0),
                                                    100 * share(answerable, o -> o.rank() >= 1 && o.rank() <= 3 ? 1 : 0),
                                                    share(answerable, o -> o.rank() == 0 ? 0 : 1.0 / o.rank()),
                                                    auroc(outcomes, 3)));
                                }));
    }

    private static void kinds(StringBuilder page, Map<String, Map<String, List<Outcome>>> all) {
        page.append("\n## By kind of text (fused)\nAccuracy@1 where a flow fits; texts matched at the default threshold where none does.\n\n| set | kind | texts | right first, % | matched at 0.5, % |\n| --- | --- | --- | --- | --- |\n");
        all.forEach(
                (set, methods) -> {
                    Map<String, List<Outcome>> kinds = new TreeMap<>();
                    methods.get("fused").forEach(o -> kinds.computeIfAbsent(o.kind(), k -> new ArrayList<>()).add(o));
                    kinds.forEach(
                            (kind, outcomes) -> {
                                List<Outcome> answerable = answerable(outcomes);
                                page.append(
                                        String.format(
                                                Locale.ROOT,
                                                "| %s | %s | %d | %s | %.0f |%n",
                                                set, kind, outcomes.size(),
                                                answerable.isEmpty() ? "" : String.format(Locale.ROOT, "%.0f", 100 * share(answerable, o -> o.right() ? 1 : 0)),
                                                100 * share(outcomes, o -> o.score() >= THRESHOLD ? 1 : 0)));
                            });
                });
    }

    private static void decisions(StringBuilder page, Map<String, Map<String, List<Outcome>>> all) {
        page.append("\n## Decisions at the default threshold\nEnd to end: the right flow, or a refusal where nothing fits. Precision: of what was matched, how much was right. Brier: mean square of confidence minus outcome.\n\n| set | method | end to end | matched | precision | wrong matches where nothing fits | Brier |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        all.forEach(
                (set, methods) ->
                        List.of("words only, calibrated", "fused")
                                .forEach(
                                        method -> {
                                            List<Outcome> outcomes = methods.get(method);
                                            List<Outcome> matched = outcomes.stream().filter(o -> o.score() >= THRESHOLD).toList();
                                            List<Outcome> outside = outcomes.stream().filter(o -> !o.answerable()).toList();
                                            page.append(
                                                    String.format(
                                                            Locale.ROOT,
                                                            "| %s | %s | %s | %.1f | %s | %d of %d | %.3f |%n",
                                                            set, method,
                                                            percent(outcomes, o -> (o.answerable() ? o.right() && o.score() >= THRESHOLD : o.score() < THRESHOLD) ? 1 : 0),
                                                            100.0 * matched.size() / outcomes.size(),
                                                            percent(matched, o -> o.right() ? 1 : 0),
                                                            outside.stream().filter(o -> o.score() >= THRESHOLD).count(), outside.size(),
                                                            share(outcomes, o -> Math.pow(o.score() - (o.right() ? 1 : 0), 2))));
                                        }));
    }

    private static void plots(Path docs, String set, List<Outcome> outcomes) throws IOException {
        BufferedImage image = new BufferedImage(900, 420, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, 900, 420);
        axes(g, 60, set + ": precision over coverage", "share matched", "precision");
        axes(g, 510, set + ": reliability", "confidence", "share right");
        List<Outcome> sorted = outcomes.stream().sorted(Comparator.comparingDouble(Outcome::score).reversed()).toList();
        g.setColor(new Color(0x1f77b4));
        g.setStroke(new BasicStroke(2));
        int right = 0;
        int beforeX = -1;
        int beforeY = 0;
        for (int i = 0; i < sorted.size(); i++) {
            right += sorted.get(i).right() ? 1 : 0;
            int x = 60 + (int) (330.0 * (i + 1) / sorted.size());
            int y = 370 - (int) (330.0 * right / (i + 1));
            if (beforeX >= 0) {
                g.drawLine(beforeX, beforeY, x, y);
            }
            beforeX = x;
            beforeY = y;
        }
        for (int bin = 0; bin < 10; bin++) {
            double from = bin / 10.0;
            List<Outcome> inBin = outcomes.stream().filter(o -> o.score() >= from && o.score() < from + 0.1).toList();
            if (!inBin.isEmpty()) {
                int x = 510 + (int) (330 * share(inBin, Outcome::score));
                int y = 370 - (int) (330 * share(inBin, o -> o.right() ? 1 : 0));
                int size = 6 + (int) (20.0 * inBin.size() / outcomes.size());
                g.fillOval(x - size / 2, y - size / 2, size, size);
            }
        }
        g.setColor(Color.LIGHT_GRAY);
        g.drawLine(510, 370, 840, 40);
        g.dispose();
        ImageIO.write(image, "png", docs.resolve("matching-" + set + ".png").toFile());
    }

    private static void axes(Graphics2D g, int left, String title, String across, String up) {
        g.setColor(Color.DARK_GRAY);
        g.drawString(title, left, 25);
        g.drawLine(left, 370, left + 330, 370);
        g.drawLine(left, 370, left, 40);
        g.drawString(across, left + 130, 405);
        g.drawString(up, left - 45, 35);
        for (int tick = 0; tick <= 10; tick += 2) {
            g.drawString(String.format(Locale.ROOT, "%.1f", tick / 10.0), left - 28, 374 - 33 * tick);
            g.drawString(String.format(Locale.ROOT, "%.1f", tick / 10.0), left - 8 + 33 * tick, 386);
        }
    }
}
