package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.agentruntime.problem.RouteFaults;
import io.agentruntime.settings.SettingNames;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.RedirectException;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.net.NamedEndpoint;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** The table from what a route threw to the cause that contract, logs and metrics name. */
final class Failures {
    /** A provider that asks to be left alone for longer is asked after this all the same. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);

    private static final String RETRY_AFTER = "Retry-After";
    private static final int MOST_DIGITS = 9;

    /** HTTP's own form, and the two older ones that it wants read. */
    private static final DateTimeFormatter[] DATES = {
        DateTimeFormatter.RFC_1123_DATE_TIME,
        DateUtils.FORMATTER_RFC1036,
        DateUtils.FORMATTER_ASCTIME.withZone(ZoneOffset.UTC)
    };

    static final String CUT_OFF =
            "the answer is incomplete: see the provider's own log, and the time and size limits of proxies on the way";

    private static final String NO_THREAD =
            "this service is given no more threads: raise the limit on them, or leave more memory beside Java's heap";

    private Failures() {}

    /** What could not be read to its end as what it has to be. */
    static ProviderFailure unreadable(Throwable thrown) {
        return isCutOff(thrown)
                ? ProviderFailure.of(Cause.MALFORMED, CUT_OFF, thrown)
                : ProviderFailure.of(Cause.MALFORMED, thrown);
    }

    /**
     * @param step of the provider's route that threw it, if it is known
     * @param last what the attempt before met; an open breaker passes it on, since nothing new is
     *     known
     */
    static ProviderFailure classify(
            Throwable thrown, @Nullable String step, Clock clock, @Nullable ProviderFailure last) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof ProviderFailure failure) {
                return failure;
            }
            if (at instanceof HttpOperationFailedException http) {
                return ofStatus(http, clock);
            }
            if (at instanceof CallNotPermittedException && last != null) {
                return last;
            }
            // The client wraps it in what otherwise means a malformed answer
            if (at instanceof RedirectException || at.getCause() instanceof RedirectException) {
                return ProviderFailure.of(
                        Cause.UPSTREAM_ERROR,
                        "the provider redirects in a loop: set its address to the final one");
            }
            if (at instanceof OutOfMemoryError error) {
                return String.valueOf(error.getMessage()).contains("thread")
                        ? ProviderFailure.of(Cause.UPSTREAM_ERROR, NO_THREAD, thrown)
                        : ProviderFailure.of(Cause.TOO_LARGE, noMemory(), thrown);
            }
            String hint = unreachable(at);
            if (hint != null) {
                return ProviderFailure.of(Cause.UNREACHABLE, hint, thrown);
            }
            if (at instanceof ConnectTimeoutException late && late.getHost() != null) {
                return ProviderFailure.of(
                        Cause.TIMEOUT,
                        noConnection(
                                late.getHost(),
                                " in time",
                                "check the address, and firewalls on the way"),
                        thrown);
            }
            if (at instanceof MessageConstraintException) {
                return ProviderFailure.of(
                        Cause.TOO_LARGE,
                        "the head of its answer has a line of over "
                                + OutboundHttp.LONGEST_HEADER / 1024
                                + " KiB, or more than "
                                + OutboundHttp.MOST_HEADERS
                                + " lines: check that its address leads to the provider",
                        thrown);
            }
            if (at instanceof UnsupportedCharsetException
                    || at instanceof IllegalCharsetNameException) {
                return ProviderFailure.of(
                        Cause.MALFORMED,
                        "its Content-Type names an unknown character set: correct it at the provider",
                        thrown);
            }
            if (isCutOff(at)) {
                return unreadable(at);
            }
            Cause cause = causeOf(at);
            if (cause != null) {
                return ProviderFailure.of(cause, thrown);
            }
        }
        return ProviderFailure.of(
                Cause.UPSTREAM_ERROR,
                "its route is wrong, not the provider: " + RouteFaults.told(thrown, step),
                thrown);
    }

    private static String noMemory() {
        return "its list does not fit into this service's memory beside the one in use, with a heap of "
                + Runtime.getRuntime().maxMemory() / (1024 * 1024)
                + " MiB: give Java more with -Xmx";
    }

    /** What to do about it, where more is known than that there was no connection. */
    private static @Nullable String unreachable(Throwable at) {
        if (at instanceof UnknownHostException) {
            return unknown(hostOf(at.getMessage()));
        }
        if (at instanceof HttpHostConnectException refused && refused.getHost() != null) {
            return noConnection(
                    refused.getHost(), "", "check the address, and that the provider runs");
        }
        String ofTrustStore = at instanceof SSLException ? TrustStore.faultBehind(at) : null;
        if (ofTrustStore != null) {
            return ofTrustStore;
        }
        if (at instanceof SSLPeerUnverifiedException
                || at instanceof SSLException && hasCause(at, CertificateException.class)) {
            return "its certificate is not accepted ("
                    + certificateFault(at)
                    + "): renew it, or have Java trust the authority that signed it";
        }
        if (at instanceof SSLException) {
            return "no TLS connection: check whether the provider speaks https at this address";
        }
        return null;
    }

    private static String noConnection(NamedEndpoint host, String when, String advice) {
        String place = SettingNames.networkHost(host.toString()) + when + ": ";
        return SetProxy.properties(host)
                .map(properties -> "no connection to the proxy " + place + checkProxy(properties))
                .orElse("no connection to " + place + advice);
    }

    private static String checkProxy(String properties) {
        return "check " + properties + ", and that the proxy runs";
    }

    private static String unknown(String host) {
        String name = (host.isBlank() ? "" : ", " + host + ",") + " is not known here: ";
        return SetProxy.properties(host)
                .map(properties -> "the proxy's host name" + name + checkProxy(properties))
                .orElse("its host name" + name + "check the address, and the name service");
    }

    /** The host of a message that begins with it, {@code name: Name or service not known}. */
    private static String hostOf(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("").split(":")[0].strip();
    }

    private static String certificateFault(Throwable at) {
        if (hasCause(at, CertificateExpiredException.class)) {
            return "it has expired";
        }
        if (hasCause(at, CertificateNotYetValidException.class)) {
            return "it is not valid yet: check both clocks";
        }
        return at instanceof SSLPeerUnverifiedException
                        || !hasCause(at, CertPathBuilderException.class)
                                && !hasCause(at, CertPathValidatorException.class)
                ? "it is of another host"
                : "its authority is not trusted here";
    }

    private static boolean hasCause(Throwable thrown, Class<? extends Throwable> kind) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCutOff(Throwable at) {
        return at instanceof JsonParseException json
                        && json.getOriginalMessage().startsWith("Unexpected end-of-input")
                || at instanceof TruncatedChunkException
                || at instanceof ConnectionClosedException
                || at instanceof EOFException;
    }

    private static @Nullable Cause causeOf(Throwable at) {
        if (at instanceof SizeLimit.Exceeded) {
            return Cause.TOO_LARGE;
        }
        if (at instanceof SocketTimeoutException
                || at instanceof TimeoutException
                || at instanceof ConnectTimeoutException
                || at instanceof ConnectionRequestTimeoutException) {
            return Cause.TIMEOUT;
        }
        if (at instanceof JsonProcessingException
                || at instanceof SAXException
                || at instanceof MalformedChunkCodingException
                || at instanceof ZipException
                || at instanceof ProtocolException
                || at instanceof org.apache.hc.client5.http.ClientProtocolException) {
            return Cause.MALFORMED;
        }
        if (at instanceof CallNotPermittedException) {
            return Cause.UNREACHABLE;
        }
        if (at instanceof IOException && !(at.getCause() instanceof IOException)) {
            return Cause.UNREACHABLE;
        }
        return null;
    }

    private static ProviderFailure ofStatus(HttpOperationFailedException http, Clock clock) {
        int status = http.getStatusCode();
        return switch (status) {
            case 401 -> ProviderFailure.of(Cause.AUTH_REJECTED, http);
            case 403 ->
                    isOfTooManyCalls(http)
                            ? tooManyCalls(retryAfter(http, clock), http)
                            : ProviderFailure.of(Cause.AUTH_REJECTED, http);
            case 407 ->
                    ProviderFailure.of(
                            Cause.UPSTREAM_ERROR,
                            "the proxy on the way requires a password, which cannot be given: use one that requires none");
            case 408, 504 -> ProviderFailure.of(Cause.TIMEOUT, http);
            case 429 -> tooManyCalls(retryAfter(http, clock), http);
            case 503 ->
                    new ProviderFailure(
                            Cause.UPSTREAM_ERROR,
                            "the provider answered 503: see its own log",
                            retryAfter(http, clock),
                            http);
            case 301, 302, 303, 307, 308 ->
                    ProviderFailure.of(
                            Cause.UPSTREAM_ERROR,
                            "the provider redirects elsewhere (HTTP "
                                    + status
                                    + "): set its address to where it really is");
            default ->
                    ProviderFailure.of(
                            Cause.UPSTREAM_ERROR,
                            "the provider answered HTTP "
                                    + status
                                    + ": see its own log, and check that its address is right");
        };
    }

    /**
     * Whether a refusal is none of the credential: it says when to come back, or that none is left.
     */
    private static boolean isOfTooManyCalls(HttpOperationFailedException http) {
        return header(http, RETRY_AFTER) != null
                || "0".equals(header(http, "X-RateLimit-Remaining"));
    }

    private static @Nullable String header(HttpOperationFailedException http, String name) {
        Map<String, String> headers = http.getResponseHeaders();
        if (headers == null) {
            return null;
        }
        return headers.entrySet().stream()
                .filter(header -> name.equalsIgnoreCase(header.getKey()))
                .map(header -> header.getValue().strip())
                .findFirst()
                .orElse(null);
    }

    private static ProviderFailure tooManyCalls(
            @Nullable Duration retryAfter, HttpOperationFailedException http) {
        String hint =
                retryAfter == null
                        ? Cause.RATE_LIMITED.hint()
                        : "too many calls for the provider: it is left alone for as long as it asks; raise its limit, or AGENT_RUNTIME_SERVICE_CATALOG_TTL_SECONDS";
        return new ProviderFailure(Cause.RATE_LIMITED, hint, retryAfter, http);
    }

    /**
     * {@code Retry-After} in its two forms, seconds or a date; null when absent, past or not
     * understood.
     */
    static @Nullable Duration retryAfter(HttpOperationFailedException http, Clock clock) {
        String value = header(http, RETRY_AFTER);
        if (value == null) {
            return null;
        }
        Duration asked = null;
        if (value.matches("\\d+")) {
            asked =
                    value.length() > MOST_DIGITS
                            ? LONGEST_RETRY_AFTER
                            : Duration.ofSeconds(Long.parseLong(value));
        } else {
            Instant until = DateUtils.parseDate(value.replaceAll(" +", " "), DATES);
            asked = until == null ? null : Duration.between(clock.instant(), until);
        }
        if (asked == null || asked.isNegative()) {
            return null;
        }
        return asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked;
    }
}
