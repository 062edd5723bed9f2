package io.agentruntime.routes;

import io.agentruntime.settings.SettingNames;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/** The command {@code check-routes [folder]}: says what is wrong with route files, and where. */
public final class CheckRoutes {
    private static final int NOTHING_TO_SAY = 0;
    private static final int SOMETHING_TO_CORRECT = 1;
    private static final int NO_SUCH_FOLDER = 2;

    private CheckRoutes() {}

    /**
     * Checks the files of a folder together with those of the jar that it does not replace.
     *
     * @param variables names of the environment variables that are set
     * @return the exit code: 0 when nothing was found, 1 when something was, 2 when the folder
     *     cannot be read
     */
    public static int run(Path folder, Collection<String> variables, PrintStream out) {
        if (!Files.isDirectory(folder)) {
            out.println(folder + " cannot be read: name a folder of route files");
            return NO_SUCH_FOLDER;
        }
        try {
            RouteFiles files = RouteFiles.read(folder);
            Map<String, String> contents = files.contents();
            List<Finding> findings = new ArrayList<>(RouteFiles.misnamed(folder));
            findings.addAll(RouteChecks.check(contents, known(variables)::contains));
            findings.forEach(out::println);
            out.printf(
                    "%d files checked (%d in the folder, %d of the jar): %s%n",
                    contents.size(),
                    files.numberBeside(),
                    contents.size() - files.numberBeside(),
                    findings.isEmpty() ? "nothing to say" : findings.size() + " to correct");
            return findings.isEmpty() ? NOTHING_TO_SAY : SOMETHING_TO_CORRECT;
        } catch (IOException e) {
            out.println(folder + " cannot be read: check who may read it");
            return NO_SUCH_FOLDER;
        }
    }

    /** Every setting of application.yaml, and every one that is set. */
    static Set<String> known(Collection<String> variables) throws IOException {
        Set<String> names = new HashSet<>();
        List<PropertySource<?>> sources =
                new YamlPropertySourceLoader()
                        .load("settings", new ClassPathResource("application.yaml"));
        for (PropertySource<?> source : sources) {
            if (source instanceof EnumerablePropertySource<?> listed) {
                names.addAll(List.of(listed.getPropertyNames()));
            }
        }
        variables.stream()
                .filter(variable -> variable.startsWith(SettingNames.VARIABLE_PREFIX))
                .map(SettingNames::property)
                .forEach(names::add);
        return names;
    }
}
