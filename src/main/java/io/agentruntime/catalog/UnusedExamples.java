package io.agentruntime.catalog;

import io.agentruntime.matching.ExamplesFile;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries of the examples file that are for no flow; nobody would miss their phrases otherwise. */
final class UnusedExamples {
    private static final Logger log = LoggerFactory.getLogger(UnusedExamples.class);

    private final ExamplesFile examples;
    private final List<String> providers;
    private final Set<ExamplesFile.Item> told = new HashSet<>();

    UnusedExamples(ExamplesFile examples, List<String> providers) {
        this.examples = examples;
        this.providers = providers;
    }

    /** Says of each entry once that it is not among those in use. */
    void sayWhichAreNot(Collection<ExamplesFile.Item> used) {
        for (ExamplesFile.Item item : examples.items()) {
            if (!used.contains(item) && told.add(item)) {
                log.warn(
                        "examples for {} are not used: {}; correct AGENT_RUNTIME_SERVICE_EXAMPLES_FILE, or leave it if the flow is still to come",
                        item.flow(),
                        reason(item, providers));
            }
        }
    }

    /** Why an entry is for no flow. */
    static String reason(ExamplesFile.Item item, List<String> providers) {
        if (item.provider().equals("*")) {
            return "no flow of the catalog is " + item.flow();
        }
        return providers.contains(item.provider())
                ? "no flow of " + item.provider() + " is " + item.flow()
                : item.provider() + " is none of the providers " + String.join(", ", providers);
    }
}
