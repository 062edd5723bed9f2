package io.agentruntime;

import io.agentruntime.settings.RouteSettings;
import io.agentruntime.settings.Settings;
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

    /** What routes ask about settings. */
    @Bean
    RouteSettings setting(Environment environment) {
        return new RouteSettings(environment::getProperty);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
