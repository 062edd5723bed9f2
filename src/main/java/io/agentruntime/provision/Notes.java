package io.agentruntime.provision;

import io.agentruntime.catalog.Cause;
import io.agentruntime.catalog.Flow;
import io.agentruntime.catalog.ProviderStatus;
import io.agentruntime.matching.Candidate;
import io.agentruntime.provision.Decision.HintOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one plain sentence beside an answer. */
final class Notes {
    /** Longest name of another flow or project in a note, in characters. */
    private static final int LONGEST_NAME = 80;

    private static final String BY_WORDS = "matched by words alone: ";

    private Notes() {}

    /** What the caller should know about the answer, or null when there is nothing to say. */
    static @Nullable String of(Decision decision) {
        List<String> parts = new ArrayList<>();
        if (!decision.matched()) {
            parts.add("no flow fits, so this is the default flow");
        } else {
            List<Flow> flows = decision.view().snapshot().flows();
            Flow answer = flows.get(decision.ranking().get(0).position());
            Candidate.rival(decision.ranking())
                    .map(rival -> told(flows.get(rival.position()), answer))
                    .ifPresent(rival -> parts.add(rival + " fits about as well"));
        }
        if (decision.hint() == HintOutcome.NOT_FOUND) {
            parts.add("the hinted project was not found" + tried(decision));
        } else if (decision.hint() == HintOutcome.NOTHING_FITS_IN_PROJECT) {
            parts.add("no flow of the hinted project fits" + tried(decision));
        }
        parts.addAll(circumstances(decision));
        return parts.isEmpty() ? null : String.join("; ", parts);
    }

    /** What kept the answer from being a better one: a model or a provider that is not well. */
    static List<String> circumstances(Decision decision) {
        List<String> parts = new ArrayList<>();
        switch (decision.lacking()) {
            case VECTORS -> parts.add(BY_WORDS + "the embedding model has not read all flows yet");
            case MODEL -> parts.add(BY_WORDS + "the embedding model cannot be asked now");
            case NOTHING -> {}
        }
        for (ProviderStatus provider : decision.view().providers()) {
            switch (provider.state()) {
                case STALE -> parts.add(stale(provider));
                case DOWN ->
                        parts.add(
                                provider.name()
                                        + " could not be asked: it "
                                        + what(provider.cause()));
                case UNKNOWN ->
                        parts.add(
                                provider.name()
                                        + (decision.view().awaited().contains(provider.name())
                                                ? " was asked and has not answered yet"
                                                : " was not asked yet"));
                case UP -> {
                    if (decision.view().awaited().contains(provider.name())) {
                        parts.add(
                                provider.name()
                                        + " was asked for new flows and has not answered yet");
                    }
                }
            }
        }
        return parts;
    }

    /** By its name, and by more where that is the answer's own. */
    private static String told(Flow rival, Flow answer) {
        String name = shortened(rival.name());
        if (!name.equals(shortened(answer.name()))) {
            return name;
        }
        if (!rival.provider().equals(answer.provider())) {
            return name + " of " + rival.provider();
        }
        String project = rival.project();
        return project == null || project.equals(answer.project())
                ? "another " + name
                : name + " of the project " + shortened(project);
    }

    private static String shortened(String name) {
        if (name.length() <= LONGEST_NAME) {
            return name;
        }
        int most = Math.min(LONGEST_NAME, name.codePointCount(0, name.length()));
        int end = name.offsetByCodePoints(0, most);
        return end == name.length() ? name : name.substring(0, end) + "…";
    }

    private static String tried(Decision decision) {
        return decision.everywhere() ? ", so all flows were tried" : "";
    }

    private static String stale(ProviderStatus provider) {
        String age = "catalog is " + provider.ageSeconds() + " s old: ";
        Cause cause = provider.cause();
        String why =
                provider.isDoubted()
                        ? "lists far fewer flows now, which is not believed yet"
                        : cause == null || cause == Cause.EMPTY
                                ? "is being asked again"
                                : what(cause);
        return age + provider.name() + " " + why;
    }

    private static String what(@Nullable Cause cause) {
        if (cause == null) {
            return "did not answer yet";
        }
        return switch (cause) {
            case AUTH_UNAVAILABLE -> "gives no token";
            case AUTH_REJECTED -> "refuses the credentials";
            case UNREACHABLE -> "is unreachable";
            case TIMEOUT -> "does not answer in time";
            case RATE_LIMITED -> "is being asked too often";
            case UPSTREAM_ERROR -> "answers with an error";
            case MALFORMED -> "answers with something that is not a flow list";
            case TOO_LARGE -> "answers with more than can be read";
            case EMPTY -> "has no flows";
        };
    }
}
