package io.agentruntime;

import io.agentruntime.routes.CheckRoutes;
import java.nio.file.Path;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the service, or runs the one command that the first argument names. */
@SpringBootApplication
public class AgentRuntimeService {
    public static void main(String[] args) {
        String command = args.length == 0 ? "" : args[0];
        switch (command) {
            case "check-routes" ->
                    System.exit(
                            CheckRoutes.run(
                                    Path.of(args.length > 1 ? args[1] : "routes"), System.out));
            default -> serve(args);
        }
    }

    private static void serve(String[] args) {
        Shutdown.on(SpringApplication.run(AgentRuntimeService.class, args));
        LogOutput.use();
    }
}
