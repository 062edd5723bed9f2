package io.agentruntime.problem;

import io.agentruntime.settings.InvalidSetting;
import java.net.URISyntaxException;
import org.apache.camel.FailedToCreateProducerException;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.component.bean.MethodNotFoundException;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The words for what a route does wrong by itself, whatever was asked or answered. Messages of
 * others may hold what is on the way, a task or a secret among it, and are not told.
 */
public final class RouteFaults {
    private static final String NO_FUNCTION = "Cannot find SimpleLanguageFunctionFactory";

    private RouteFaults() {}

    /** A step that lacks what another should have left for it. */
    public static final class OutOfPlace extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /**
         * @param advice is logged: nothing that a caller sent
         */
        public OutOfPlace(String advice) {
            super(advice);
        }
    }

    /** A step of a route file, beside what it threw. */
    private static final class FailedStep extends Throwable {
        private static final long serialVersionUID = 1L;

        FailedStep(String place) {
            super(place, null, false, false);
        }
    }

    /** Where something was thrown, and nothing of its message. */
    private static final class Trace extends Throwable {
        private static final long serialVersionUID = 1L;

        Trace(Throwable of) {
            super(of.getClass().getName(), null, false, true);
            setStackTrace(of.getStackTrace());
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }

    /** Remembers the step that failed first; those around it fail with the same. */
    public static void failedIn(String place, Throwable thrown) {
        if (stepOf(thrown) == null) {
            thrown.addSuppressed(new FailedStep(place));
        }
    }

    private static @Nullable String stepOf(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            for (Throwable beside : at.getSuppressed()) {
                if (beside instanceof FailedStep step) {
                    return step.getMessage();
                }
            }
        }
        return null;
    }

    /** What failed a request, with the step, if it is known, and the trace where words lack. */
    public static void log(Logger log, String what, Throwable thrown) {
        String step = stepOf(thrown);
        Throwable deepest = thrown;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        log.error(
                "{}: {}",
                what,
                told(thrown, step),
                known(thrown) == null ? new Trace(deepest) : null);
        log.debug("all of it", thrown);
    }

    /**
     * @param step where it happened, if it is known
     */
    public static String told(Throwable thrown, @Nullable String step) {
        return (step == null ? "" : step + ": ") + innermost(thrown);
    }

    /** The deepest cause that there are words for, or else the name of the deepest of all. */
    private static String innermost(Throwable thrown) {
        String told = known(thrown);
        if (told != null) {
            return told;
        }
        String name = "";
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            name = at.getClass().getSimpleName();
        }
        return name
                + "; AGENT_RUNTIME_SERVICE_LOGGING_LEVEL=DEBUG shows all of it, perhaps with what a caller sent";
    }

    private static @Nullable String known(Throwable thrown) {
        String told = null;
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            String words = words(at);
            told = words == null ? told : words;
        }
        return told;
    }

    /** With what it is, and nothing of what it holds. */
    private static String cannotBe(Class<?> type, @Nullable Object value) {
        String words = "a value cannot be taken as " + type.getSimpleName();
        return value == null ? words : words + ", as it is a " + value.getClass().getSimpleName();
    }

    private static @Nullable String words(Throwable fault) {
        if (fault instanceof OutOfPlace misplaced) {
            return misplaced.getMessage();
        }
        if (fault instanceof MethodNotFoundException method) {
            return method.getBean().getClass().getSimpleName()
                    + " has no method or property "
                    + method.getMethodName();
        }
        if (fault instanceof NoSuchBeanException bean) {
            return "there is no bean " + bean.getName();
        }
        if (fault instanceof DirectConsumerNotAvailableException) {
            return "it sends to a route that is not there";
        }
        if (fault instanceof NoTypeConversionAvailableException conversion) {
            return cannotBe(conversion.getToType(), conversion.getValue());
        }
        if (fault instanceof TypeConversionException conversion) {
            return cannotBe(conversion.getToType(), conversion.getValue());
        }
        if (fault instanceof InvalidPayloadException payload) {
            return "the body cannot be taken as " + payload.getType().getSimpleName();
        }
        if (fault instanceof NoSuchLanguageException language) {
            return "there is no language " + language.getLanguage();
        }
        if (String.valueOf(fault.getMessage()).startsWith(NO_FUNCTION)) {
            return "a function of its expression is not in the jar";
        }
        if (fault instanceof InvalidSetting setting) {
            return setting.getMessage();
        }
        if (fault instanceof URISyntaxException address) {
            return "an address cannot be read: " + address.getReason();
        }
        if (fault instanceof ResolveEndpointFailedException
                || fault instanceof FailedToCreateProducerException) {
            return "an address cannot be used";
        }
        return null;
    }
}
