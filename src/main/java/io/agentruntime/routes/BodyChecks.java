package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.allEntries;
import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Whether each step of a request finds the body that it takes, as far as the service's own beans
 * say what they take and answer. Where anything else may have set the body, nothing is found.
 */
final class BodyChecks {
    private static final Set<String> LEAVE_THE_BODY =
            Set.of(
                    "log",
                    "removeHeader",
                    "removeHeaders",
                    "removeProperty",
                    "removeVariable",
                    "setHeader",
                    "setHeaders",
                    "setProperty",
                    "setVariable",
                    "setVariables",
                    "validate",
                    "wireTap");

    /** Their methods that answer nothing leave the body, too; those of others may set it. */
    private static final Set<String> BEANS_THAT_LEAVE_IT =
            Set.of("callers", "catalogSteps", "tokens");

    private static final Known NOT_KNOWN = new Known(null, "");
    private static final Known REQUEST = new Known(byte[].class, "the request as it came");
    private static final Known WRITTEN = new Known(byte[].class, "written already");

    private final Map<String, Node> routes;
    private final Placeholders placeholders;
    private final Addresses addresses;
    private final Findings findings;

    /** The routes that operations lead to; none where Camel reads and writes bodies for them. */
    private final Set<String> served = new HashSet<>();

    private boolean isBound;

    /**
     * What a body is.
     *
     * @param words for people
     */
    private record Known(@Nullable Class<?> type, String words) {
        boolean isLike(Known other) {
            return type != null && type.equals(other.type);
        }
    }

    /**
     * @param routes by where they begin
     */
    BodyChecks(
            Map<String, Node> routes,
            Placeholders placeholders,
            Addresses addresses,
            Findings findings) {
        this.routes = routes;
        this.placeholders = placeholders;
        this.addresses = addresses;
        this.findings = findings;
    }

    /** Which routes are served may be said in any file. */
    void learn(RouteFile file) {
        isBound |=
                allEntries(file.root())
                        .filter(entry -> entry.key().equals("bindingMode"))
                        .anyMatch(entry -> !text(entry.value()).equals("off"));
        file.entities("rest").stream()
                .flatMap(RouteFile::allEntries)
                .filter(entry -> entry.key().equals("to"))
                .map(entry -> Addresses.name(addresses.of(entry.value())))
                .forEach(served::add);
    }

    void check(RouteFile file, Node route) {
        boolean isIntercepted =
                entries(file.root()).stream().anyMatch(one -> one.key().startsWith("intercept"));
        if (isIntercepted) {
            return;
        }
        boolean isServed = !isBound && served.contains(addresses.start(route));
        Node steps = at(route, "from", "steps");
        Known end = walk(file, steps, isServed ? REQUEST : NOT_KNOWN, new HashSet<>());
        List<Entry> all = entries(steps);
        if (isServed && end.type != null && !end.type.isArray() && !all.isEmpty()) {
            findings.hint(
                    file,
                    all.get(all.size() - 1).keyNode(),
                    "behind this step the body is "
                            + end.words
                            + ", and the request fails as nothing writes it: add a step marshal with json");
        }
    }

    /**
     * @param file where to find what is wrong; null to look only
     * @return the body after these steps
     */
    private Known walk(
            @Nullable RouteFile file, @Nullable Node steps, Known before, Set<String> seen) {
        Known body = before;
        for (Entry step : entries(steps)) {
            if (!placeholders.isDisabled(step.value())) {
                body = step(file, step, body, seen);
            }
        }
        return body;
    }

    private Known step(@Nullable RouteFile file, Entry step, Known body, Set<String> seen) {
        Node value = step.value();
        if (LEAVE_THE_BODY.contains(step.key())) {
            return body;
        }
        return switch (step.key()) {
            case "bean" -> call(file, value, body);
            case "marshal" -> marshal(file, step, body);
            case "to" -> sent(step, body, seen);
            case "filter", "choice" ->
                    Steps.within(value).stream()
                                    .map(branch -> walk(file, branch.steps(), body, seen))
                                    .allMatch(body::isLike)
                            ? body
                            : NOT_KNOWN;
            default -> NOT_KNOWN;
        };
    }

    private Known marshal(@Nullable RouteFile file, Entry step, Known body) {
        Node value = step.value();
        if (body.equals(WRITTEN) && at(value, "variableSend") == null && file != null) {
            findings.hint(
                    file,
                    step.keyNode(),
                    "the body is written already, and would be written once more, as a text of letters and digits: remove this step");
        }
        if (at(value, "variableReceive") != null) {
            return body;
        }
        return at(value, "json") == null ? NOT_KNOWN : WRITTEN;
    }

    private Known sent(Entry step, Known body, Set<String> seen) {
        if (at(step.value(), "variableReceive") != null) {
            return body;
        }
        String name = Addresses.name(addresses.of(step.value()));
        Node route = routes.get(name);
        return route == null || at(step.value(), "variableSend") != null || !seen.add(name)
                ? NOT_KNOWN
                : walk(null, at(route, "from", "steps"), body, seen);
    }

    private Known call(@Nullable RouteFile file, Node step, Known body) {
        String bean = text(step, "ref");
        String written = text(step, "method");
        Optional<Method> called =
                Optional.ofNullable(ServiceBeans.CLASSES.get(bean))
                        .flatMap(ServiceBeans::type)
                        .flatMap(type -> only(type, written.replaceFirst("\\(.*", "")));
        if (called.isEmpty()) {
            return NOT_KNOWN;
        }
        Method method = called.get();
        Optional<Class<?>> taken = written.contains("(") ? Optional.empty() : taken(method);
        if (body.type != null && taken.isPresent() && !taken.get().isAssignableFrom(body.type)) {
            if (file == null) {
                // The request goes no further here, and so leaves no other body behind
                return body;
            }
            findings.at(
                    file,
                    at(step, "method"),
                    method.getName()
                            + " of "
                            + bean
                            + " takes "
                            + makers(taken.get())
                            + ", and here the body is "
                            + body.words
                            + ": remove this step, or put the missing one before it");
        }
        if (method.getReturnType() == void.class) {
            return BEANS_THAT_LEAVE_IT.contains(bean) ? body : NOT_KNOWN;
        }
        // Camel makes much of what is no class of the service's own
        return method.getReturnType().getName().startsWith("io.agentruntime.")
                ? new Known(method.getReturnType(), answerOf(Set.of(method.getName()), bean))
                : NOT_KNOWN;
    }

    /** The method of this name, unless there are several. */
    private static Optional<Method> only(Class<?> type, String name) {
        List<Method> all =
                Stream.of(type.getMethods()).filter(one -> one.getName().equals(name)).toList();
        return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
    }

    private static Optional<Class<?>> taken(Method method) {
        return Stream.of(method.getParameters())
                .filter(parameter -> parameter.isAnnotationPresent(Body.class))
                .<Class<?>>map(Parameter::getType)
                .findFirst();
    }

    /** What answers a body of this class, in words. */
    private static String makers(Class<?> type) {
        return ServiceBeans.CLASSES.keySet().stream()
                .sorted()
                .map(bean -> answerOf(makers(bean, type), bean))
                .filter(words -> !words.isEmpty() && !type.isArray())
                .findFirst()
                .orElse(REQUEST.words);
    }

    private static Set<String> makers(String bean, Class<?> type) {
        return ServiceBeans.type(String.valueOf(ServiceBeans.CLASSES.get(bean))).stream()
                .flatMap(known -> Stream.of(known.getMethods()))
                .filter(method -> method.getReturnType().equals(type))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String answerOf(Set<String> methods, String bean) {
        return methods.isEmpty()
                ? ""
                : "what " + String.join(" or ", methods) + " of " + bean + " answers";
    }
}
