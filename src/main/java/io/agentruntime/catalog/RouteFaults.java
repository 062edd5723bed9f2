package io.agentruntime.catalog;

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

/** The words for what a provider's route does wrong by itself, whatever the provider answers. */
final class RouteFaults {
    private static final String NO_FUNCTION = "Cannot find SimpleLanguageFunctionFactory";

    private RouteFaults() {}

    /**
     * @param step where it happened, if it is known
     */
    static String hint(Throwable thrown, @Nullable String step) {
        return "its route is wrong, not the provider: "
                + (step == null ? "" : step + ": ")
                + innermost(thrown);
    }

    /** The deepest cause that there are words for, or else the name of the deepest of all. */
    private static String innermost(Throwable thrown) {
        String told = null;
        String name = "";
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            String words = words(at);
            told = words == null ? told : words;
            name = at.getClass().getSimpleName();
        }
        return told == null
                ? name + "; AGENT_RUNTIME_SERVICE_LOGGING_LEVEL=DEBUG shows all of it"
                : told;
    }

    /**
     * Messages of others may hold what is on the way, a secret among it; those that are told hold
     * names of the route file.
     */
    private static @Nullable String words(Throwable fault) {
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
            return "a value cannot be taken as " + conversion.getToType().getSimpleName();
        }
        if (fault instanceof TypeConversionException conversion) {
            return "a value cannot be taken as " + conversion.getToType().getSimpleName();
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
