package io.agentruntime.settings;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Every setting that Java code reads, validated. What only a route reads (a provider's address or
 * key) is a plain property named in that route file.
 *
 * @param rootPath begins with a slash and does not end with one; empty for the root
 * @param corsAllowOrigins of pages that may call; {@code *} stands for every one
 * @param providers names in order of preference, at least one
 * @param routesDir a folder whose files win over the jar's own routes
 * @param defaultFlowId {@code id} or {@code provider/id}
 * @param matchThreshold calibrated confidence in [0,1] from which a flow counts as a match
 * @param examplesFile phrases that should lead to a flow
 * @param stateDir where the last good catalogs are kept; empty for none
 * @param rateLimitPerMinute requests per caller; 0 for no limit
 */
public record Settings(
        Environment environment,
        int port,
        String rootPath,
        List<String> corsAllowOrigins,
        Duration jwtClockSkew,
        List<String> providers,
        String routesDir,
        Optional<String> defaultFlowId,
        double matchThreshold,
        Embedding embedding,
        Optional<String> examplesFile,
        ProjectHintMode projectHintMode,
        Duration catalogTtl,
        Duration catalogMaxStale,
        Optional<String> stateDir,
        Duration requestDeadline,
        Duration providerTimeout,
        int maxConcurrentRequests,
        int rateLimitPerMinute,
        boolean docsEnabled) {

    /**
     * Where the service runs: decides about log format, documentation page and how strict secrets
     * are.
     */
    public enum Environment {
        DEVELOPMENT,
        TESTING,
        PRODUCTION
    }

    /** What happens when no flow of the hinted project fits. */
    public enum ProjectHintMode {
        /** All flows are tried. */
        PREFER,
        /** Nothing fits. */
        STRICT
    }

    /** May be missing, unlike one that somebody has named. */
    public static final String DEFAULT_ROUTES_DIR = "routes";

    /** Where the vectors come from that matching by meaning needs. */
    public enum EmbeddingKind {
        IN_PROCESS,
        OFF,
        ENDPOINT
    }

    /**
     * Matching by meaning.
     *
     * @param address of an OpenAI-compatible embeddings endpoint; meaningless for other kinds
     * @param model its name at the endpoint
     * @param key sent to the endpoint as a bearer token
     */
    public record Embedding(EmbeddingKind kind, URI address, String model, Optional<String> key) {
        static Embedding without(EmbeddingKind kind) {
            return new Embedding(kind, URI.create(""), "", Optional.empty());
        }
    }

    /** Reads and checks all settings. @throws InvalidSetting for all that are wrong */
    public static Settings read(PropertySource properties) {
        var faults = new SettingFaults();
        Settings settings = read(properties, faults);
        faults.end();
        return settings;
    }

    /**
     * Reads and checks all settings.
     *
     * @param faults takes what is wrong; if anything is, the settings are good for no more than to
     *     look for other faults
     */
    public static Settings read(PropertySource properties, SettingFaults faults) {
        var read = new SettingReader(properties, faults);
        var environment = read.oneOf("environment", Environment.class);
        read.loggingLevel("logging-level");
        int port = read.wholeNumber("port", 0, 65_535);
        int managementPort = read.wholeNumber("management-port", 0, 65_535);
        if (port != 0 && port == managementPort) {
            faults.add(
                    new InvalidSetting(
                            "agent-runtime.management-port",
                            "must differ from the API's port, " + port));
        }
        var providers = read.names("providers");
        for (String provider : providers) {
            read.addressOf(provider);
            read.keyOf(provider);
            read.examplesOf(provider);
            read.loginOf(provider);
            read.folderOf(provider);
        }
        return new Settings(
                environment,
                port,
                read.path("root-path"),
                read.origins("cors-allow-origins"),
                read.seconds("jwt-clock-skew-seconds", 0, 600),
                providers,
                read.place("routes-dir").orElse(DEFAULT_ROUTES_DIR),
                read.optional("default-flow-id"),
                read.fraction("match-threshold"),
                read.embedding(),
                read.place("examples-file"),
                read.oneOf("project-hint-mode", ProjectHintMode.class),
                read.seconds("catalog-ttl-seconds", 0, 86_400),
                read.seconds("catalog-max-stale-seconds", 1, 31_536_000),
                read.place("state-dir"),
                read.millis("request-deadline-ms", 100, 300_000),
                read.millis("provider-timeout-ms", 50, 300_000),
                // A thousand of the server's connections are left to probes and those it refuses
                read.wholeNumber("max-concurrent-requests", 1, 3_000),
                read.wholeNumber("rate-limit-per-minute", 0, 10_000_000),
                read.optional("docs-enabled").isEmpty()
                        ? environment != Environment.PRODUCTION
                        : read.bool("docs-enabled"));
    }

    public boolean isProduction() {
        return environment == Environment.PRODUCTION;
    }

    /** Where settings come from: a property's value with placeholders resolved, or null. */
    @FunctionalInterface
    public interface PropertySource {
        @org.jspecify.annotations.Nullable
        String get(String property);
    }
}
