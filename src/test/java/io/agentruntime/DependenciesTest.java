package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** Which package uses which, as the compiled classes say. */
class DependenciesTest {
    private static final Pattern USE =
            Pattern.compile(
                    "io\\.agentruntime\\.([\\w.]+) +-> +(?:io\\.agentruntime\\.)?([\\w.]+)");

    @Test
    void noPackageUsesMoreOfTheOthersThanItsPlaceAllows() {
        assertThat(uses("io\\.agentruntime\\..*"))
                .isEqualTo(
                        Map.of(
                                "web",
                                Set.of(
                                        "catalog",
                                        "matching",
                                        "problem",
                                        "request",
                                        "security",
                                        "settings"),
                                "routes",
                                Set.of("catalog", "problem", "settings"),
                                "problem",
                                Set.of("settings"),
                                "security",
                                Set.of("problem", "request", "settings"),
                                "provision",
                                Set.of(
                                        "catalog",
                                        "matching",
                                        "matching.text",
                                        "matching.words",
                                        "problem",
                                        "request",
                                        "settings"),
                                "catalog",
                                Set.of(
                                        "matching",
                                        "matching.meaning",
                                        "matching.text",
                                        "memory",
                                        "problem",
                                        "request",
                                        "settings",
                                        "state"),
                                "matching",
                                Set.of(
                                        "matching.meaning",
                                        "matching.text",
                                        "matching.words",
                                        "memory"),
                                "matching.meaning",
                                Set.of("matching.text", "memory", "state"),
                                "matching.words",
                                Set.of("matching.text", "memory")));
    }

    @Test
    void whatMatchesTextsAndReadsSettingsKnowsNeitherSpringNorCamel() {
        assertThat(uses("org\\.(springframework|apache\\.camel)\\..*"))
                .containsKey("web")
                .doesNotContainKeys("settings", "request", "memory", "state")
                .allSatisfy((user, used) -> assertThat(user).doesNotStartWith("matching"));
    }

    private static Map<String, Set<String>> uses(String others) {
        var lines = new StringWriter();
        var out = new PrintWriter(lines);
        int failed =
                ToolProvider.findFirst("jdeps")
                        .orElseThrow()
                        .run(out, out, "--regex", others, "target/classes");
        assertThat(failed).as("%s", lines).isZero();
        Map<String, Set<String>> uses = new TreeMap<>();
        USE.matcher(lines.toString())
                .results()
                .forEach(
                        use ->
                                uses.computeIfAbsent(use.group(1), it -> new TreeSet<>())
                                        .add(use.group(2)));
        return uses;
    }
}
