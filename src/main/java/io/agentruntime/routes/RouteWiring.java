package io.agentruntime.routes;

import io.agentruntime.settings.Settings;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Puts the gate before everything that routes answer. */
@Configuration(proxyBeanMethods = false)
class RouteWiring {
    @Bean
    RouteGate routeGate() {
        return new RouteGate();
    }

    /** Routes are exchanged in development only; elsewhere nothing stands in a request's way. */
    @Bean
    FilterRegistrationBean<RouteGate> routeGateFilter(RouteGate gate, Settings settings) {
        var filter = new FilterRegistrationBean<>(gate);
        filter.setEnabled(settings.environment() == Settings.Environment.DEVELOPMENT);
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return filter;
    }
}
