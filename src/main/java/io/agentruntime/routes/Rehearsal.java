package io.agentruntime.routes;

import java.util.Map;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.DefaultRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/**
 * Builds route files in a Camel context of their own, which is thrown away without having served
 * anything: what only Camel itself refuses is refused here, and not in the midst of an exchange.
 */
final class Rehearsal {
    private Rehearsal() {}

    /**
     * @throws LoadedRoutes.LoadFailure when the files cannot be used together
     */
    static void of(Map<String, String> files, ApplicationContext service) {
        try (var camel = new DefaultCamelContext(new DefaultRegistry(new OwnBeans(service)))) {
            camel.setAutoStartup(false);
            camel.getPropertiesComponent().addPropertiesSource(new Settings(service));
            new LoadedRoutes(camel).load(files);
            LoadedRoutes.call(camel::start);
        } catch (java.io.IOException e) {
            throw new LoadedRoutes.LoadFailure("the rehearsal does not end", e);
        }
    }

    /** The service's settings, for placeholders. */
    private record Settings(ApplicationContext service) implements PropertiesSource {
        @Override
        public String getName() {
            return "settings";
        }

        @Override
        @SuppressWarnings("NullAway")
        public @Nullable String getProperty(String name) {
            return service.getEnvironment().getProperty(name);
        }
    }

    /**
     * The service's own beans. Camel's are not lent: a component belongs to one context, and would
     * follow the rehearsal.
     */
    @SuppressWarnings("NullAway")
    private record OwnBeans(ApplicationContext service) implements BeanRepository {
        @Override
        public @Nullable Object lookupByName(String name) {
            Class<?> type = service.containsBean(name) ? service.getType(name) : null;
            boolean foreign = type == null || type.getName().startsWith("org.apache.camel.");
            return foreign ? null : service.getBean(name);
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
