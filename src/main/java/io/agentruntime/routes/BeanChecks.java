package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The beans that files declare, and what steps ask of beans. */
final class BeanChecks {
    private static final Pattern SETTER = Pattern.compile("set[A-Z].*");

    private static final Pattern SAYS_LAST =
            Pattern.compile("(?i)(?:.*[.|])?(?:is[_-]?)?(?:last(?:[_-]?page)?|end|done|finished)");

    private static final Pattern COUNTS_PAGES =
            Pattern.compile(
                    "(?i)(?:.*[.|:])?(?:x[_-])?(?:total|last|max|num(?:ber)?)?[_-]?(?:of[_-]?)?pages?[_-]?(?:count|total)?");

    private static final String MAPPING = "io.agentruntime.catalog.FlowMapping";

    private static final Set<String> FOR_PROVIDERS =
            new TreeSet<>(
                    Set.of(
                            "io.agentruntime.catalog.Details",
                            "io.agentruntime.catalog.FewAtOnce",
                            "io.agentruntime.catalog.FlowFolder",
                            MAPPING,
                            "io.agentruntime.catalog.Paging"));

    private static final Pattern ADDRESS = Pattern.compile("bean:(?://)?([^?/$]+)(?:\\?.*)?");

    private static final Pattern METHOD = Pattern.compile("[?&]method=([^&]*)");

    /** A method of an address that is neither encoded nor marked as raw. */
    private static final Pattern CALL = Pattern.compile("(?!RAW\\()\\w+(?:\\([^%]*)?");

    private final Map<String, String> classes = new HashMap<>(ServiceBeans.CLASSES);
    private final Map<String, String> owners = new HashMap<>();
    private final Expressions expressions;
    private final Findings findings;
    private final TokenChecks tokens;

    BeanChecks(Expressions expressions, Findings findings) {
        this.expressions = expressions;
        this.findings = findings;
        this.tokens = new TokenChecks(findings);
    }

    /** All files are judged, those of these providers among them. */
    void end(Set<String> providers) {
        tokens.end(providers);
    }

    /** What steps of any file may refer to. */
    void learn(RouteFile file) {
        for (Node bean : file.beans()) {
            String name = text(bean, "name");
            if (classes.putIfAbsent(name, type(bean)) != null) {
                findings.at(
                        file,
                        at(bean, "name"),
                        "the bean name " + name + " is taken: choose another");
            }
            owners.putIfAbsent(name, file.name());
        }
    }

    /** A call that is written as an address, {@code bean:tokens?method=has('bots')}. */
    void address(RouteFile file, Node where, String uri, @Nullable Node parameters) {
        Matcher address = ADDRESS.matcher(uri);
        if (!address.matches()) {
            return;
        }
        String name = address.group(1);
        Matcher written = METHOD.matcher(uri);
        String method = written.find() ? written.group(1) : text(parameters, "method");
        if (!CALL.matcher(method).matches()) {
            tokens.unread(name);
        }
        reference(file, where, name, CALL.matcher(method).matches() ? method : "");
    }

    /** Finds a bean, or a method of it, that is not there. */
    void reference(RouteFile file, Node where, String name, String method) {
        if (name.isEmpty() || name.startsWith("#") || name.contains("{{")) {
            return;
        }
        tokens.called(file, where, name, method);
        // Camel takes a class for a new bean of it, where no bean has the name
        String type = classes.getOrDefault(name, name);
        if (type.equals(name) && ServiceBeans.type(type).isEmpty()) {
            findings.at(
                    file,
                    where,
                    "there is no bean "
                            + name
                            + ": "
                            + Findings.didYouMean(
                                    name,
                                    RouteFiles.meantIn(file.name(), classes.keySet(), owners),
                                    "correct the name, or declare it under beans"));
            return;
        }
        findings.ofAnotherProvider(file, where, name, owners.getOrDefault(name, file.name()));
        String called = method.replaceFirst("(?s)\\(.*", "");
        Optional<Class<?>> known = ServiceBeans.type(type);
        if (called.isEmpty() || known.isEmpty()) {
            return;
        }
        Set<String> methods =
                Arrays.stream(known.get().getMethods())
                        .map(Method::getName)
                        .collect(Collectors.toSet());
        if (!methods.contains(called)) {
            findings.at(
                    file,
                    where,
                    name
                            + " has no method "
                            + called
                            + ": "
                            + Findings.didYouMean(called, methods, use(known.get())));
            return;
        }
        given(method.substring(called.length()), taken(known.get(), called))
                .ifPresent(
                        wrong ->
                                findings.at(
                                        file, where, called + " of " + name + " takes " + wrong));
    }

    /** What is wrong with the values that a method is given: how many it takes, and what to do. */
    private static Optional<String> given(String brackets, Set<Integer> taken) {
        int given = given(brackets);
        String most =
                taken.stream().map(String::valueOf).collect(Collectors.joining(" or "))
                        + (taken.equals(Set.of(1)) ? " value" : " values");
        if (taken.isEmpty() || taken.contains(given)) {
            return Optional.empty();
        }
        if (given >= 0) {
            return Optional.of(most + ", not " + given + ": correct what is in its brackets");
        }
        // The body is taken for the first one, and nothing for the others
        return taken.stream().allMatch(number -> number > 1) && brackets.isEmpty()
                ? Optional.of(most + ", and has no brackets: write them in brackets behind it")
                : Optional.empty();
    }

    /** How many values are in the brackets that a text begins with; -1 where there are none. */
    private static int given(String text) {
        int depth = 0;
        int commas = 0;
        boolean isAny = false;
        char quote = 0;
        for (char c : text.toCharArray()) {
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
                isAny = true;
            } else if (c == '(' || c == '{') {
                depth++;
            } else if (c == ')' || c == '}') {
                depth--;
            } else if (c == ',' && depth == 1) {
                commas++;
            } else {
                isAny |= !Character.isWhitespace(c);
            }
            if (depth == 0) {
                return c != ')' ? -1 : isAny ? commas + 1 : 0;
            }
        }
        return -1;
    }

    /**
     * How many values a method takes; none where any number will do. Camel gives the rest, but for
     * the body, once there are brackets.
     */
    private static Set<Integer> taken(Class<?> type, String method) {
        Set<Integer> taken = new TreeSet<>();
        for (Method one : type.getMethods()) {
            if (!one.getName().equals(method)) {
                continue;
            }
            if (one.isVarArgs()) {
                return Set.of();
            }
            long fromCamel =
                    Arrays.stream(one.getParameters()).filter(BeanChecks::isCamels).count();
            int most = one.getParameterCount();
            IntStream.rangeClosed((int) (most - fromCamel), most).forEach(taken::add);
        }
        return taken;
    }

    private static boolean isCamels(Parameter parameter) {
        return parameter.getAnnotations().length > 0 && !parameter.isAnnotationPresent(Body.class)
                || parameter.getType().getName().startsWith("org.apache.camel.");
    }

    private static String use(Class<?> type) {
        Set<String> forSteps =
                Arrays.stream(type.getMethods())
                        .filter(method -> !method.getDeclaringClass().equals(Object.class))
                        .map(Method::getName)
                        .filter(name -> !SETTER.matcher(name).matches())
                        .collect(Collectors.toCollection(TreeSet::new));
        return "use one of " + String.join(", ", forSteps);
    }

    /** Finds what is wrong with a declared bean. */
    void declared(RouteFile file, Node bean) {
        String provider = RouteFiles.provider(file.name());
        String name = text(bean, "name");
        if (provider != null && !name.startsWith(provider + "-")) {
            findings.hint(
                    file,
                    at(bean, "name"),
                    "another provider may use "
                            + name
                            + " as well: begin it with "
                            + provider
                            + "-");
        }
        String type = type(bean);
        if (type.isEmpty() || type.startsWith("#") || type.contains("{{")) {
            return;
        }
        Optional<Class<?>> known = ServiceBeans.type(type);
        if (known.isEmpty()) {
            findings.at(
                    file,
                    at(bean, "type"),
                    "there is no class "
                            + type
                            + ": "
                            + Findings.didYouMean(
                                    type,
                                    FOR_PROVIDERS,
                                    "use one of " + String.join(", ", FOR_PROVIDERS)));
            return;
        }
        if (provider != null) {
            mapping(file, provider, bean);
        }
        properties(file, bean, known.get());
    }

    /** The class of a bean: {@code io.Paging}, {@code #class:io.Paging}, the latter with more. */
    static String type(Node bean) {
        String type = text(bean, "type");
        return type.startsWith("#class:")
                ? type.substring("#class:".length()).replaceFirst("[#(].*", "")
                : type;
    }

    /** By its name alone a mapping is found; one of another name would be passed over. */
    private void mapping(RouteFile file, String provider, Node bean) {
        String name = text(bean, "name");
        boolean isMapping = type(bean).equals(MAPPING);
        if (isMapping && !name.equals(provider + "-mapping")) {
            findings.at(
                    file,
                    at(bean, "name"),
                    "a mapping of this name is not used: call it " + provider + "-mapping");
        } else if (!isMapping && name.equals(provider + "-mapping")) {
            findings.at(
                    file,
                    at(bean, "type"),
                    name + " must be a mapping: give it the type " + MAPPING);
        }
    }

    private void properties(RouteFile file, Node bean, Class<?> type) {
        String name = text(bean, "name");
        Map<String, Method> setters = new TreeMap<>();
        for (Method method : type.getMethods()) {
            if (SETTER.matcher(method.getName()).matches() && method.getParameterCount() == 1) {
                String setter = method.getName();
                setters.put(
                        setter.substring(3, 4).toLowerCase(Locale.ROOT) + setter.substring(4),
                        method);
            }
        }
        for (Entry property : entries(at(bean, "properties"))) {
            // As trustManagers.keyStore or suites[0], which set what the property holds
            String key = property.key().replaceFirst("[.\\[].*", "");
            boolean isWhole = key.equals(property.key());
            Method setter = setters.get(key);
            if (setter == null
                    || !isWhole && BeanUtils.isSimpleValueType(setter.getParameterTypes()[0])) {
                findings.at(
                        file,
                        property.keyNode(),
                        name
                                + " has no property "
                                + property.key()
                                + ": "
                                + Findings.didYouMean(
                                        key,
                                        setters.keySet(),
                                        "use one of " + String.join(", ", setters.keySet())));
                continue;
            }
            if (property.value() instanceof MappingNode
                    && BeanUtils.isSimpleValueType(setter.getParameterTypes()[0])) {
                findings.at(
                        file,
                        property.value(),
                        property.key() + " of " + name + " takes a text, not a mapping");
            }
            String value = text(property.value());
            if (property.key().equals("more") && SAYS_LAST.matcher(value).matches()) {
                findings.hint(
                        file,
                        property.value(),
                        value
                                + " sounds as if it were true on the last page, and more has to be false there: if it is so, leave more out; a cursor, a link, a total or an empty page ends the list");
            }
            if (property.key().equals("total") && COUNTS_PAGES.matcher(value).matches()) {
                findings.hint(
                        file,
                        property.value(),
                        value
                                + " sounds as if it counted pages, and total has to count all rows: if it is so, leave total out; an empty page ends the list");
            }
            if (property.key().equals("adds") && value.contains(".") && !value.contains("{{")) {
                findings.hint(
                        file,
                        property.value(),
                        "adds names fields of the answer as they are, dots and all: if "
                                + value
                                + " is a path, write what it begins with");
            }
            if (isWhole && property.value() instanceof ScalarNode && !value.startsWith("#")) {
                expressions
                        .refusal(type, setter, value)
                        .ifPresent(
                                why ->
                                        findings.at(
                                                file,
                                                property.value(),
                                                property.key()
                                                        + " of "
                                                        + name
                                                        + " cannot be "
                                                        + value
                                                        + ": "
                                                        + why));
            }
        }
    }
}
