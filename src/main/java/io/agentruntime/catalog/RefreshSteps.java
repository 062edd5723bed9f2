package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a refresh that are not the provider's own: reading its answer, and taking it over.
 */
public final class RefreshSteps {
    /**
     * The exchange variable that names the provider being refreshed, for routes; as they may set
     * it, the name is taken from the attempt here.
     */
    static final String PROVIDER = "provider";

    private static final String PROJECTS = "projects";
    private static final FlowMapping NORMALISED = new FlowMapping();

    private final FlowReader reader = new FlowReader();
    private final Catalogs catalogs;

    RefreshSteps(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    /**
     * Reads the provider's flow list from the body, by the bean {@code <provider>-mapping} of its
     * route file if there is one. Names of projects come from the variable {@code projects}, if the
     * route set it; while they cannot be had, projects keep the names that are known.
     */
    public void read(Exchange exchange) {
        String provider = attempt(exchange).provider();
        Message message = exchange.getMessage();
        refuseWebPage(message);
        if (message.getBody() == null && exchange.getVariable(Paging.PAGES) != null) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "its route reads pages and ends without them: set the body to ${variable.pages.list}");
        }
        FlowMapping mapping =
                exchange.getContext()
                        .getRegistry()
                        .lookupByNameAndType(provider + "-mapping", FlowMapping.class);
        Object projects = exchange.getVariable(PROJECTS);
        boolean isTold = projects != null && !"".equals(projects);
        message.setBody(
                reader.read(
                        provider,
                        stream(message),
                        mapping == null ? NORMALISED : mapping,
                        isTold ? stream(projects, exchange) : null,
                        catalogs.flows(provider)));
    }

    /** Takes the list over, for callers from now on. */
    public void publish(Exchange exchange) {
        catalogs.publish(attempt(exchange), exchange.getMessage().getBody(FlowList.class));
    }

    private static Attempt attempt(Exchange exchange) {
        return Objects.requireNonNull(Attempt.of(exchange));
    }

    /**
     * A page for people where an API was expected is never taken for a list, whatever its status.
     *
     * @throws ProviderFailure malformed, when the answer is one
     */
    static void refuseWebPage(Message message) {
        String type = message.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        if (type.toLowerCase(Locale.ROOT).contains("html")) {
            throw ProviderFailure.of(
                    Cause.MALFORMED,
                    "the address answers with a web page: check that it is the provider's API, not its user interface or a proxy's login page");
        }
    }

    static InputStream stream(Message message) {
        return stream(message.getBody(), message.getExchange());
    }

    /**
     * JSON is in UTF-8, whatever its provider says of it. A route may have read it already, as by
     * {@code unmarshal}.
     */
    private static InputStream stream(@Nullable Object content, Exchange exchange) {
        if (content instanceof String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }
        if (content == null) {
            return InputStream.nullInputStream();
        }
        try {
            return content instanceof Map || content instanceof Collection
                    ? new ByteArrayInputStream(FlowReader.JSON.writeValueAsBytes(content))
                    : exchange.getContext()
                            .getTypeConverter()
                            .mandatoryConvertTo(InputStream.class, exchange, content);
        } catch (JsonProcessingException | NoTypeConversionAvailableException e) {
            // Of the route, not of what the provider answered
            throw new RuntimeCamelException(
                    new NoTypeConversionAvailableException(content, InputStream.class));
        }
    }
}
