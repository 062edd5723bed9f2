package io.agentruntime;

import io.agentruntime.settings.Settings.PropertySource;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The settings that a command needs which does not start the service. */
final class DefaultSettings {
    private DefaultSettings() {}

    /** Those of a service that is started from here. */
    static PropertySource ofThisProcess() {
        return of(new StandardEnvironment());
    }

    /** Those of a service that is started in this environment. */
    static PropertySource of(ConfigurableEnvironment environment) {
        PropertySource settings = over(environment);
        SettingSources.add(environment);
        // As a start does, which reads a name in other spellings too
        ConfigurationPropertySources.attach(environment);
        return settings;
    }

    /** What the environment sets, else what {@code application.yaml} says. */
    static PropertySource over(ConfigurableEnvironment environment) {
        try {
            new YamlPropertySourceLoader()
                    .load("application.yaml", new ClassPathResource("application.yaml"))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException("application.yaml cannot be read from the jar", e);
        }
        return environment::getProperty;
    }
}
