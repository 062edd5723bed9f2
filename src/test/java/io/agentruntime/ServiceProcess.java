package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The service as a process of its own that ended by itself: with which exit code, having said what.
 */
public record ServiceProcess(int exitCode, String said) {
    /** Far more than a start takes, since machines may be busy; a start that does not end fails. */
    private static final int PATIENCE_SECONDS = 120;

    /**
     * Runs it to its end.
     *
     * @param folder where it is started
     * @param settings names without the common prefix; no other variables are set, so that there is
     *     no locale, as in most containers
     */
    public static ServiceProcess in(Path folder, Map<String, String> settings, String... arguments)
            throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>();
        settings.forEach((name, value) -> variables.put("AGENT_RUNTIME_SERVICE_" + name, value));
        return withVariables(folder, variables, arguments);
    }

    /**
     * Runs it to its end.
     *
     * @param folder where it is started
     * @param variables all there are
     */
    static ServiceProcess withVariables(
            Path folder, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("service", ".out");
        Process service =
                builder(folder, variables, arguments).redirectOutput(output.toFile()).start();
        boolean ended = service.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        service.destroyForcibly();
        String said = Files.readString(output);
        Files.delete(output);
        assertThat(ended).as("ended by itself, having said:\n%s", said).isTrue();
        return new ServiceProcess(service.exitValue(), said);
    }

    /** Not started yet; what it says is one stream. */
    static ProcessBuilder builder(Path folder, Map<String, String> variables, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentRuntimeService.class.getName()));
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(variables);
        return builder;
    }
}
