package io.agentruntime.provision;

import io.agentruntime.catalog.Catalogs;
import io.agentruntime.settings.Settings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of a request, by the names that routes call them. */
@Configuration(proxyBeanMethods = false)
class ProvisionWiring {
    @Bean
    RequestReader requestReader() {
        return new RequestReader();
    }

    @Bean
    FlowMatcher flowMatcher(Settings settings) {
        return new FlowMatcher(settings.matchThreshold(), settings.projectHintMode());
    }

    @Bean
    Answers answers(Catalogs catalogs, Settings settings) {
        var defaultFlow = new DefaultFlow(settings.defaultFlowId());
        catalogs.whenListed(defaultFlow::check);
        return new Answers(catalogs, settings.matchThreshold(), defaultFlow);
    }

    @Bean
    Listings listings(Catalogs catalogs) {
        return new Listings(catalogs);
    }
}
