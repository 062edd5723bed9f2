package io.agentruntime.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What answers a failure. */
@Configuration(proxyBeanMethods = false)
class ProblemWiring {
    @Bean
    ProblemWriter problemWriter(ObjectMapper json) {
        return new ProblemWriter(json);
    }

    /** Routes call it {@code problems}. */
    @Bean
    RouteProblems problems(ProblemWriter writer) {
        return new RouteProblems(writer);
    }
}
