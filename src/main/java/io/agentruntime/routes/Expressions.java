package io.agentruntime.routes;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ExpressionIllegalSyntaxException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.Language;
import org.jspecify.annotations.Nullable;

/** What only Camel can tell of a text in a route: whether an expression or an address is one. */
final class Expressions {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]*}}");

    /** Beans are looked up as soon as the text is read, and there are none here. */
    private static final Pattern BEAN = Pattern.compile("\\$\\{bean:[^{}]*}");

    /** Never started: it parses, and knows which components are there. */
    private final CamelContext camel = new DefaultCamelContext();

    private final Map<String, Optional<EndpointUriFactory>> components = new HashMap<>();
    private @Nullable Language simple;

    /** What is wrong with an expression in the simple language, in one line. */
    Optional<String> problem(String text, boolean asPredicate) {
        String resolved = PLACEHOLDER.matcher(text).replaceAll("x");
        resolved = BEAN.matcher(resolved).replaceAll("\\${body}");
        if (simple == null) {
            simple = camel.resolveLanguage("simple");
        }
        try {
            if (asPredicate) {
                simple.createPredicate(resolved);
            } else {
                simple.createExpression(resolved);
            }
            return Optional.empty();
        } catch (ExpressionIllegalSyntaxException e) {
            return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** What the options of an address may be called; empty when there is no such component. */
    Optional<EndpointUriFactory> component(String scheme) {
        return components.computeIfAbsent(
                scheme,
                name ->
                        Optional.ofNullable(
                                camel.getCamelContextExtension().getEndpointUriFactory(name)));
    }
}
