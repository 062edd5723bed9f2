package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.spi.EndpointUriFactory;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Where routes begin and steps send to, as Camel reads it. */
final class Addresses {
    private final Expressions expressions;
    private final Placeholders placeholders;

    Addresses(Expressions expressions, Placeholders placeholders) {
        this.expressions = expressions;
        this.placeholders = placeholders;
    }

    /** The address of a {@code from} or {@code to}; empty where there is none. */
    String of(@Nullable Node end) {
        if (end instanceof ScalarNode) {
            return known(text(end));
        }
        String uri = text(end, "uri");
        Optional<EndpointUriFactory> component =
                uri.contains(":") ? Optional.empty() : expressions.component(uri);
        return known(component.map(one -> joined(uri, one, at(end, "parameters"))).orElse(uri));
    }

    /** Other routes are known by what placeholders stand for; where else they lead is not asked. */
    String known(String uri) {
        return uri.startsWith("direct:") ? placeholders.resolve(uri) : uri;
    }

    /** Kaoto writes what follows the scheme as parameters. */
    private static String joined(
            String scheme, EndpointUriFactory component, @Nullable Node parameters) {
        Map<String, Object> values = new HashMap<>();
        entries(parameters).forEach(one -> values.put(one.key(), text(one.value())));
        try {
            return component.buildUri(scheme, values, false);
        } catch (URISyntaxException | IllegalArgumentException incomplete) {
            return scheme;
        }
    }
}
