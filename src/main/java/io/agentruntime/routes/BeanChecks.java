package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** The beans that files declare, and what steps ask of beans. */
final class BeanChecks {
    private static final Set<String> FOR_PROVIDERS =
            new TreeSet<>(
                    Set.of(
                            "io.agentruntime.catalog.Details",
                            "io.agentruntime.catalog.FewAtOnce",
                            "io.agentruntime.catalog.FlowFolder",
                            "io.agentruntime.catalog.FlowMapping",
                            "io.agentruntime.catalog.Paging"));

    private final Map<String, String> classes = new HashMap<>(ServiceBeans.CLASSES);
    private final Findings findings;

    BeanChecks(Findings findings) {
        this.findings = findings;
    }

    /** What steps of any file may refer to. */
    void learn(RouteFile file) {
        for (Node bean : file.beans()) {
            String name = text(bean, "name");
            if (classes.putIfAbsent(name, text(bean, "type")) != null) {
                find(file, at(bean, "name"), "the bean name " + name + " is taken: choose another");
            }
        }
    }

    /** Finds a bean, or a method of it, that is not there. */
    void reference(RouteFile file, Node where, String name, String method) {
        if (name.isEmpty() || name.contains("{{")) {
            return;
        }
        String type = classes.get(name);
        if (type == null) {
            find(
                    file,
                    where,
                    "there is no bean "
                            + name
                            + ": "
                            + Findings.didYouMean(
                                    name,
                                    classes.keySet(),
                                    "correct the name, or declare it under beans"));
            return;
        }
        String called = method.replaceFirst("\\(.*", "");
        Optional<Class<?>> known = ServiceBeans.type(type);
        if (called.isEmpty() || known.isEmpty()) {
            return;
        }
        Set<String> methods =
                Arrays.stream(known.get().getMethods())
                        .map(Method::getName)
                        .collect(Collectors.toSet());
        if (!methods.contains(called)) {
            find(
                    file,
                    where,
                    name
                            + " has no method "
                            + called
                            + ": "
                            + Findings.didYouMean(called, methods, "correct the name"));
        }
    }

    /** Finds what is wrong with a declared bean. */
    void declared(RouteFile file, Node bean) {
        String provider = RouteFiles.provider(file.name());
        String name = text(bean, "name");
        if (provider != null && !name.startsWith(provider + "-")) {
            find(
                    file,
                    at(bean, "name"),
                    "another provider may use "
                            + name
                            + " as well: begin it with "
                            + provider
                            + "-");
        }
        String type = text(bean, "type");
        if (type.startsWith("#") || type.contains("{{")) {
            return;
        }
        Optional<Class<?>> known = ServiceBeans.type(type);
        if (known.isEmpty()) {
            find(
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
        Set<String> properties =
                Arrays.stream(known.get().getMethods())
                        .map(Method::getName)
                        .filter(method -> method.matches("set[A-Z].*"))
                        .map(setter -> setter.substring(3, 4).toLowerCase() + setter.substring(4))
                        .collect(Collectors.toCollection(TreeSet::new));
        for (Entry property : entries(at(bean, "properties"))) {
            if (!properties.contains(property.key())) {
                find(
                        file,
                        property.keyNode(),
                        name
                                + " has no property "
                                + property.key()
                                + ": "
                                + Findings.didYouMean(
                                        property.key(),
                                        properties,
                                        "use one of " + String.join(", ", properties)));
            }
        }
    }

    private void find(RouteFile file, @Nullable Node where, String advice) {
        findings.at(file, where, advice);
    }
}
