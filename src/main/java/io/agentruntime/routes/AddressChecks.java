package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.spi.EndpointUriFactory;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Addresses of endpoints: components that there are not, options that these do not take. */
final class AddressChecks {
    private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9+-]*):.*");

    /** Without what is encoded, marked as raw or known to each message, which Camel reads. */
    private static final Pattern OPTION = Pattern.compile("(\\w+)=((?!RAW)[^%+$]*)");

    /** What is marked as raw may hold anything. */
    private static final Pattern EXPRESSION =
            Pattern.compile("^(?!.*RAW[({]).*\\$\\{[^{}]+}", Pattern.DOTALL);

    private final Expressions expressions;
    private final Addresses addresses;
    private final Findings findings;

    AddressChecks(Expressions expressions, Addresses addresses, Findings findings) {
        this.expressions = expressions;
        this.addresses = addresses;
        this.findings = findings;
    }

    void check(RouteFile file, Node where, String uri, @Nullable Node parameters) {
        addresses.fault(uri).ifPresent(fault -> findings.at(file, where, fault));
        if (text(where).contains("?") && !entries(parameters).isEmpty()) {
            findings.at(
                    file,
                    where,
                    "Camel takes an address with a query or with parameters, not with both: write all of it as parameters");
        }
        if (uri.startsWith("{{") || uri.startsWith("${")) {
            options(file, "http", parameters);
            return;
        }
        Matcher scheme = SCHEME.matcher(uri);
        if (scheme.matches() && entries(parameters).isEmpty()) {
            query(file, where, scheme.group(1), uri);
        }
        if (!scheme.matches()) {
            findings.at(
                    file,
                    where,
                    uri.isEmpty()
                            ? "an address of this list is empty: remove one delimiter"
                            : uri
                                    + " is no address: begin it with direct:, http: or a placeholder");
        } else if (!options(file, scheme.group(1), parameters)) {
            findings.at(
                    file,
                    where,
                    "there is no component "
                            + scheme.group(1)
                            + " here: "
                            + Findings.didYouMean(
                                    scheme.group(1),
                                    Set.of("direct", "http", "https", "timer", "log", "bean"),
                                    "use direct:, http: or https:"));
        }
    }

    /**
     * What is sent as it is written, though it was meant to be read.
     *
     * @param to a step that reads no expressions
     */
    void literal(RouteFile file, Node to) {
        Node uri = to instanceof MappingNode ? at(to, "uri") : to;
        if (uri == null || !addresses.isCall(text(uri))) {
            return;
        }
        Stream.concat(Stream.of(uri), entries(at(to, "parameters")).stream().map(Entry::value))
                .filter(written -> EXPRESSION.matcher(text(written)).find())
                .forEach(
                        written ->
                                findings.at(
                                        file,
                                        written,
                                        "a to sends ${…} as it is written: use toD, or set the header CamelHttpPath or CamelHttpQuery before it"));
    }

    /** Whether there is such a component; what its options cannot be called is found. */
    private boolean options(RouteFile file, String scheme, @Nullable Node parameters) {
        Optional<EndpointUriFactory> component = expressions.component(scheme);
        if (component.isEmpty()) {
            return false;
        }
        Set<String> known = component.get().propertyNames();
        // Where other names are allowed, they are sent as a query; only what nearly is an option is
        // one.
        String otherwise = component.get().isLenientProperties() ? "" : "remove it";
        for (Entry option : entries(parameters)) {
            if (option.value() instanceof MappingNode) {
                findings.at(file, option.value(), option.key() + " takes a text, not a mapping");
            }
            value(file, option.value(), scheme, option.key(), text(option.value()));
            String meant = Findings.didYouMean(option.key(), known, otherwise);
            if (!known.contains(option.key()) && !meant.isEmpty()) {
                findings.at(
                        file,
                        option.keyNode(),
                        scheme + " has no option " + option.key() + ": " + meant);
            }
        }
        return true;
    }

    /** Options that are written into the address. */
    private void query(RouteFile file, Node where, String scheme, String uri) {
        String query = uri.replaceFirst("^[^?]*\\??", "");
        for (String option : query.split("&")) {
            Matcher written = OPTION.matcher(option);
            if (written.matches()) {
                value(file, where, scheme, written.group(1), written.group(2));
            }
        }
    }

    private void value(RouteFile file, Node where, String scheme, String option, String value) {
        if (!value.isEmpty()) {
            expressions
                    .refusal(scheme, option, value)
                    .ifPresent(
                            advice ->
                                    findings.at(
                                            file,
                                            where,
                                            option
                                                    + " of "
                                                    + scheme
                                                    + " cannot be "
                                                    + value
                                                    + ": "
                                                    + advice));
        }
    }
}
