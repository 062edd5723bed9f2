package io.agentruntime.routes;

import io.agentruntime.settings.SettingNames;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The command {@code check-routes [folder]}: says what is wrong with route files, and where. */
public final class CheckRoutes {
    private static final String ROUTES = ".camel.yaml";

    private CheckRoutes() {}

    /**
     * Checks the files of a folder together with those of the jar that it does not replace.
     *
     * @return the exit code: 0 when nothing was found, 1 when something was, 2 when the folder
     *     cannot be read
     */
    public static int run(Path folder, PrintStream out) {
        try {
            Map<String, String> files = own();
            int before = files.size();
            Map<String, String> beside = folder(folder);
            files.putAll(beside);
            List<Finding> findings = RouteChecks.check(files, declared()::contains);
            findings.forEach(out::println);
            out.printf(
                    "%d files checked (%d in the folder, %d of the jar): %s%n",
                    files.size(),
                    beside.size(),
                    Math.min(before, files.size() - beside.size()),
                    findings.isEmpty() ? "nothing to say" : findings.size() + " to correct");
            return findings.isEmpty() ? 0 : 1;
        } catch (IOException e) {
            out.println(folder + " cannot be read: check that it is a folder of route files");
            return 2;
        }
    }

    /** The route files of a folder, by name. */
    public static Map<String, String> folder(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.filter(one -> one.toString().endsWith(ROUTES)).toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }

    private static Map<String, String> own() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Resource own :
                new PathMatchingResourcePatternResolver()
                        .getResources("classpath*:routes/*" + ROUTES)) {
            files.put(
                    String.valueOf(own.getFilename()),
                    own.getContentAsString(java.nio.charset.StandardCharsets.UTF_8));
        }
        return files;
    }

    /** Every setting of application.yaml, and every one that the environment sets. */
    private static Set<String> declared() throws IOException {
        Set<String> names = new HashSet<>();
        List<PropertySource<?>> sources =
                new ArrayList<>(
                        new YamlPropertySourceLoader()
                                .load("settings", new ClassPathResource("application.yaml")));
        for (PropertySource<?> source : sources) {
            if (source instanceof EnumerablePropertySource<?> listed) {
                names.addAll(List.of(listed.getPropertyNames()));
            }
        }
        System.getenv().keySet().stream()
                .filter(variable -> variable.startsWith(SettingNames.VARIABLE_PREFIX))
                .map(SettingNames::property)
                .forEach(names::add);
        return names;
    }
}
