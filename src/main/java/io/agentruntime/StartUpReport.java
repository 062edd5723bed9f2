package io.agentruntime;

import io.agentruntime.routes.InvalidRoutes;
import io.agentruntime.settings.InvalidSetting;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;

/** Says why the service does not start: a line for each setting that is wrong. */
final class StartUpReport implements SpringBootExceptionReporter {
    private static final String MANAGEMENT_PORT = "agent-runtime.management-port";

    private final ConfigurableApplicationContext context;

    /** Called by Spring Boot, with the context that could not start. */
    StartUpReport(ConfigurableApplicationContext context) {
        this.context = context;
    }

    @Override
    public boolean reportException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidSetting setting) {
                // The log may not be set up yet, and an operator looks at both streams.
                System.err.println(
                        "agent-runtime-service cannot start: "
                                + setting.getMessage().replace("\n", "\nand: "));
                return true;
            }
            if (cause instanceof PortInUseException port) {
                System.err.println(
                        "agent-runtime-service cannot start: "
                                + inUse(port.getPort()).getMessage());
                return true;
            }
            if (cause instanceof InvalidRoutes routes) {
                System.err.println(
                        "agent-runtime-service cannot start, its routes are wrong:\n"
                                + routes.getMessage());
                return true;
            }
        }
        return false;
    }

    private InvalidSetting inUse(int port) {
        boolean management =
                Integer.toString(port)
                        .equals(context.getEnvironment().getProperty(MANAGEMENT_PORT, "").strip());
        return new InvalidSetting(
                management ? MANAGEMENT_PORT : "agent-runtime.port",
                "names port "
                        + port
                        + ", which is in use: end what listens there, or choose another");
    }
}
