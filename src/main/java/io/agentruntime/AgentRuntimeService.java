package io.agentruntime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentruntime.catalog.CheckExamples;
import io.agentruntime.routes.CheckRoutes;
import io.agentruntime.settings.InvalidSetting;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the service, or runs the one command that the first argument names. */
@SpringBootApplication
public class AgentRuntimeService {
    private static final String USAGE =
            """
            java -jar agent-runtime-service.jar                        starts the service
            java -jar agent-runtime-service.jar check-routes [folder]  says what is wrong with route files, and where
            java -jar agent-runtime-service.jar check-examples [--catalog PLACE] [--accept] [FILE]
                                                                       says which flow each example phrase leads to
            What the service does is set by AGENT_RUNTIME_SERVICE_* variables; the README lists them.""";

    public static void main(String[] args) throws IOException {
        // Digits are 0 to 9 and the small I has a dot, in Thai, Arabic and Turkish too
        Locale.setDefault(Locale.ROOT);
        speakUtf8();
        String command = args.length == 0 ? "" : args[0];
        switch (command) {
            case "check-routes" -> {
                logNothing();
                run(
                        () ->
                                CheckRoutes.run(
                                        List.of(args).subList(1, args.length),
                                        DefaultSettings.ofThisProcess(),
                                        System.out));
            }
            case "check-examples" -> {
                logNothing();
                run(
                        () ->
                                CheckExamples.run(
                                        List.of(args).subList(1, args.length),
                                        DefaultSettings.ofThisProcess(),
                                        System.out));
            }
            case "rehearse" -> {
                useBeansOfTheBuild();
                System.exit(Rehearsal.run());
            }
            case "help", "-h", "--help" -> System.out.println(USAGE);
            default -> {
                if (!command.isEmpty() && !command.startsWith("-")) {
                    System.err.println("There is no command " + command + ".\n" + USAGE);
                    System.exit(2);
                }
                serve(args);
            }
        }
    }

    /** Ends with the command's exit code; 2 if the file of settings cannot be understood. */
    private static void run(IntSupplier command) {
        try {
            System.exit(command.getAsInt());
        } catch (InvalidSetting e) {
            System.out.println(e.getMessage());
            System.exit(2);
        }
    }

    /** Names of flows have letters of all languages, and a container mostly has no locale. */
    private static void speakUtf8() {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8));
    }

    /** What a command has to say is on standard output, and nothing else. */
    private static void logNothing() {
        LoggingSystem.get(AgentRuntimeService.class.getClassLoader()).beforeInitialize();
    }

    private static void serve(String[] args) {
        Shutdown shutdown = Shutdown.onSignals();
        useBeansOfTheBuild();
        var application = new SpringApplication(AgentRuntimeService.class);
        application.addInitializers(
                context -> context.getBeanFactory().registerSingleton("shutdown", shutdown));
        try {
            ConfigurableApplicationContext service = application.run(args);
            shutdown.of(service);
            LogOutput.use(service.getBean(MeterRegistry.class));
        } finally {
            shutdown.startEnded();
        }
    }

    /**
     * The jar knows its beans from the build, which saves a quarter of a start. Classes that were
     * compiled a moment ago do not: there beans are looked for.
     */
    private static void useBeansOfTheBuild() {
        URL self = AgentRuntimeService.class.getResource("AgentRuntimeService.class");
        if (self != null
                && self.getProtocol().equals("jar")
                && System.getProperty(AotDetector.AOT_ENABLED) == null) {
            System.setProperty(AotDetector.AOT_ENABLED, "true");
        }
    }
}
