package io.agentruntime;

import io.agentruntime.catalog.CheckExamples;
import io.agentruntime.routes.CheckRoutes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.logging.LoggingSystem;

/** Starts the service, or runs the one command that the first argument names. */
@SpringBootApplication
public class AgentRuntimeService {
    public static void main(String[] args) throws IOException {
        String command = args.length == 0 ? "" : args[0];
        switch (command) {
            case "check-routes" ->
                    System.exit(
                            CheckRoutes.run(
                                    Path.of(args.length > 1 ? args[1] : "routes"),
                                    StartUp.variables(),
                                    System.out));
            case "check-examples" -> {
                // What the command has to say is on standard output, and nothing else.
                LoggingSystem.get(AgentRuntimeService.class.getClassLoader()).beforeInitialize();
                System.exit(
                        CheckExamples.run(
                                List.of(args).subList(1, args.length),
                                DefaultSettings.ofThisProcess(),
                                System.out));
            }
            case "rehearse" -> System.exit(Rehearsal.run());
            default -> serve(args);
        }
    }

    private static void serve(String[] args) {
        Shutdown.on(SpringApplication.run(AgentRuntimeService.class, args));
        LogOutput.use();
    }
}
