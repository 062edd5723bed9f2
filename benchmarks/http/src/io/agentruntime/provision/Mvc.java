package io.agentruntime.provision;

import io.agentruntime.security.Caller;
import io.agentruntime.security.InvalidToken;
import io.agentruntime.security.TokenVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The same work in a plain Spring MVC controller, with the service's own parts called by hand: token, strict reading,
 * matching, answer with the same headers, one timer and one log line. No Camel and no Spring Security.
 */
@SpringBootConfiguration
@ImportAutoConfiguration({
    ServletWebServerFactoryAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    JacksonAutoConfiguration.class
})
@RestController
public class Mvc {
    private static final Logger log = LoggerFactory.getLogger("io.agentruntime.requests");

    private static Peer peer;
    private static TokenVerifier tokens;

    private final MeterRegistry meters = new SimpleMeterRegistry();

    public static void main(String[] args) throws IOException {
        peer = new Peer(new File(args[1]));
        tokens = Peer.tokens(args[2]);
        // Without SpringApplication, which would run the service's own start-up
        var context = new AnnotationConfigServletWebServerApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(
                        new MapPropertySource(
                                "peer",
                                Map.of("server.port", args[0], "server.tomcat.max-keep-alive-requests", "-1")));
        context.register(Mvc.class);
        context.refresh();
    }

    @PostMapping(
            path = "/api/v1/agents/provision",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<ProvisionAnswer> provision(@RequestBody byte[] body, HttpServletRequest request) {
        long began = System.nanoTime();
        String id = UUID.randomUUID().toString();
        MDC.put("request_id", id);
        try {
            Caller caller = tokens.verify(request.getHeader("Authorization").substring(7));
            ProvisionAnswer answer = peer.answer(peer.reader.read(body));
            long nanos = System.nanoTime() - began;
            meters.timer("requests", "outcome", answer == null ? "no-match" : "ok").record(nanos, TimeUnit.NANOSECONDS);
            log.atInfo()
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", request.getRequestURI())
                    .addKeyValue("status", answer == null ? 404 : 200)
                    .addKeyValue("ms", nanos / 1_000_000)
                    .addKeyValue("caller", caller.kind().label())
                    .log("request");
            return answer == null
                    ? ResponseEntity.notFound().build()
                    : ResponseEntity.ok()
                            .header("X-Request-ID", id)
                            .header("X-Catalog-Version", "0")
                            .header("X-Catalog-Age", "0")
                            .header("X-Flow-Provider", "langflow")
                            .body(answer);
        } catch (InvalidToken e) {
            return ResponseEntity.status(401).header("WWW-Authenticate", "Bearer").build();
        } finally {
            MDC.clear();
        }
    }
}
