package io.agentruntime;

import io.agentruntime.security.CallerKind;
import io.agentruntime.security.DevelopmentToken;
import io.agentruntime.security.TokenSettings;
import io.agentruntime.settings.SettingNames;
import io.agentruntime.settings.Settings;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/** The first lines of the log: where the service listens, what it serves, and how to try it. */
final class Greeting {
    private static final Logger log = LoggerFactory.getLogger(Greeting.class);

    private final Environment environment;
    private final Settings settings;
    private final Clock clock;

    Greeting(Environment environment, Settings settings, Clock clock) {
        this.environment = environment;
        this.settings = settings;
        this.clock = clock;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        int port =
                event.getApplicationContext() instanceof ServletWebServerApplicationContext web
                                && web.getWebServer() != null
                        ? web.getWebServer().getPort()
                        : settings.port();
        log.info(
                "ready on port {}, metrics on {}, providers: {} ({})",
                port,
                environment.getProperty("local.management.port"),
                String.join(", ", settings.providers()),
                settings.environment().name().toLowerCase(java.util.Locale.ROOT));
        String links = environment.getProperty(SettingSources.SERVICE_LINKS, "");
        if (!links.isEmpty()) {
            log.info(
                    "{} says what Kubernetes tells of a Service, which counts as not set; enableServiceLinks: false in the pod's spec keeps such variables out",
                    links);
        }
        String unread = environment.getProperty(StartUp.UNREAD, "");
        if (!unread.isEmpty()) {
            log.warn("unknown setting, ignored: {}", unread);
        }
        if (environment.getProperty(SettingSources.SAMPLE_BY_DEFAULT, Boolean.class, false)) {
            log.info(
                    "no provider is set: the built-in sample is served; for your Langflow set AGENT_RUNTIME_SERVICE_LANGFLOW_API_URL");
        }
        if (!TokenSettings.areSet(environment::getProperty)) {
            log.warn(
                    "no token secret is set: every request is answered with 401; set {}, AGENT_RUNTIME_SERVICE_USER_JWT_SECRET_KEY or a …_JWKS_URL",
                    SettingNames.variable("agent-runtime.m2m-jwt-secret-key"));
        } else {
            TokenSettings.missingKeys(environment::getProperty)
                    .forEach(
                            missing ->
                                    log.warn(
                                            "an issuer or audience is set, but no key, so that every token of this kind is refused: set {} or the …_JWKS_URL",
                                            missing));
        }
        settings.providers().forEach(this::warnOfWrappedCredentials);
        settings.embedding()
                .key()
                .ifPresent(key -> warnOfWrapping("agent-runtime.embedding-api-key", key));
        if (environment.getProperty(StartUp.SECRET_MADE, Boolean.class, false)) {
            // Nobody can ask anything without it
            Level level = log.isInfoEnabled() ? Level.INFO : Level.WARN;
            TokenSettings.read(CallerKind.M2M, environment::getProperty, false)
                    .ifPresent(
                            made ->
                                    log.atLevel(level)
                                            .log(
                                                    "no token secret is set: one was made for this run. Try it:\n\n{}\n",
                                                    curl(port, made)));
        }
    }

    /** Of a login as it stands, and of a key without the blanks around it, as routes send them. */
    private void warnOfWrappedCredentials(String provider) {
        String prefix = SettingNames.PROPERTY_PREFIX + provider;
        for (String name : List.of(prefix + "-username", prefix + "-password")) {
            warnOfWrapping(name, environment.getProperty(name, ""));
        }
        String key = prefix + "-api-key";
        warnOfWrapping(key, environment.getProperty(key, "").strip());
    }

    private static void warnOfWrapping(String property, String sent) {
        if (TokenSettings.isWrapped(sent)) {
            log.warn(
                    "{} begins or ends with a blank or a line end, or stands in quotes: it is taken with these too",
                    SettingNames.variable(property));
        }
    }

    private String curl(int port, TokenSettings made) {
        return """
               curl -s http://localhost:%d%s/agents/provision -H 'Content-Type: application/json' -H 'Authorization: Bearer %s' -d '{"description": "summarize financial documents"}'"""
                .formatted(port, settings.rootPath(), DevelopmentToken.mint(made, clock));
    }
}
