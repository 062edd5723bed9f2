package io.agentruntime.routes;

import io.agentruntime.routes.RouteFile.Entry;
import io.agentruntime.settings.Settings;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.DefaultProcessorFactory;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.ProcessorFactory;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.DefaultRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.objenesis.SpringObjenesis;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Builds route files in a Camel context of their own, which is thrown away without having served
 * anything: what only Camel itself refuses is refused here, and not in the midst of a start or of
 * an exchange.
 */
final class TrialBuild {
    /** The steps that are being built, the innermost first. */
    private final Deque<NamedNode> building = new ArrayDeque<>();

    private final Map<String, String> files;
    private final Settings.PropertySource settings;

    private TrialBuild(Map<String, String> files, Settings.PropertySource settings) {
        this.files = files;
        this.settings = settings;
    }

    /**
     * What Camel refuses.
     *
     * @param place empty for a file, or several
     * @param written what stands there
     */
    private record Refusal(String file, Optional<Entry> place, String written, String reason) {
        boolean isWhere(Refusal other) {
            return toFinding("").equals(other.toFinding(""));
        }

        Finding toFinding(String why) {
            String advice = "Camel cannot build this: " + why;
            return place.map(
                            at ->
                                    Finding.at(
                                            file,
                                            at.keyNode().getStartMark(),
                                            at.key() + ": " + advice))
                    .orElseGet(() -> new Finding(file, 1, 1, advice));
        }
    }

    /** Why the files cannot be used together, and where; empty when they can. */
    static Optional<Finding> problem(Map<String, String> files, Settings.PropertySource settings) {
        Optional<Finding> problem = refused(files, settings);
        if (problem.isEmpty() || files.containsKey(problem.get().file())) {
            return problem;
        }
        return files.entrySet().stream()
                .map(file -> refused(Map.of(file.getKey(), file.getValue()), settings))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> problem);
    }

    /**
     * Camel writes values into what it says, encoded, decoded, in parts. So it is told what it says
     * of other values, and none of it where these are fine.
     */
    private static Optional<Finding> refused(
            Map<String, String> files, Settings.PropertySource settings) {
        Optional<Refusal> refusal = new TrialBuild(files, settings).play();
        if (refusal.isEmpty()) {
            return Optional.empty();
        }
        var standIns = new StandInValues(settings);
        String why =
                new TrialBuild(files, standIns)
                        .play()
                        .filter(refusal.get()::isWhere)
                        .map(same -> standIns.withPlaceholders(same.reason()))
                        .orElseGet(
                                () ->
                                        Placeholders.wrongValue(
                                                new Placeholders(settings)
                                                        .set(refusal.get().written())));
        return Optional.of(refusal.get().toFinding(why));
    }

    private Optional<Refusal> play() {
        try (var camel = new DefaultCamelContext(new DefaultRegistry(new StandIns()))) {
            camel.setAutoStartup(false);
            camel.setPropertiesComponent(values());
            camel.getCamelContextExtension().addContextPlugin(ProcessorFactory.class, new Watch());
            camel.getCamelContextExtension()
                    .addInterceptStrategy(
                            (context, step, target, next) -> {
                                built(step);
                                return target;
                            });
            new LoadedRoutes(camel).load(files);
            LoadedRoutes.call(camel::start);
            return Optional.empty();
        } catch (LoadedRoutes.LoadFailure e) {
            return Optional.of(refusal(e));
        } catch (IOException e) {
            throw new LoadedRoutes.LoadFailure("building them once does not end", e);
        }
    }

    /** Without what was built within the step: not all of that is said to be. */
    private void built(NamedNode step) {
        while (building.contains(step)) {
            building.pop();
        }
    }

    /** The settings and nothing beside them: they know the process's variables, too. */
    private PropertiesComponent values() {
        var values = new PropertiesComponent();
        values.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
        values.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_NEVER);
        values.addPropertiesSource(new Values(settings));
        values.addPropertiesFunction(new Variable("env", settings));
        values.addPropertiesFunction(new Variable("sys", settings));
        return values;
    }

    private Refusal refusal(LoadedRoutes.LoadFailure failure) {
        NamedNode step = building.peek();
        if (step != null) {
            String file = LoadedRoutes.fileName(step.getLocation());
            String content = files.getOrDefault(file, "");
            Optional<Entry> there =
                    RouteFile.parse(file, content, any -> {})
                            .flatMap(tree -> place(tree.root(), step));
            if (there.isPresent()) {
                return new Refusal(file, there, text(content, there.get()), reason(failure));
            }
        }
        return new Refusal(
                String.join(", ", files.keySet()),
                Optional.empty(),
                String.join("\n", files.values()),
                reason(failure));
    }

    private static String text(String content, Entry step) {
        int begin = step.value().getStartMark().getIndex();
        int end = step.value().getEndMark().getIndex();
        int from = content.offsetByCodePoints(0, begin);
        return content.substring(from, content.offsetByCodePoints(from, end - begin));
    }

    /**
     * Camel counts lines from 0, and remembers where a step's value begins: of a mapping that line,
     * of a text the next one.
     */
    private static Optional<Entry> place(Node root, NamedNode step) {
        return RouteFile.allEntries(root)
                .filter(entry -> entry.key().equals(step.getShortName()))
                .filter(entry -> line(entry.value()) == step.getLineNumber())
                .findFirst();
    }

    private static int line(Node value) {
        return value.getStartMark().getLine() + (value instanceof ScalarNode ? 1 : 0);
    }

    /** The root often says too little, and what Camel makes of it more than fits a line. */
    private static String reason(LoadedRoutes.LoadFailure failure) {
        Throwable said = failure;
        Throwable root = failure;
        while (root.getCause() != null) {
            boolean route = root instanceof FailedToCreateRouteException;
            root = root.getCause();
            said = route ? root : said;
        }
        if (root instanceof ClassNotFoundException) {
            return "there is no class " + root.getMessage();
        }
        return String.valueOf(said.getMessage()).lines().findFirst().orElse("");
    }

    /** Is told of each step before it is built. */
    private final class Watch extends DefaultProcessorFactory {
        @Override
        @SuppressWarnings("NullAway")
        public @Nullable Processor createProcessor(Route route, NamedNode step) throws Exception {
            building.push(step);
            return super.createProcessor(route, step);
        }
    }

    /** The service's settings, for placeholders. */
    private record Values(Settings.PropertySource settings) implements PropertiesSource {
        @Override
        public String getName() {
            return "settings";
        }

        @Override
        @SuppressWarnings("NullAway")
        public @Nullable String getProperty(String name) {
            return settings.get(name);
        }
    }

    /** A variable of the process, {@code {{env:HOME}}}, as the settings know it. */
    private record Variable(String name, Settings.PropertySource settings)
            implements PropertiesFunction {
        @Override
        public String getName() {
            return name;
        }

        @Override
        @SuppressWarnings("NullAway")
        public @Nullable String apply(String variable) {
            String[] otherwise = variable.split(":", 2);
            String value = settings.get(otherwise[0]);
            return value == null && otherwise.length > 1 ? otherwise[1] : value;
        }
    }

    /** Of the service's beans the classes count, as nothing is called. */
    @SuppressWarnings("NullAway")
    private record StandIns() implements BeanRepository {
        private static final SpringObjenesis BLANK = new SpringObjenesis();

        @Override
        public @Nullable Object lookupByName(String name) {
            return name.equals("platform-http-engine")
                    ? new SpringBootPlatformHttpEngine(0)
                    : Optional.ofNullable(ServiceBeans.CLASSES.get(name))
                            .flatMap(ServiceBeans::type)
                            .<Object>map(BLANK::newInstance)
                            .orElse(null);
        }

        @Override
        public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
            Object bean = lookupByName(name);
            return type.isInstance(bean) ? type.cast(bean) : null;
        }

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            return Map.of();
        }

        @Override
        public <T> Set<T> findByType(Class<T> type) {
            return Set.of();
        }
    }
}
