package io.agentruntime;

import io.agentruntime.routes.InvalidRoutes;
import io.agentruntime.settings.InvalidSetting;
import org.springframework.boot.SpringBootExceptionReporter;

/** Says in one line why a setting stops the start. */
final class StartUpReport implements SpringBootExceptionReporter {
    @Override
    public boolean reportException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidSetting setting) {
                // The log may not be set up yet, and an operator looks at both streams.
                System.err.println("agent-runtime-service cannot start: " + setting.getMessage());
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
}
