package io.agentruntime.security;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.settings.OpenPaths;
import io.agentruntime.settings.Settings;
import jakarta.servlet.Filter;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.actuate.autoconfigure.security.servlet.EndpointRequest;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.request.async.WebAsyncManagerIntegrationFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.Header;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.session.DisableEncodeUrlFilter;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** Who may do what, top down. What no rule names does not exist: 404. */
@Configuration(proxyBeanMethods = false)
class SecurityRules {

    /**
     * Tells browsers: believe the content type, frame nothing, load nothing from elsewhere, keep no
     * copy.
     */
    private static final StaticHeadersWriter HEADERS =
            new StaticHeadersWriter(
                    List.of(
                            new Header("X-Content-Type-Options", "nosniff"),
                            new Header("X-Frame-Options", "DENY"),
                            new Header("Referrer-Policy", "no-referrer"),
                            new Header("Cache-Control", "no-store"),
                            new Header(
                                    "Content-Security-Policy",
                                    "default-src 'self'; img-src 'self' data:;"
                                            + " style-src 'self' 'unsafe-inline'; object-src 'none';"
                                            + " base-uri 'none'; frame-ancestors 'none'")));

    /** Written before the answer is made, which saves watching it to the end. */
    private static final ObjectPostProcessor<HeaderWriterFilter> FIRST =
            new ObjectPostProcessor<>() {
                @Override
                public <F extends HeaderWriterFilter> F postProcess(F filter) {
                    filter.setShouldWriteHeadersEagerly(true);
                    return filter;
                }
            };

    private static final RequestProblem ODD_PATH = RequestProblem.of(ProblemType.NOT_FOUND);

    private static final RequestProblem ODD_METHOD =
            RequestProblem.of(
                    ProblemType.METHOD_NOT_ALLOWED,
                    "No path takes this method; the Allow header lists those that exist.");

    @Bean
    SecurityFilterChain securityFilterChain(
            HttpSecurity http,
            TokenVerifier tokens,
            OpenPaths paths,
            Settings settings,
            ProblemWriter problems)
            throws Exception {
        http.authorizeHttpRequests(
                rules ->
                        rules.requestMatchers(matchers(paths.patterns()))
                                .permitAll()
                                // Only ever found on the management port
                                .requestMatchers(EndpointRequest.toAnyEndpoint())
                                .permitAll()
                                .requestMatchers(matchers(Set.of(paths.guardedPattern())))
                                .authenticated()
                                .anyRequest()
                                .denyAll());
        http.addFilterBefore(new CallerFilter(tokens, paths), AuthorizationFilter.class)
                .addFilter(CrossOrigin.filter(settings.corsAllowOrigins()))
                .headers(
                        headers ->
                                headers.defaultsDisabled()
                                        .addHeaderWriter(HEADERS)
                                        .withObjectPostProcessor(FIRST))
                .exceptionHandling(
                        refused ->
                                refused.authenticationEntryPoint(new Challenge(problems))
                                        .accessDeniedHandler(
                                                (request, response, e) -> response.sendError(404)));
        http.sessionManagement(AbstractHttpConfigurer::disable)
                .securityContext(AbstractHttpConfigurer::disable)
                .csrf(AbstractHttpConfigurer::disable)
                .cors(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .servletApi(AbstractHttpConfigurer::disable)
                .setSharedObject(RequestCache.class, new NullRequestCache());
        return withoutSessionsAndThreads(http.build());
    }

    /**
     * Leaves out the filters that Spring Security adds unasked, for sessions and for answers given
     * on other threads; neither exists here, and each costs every request.
     */
    private static SecurityFilterChain withoutSessionsAndThreads(DefaultSecurityFilterChain chain) {
        return new DefaultSecurityFilterChain(
                chain.getRequestMatcher(),
                chain.getFilters().stream()
                        .filter(it -> !(it instanceof WebAsyncManagerIntegrationFilter))
                        .filter(it -> !(it instanceof DisableEncodeUrlFilter))
                        .toList());
    }

    /**
     * Refuses paths that two readers may understand differently. Header values are left alone: they
     * are read where they matter, and a name in UTF-8 is no attack.
     */
    @Bean
    HttpFirewall httpFirewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderNames(name -> true);
        firewall.setAllowedHeaderValues(value -> true);
        firewall.setAllowedParameterNames(name -> true);
        return firewall;
    }

    /**
     * An odd path is an unknown path, an odd method one that nothing here allows. Answered here and
     * now, with what the filters that were not reached would have added: the container's error page
     * would be rejected for the same method again.
     */
    @Bean
    RequestRejectedHandler requestRejectedHandler(ProblemWriter problems, Settings settings) {
        Filter crossOrigin = CrossOrigin.filter(settings.corsAllowOrigins());
        return (request, response, e) -> {
            HEADERS.writeHeaders(request, response);
            boolean known = CrossOrigin.METHODS.contains(request.getMethod());
            if (!known) {
                response.setHeader("Allow", String.join(", ", CrossOrigin.METHODS));
            }
            crossOrigin.doFilter(
                    request,
                    response,
                    (refused, answer) ->
                            problems.write(request, response, known ? ODD_PATH : ODD_METHOD));
        };
    }

    /**
     * Without sessions nothing reads cookies; looking for one would write odd ones, tokens too,
     * into the log.
     */
    @Bean
    ServletContextInitializer noSessions() {
        return servletContext -> servletContext.setSessionTrackingModes(Set.of());
    }

    /**
     * Without this bean Spring Security does not look up every request's handler ahead of the
     * chain, two times, for rules that name handlers; ours name paths. That look-up took four
     * fifths of the chain's time.
     */
    @Bean
    static BeanDefinitionRegistryPostProcessor noHandlerLookup() {
        return new WithoutHandlerLookup();
    }

    /** Ordered, because Spring Security's own look at this bean is not. */
    private static final class WithoutHandlerLookup
            implements BeanDefinitionRegistryPostProcessor, Ordered {

        private static final String INTROSPECTOR = "mvcHandlerMappingIntrospector";

        @Override
        public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry beans) {
            if (beans.containsBeanDefinition(INTROSPECTOR)) {
                beans.removeBeanDefinition(INTROSPECTOR);
            }
        }

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }

    /** One observation per filter and request costs more than the filters. */
    @Bean
    SecurityObservationSettings securityObservationSettings() {
        return SecurityObservationSettings.noObservations();
    }

    private static RequestMatcher[] matchers(Set<String> patterns) {
        return patterns.stream()
                .map(PathPatternRequestMatcher.withDefaults()::matcher)
                .toArray(RequestMatcher[]::new);
    }
}
