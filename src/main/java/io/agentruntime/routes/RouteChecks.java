package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.elements;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.catalog.FieldPath;
import io.agentruntime.routes.RouteFile.Entry;
import io.agentruntime.settings.SettingNames;
import io.agentruntime.settings.Settings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.spi.EndpointUriFactory;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The rules of route files: the DSL's own, those whose breach shows only when a provider fails, and
 * those that keep files readable.
 */
public final class RouteChecks {
    /** A placeholder without a default; {@code {{?name}}} is optional. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^?{}:][^{}:]*)}}");

    private static final Pattern OPEN_PLACEHOLDER =
            Pattern.compile("\\{\\{(?!.*?}})", Pattern.DOTALL);

    private static final Pattern BEAN_IN_TEXT =
            Pattern.compile("\\$\\{bean:([\\w-]+)(?:\\?method=(\\w+))?");

    /** How routes ask for a setting to the letter, and whether there is one. */
    private static final Pattern VALUE = Pattern.compile("\\bvalue\\('([\\w-]+)'\\)");

    private static final List<Pattern> LOGINS =
            List.of(
                    Pattern.compile(
                            "\\b(?:json|form)\\('[^']*',\\s*'([\\w-]+)',\\s*'[^']*',\\s*'([\\w-]+)'\\)"),
                    Pattern.compile("\\bbasic\\('([\\w-]+)',\\s*'([\\w-]+)'\\)"));

    /** How routes say where a login's answer keeps the token. */
    private static final Pattern TOKEN = Pattern.compile("\\bkeepAt\\('[^']*',\\s*'([^']*)'");

    private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9+-]*):.*");
    private static final Set<String> PREDICATES =
            Set.of("filter", "when", "onWhen", "validate", "handled", "continued", "retryWhile");

    private final Findings findings = new Findings();
    private final Map<String, Node> routes = new HashMap<>();
    private final Placeholders placeholders;
    private final Expressions expressions;
    private final Addresses addresses;
    private final BeanChecks beans;
    private final HeaderStrips strips;
    private final RestPaths restPaths;
    private final PageChecks pages;
    private final Map<String, String> ids = new HashMap<>();

    /** The file of what others refer to: the address that a route begins with, a configuration. */
    private final Map<String, String> owners = new HashMap<>();

    private final Set<String> configurations = new TreeSet<>();
    private final Set<String> referenced = new HashSet<>();

    private RouteChecks(Settings.PropertySource settings) {
        placeholders = new Placeholders(settings);
        expressions = new Expressions(placeholders);
        addresses = new Addresses(expressions, placeholders);
        beans = new BeanChecks(expressions, findings);
        strips = new HeaderStrips(routes, addresses, findings);
        restPaths = new RestPaths(placeholders, addresses, findings);
        pages = new PageChecks(routes, addresses, findings);
    }

    /**
     * What is wrong with route files; where nothing is found, they are built once, to hear what
     * Camel says.
     *
     * @param contents of files that are used together, by file name
     */
    public static List<Finding> check(
            Map<String, String> contents, Settings.PropertySource settings) {
        var checks = new RouteChecks(settings);
        List<RouteFile> files =
                contents.entrySet().stream()
                        .map(file -> checks.parse(file.getKey(), file.getValue()))
                        .flatMap(Optional::stream)
                        .toList();
        // A file that cannot be read would make everything that names its parts wrong, too.
        boolean all = files.size() == contents.size();
        files.forEach(file -> DslSchema.check(file, checks.findings));
        if (all) {
            files.forEach(checks::learn);
            files.forEach(checks::judge);
            files.forEach(checks::unreferenced);
        }
        List<Finding> found = checks.findings.sorted();
        return found.isEmpty() ? TrialBuild.problem(contents, settings).stream().toList() : found;
    }

    /** Whether more of the files was checked than their words. */
    static boolean areReadable(Map<String, String> contents) {
        return contents.entrySet().stream()
                .allMatch(
                        file ->
                                RouteFile.parse(file.getKey(), file.getValue(), any -> {})
                                        .isPresent());
    }

    private Optional<RouteFile> parse(String name, String content) {
        return RouteFile.parse(name, content, findings::add);
    }

    /** What other files may refer to. */
    private void learn(RouteFile file) {
        for (Node route : file.routes()) {
            String uri = start(route);
            if (!uri.isEmpty() && routes.putIfAbsent(uri, route) != null) {
                Node from = at(route, "from", "uri");
                find(
                        file,
                        from,
                        "another route begins with "
                                + addresses.shown(uri)
                                + " too: choose another name");
            }
            owners.putIfAbsent(uri, file.name());
            Stream.of(text(route, "routeConfigurationId").split("\\s*,\\s*"))
                    .forEach(referenced::add);
        }
        beans.learn(file);
        for (Node configuration : file.entities("routeConfiguration")) {
            String id = text(configuration, "id");
            if (id.isEmpty()) {
                find(
                        file,
                        configuration,
                        "without an id, this configuration applies to every route, and hides failures from breakers: add an id, and name it as routeConfigurationId where it is wanted");
            }
            configurations.add(id);
            owners.putIfAbsent(id, file.name());
        }
        restPaths.learn(file);
    }

    private String start(Node route) {
        return Addresses.name(addresses.of(at(route, "from")));
    }

    private void judge(RouteFile file) {
        entities(file);
        restPaths.check(file);
        for (Node route : file.routes()) {
            names(file, route);
            configuration(file, route);
            breakerRoute(file, route);
            strips.check(file, at(route, "from", "steps"));
        }
        for (Node bean : file.beans()) {
            beans.declared(file, bean);
        }
        for (Node configuration : file.entities("routeConfiguration")) {
            idOf(file, configuration, "configuration");
            for (Entry handler : entries(at(configuration, "onException"))) {
                strips.check(file, at(handler.value(), "steps"));
            }
        }
        scan(file, file.root(), "");
        pages.check(file);
        provider(file);
    }

    // --- entities

    private void entities(RouteFile file) {
        for (Node from : file.entities("from")) {
            find(
                    file,
                    from,
                    "a route that begins like this has no id, and cannot be exchanged: write - route: with id, description and nodePrefixId, and from in it");
        }
        for (Node templated : file.entities("templatedRoute")) {
            if (text(templated, "routeId").isEmpty()) {
                find(file, templated, "the route has no id, and cannot be exchanged: add routeId");
            }
        }
        for (Entry entity : entries(file.root())) {
            boolean handler = Set.of("onException", "errorHandler").contains(entity.key());
            if (handler && RouteFiles.provider(file.name()) != null) {
                find(
                        file,
                        entity.keyNode(),
                        "here, "
                                + entity.key()
                                + " applies to every route of the file, and hides failures from the breaker: write it into a routeConfiguration, and name that as routeConfigurationId where it is wanted");
            }
        }
    }

    // --- names

    private void names(RouteFile file, Node route) {
        boolean taken = ids.containsKey(text(route, "id"));
        String id = idOf(file, route, "route");
        if (id.isEmpty()) {
            return;
        }
        if (text(route, "description").isEmpty()) {
            find(
                    file,
                    route,
                    "route " + id + " has no description: say in one line what it is for");
        }
        // Which is right once it has an id of its own
        if (!taken && !text(route, "nodePrefixId").equals(id + "-")) {
            find(
                    file,
                    at(route, "nodePrefixId") == null ? route : at(route, "nodePrefixId"),
                    "ids of steps must not meet those of other routes: set nodePrefixId: "
                            + id
                            + "-");
        }
        stepIds(file, at(route, "from", "steps"), new HashSet<>());
    }

    /** The id of an entity; what is wrong with it is found. */
    private String idOf(RouteFile file, Node entity, String kind) {
        String id = text(entity, "id");
        if (id.isEmpty()) {
            if (kind.equals("route")) {
                find(file, entity, "the route has no id: add id: <provider>-<what it does>");
            }
            return id;
        }
        String other = ids.putIfAbsent(id, file.name());
        if (other != null) {
            find(
                    file,
                    at(entity, "id"),
                    "the "
                            + kind
                            + " id "
                            + id
                            + " is taken by one in "
                            + other
                            + ": choose another");
        }
        String provider = RouteFiles.provider(file.name());
        if (provider != null && !id.startsWith(provider + "-")) {
            find(
                    file,
                    at(entity, "id"),
                    "another provider may use " + id + " as well: begin it with " + provider + "-");
        }
        return id;
    }

    /** Every step has an id of its own within its route. */
    private void stepIds(RouteFile file, @Nullable Node steps, Set<String> taken) {
        for (Entry step : entries(steps)) {
            if (!(step.value() instanceof MappingNode)) {
                find(
                        file,
                        step.keyNode(),
                        "write "
                                + step.key()
                                + " in full, with an id: "
                                + step.key()
                                + ": {id: …}");
                continue;
            }
            String id = text(step.value(), "id");
            if (id.isEmpty()) {
                find(
                        file,
                        step.keyNode(),
                        "the step "
                                + step.key()
                                + " has no id: add one that says what it does, such as list-flows");
            } else if (!taken.add(id)) {
                find(
                        file,
                        at(step.value(), "id"),
                        "the step id " + id + " is taken in this route: choose another");
            }
            Steps.within(step.value()).forEach(branch -> stepIds(file, branch.steps(), taken));
        }
    }

    // --- what a route refers to

    private void configuration(RouteFile file, Node route) {
        Node named = at(route, "routeConfigurationId");
        for (String id : text(named).split("\\s*,\\s*")) {
            if (!id.isEmpty() && !id.endsWith("*") && !configurations.contains(id)) {
                find(
                        file,
                        named,
                        "there is no routeConfiguration "
                                + id
                                + ", so nothing would be repeated or answered: "
                                + Findings.didYouMean(
                                        id,
                                        RouteFiles.meantIn(file.name(), configurations, owners),
                                        "correct the name, or add it"));
            }
        }
    }

    /** A file of nothing but configurations is there for others, in use or not. */
    private void unreferenced(RouteFile file) {
        for (Node configuration : file.entities("routeConfiguration")) {
            String id = text(configuration, "id");
            boolean used =
                    referenced.stream()
                            .anyMatch(
                                    one ->
                                            one.equals(id)
                                                    || one.endsWith("*")
                                                            && id.startsWith(
                                                                    one.substring(
                                                                            0, one.length() - 1)));
            if (!used && !id.isEmpty() && !file.routes().isEmpty()) {
                find(
                        file,
                        at(configuration, "id"),
                        "no route names this configuration, so it does nothing: set routeConfigurationId: "
                                + id
                                + " where it is wanted, or remove it");
            }
        }
    }

    private void target(RouteFile file, Node where, String uri) {
        String name = Addresses.name(uri);
        if (name.startsWith("direct:") && !name.contains("${") && !routes.containsKey(name)) {
            find(
                    file,
                    where,
                    "no route begins with "
                            + addresses.shown(name)
                            + ": "
                            + Findings.didYouMean(
                                    name,
                                    RouteFiles.meantIn(
                                            file.name(),
                                            addresses.withoutValues(routes.keySet()),
                                            owners),
                                    "correct the name, or add the route"));
        }
    }

    private void address(RouteFile file, Node where, String uri, @Nullable Node parameters) {
        if (uri.startsWith("{{") || uri.startsWith("${")) {
            options(file, "http", parameters);
            return;
        }
        addresses.fault(uri).ifPresent(fault -> find(file, where, fault));
        Matcher scheme = SCHEME.matcher(uri);
        if (!scheme.matches()) {
            find(
                    file,
                    where,
                    uri + " is no address: begin it with direct:, http: or a placeholder");
        } else if (!options(file, scheme.group(1), parameters)) {
            find(
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
            String value = text(option.value());
            if (!value.isEmpty() && !expressions.takes(scheme, option.key(), value)) {
                find(
                        file,
                        option.value(),
                        option.key() + " of " + scheme + " cannot be " + value + ": correct it");
            }
            String meant = Findings.didYouMean(option.key(), known, otherwise);
            if (!known.contains(option.key()) && !meant.isEmpty()) {
                find(
                        file,
                        option.keyNode(),
                        scheme + " has no option " + option.key() + ": " + meant);
            }
        }
        return true;
    }

    private void breakerRoute(RouteFile file, Node route) {
        for (Entry step : entries(at(route, "from", "steps"))) {
            if (step.key().equals("circuitBreaker")
                    && at(route, "errorHandler", "noErrorHandler") == null) {
                find(
                        file,
                        step.keyNode(),
                        "an error handler around a breaker hides failures from it: give the route errorHandler: {noErrorHandler: {}}");
            }
        }
    }

    // --- what can be judged wherever it stands

    private void scan(RouteFile file, Node node, String under) {
        if (node instanceof ScalarNode scalar) {
            placeholdersAndBeans(file, scalar);
        }
        elements(node).forEach(element -> scan(file, element, under));
        if (!(node instanceof MappingNode)) {
            return;
        }
        for (Entry entry : entries(node)) {
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
        String destination = Steps.destination(entry, addresses);
        if (!destination.isEmpty()) {
            Node where = at(value, "uri") == null ? entry.keyNode() : at(value, "uri");
            target(file, where, destination);
            address(file, where, destination, at(value, "parameters"));
        }
        if (key.equals("from") && !addresses.of(value).isEmpty()) {
            Node where = at(value, "uri") == null ? value : at(value, "uri");
            address(file, where, addresses.of(value), at(value, "parameters"));
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
                                        find(
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
            find(
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
            find(
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
                                                    expressions::isException));
            case "exceptionType" ->
                    named(file, entry.value(), "exception class", expressions::isException);
            case "beanType" -> named(file, entry.value(), "class", expressions::isClass);
            case "convertBodyTo", "convertHeaderTo", "convertVariableTo" ->
                    named(file, at(entry.value(), "type"), "class", expressions::isClass);
            default -> {
                // Other values name no class
            }
        }
        if (key.equals("maximumRedeliveries") && text(entry.value()).startsWith("-")) {
            find(
                    file,
                    entry.value(),
                    "this repeats without end: say how often at most, 0 for not at all");
        }
    }

    private void named(
            RouteFile file, @Nullable Node name, String kind, Predicate<String> isThere) {
        String text = text(name);
        if (!text.isEmpty() && !text.contains("{{") && !isThere.test(text)) {
            find(
                    file,
                    name,
                    "there is no " + kind + " " + text + ": correct the name, package and all");
        }
    }

    private void placeholdersAndBeans(RouteFile file, ScalarNode scalar) {
        if (OPEN_PLACEHOLDER.matcher(scalar.getValue()).find()) {
            find(file, scalar, "a placeholder begins with {{ and does not end: close it with }}");
        }
        Matcher placeholder = PLACEHOLDER.matcher(scalar.getValue());
        while (placeholder.find()) {
            String name = placeholder.group(1).strip();
            if (!placeholders.isKnown(name)) {
                String variable =
                        name.startsWith(SettingNames.PROPERTY_PREFIX)
                                ? "set "
                                        + SettingNames.variable(name)
                                        + ", correct the name, or give a default: {{"
                                        + name
                                        + ":}} is empty where nothing is set"
                                : "correct the name; settings begin with "
                                        + SettingNames.PROPERTY_PREFIX;
                String advice =
                        placeholders
                                .meant(name)
                                .map(meant -> "did you mean {{" + meant + "}}?")
                                .orElse(variable);
                find(file, scalar, "{{" + name + "}} has no value: " + advice);
            }
        }
        Matcher value = VALUE.matcher(scalar.getValue());
        while (value.find()) {
            setting(file, scalar, value.group(1));
        }
        for (Pattern logIn : LOGINS) {
            Matcher login = logIn.matcher(scalar.getValue());
            while (login.find()) {
                login(file, scalar, List.of(login.group(1), login.group(2)));
            }
        }
        Matcher token = TOKEN.matcher(scalar.getValue());
        while (token.find()) {
            path(file, scalar, token.group(1));
        }
        Matcher bean = BEAN_IN_TEXT.matcher(scalar.getValue());
        while (bean.find()) {
            beans.reference(
                    file, scalar, bean.group(1), bean.group(2) == null ? "" : bean.group(2));
        }
    }

    private void path(RouteFile file, ScalarNode where, String path) {
        try {
            FieldPath.of(path);
        } catch (IllegalArgumentException notOne) {
            find(file, where, String.valueOf(notOne.getMessage()));
        }
    }

    /** Who asks for one of them logs in only where there is a login, as Langflow's file does. */
    private void login(RouteFile file, ScalarNode where, List<String> names) {
        if (names.stream().noneMatch(name -> isAskedFor(file, name))) {
            names.forEach(name -> setting(file, where, name));
        }
    }

    private static boolean isAskedFor(RouteFile file, String name) {
        return mentions(file.root(), "isSet('" + name + "')");
    }

    private void setting(RouteFile file, ScalarNode where, String name) {
        String property = SettingNames.PROPERTY_PREFIX + name;
        Optional<String> meant = placeholders.meant(property);
        boolean needsOne = meant.isPresent() || !isAskedFor(file, name);
        if (!placeholders.isKnown(property) && needsOne) {
            find(
                    file,
                    where,
                    "the setting "
                            + name
                            + " has no value: "
                            + meant.map(SettingNames::name)
                                    .map(known -> "did you mean " + known + "?")
                                    .orElse(
                                            "set "
                                                    + SettingNames.variable(property)
                                                    + ", correct the name, or ask before with setting.isSet('"
                                                    + name
                                                    + "')"));
        }
    }

    /** Whether a text anywhere below holds this part. */
    static boolean mentions(Node node, String part) {
        return node instanceof ScalarNode scalar && scalar.getValue().contains(part)
                || elements(node).stream().anyMatch(element -> mentions(element, part))
                || node instanceof MappingNode
                        && entries(node).stream().anyMatch(entry -> mentions(entry.value(), part));
    }

    private void provider(RouteFile file) {
        String provider = RouteFiles.provider(file.name());
        if (provider == null) {
            return;
        }
        if (!SettingNames.isProvider(provider)) {
            find(
                    file,
                    file.root(),
                    "a provider cannot be called "
                            + provider
                            + ": use lower case letters, digits and hyphens in the file's name");
            return;
        }
        String id = provider + "-flows";
        boolean provides =
                file.routes().stream()
                        .anyMatch(
                                route ->
                                        text(route, "id").equals(id)
                                                && start(route).equals("direct:" + id));
        if (!provides) {
            find(
                    file,
                    file.root(),
                    "there is no route "
                            + id
                            + " from direct:"
                            + id
                            + ": a provider's file must have it");
        }
    }

    private void find(RouteFile file, @Nullable Node where, String advice) {
        findings.at(file, where, advice);
    }
}
