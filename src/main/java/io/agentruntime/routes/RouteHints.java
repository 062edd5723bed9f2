package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.allEntries;
import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.elements;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;
import static io.agentruntime.routes.RouteFile.texts;

import io.agentruntime.routes.RouteFile.Entry;
import java.lang.reflect.Field;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpConstants;
import org.apache.camel.support.PatternHelper;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * What works and may not be meant: names of Camel's headers, and in the file of a provider calls
 * and names of variables.
 */
final class RouteHints {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{variable\\.([\\w-]+)(?!:)\\b");

    /** Settings, and what methods are given, such as a name of a setting or of a token. */
    private static final Pattern NAME =
            Pattern.compile(
                    "(?:\\bagent-runtime\\.|(?<=\\w\\([^(){}]{0,300})(?<=[(,]\\s{0,9})['\"])([a-z0-9-]+)");

    private static final Pattern HEADER =
            Pattern.compile("\\$\\{headers?(?:\\.|\\[\\s*['\"]?)(\\w+)");

    /** What Camel reads or sets: no other name that begins like them does anything. */
    private static final Set<String> CAMEL_HEADERS =
            Stream.of(Exchange.class, HttpConstants.class)
                    .flatMap(constants -> Stream.of(constants.getFields()))
                    .filter(field -> field.getType() == String.class)
                    .map(RouteHints::value)
                    .filter(RouteHints::isCamels)
                    .collect(Collectors.toUnmodifiableSet());

    /** Those of HTTP that calls of providers depend on, and the one that is near to one of them. */
    private static final Set<String> HTTP_HEADERS =
            Set.of("Authorization", "Proxy-Authorization", "Content-Type");

    /** What the service itself sets for the routes of a provider, and its beans for a request's. */
    private static final Set<String> SET_BY_THE_SERVICE =
            Set.of("pages", "provider", "caller", "catalog", "missed");

    /** The keys that name what a step sets, among them some that name other things. */
    private static final Set<String> SETS = Set.of("name", "toName", "variableReceive");

    private final Expressions expressions;
    private final Addresses addresses;
    private final Findings findings;

    RouteHints(Expressions expressions, Addresses addresses, Findings findings) {
        this.expressions = expressions;
        this.addresses = addresses;
        this.findings = findings;
    }

    /**
     * @param providers of which there are files
     */
    void check(RouteFile file, Set<String> providers) {
        headers(file);
        variables(file);
        String provider = RouteFiles.provider(file.name());
        if (provider == null) {
            return;
        }
        for (Node route : file.routes()) {
            if (!saysWhatIsRepeated(route)) {
                calls(at(route, "from", "steps"))
                        .forEach(
                                call ->
                                        findings.hint(
                                                file,
                                                call.keyNode(),
                                                "nothing of this call is repeated: set routeConfigurationId: provider-retries in its route, or errorHandler: {noErrorHandler: {}} where that is meant"));
            }
        }
        file.routes().forEach(route -> queries(file, at(route, "from", "steps"), Set.of()));
        texts(file.root()).forEach(text -> names(file, text, provider, providers));
    }

    private void variables(RouteFile file) {
        Set<String> set = new HashSet<>(SET_BY_THE_SERVICE);
        allEntries(file.root())
                .filter(entry -> SETS.contains(entry.key()))
                .forEach(entry -> set.add(text(entry.value())));
        texts(file.root())
                .forEach(
                        text ->
                                VARIABLE.matcher(text.getValue())
                                        .results()
                                        .forEach(name -> variable(file, text, name.group(1), set)));
        allEntries(file.root())
                .filter(entry -> entry.key().equals("variable"))
                .map(
                        entry ->
                                entry.value() instanceof ScalarNode name
                                        ? name
                                        : at(entry.value(), "expression"))
                .forEach(name -> variable(file, name, text(name), set));
    }

    private void headers(RouteFile file) {
        allEntries(file.root()).forEach(entry -> headers(file, entry));
        texts(file.root())
                .forEach(
                        text ->
                                HEADER.matcher(text.getValue())
                                        .results()
                                        .forEach(name -> header(file, text, name.group(1))));
    }

    private void headers(RouteFile file, Entry step) {
        switch (step.key()) {
            case "setHeader", "removeHeader" -> header(file, at(step.value(), "name"));
            case "setHeaders" ->
                    elements(at(step.value(), "headers"))
                            .forEach(header -> header(file, at(header, "name")));
            default -> {
                // It names no header, or some by a pattern
            }
        }
    }

    private void header(RouteFile file, @Nullable Node name) {
        header(file, name, text(name));
    }

    private void header(RouteFile file, @Nullable Node where, String name) {
        if (isCamels(name) && CAMEL_HEADERS.stream().noneMatch(name::equalsIgnoreCase)) {
            String meant = Findings.didYouMean(name, CAMEL_HEADERS, "");
            if (!meant.isEmpty()) {
                findings.hint(file, where, "Camel knows no header " + name + ": " + meant);
            }
        } else if (HTTP_HEADERS.stream().noneMatch(name::equalsIgnoreCase)
                && !name.regionMatches(true, 0, "X-", 0, 2)) {
            String meant = Findings.didYouMean(name, HTTP_HEADERS, "");
            if (!meant.isEmpty()) {
                findings.hint(
                        file, where, "a provider may not know the header " + name + ": " + meant);
            }
        }
    }

    private static boolean isCamels(String header) {
        return header.regionMatches(true, 0, "Camel", 0, 5);
    }

    private static String value(Field constant) {
        try {
            return String.valueOf(constant.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(constant + " is public", e);
        }
    }

    /**
     * Follows the steps in order. What is in doubt is left out: another route may remove headers.
     *
     * @param before headers that may be set
     * @return the same after these steps
     */
    private Set<String> queries(RouteFile file, @Nullable Node steps, Set<String> before) {
        Set<String> set = new HashSet<>(before);
        for (Entry step : entries(steps)) {
            Node value = step.value();
            switch (step.key()) {
                case "setHeader" -> set.add(text(value, "name"));
                case "setHeaders" -> {
                    for (Node header : elements(at(value, "headers"))) {
                        set.add(text(header, "name"));
                    }
                }
                case "removeHeader" -> set.removeIf(text(value, "name")::equalsIgnoreCase);
                case "removeHeaders" -> set.removeIf(header -> isRemoved(header, value));
                case "stop", "throwException" -> set.clear();
                // Its steps get copies of one message
                case "multicast" -> {}
                case "split" -> within(file, step, set);
                default -> {
                    if (isCall(step)) {
                        query(file, value, set);
                    } else if (Steps.destinations(step, addresses).isEmpty()) {
                        set = within(file, step, set);
                    } else if (!step.key().equals("wireTap")) {
                        set.clear();
                    }
                }
            }
        }
        return set;
    }

    private Set<String> within(RouteFile file, Entry step, Set<String> before) {
        Set<String> after = new HashSet<>(Steps.someRunOf(step) ? Set.of() : before);
        for (Steps.Branch branch : Steps.within(step.value())) {
            Set<String> left =
                    queries(file, branch.steps(), branch.afterFailure() ? after : before);
            if (branch.key().equals("doFinally")) {
                // It runs whichever of the others did
                after = left;
            } else {
                after.addAll(left);
            }
        }
        if (step.key().equals("loop")) {
            queries(file, at(step.value(), "steps"), after);
        }
        return after;
    }

    private static boolean isRemoved(String header, Node step) {
        return PatternHelper.matchPattern(header, text(step, "pattern"))
                && !PatternHelper.matchPattern(header, text(step, "excludePattern"));
    }

    /** Camel sends the query of a header alone, or in its address that of the step alone. */
    private void query(RouteFile file, Node call, Set<String> headers) {
        Node uri = at(call, "uri");
        boolean takesUri =
                at(call, "parameters", "bridgeEndpoint") == null
                        && !text(uri).contains("bridgeEndpoint");
        String why;
        if (headers.contains("CamelHttpQuery")) {
            why = " is not sent beside CamelHttpQuery: write it into that header";
        } else if (headers.contains("CamelHttpUri") && takesUri) {
            why = " replaces the query of CamelHttpUri: write it into that address";
        } else {
            return;
        }
        if (text(uri).matches("[^$?]*\\?.*")
                && Stream.of(text(uri).split("[?&]")).skip(1).anyMatch(this::isSent)) {
            findings.hint(file, uri, "the query of this address" + why);
        }
        entries(at(call, "parameters")).stream()
                .filter(one -> isSent(one.key()))
                .forEach(one -> findings.hint(file, one.keyNode(), one.key() + why));
    }

    /** What is no option of a call is part of its query. */
    private boolean isSent(String parameter) {
        String name = parameter.replaceFirst("=.*", "");
        return expressions
                .component("http")
                .filter(http -> !http.propertyNames().contains(name))
                .filter(
                        http ->
                                http.multiValuePrefixes().values().stream()
                                        .noneMatch(name::startsWith))
                .isPresent();
    }

    /** A copied file may ask for another provider's settings and tokens, and work for a while. */
    private void names(RouteFile file, ScalarNode text, String provider, Set<String> providers) {
        NAME.matcher(text.getValue())
                .results()
                .map(name -> name.group(1))
                .forEach(
                        name ->
                                providers.stream()
                                        .filter(one -> (name + "-").startsWith(one + "-"))
                                        .max(Comparator.comparingInt(String::length))
                                        .filter(owner -> !owner.equals(provider))
                                        .ifPresent(
                                                owner ->
                                                        findings.hint(
                                                                file,
                                                                text,
                                                                name
                                                                        + " is of the provider "
                                                                        + owner
                                                                        + ": use a name that begins with "
                                                                        + provider)));
    }

    /** A bean may set any, so that only what is nearly one of those that are set is told. */
    private void variable(RouteFile file, @Nullable Node where, String name, Set<String> set) {
        String meant = set.contains(name) ? "" : Findings.didYouMean(name, set, "");
        if (!meant.isEmpty()) {
            findings.hint(file, where, "nothing here sets the variable " + name + ": " + meant);
        }
    }

    private static boolean saysWhatIsRepeated(Node route) {
        return at(route, "errorHandler") != null || at(route, "routeConfigurationId") != null;
    }

    private Stream<Entry> calls(@Nullable Node steps) {
        return entries(steps).stream()
                .flatMap(
                        step ->
                                Stream.concat(
                                        Stream.of(step).filter(this::isCall),
                                        Steps.within(step.value()).stream()
                                                .flatMap(branch -> calls(branch.steps()))));
    }

    private boolean isCall(Entry step) {
        return Steps.destinations(step, addresses).stream().anyMatch(HeaderStrips::isOutbound);
    }
}
