package io.agentruntime.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hc.core5.net.NamedEndpoint;

/** The proxy that Java's own properties name. Its troubles are not to be told as a provider's. */
final class SetProxy {
    private static final String HOST = ".proxyHost";

    /** Ports that Java takes where none is set, by the scheme that the proxy is for. */
    private static final Map<String, String> PORTS = Map.of("http", "80", "https", "443");

    private SetProxy() {}

    /** The properties that name this place as a proxy, if any do. */
    static Optional<String> properties(NamedEndpoint place) {
        String port = String.valueOf(place.getPort());
        return properties(
                scheme ->
                        isHost(scheme, place.getHostName())
                                && port.equals(
                                        System.getProperty(
                                                scheme + ".proxyPort", PORTS.get(scheme))));
    }

    /** The properties that name this host as that of a proxy, if any do. */
    static Optional<String> properties(String host) {
        return properties(scheme -> isHost(scheme, host));
    }

    private static Optional<String> properties(Predicate<String> isOfScheme) {
        return PORTS.keySet().stream()
                .filter(isOfScheme)
                .sorted()
                .map(scheme -> scheme + HOST)
                .reduce((one, other) -> one + " and " + other);
    }

    private static boolean isHost(String scheme, String host) {
        return host.equalsIgnoreCase(System.getProperty(scheme + HOST));
    }
}
