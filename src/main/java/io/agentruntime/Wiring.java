package io.agentruntime;

import io.agentruntime.security.Callers;
import io.agentruntime.security.TokenSettings;
import io.agentruntime.security.TokenVerifier;
import io.agentruntime.settings.OpenPaths;
import io.agentruntime.settings.RouteSettings;
import io.agentruntime.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What every part is given. */
@Configuration(proxyBeanMethods = false)
class Wiring {
    @Bean
    Settings settings(Environment environment) {
        return Settings.read(environment::getProperty);
    }

    @Bean
    OpenPaths openPaths(Settings settings) {
        return new OpenPaths(settings.rootPath());
    }

    /** What routes ask about settings. */
    @Bean
    RouteSettings setting(Environment environment) {
        return new RouteSettings(environment::getProperty);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    TokenVerifier tokenVerifier(
            Environment environment, Settings settings, Clock clock, MeterRegistry metrics) {
        TokenVerifier tokens =
                TokenVerifier.of(
                        TokenSettings.readAll(environment::getProperty, settings.isProduction()),
                        clock,
                        settings.jwtClockSkew());
        tokens.watch(metrics);
        tokens.readKeysAhead();
        return tokens;
    }

    @Bean
    Greeting greeting(Environment environment, Settings settings, Clock clock) {
        return new Greeting(environment, settings, clock);
    }

    /** Routes ask it who sent their request. */
    @Bean
    Callers callers() {
        return new Callers();
    }
}
