package io.agentruntime.routes;

import io.agentruntime.settings.RouteSettings;
import io.agentruntime.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command {@code check-routes [folder]}: says what is wrong with route files, and where. */
public final class CheckRoutes {
    private static final int NOTHING_TO_CORRECT = 0;
    private static final int SOMETHING_TO_CORRECT = 1;
    private static final int UNUSABLE = 2;

    private CheckRoutes() {}

    /**
     * Checks the folder that is named, or else the one that a start would use.
     *
     * @param arguments those after the command's name
     */
    public static int run(
            List<String> arguments, Settings.PropertySource settings, PrintStream out) {
        if (arguments.size() > 1) {
            out.println("usage: check-routes [folder]");
            return UNUSABLE;
        }
        String folder =
                arguments.isEmpty()
                        ? new RouteSettings(settings).value("routes-dir")
                        : arguments.get(0);
        try {
            return run(Path.of(folder), settings, out);
        } catch (InvalidPathException e) {
            out.println(
                    "the name of the folder is no path that can be used in this locale: start with LC_ALL=C.UTF-8");
            return UNUSABLE;
        }
    }

    /**
     * Checks the files of a folder together with those of the jar that it does not replace.
     *
     * @param settings what a start from here would see
     * @return the exit code: 0 when nothing is to correct, 1 when something is, 2 when the folder
     *     cannot be read
     */
    static int run(Path folder, Settings.PropertySource settings, PrintStream out) {
        if (!Files.isDirectory(folder)) {
            out.println(folder + " cannot be read: name a folder of route files");
            return UNUSABLE;
        }
        try {
            RouteFiles files = RouteFiles.read(folder);
            Map<String, String> contents = files.contents();
            List<Finding> findings = new ArrayList<>(RouteFiles.misnamed(folder));
            RouteChecks.Result result = RouteChecks.result(contents, settings);
            findings.addAll(result.faults());
            List<Finding> hints = result.hints();
            findings.forEach(out::println);
            hints.forEach(hint -> out.println("hint: " + hint));
            if (!result.all()) {
                out.println(
                        "what files refer to, and how, is checked once all of them can be read: correct that first");
            }
            out.printf(
                    "%d files checked (%d in the folder, %d of the jar): %s%n",
                    contents.size(),
                    files.numberBeside(),
                    contents.size() - files.numberBeside(),
                    findings.isEmpty() && hints.isEmpty()
                            ? "nothing to say"
                            : findings.size()
                                    + " to correct"
                                    + (hints.isEmpty()
                                            ? ""
                                            : ", " + hints.size() + " to consider"));
            return findings.isEmpty() ? NOTHING_TO_CORRECT : SOMETHING_TO_CORRECT;
        } catch (IOException e) {
            out.println(e.getMessage());
            return UNUSABLE;
        }
    }
}
