package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.spi.EndpointUriFactory;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Where routes begin and steps send to, as Camel reads it. */
final class Addresses {
    /**
     * User and password up to the last sign that ends them, a host or one in brackets, a port. Of
     * two schemes, the component's before the address's own, the second counts.
     */
    private static final Pattern AUTHORITY =
            Pattern.compile(
                    "https?:/*(?:https?:/+)?([^/?#]*@)?(?:\\[[^\\]/]*]|[^:/?#\\[]*)(?::([^/?#]*))?");

    /** Where a setting has no value, it is mostly the address of a provider. */
    private static final Pattern CALL = Pattern.compile("\\{\\{|(?:https?|direct|seda):");

    /** Names that hold what is set for a placeholder, and how they are written. */
    private final Map<String, String> withValues = new HashMap<>();

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

    /**
     * Whether this calls a provider or another route; what other components take, such as a file's
     * name, may be read for each message.
     */
    boolean isCall(String uri) {
        return CALL.matcher(placeholders.resolve(uri)).lookingAt();
    }

    /**
     * What keeps an outbound address from being called; empty for one that can be, or that is only
     * known when it is.
     */
    Optional<String> fault(String uri) {
        String resolved = placeholders.resolve(uri);
        Matcher authority = AUTHORITY.matcher(resolved);
        if (resolved.contains("${") || !authority.lookingAt()) {
            return Optional.empty();
        }
        if (authority.group(1) != null) {
            return Optional.of(
                    "a user name or password in an address is not sent: take it out, set it as a setting, and send it in a header with setting.value");
        }
        if (authority.group().chars().anyMatch(sign -> sign > '~')) {
            return Optional.of(
                    "the host of this address has letters outside of ASCII: write it as the name service has it, beginning with xn--");
        }
        String port = authority.group(2);
        return port == null || isPort(port)
                ? Optional.empty()
                : Optional.of(
                        "the port of this address is no number from 1 to 65535: correct what stands behind the host's colon");
    }

    private static boolean isPort(String port) {
        return port.matches("[1-9]\\d{0,4}") && Integer.parseInt(port) <= 65_535;
    }

    /** Other routes are known by what placeholders stand for; where else they lead is not asked. */
    String known(String uri) {
        if (!uri.startsWith("direct:")) {
            return uri;
        }
        String known = placeholders.resolve(uri);
        String shown = placeholders.shown(uri);
        if (!shown.equals(known)) {
            withValues.put(name(known), name(shown));
        }
        return known;
    }

    /** The name of a route as findings may show it: without what is set for its placeholders. */
    String shown(String name) {
        return withValues.getOrDefault(name, name);
    }

    /** Those of the names that hold nothing that is set for a placeholder. */
    Set<String> withoutValues(Set<String> names) {
        return names.stream()
                .filter(name -> !withValues.containsKey(name))
                .collect(Collectors.toSet());
    }

    static String name(String uri) {
        return uri.replaceFirst("\\?.*", "");
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

    /** The name that a route begins with, which others lead to. */
    String start(Node route) {
        return name(of(RouteFile.at(route, "from")));
    }
}
