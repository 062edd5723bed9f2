package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.elements;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.catalog.ProviderFailure;
import io.agentruntime.routes.RouteFile.Entry;
import io.agentruntime.settings.SettingNames;
import io.agentruntime.settings.Settings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The rules of route files: the DSL's own, those whose breach shows only when a provider fails,
 * and, as hints, those that keep files readable and failures small.
 */
public final class RouteChecks {
    private static final Set<String> PREDICATES =
            Set.of("filter", "when", "onWhen", "validate", "handled", "continued", "retryWhile");

    private static final Set<String> BEFORE_ROUTES =
            Set.of(
                    "intercept",
                    "interceptFrom",
                    "interceptSendToEndpoint",
                    "onCompletion",
                    "onException");

    /** Below these keys names are free, and none is that of a step. */
    private static final Set<String> FREE_NAMES = Set.of("parameters", "properties");

    private static final String CORRECT = "correct the name, package and all";

    /** What routes throw to say what a failure is. */
    private static final Set<String> FAILURES =
            Arrays.stream(ProviderFailure.class.getClasses())
                    .map(Class::getName)
                    .collect(Collectors.toCollection(TreeSet::new));

    private static final Pattern OF_EXCEPTION = Pattern.compile("\\$\\{exception\\.([A-Za-z]\\w*)");

    /** RFC 9110, 5.6.2: a token. */
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final Findings findings = new Findings();
    private final Placeholders placeholders;
    private final Expressions expressions;
    private final Addresses addresses;
    private final BeanChecks beans;
    private final HeaderStrips strips;
    private final RestPaths restPaths;
    private final BodyChecks bodies;
    private final PageChecks pages;
    private final NameChecks names = new NameChecks(findings);
    private final ReferenceChecks references;
    private final AddressChecks endpoints;
    private final TextChecks texts;
    private final RouteHints hints;

    private RouteChecks(Settings.PropertySource settings) {
        Map<String, Node> routes = new HashMap<>();
        placeholders = new Placeholders(settings);
        expressions = new Expressions(placeholders);
        addresses = new Addresses(expressions, placeholders);
        beans = new BeanChecks(expressions, findings);
        strips = new HeaderStrips(routes, addresses, findings);
        restPaths = new RestPaths(placeholders, addresses, findings);
        bodies = new BodyChecks(routes, placeholders, addresses, findings);
        pages = new PageChecks(routes, addresses, findings);
        references = new ReferenceChecks(routes, placeholders, addresses, findings);
        endpoints = new AddressChecks(expressions, addresses, findings);
        texts = new TextChecks(placeholders, beans, findings);
        hints = new RouteHints(expressions, addresses, findings);
    }

    /**
     * What was found.
     *
     * @param faults what is wrong
     * @param hints what works and may do harm, may not be meant, or is hard to read
     * @param all whether all files can be read, and so more of them was checked than their words
     */
    record Result(List<Finding> faults, List<Finding> hints, boolean all) {}

    /**
     * What is wrong with route files; where nothing is found, they are built once, to hear what
     * Camel says.
     *
     * @param contents of files that are used together, by file name
     */
    public static List<Finding> check(
            Map<String, String> contents, Settings.PropertySource settings) {
        return result(contents, settings).faults();
    }

    /**
     * As {@link #check}, and beside it what works.
     *
     * @param contents as for {@link #check}
     */
    static Result result(Map<String, String> contents, Settings.PropertySource settings) {
        Result found = found(contents, settings);
        return found.faults().isEmpty()
                ? new Result(
                        TrialBuild.problem(contents, settings).stream().toList(),
                        found.hints(),
                        found.all())
                : found;
    }

    /**
     * What works and may do harm, may not be meant, or is hard to read.
     *
     * @param contents as for {@link #check}
     */
    static List<Finding> hints(Map<String, String> contents, Settings.PropertySource settings) {
        return found(contents, settings).hints();
    }

    private static Result found(Map<String, String> contents, Settings.PropertySource settings) {
        var checks = new RouteChecks(settings);
        contents.keySet().forEach(checks::name);
        List<RouteFile> files =
                contents.entrySet().stream()
                        .map(file -> checks.parse(file.getKey(), file.getValue()))
                        .flatMap(Optional::stream)
                        .toList();
        // A file that cannot be read would make everything that names its parts wrong, too.
        boolean all = files.size() == contents.size();
        files.forEach(file -> DslSchema.check(file, checks.expressions, checks.findings));
        Set<String> providers =
                contents.keySet().stream()
                        .map(RouteFiles::provider)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet());
        files.forEach(file -> checks.hints.check(file, providers));
        if (all) {
            files.forEach(checks::learn);
            files.forEach(checks::judge);
            checks.beans.end(providers);
            files.forEach(checks.references::unreferenced);
        }
        return new Result(checks.findings.faults(), checks.findings.hints(), all);
    }

    private void name(String file) {
        if (!RouteFiles.canBeLoaded(file)) {
            findings.add(
                    new Finding(
                            file,
                            1,
                            1,
                            "a file with , + * ? : \\ or a sign encoded as %20 in its name cannot be loaded: call it otherwise"));
        }
    }

    private Optional<RouteFile> parse(String name, String content) {
        return RouteFile.parse(name, content, findings::add);
    }

    /** What other files may refer to. */
    private void learn(RouteFile file) {
        names.learn(file);
        references.learn(file);
        beans.learn(file);
        restPaths.learn(file);
        bodies.learn(file);
    }

    private void judge(RouteFile file) {
        entities(file);
        restPaths.check(file);
        for (Node route : file.routes()) {
            names.check(file, route);
            references.configurations(file, route);
            references.circles(file, route);
            breakerRoute(file, route);
            strips.check(file, at(route, "from", "steps"));
            bodies.check(file, route);
        }
        for (Node bean : file.beans()) {
            beans.declared(file, bean);
        }
        for (Node configuration : file.entities("routeConfiguration")) {
            names.idOf(file, configuration, "configuration");
            for (Entry handler : entries(at(configuration, "onException"))) {
                strips.check(file, at(handler.value(), "steps"));
            }
        }
        scan(file, file.root(), "");
        pages.check(file);
        provider(file);
        references.calledByTheService(file);
    }

    private void entities(RouteFile file) {
        for (Node templated : file.entities("templatedRoute")) {
            if (text(templated, "routeId").isEmpty()) {
                findings.at(
                        file,
                        templated,
                        "the route has no id, and cannot be exchanged: add routeId");
            }
        }
        boolean afterRoutes = false;
        for (Entry entity : entries(file.root())) {
            afterRoutes |= Set.of("route", "from").contains(entity.key());
            if (afterRoutes && BEFORE_ROUTES.contains(entity.key())) {
                findings.at(
                        file,
                        entity.keyNode(),
                        "Camel takes "
                                + entity.key()
                                + " only before the routes of its file: move it up");
            }
            if (entity.key().equals("errorHandler")) {
                // Camel gives it to every route that it builds afterwards
                findings.at(
                        file,
                        entity.keyNode(),
                        "here, errorHandler applies to the routes of all files, and stays after it is deleted: write it into a route, or into a routeConfiguration that routes name as routeConfigurationId");
            }
            if (entity.key().equals("onException") && RouteFiles.provider(file.name()) != null) {
                findings.hint(
                        file,
                        entity.keyNode(),
                        "here, onException applies to every route of the file, and hides failures from the breaker: write it into a routeConfiguration, and name that as routeConfigurationId where it is wanted");
            }
        }
    }

    private void breakerRoute(RouteFile file, Node route) {
        String flows = RouteFiles.provider(file.name()) + "-flows";
        List<Entry> breakers =
                entries(at(route, "from", "steps")).stream()
                        .filter(step -> step.key().equals("circuitBreaker"))
                        .toList();
        if (at(route, "errorHandler", "noErrorHandler") == null) {
            breakers.forEach(
                    step ->
                            findings.hint(
                                    file,
                                    step.keyNode(),
                                    "an error handler around a breaker hides failures from it: give the route errorHandler: {noErrorHandler: {}}"));
        }
        if (addresses.start(route).equals("direct:" + flows)
                && !breakers.isEmpty()
                && breakers.stream()
                        .noneMatch(step -> breakerId(route, step).equals(flows + "-breaker"))) {
            findings.hint(
                    file,
                    breakers.get(0).keyNode(),
                    "the state of this breaker is not found"
                            + (text(breakers.get(0).value(), "id").isEmpty()
                                    ? ", as it has no id"
                                    : " by its id " + breakerId(route, breakers.get(0)))
                            + ": call it breaker, and set nodePrefixId: "
                            + flows
                            + "-");
        }
    }

    private static String breakerId(Node route, Entry step) {
        return text(route, "nodePrefixId") + text(step.value(), "id");
    }

    private void scan(RouteFile file, Node node, String under) {
        if (node instanceof ScalarNode scalar) {
            texts.check(file, scalar);
        }
        elements(node).forEach(element -> scan(file, element, under));
        if (!(node instanceof MappingNode)) {
            return;
        }
        for (Entry entry : entries(node)) {
            if (FREE_NAMES.contains(entry.key())) {
                RouteFile.texts(entry.value()).forEach(text -> texts.check(file, text));
                continue;
            }
            boolean expression = entry.key().equals("expression") || entry.key().equals("simple");
            entry(file, node, entry, under);
            scan(file, entry.value(), expression ? under : scope(entry));
        }
    }

    private static String scope(Entry entry) {
        boolean whileTrue =
                entry.key().equals("loop")
                        && text(entry.value(), "doWhile").equalsIgnoreCase("true");
        return whileTrue ? "filter" : entry.key();
    }

    private void entry(RouteFile file, Node owner, Entry entry, String under) {
        String key = entry.key();
        Node value = entry.value();
        for (String destination : Steps.destinations(entry, addresses)) {
            Node where = at(value, "uri") == null ? entry.keyNode() : at(value, "uri");
            references.target(file, where, destination);
            beans.address(file, where, destination, at(value, "parameters"));
            endpoints.check(file, where, destination, at(value, "parameters"));
        }
        if (key.equals("to")) {
            endpoints.literal(file, value);
        }
        if (key.equals("from") && !addresses.of(value).isEmpty()) {
            Node where = at(value, "uri") == null ? value : at(value, "uri");
            endpoints.check(file, where, addresses.of(value), at(value, "parameters"));
        }
        if (Set.of("bean", "method", "process").contains(key)) {
            Node ref = at(value, "ref");
            if (ref != null) {
                beans.reference(file, ref, text(ref), text(value, "method"));
            }
        }
        values(file, entry);
        if (key.equals("simple")) {
            Node simple = value instanceof ScalarNode ? value : at(value, "expression");
            if (simple != null) {
                expressions
                        .problem(text(simple), PREDICATES.contains(under))
                        .ifPresent(
                                problem ->
                                        findings.at(
                                                file,
                                                simple,
                                                "this expression cannot be read: " + problem));
            }
        }
        if (key.equals("circuitBreaker")
                && !text(
                                value,
                                "resilience4jConfiguration",
                                "throwExceptionWhenHalfOpenOrOpenState")
                        .equalsIgnoreCase("true")
                && at(value, "onFallback") == null) {
            findings.hint(
                    file,
                    entry.keyNode(),
                    "while open, this breaker would answer the request itself as the flow list: add throwExceptionWhenHalfOpenOrOpenState: true to its resilience4jConfiguration");
        }
    }

    /**
     * Values that are fine to the DSL, and fail when routes are built, or do harm when they run.
     */
    private void values(RouteFile file, Entry entry) {
        String key = entry.key();
        String language =
                Expressions.LANGUAGES.contains(key)
                        ? key
                        : key.equals("language") ? text(entry.value(), "language") : "";
        if (!language.isEmpty() && !expressions.isLanguage(language)) {
            findings.at(
                    file,
                    entry.keyNode(),
                    "there is no language "
                            + language
                            + " here: use simple, or a method of a bean, or add its library");
        }
        switch (key) {
            case "exception" ->
                    elements(entry.value())
                            .forEach(
                                    name ->
                                            named(
                                                    file,
                                                    name,
                                                    "exception class",
                                                    CORRECT,
                                                    expressions::isException));
            case "exceptionType" ->
                    named(
                            file,
                            entry.value(),
                            "exception class",
                            CORRECT
                                    + "; to say what a failure is, use one of "
                                    + String.join(", ", FAILURES),
                            expressions::isException);
            case "doCatch" -> elements(entry.value()).forEach(caught -> caught(file, caught));
            case "onException" -> caught(file, entry.value());
            case "setHeader" -> headerName(file, at(entry.value(), "name"));
            case "beanType" -> named(file, entry.value(), "class", CORRECT, expressions::isClass);
            case "convertBodyTo", "convertHeaderTo", "convertVariableTo" ->
                    named(file, at(entry.value(), "type"), "class", CORRECT, expressions::isClass);
            default -> {
                // Other values name no class
            }
        }
        if (key.equals("maximumRedeliveries") && text(entry.value()).startsWith("-")) {
            findings.at(
                    file,
                    entry.value(),
                    "this repeats without end: say how often at most, 0 for not at all");
        }
    }

    /**
     * A condition that cannot be asked of a failure is worse than none: Camel loses the exchange
     * that a doCatch was to judge, and takes that of an onException for what failed.
     */
    private void caught(RouteFile file, Node handler) {
        List<String> classes =
                elements(at(handler, "exception")).stream().map(RouteFile::text).toList();
        if (classes.isEmpty() || !classes.stream().allMatch(expressions::isException)) {
            return;
        }
        Node condition = at(handler, "onWhen");
        if (condition == null) {
            return;
        }
        // Who asks for its class first is not asked for more of another
        RouteFile.texts(condition)
                .filter(text -> !text.getValue().contains("${exception} is "))
                .forEach(
                        text ->
                                OF_EXCEPTION
                                        .matcher(text.getValue())
                                        .results()
                                        .map(asked -> asked.group(1))
                                        .forEach(name -> asked(file, text, classes, name)));
    }

    private void asked(RouteFile file, ScalarNode text, List<String> classes, String name) {
        String without =
                classes.stream()
                        .filter(type -> !expressions.canBeAsked(type, name))
                        .collect(Collectors.joining(", "));
        if (!without.isEmpty() && !name.equals("stacktrace")) {
            findings.at(
                    file,
                    text,
                    "there is no "
                            + name
                            + " of "
                            + without
                            + ": correct the name; HTTP answers have statusCode and responseBody");
        }
    }

    /** Sent as it is, it would break the head of a request or an answer. */
    private void headerName(RouteFile file, @Nullable Node name) {
        String text = text(name);
        if (!text.isEmpty()
                && !text.contains("{{")
                && !text.contains("${")
                && !HEADER_NAME.matcher(text).matches()) {
            findings.at(
                    file,
                    name,
                    text + " cannot be a header's name: use letters, digits and hyphens alone");
        }
    }

    private void named(
            RouteFile file,
            @Nullable Node name,
            String kind,
            String advice,
            Predicate<String> isThere) {
        String text = text(name);
        if (!text.isEmpty() && !text.contains("{{") && !isThere.test(text)) {
            findings.at(file, name, "there is no " + kind + " " + text + ": " + advice);
        }
    }

    private void provider(RouteFile file) {
        String provider = RouteFiles.provider(file.name());
        if (provider == null) {
            return;
        }
        if (!SettingNames.isProvider(provider)) {
            findings.at(
                    file,
                    file.root(),
                    "a provider cannot be called "
                            + provider
                            + ": use lower case letters, digits and hyphens in the file's name");
            return;
        }
        String start = "direct:" + provider + "-flows";
        if (file.routes().stream().noneMatch(route -> addresses.start(route).equals(start))) {
            findings.at(
                    file,
                    file.root(),
                    "no route begins with " + start + ": a provider's file must have it");
        }
    }
}
