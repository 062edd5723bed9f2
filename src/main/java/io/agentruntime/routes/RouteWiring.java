package io.agentruntime.routes;

import io.agentruntime.catalog.Catalogs;
import io.agentruntime.catalog.ProviderTokens;
import io.agentruntime.settings.Settings;
import java.io.IOException;
import org.apache.camel.CamelContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** What stands before the steps of routes, and before everything that they answer. */
@Configuration(proxyBeanMethods = false)
class RouteWiring {
    @Bean
    RouteGate routeGate() {
        return new RouteGate();
    }

    @Bean
    RouteReload routeReload(
            ApplicationContext service,
            Settings settings,
            CamelContext camel,
            Catalogs catalogs,
            ProviderTokens tokens,
            RouteGate gate)
            throws IOException {
        return new RouteReload(
                service, settings, camel, catalogs, tokens, gate, RouteReload.INTERVAL);
    }

    @Bean
    ProviderSteps providerSteps() {
        return new ProviderSteps();
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
