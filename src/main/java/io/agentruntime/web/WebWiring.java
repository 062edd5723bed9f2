package io.agentruntime.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.catalog.Catalogs;
import io.agentruntime.matching.FlowMatching;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.request.RequestTurn;
import io.agentruntime.security.CrossOrigin;
import io.agentruntime.settings.OpenPaths;
import io.agentruntime.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.CamelRequestHandlerMapping;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.filter.RequestContextFilter;

/**
 * Puts what surrounds a request in its order: frame, security, rate, the body's limit, then
 * admission to work.
 */
@Configuration(proxyBeanMethods = false)
class WebWiring {
    /**
     * Work here is computing. A few more than processors keep these busy while one writes its
     * answer; with many more, each would only wait longer for its turn.
     */
    private static final int PLACES_PER_PROCESSOR = 4;

    /** One alone would leave a processor idle until the next one's thread has come to it. */
    private static final int DOORS_PER_PROCESSOR = 2;

    /** In a second; that many cost some hundredths of it. */
    private static final int REFUSALS_PER_PROCESSOR = 150;

    /**
     * Between two handfuls of new connections, of the time in which one is not late: 25 ms of 120.
     * For one processor; more of them take in more in the same time.
     */
    private static final double BATCH_PAUSE = 25.0 / 120;

    /** For health checks, and for telling others that they are refused, beside every request. */
    private static final int THREADS_BESIDE = 88;

    @Bean
    FilterRegistrationBean<RequestFrame> requestFrame(
            ProblemWriter problems,
            MeterRegistry meters,
            ObjectProvider<CamelContext> camel,
            ApplicationAvailability availability,
            RequestExecutor executor,
            ConcurrencyLimit places,
            Refusals refusals,
            OneASecond refusalLines,
            OpenPaths paths,
            Settings settings,
            ObjectMapper json) {
        var frame =
                new FilterRegistrationBean<>(
                        new RequestFrame(
                                problems,
                                meters,
                                started(camel),
                                new Starting(settings.rootPath(), settings.providers(), json),
                                settings.requestDeadline(),
                                () ->
                                        availability.getReadinessState()
                                                != ReadinessState.ACCEPTING_TRAFFIC,
                                settings.maxConcurrentRequests(),
                                executor,
                                places,
                                refusals,
                                refusalLines,
                                paths,
                                CrossOrigin.filter(settings.corsAllowOrigins())));
        frame.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return frame;
    }

    /** Looked up once: asking Spring for a bean costs more than the rest of the frame. */
    private static BooleanSupplier started(ObjectProvider<CamelContext> camel) {
        Supplier<CamelContext> known = SingletonSupplier.of(camel::getObject);
        return () -> known.get().isStarted();
    }

    @Bean
    SlowSenders slowSenders() {
        return new SlowSenders();
    }

    @Bean
    FilterRegistrationBean<BodyLimit> bodyLimit(
            ProblemWriter problems, RequestExecutor executor, SlowSenders slow, OpenPaths paths) {
        var limit = new FilterRegistrationBean<>(new BodyLimit(problems, executor, slow, paths));
        limit.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER + 2);
        return limit;
    }

    @Bean
    FilterRegistrationBean<RateLimit> rateLimit(ProblemWriter problems, Settings settings) {
        var limit =
                new FilterRegistrationBean<>(
                        new RateLimit(problems, Math.max(1, settings.rateLimitPerMinute())));
        limit.setEnabled(settings.rateLimitPerMinute() > 0);
        limit.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER + 1);
        return limit;
    }

    /** What it does for other filters, Spring's servlet does for routes; nothing else asks. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> noRequestContext() {
        var off = new FilterRegistrationBean<>(new RequestContextFilter());
        off.setEnabled(false);
        return off;
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Bean
    RequestExecutor executor(Settings settings) {
        return new RequestExecutor(
                DOORS_PER_PROCESSOR * processors(),
                settings.maxConcurrentRequests() + THREADS_BESIDE);
    }

    @Bean
    ConcurrencyLimit places(Settings settings, RequestExecutor executor) {
        return new ConcurrencyLimit(
                PLACES_PER_PROCESSOR * processors(),
                settings.maxConcurrentRequests(),
                System::nanoTime,
                executor::longestWait);
    }

    @Bean
    Refusals refusals(ConcurrencyLimit places) {
        return new Refusals(
                REFUSALS_PER_PROCESSOR * processors(), places::servedPerSecond, System::nanoTime);
    }

    @Bean
    OneASecond refusalLines() {
        return new OneASecond();
    }

    @Bean
    Surplus surplus(
            ConcurrencyLimit places,
            Refusals refusals,
            OneASecond refusalLines,
            ProblemWriter problems,
            MeterRegistry meters,
            OpenPaths paths) {
        return new Surplus(
                places, refusals, refusalLines, problems, RequestFrame.refused(meters), paths);
    }

    @Bean
    RequestTurn requestTurn(RequestExecutor executor, ConcurrencyLimit places) {
        return new RequestTurn() {
            /** It does not work: another one may. */
            @Override
            public void waits() {
                executor.passed();
                places.leave();
            }

            /** Others are read while it keeps a processor busy. */
            @Override
            public void computes() {
                executor.passed();
                places.computes();
            }
        };
    }

    @Bean
    FilterRegistrationBean<Admission> admission(
            ProblemWriter problems,
            RequestExecutor executor,
            ConcurrencyLimit places,
            Refusals refusals,
            OpenPaths paths,
            Settings settings) {
        var admission =
                new FilterRegistrationBean<>(
                        new Admission(
                                problems,
                                executor,
                                places,
                                refusals,
                                settings.requestDeadline(),
                                paths));
        admission.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER + 3);
        return admission;
    }

    @Bean("platform-http-engine")
    PlatformHttpEngine platformHttpEngine(
            Settings settings, ProducerTemplate routes, ConcurrencyLimit places) {
        return new DirectServing(settings.port(), routes, places::leave);
    }

    @Bean
    DirectServing.Adapter directServing() {
        return new DirectServing.Adapter();
    }

    @Bean
    RememberedRoutes rememberedRoutes(CamelRequestHandlerMapping routes) {
        return new RememberedRoutes(routes);
    }

    @Bean
    Health health(
            Catalogs catalogs,
            FlowMatching matching,
            ApplicationAvailability availability,
            CamelContext camel) {
        return new Health(catalogs, matching, availability, camel);
    }

    @Bean
    ApiDocument apiDocument(
            CamelContext camel, Settings settings, ObjectProvider<BuildProperties> build) {
        BuildProperties built = build.getIfAvailable();
        return new ApiDocument(
                camel,
                settings.docsEnabled(),
                settings.rootPath(),
                built == null ? "unreleased" : built.getVersion());
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcatProblems(
            ProblemWriter problems,
            RequestExecutor executor,
            ConcurrencyLimit places,
            Refusals refusals,
            Surplus surplus,
            SlowSenders slow) {
        return tomcat -> {
            tomcat.setProtocol(BatchedHttp11.class.getName());
            // Tomcat would refuse TRACE with an empty answer; the firewall refuses it with a
            // problem.
            tomcat.addConnectorCustomizers(connector -> connector.setAllowTrace(true));
            // So it would a %2F, without the request's id; to the firewall it is an unknown path.
            tomcat.addConnectorCustomizers(
                    connector ->
                            connector.setEncodedSolidusHandling(
                                    EncodedSolidusHandling.PASS_THROUGH.getValue()));
            // Who asks whether to send its body is told after its token was looked at.
            tomcat.addProtocolHandlerCustomizers(
                    protocol -> {
                        protocol.setExecutor(executor);
                        if (protocol instanceof BatchedHttp11 http) {
                            http.batchWhile(
                                    refusals,
                                    () -> (long) (places.patience() * BATCH_PAUSE / processors()),
                                    surplus);
                            http.setContinueResponseTiming(
                                    ContinueResponseTiming.ON_REQUEST_BODY_READ.toString());
                        }
                    });
            tomcat.addEngineValves(new UnreadBodies(slow, executor));
            tomcat.addContextCustomizers(
                    context -> {
                        if (context.getParent() instanceof StandardHost host) {
                            // The name alone would have Tomcat make one that knows no beans
                            host.getPipeline().addValve(new TomcatProblems(problems));
                            host.setErrorReportValveClass(TomcatProblems.class.getName());
                        }
                    });
        };
    }
}
