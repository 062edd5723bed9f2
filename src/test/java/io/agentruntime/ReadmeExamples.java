package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The route files that the routes' README shows, to the letter. */
public final class ReadmeExamples {
    public static final String FIRST = "## A provider in five minutes";
    static final String LOGIN = "### A provider that wants a login";
    static final String OAUTH = "### A provider that wants OAuth 2 client credentials";
    static final String GRAPHQL = "### A provider that is asked in GraphQL";
    static final String PROJECTS = "### Names of projects by a second call";
    static final String DETAILS = "### Details with one call for each flow";
    static final String LINKS = "### A provider whose pages are linked";

    private static final Pattern PARTS = Pattern.compile("(?m)^(?=- |    - name: )");
    private static final Pattern BEANS = Pattern.compile("- beans:| {4}- name: ");
    private static final Pattern NAME = Pattern.compile("(?m)^ {4}(?:id|- name): \\S+$");

    private ReadmeExamples() {}

    /** The file below the first heading, with each route and bean that is below the others. */
    public static String file(String... headings) throws IOException {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String heading : headings) {
            PARTS.splitAsStream(below(heading)).forEach(part -> parts.put(name(part), part));
        }
        return Stream.of(false, true)
                .flatMap(
                        beans ->
                                parts.values().stream()
                                        .filter(part -> BEANS.matcher(part).lookingAt() == beans))
                .collect(Collectors.joining());
    }

    private static String below(String heading) throws IOException {
        Matcher example =
                Pattern.compile("\n" + heading + "\n.*?```yaml\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(Path.of("routes/README.md")));
        assertThat(example.find()).as("an example below %s", heading).isTrue();
        return example.group(1);
    }

    /** What is neither is what beans begin with. */
    private static String name(String part) {
        Matcher name = NAME.matcher(part);
        return name.find() ? name.group() : part;
    }
}
