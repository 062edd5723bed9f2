package io.agentruntime;

import io.agentruntime.settings.NearestName;
import io.agentruntime.settings.SettingNames;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Variables that nothing reads, and that look as if they were meant for a setting. */
final class UnreadSettings {
    /** How routes name settings: {@code agent-runtime.a-b} and {@code setting.value('a-b')}. */
    private static final Pattern IN_ROUTES =
            Pattern.compile("(?<=agent-runtime\\.)[a-z0-9-]+|(?<=')[a-z0-9]+(-[a-z0-9]+)+(?=')");

    private UnreadSettings() {}

    /**
     * Such variables, each with the one that was probably meant. One that is like no setting is
     * left out: it may be there for somebody else.
     *
     * @param variables that begin as the service's do
     * @param properties of {@code application.yaml}
     * @param routes contents of route files, used or not
     */
    static List<String> of(
            Set<String> variables, Set<String> properties, Collection<String> routes) {
        Set<String> names =
                properties.stream()
                        .filter(property -> property.startsWith(SettingNames.PROPERTY_PREFIX))
                        .map(SettingNames::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (names.containsAll(variables.stream().map(UnreadSettings::name).toList())) {
            return List.of();
        }
        for (String file : routes) {
            IN_ROUTES.matcher(file).results().forEach(name -> names.add(name.group()));
        }
        return variables.stream()
                .filter(variable -> !names.contains(name(variable)))
                .filter(variable -> !isNamed(variable, routes))
                .sorted()
                .flatMap(variable -> meant(variable, names))
                .toList();
    }

    private static boolean isNamed(String variable, Collection<String> routes) {
        Pattern whole = Pattern.compile("\\b" + Pattern.quote(variable) + "\\b");
        return routes.stream().anyMatch(file -> whole.matcher(file).find());
    }

    private static Stream<String> meant(String variable, Set<String> names) {
        String unread = name(variable);
        return NearestName.of(unread, names).or(() -> shortened(unread, names)).stream()
                .map(name -> SettingNames.variable(SettingNames.PROPERTY_PREFIX + name))
                .map(meant -> variable + " (did you mean " + meant + "?)");
    }

    /** The only name of which this one leaves out words or their ends, as log-level does. */
    private static Optional<String> shortened(String name, Set<String> names) {
        List<String> words = List.of(name.split("-"));
        if (words.size() < 2) {
            return Optional.empty();
        }
        Pattern longer =
                Pattern.compile(
                        words.stream()
                                .map(Pattern::quote)
                                .collect(Collectors.joining("[a-z0-9]*-(.+-)?", "(.+-)?", ".*")));
        List<String> all = names.stream().filter(longer.asMatchPredicate()).toList();
        return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
    }

    private static String name(String variable) {
        return SettingNames.name(SettingNames.property(variable));
    }
}
