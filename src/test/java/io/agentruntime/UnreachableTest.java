package io.agentruntime;

import static io.agentruntime.RawProvider.answer;
import static io.agentruntime.RawProvider.list;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.FakeLangflow.Row;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * A provider that is not to be found, or not to be believed: host name and certificate, while its
 * flows are known and while they are not. The operator is told which of the two it is.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnreachableTest {
    private static final String TASK = "summarize financial documents";
    private static final String FLOWS =
            """
            [{"id": "f-1", "name": "Financial Report Summarizer", "is_component": false,
              "description": "Summarizes financial documents into one page."}]""";
    private static final String[] TRUST = {
        "javax.net.ssl.trustStore",
        "javax.net.ssl.trustStorePassword",
        "javax.net.ssl.trustStoreType"
    };
    private static final Map<String, @Nullable String> trustBefore = new HashMap<>();

    @TempDir static Path folder;
    private static Certificates certificates;
    private static SSLContext good;
    private static RawProvider known;
    private static RawProvider unknown;
    private static RunningService warm;
    private static RunningService cold;

    /** An operator's own authority is trusted as the documentation says. */
    @BeforeAll
    static void start() {
        certificates = Certificates.in(folder);
        good = certificates.good();
        known = RawProvider.start(good);
        known.lists(list(FLOWS));
        unknown = RawProvider.start(good);
        unknown.lists(answer(500, "text/plain", "down"));
        for (String property : TRUST) {
            trustBefore.put(property, System.getProperty(property));
        }
        System.setProperty(TRUST[0], certificates.trusted().toString());
        System.setProperty(TRUST[1], Certificates.password());
        System.setProperty(TRUST[2], "PKCS12");
        warm = service(known.url());
        cold = service(unknown.url());
    }

    @AfterAll
    static void stop() {
        warm.close();
        cold.close();
        known.close();
        unknown.close();
        trustBefore.forEach(
                (property, value) -> {
                    if (value == null) {
                        System.clearProperty(property);
                    } else {
                        System.setProperty(property, value);
                    }
                });
    }

    @BeforeEach
    void well() {
        known.speaks(good);
        await().untilAsserted(
                        () -> {
                            warm.closeBreaker("langflow");
                            assertThatJson(refresh(warm)).node("status").isEqualTo("up");
                        });
    }

    private static RunningService service(String url) {
        return RunningService.with(
                Map.of(
                        "PROVIDERS", "langflow",
                        "LANGFLOW_API_URL", url,
                        "PROVIDER_TIMEOUT_MS", "3000",
                        "CATALOG_TTL_SECONDS", "3600"));
    }

    private static String refresh(RunningService service) {
        return service.refresh("langflow").body();
    }

    static Stream<Arguments> certificates() {
        return Stream.of(
                row("expired", Certificates::expired, "certificate.*has expired"),
                row("not yet valid", Certificates::notYetValid, "certificate.*not valid yet"),
                row("of another host", Certificates::ofAnotherHost, "certificate.*another host"),
                row(
                        "of nobody that is trusted",
                        Certificates::selfSigned,
                        "certificate.*its authority is not trusted"),
                row("none: plain HTTP", it -> null, "https"));
    }

    private static Arguments row(
            String name, Function<Certificates, @Nullable SSLContext> made, String hint) {
        return Arguments.of(name, made, hint);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("certificates")
    void callersDoNotNoticeACertificateThatIsNotBelieved(
            String name,
            Function<Certificates, @Nullable SSLContext> made,
            String hint,
            CapturedOutput log) {
        known.speaks(made.apply(certificates));
        known.forget();

        assertThatJson(refresh(warm))
                .isObject()
                .containsEntry("status", "stale")
                .containsEntry("last_error", "unreachable");
        assertThat(String.join("", known.requests())).doesNotContain("fake-langflow-token");
        warm.provision(TASK).isMatch("f-1").notes("catalog is").notes("s old");
        assertThat(log.getOut())
                .containsPattern("WARN .*langflow not refreshed: unreachable \\(.*" + hint)
                .doesNotContain("\tat ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("certificates")
    void callersAreToldWhileNoFlowsAreKnown(
            String name,
            Function<Certificates, @Nullable SSLContext> made,
            String hint,
            CapturedOutput log) {
        unknown.speaks(made.apply(certificates));
        // A refresh under way may have met the certificate of before
        refresh(cold);
        unknown.lists(list(FLOWS));
        cold.closeBreaker("langflow");
        assertThatJson(refresh(cold))
                .isObject()
                .containsEntry("status", "down")
                .containsEntry("last_error", "unreachable");

        cold.provision(TASK).isProblem(503, "provider-unavailable");
        assertThat(log.getOut())
                .containsPattern("WARN .*langflow not refreshed: unreachable \\(.*" + hint)
                .doesNotContain("\tat ");
    }

    static Stream<Arguments> trustStores() {
        return Stream.of(
                Arguments.of("nowhere.p12", "a password", "is not there, or may not be read"),
                Arguments.of("trusted.p12", "another", "cannot be opened: check .*Password"),
                Arguments.of("ca.crt", "a password", "cannot be opened: check .*PEM"),
                Arguments.of("trusted.p12", "", "holds no authority that can be read.*Password"));
    }

    /** Nothing is wrong at the provider then. */
    @ParameterizedTest
    @MethodSource("trustStores")
    void aTrustStoreThatCannotBeUsedIsToldAsWhatItIs(
            String store, String password, String hint, CapturedOutput log) {
        System.setProperty(TRUST[0], folder.resolve(store).toString());
        System.setProperty(TRUST[1], password);
        if (password.isEmpty()) {
            System.clearProperty(TRUST[1]);
        }
        try (RunningService service = service(known.url())) {
            assertThatJson(refresh(service)).node("last_error").isEqualTo("unreachable");
        } finally {
            System.setProperty(TRUST[0], certificates.trusted().toString());
            System.setProperty(TRUST[1], Certificates.password());
        }
        assertThat(log.getOut())
                .containsPattern(
                        "langflow not refreshed: unreachable \\(the trust store .*" + hint);
    }

    /** A label over 63 characters is no name: no resolver asks anybody about it. */
    @Test
    void aHostNameThatNobodyKnowsIsUnreachable(CapturedOutput log) {
        try (RunningService cold = service("http://" + "a".repeat(64) + ".invalid:7860")) {
            cold.provision(TASK).isProblem(503, "provider-unavailable");
            assertThatJson(refresh(cold))
                    .isObject()
                    .containsEntry("status", "down")
                    .containsEntry("last_error", "unreachable");
        }
        assertThat(log.getOut())
                .containsPattern("WARN .*langflow not refreshed: unreachable \\(.*host name")
                .doesNotContain("\tat ");
    }

    @Test
    void aHostThatOnlyAProxyCanReachIsAskedThroughIt() {
        try (var langflow = FakeLangflow.start();
                var proxy = new ProxyForTests(URI.create(langflow.url()).getPort())) {
            langflow.lists(Row.of("f-1", "Financial Summarizer", "Summarizes financial documents"));
            try (RunningService service = service("http://langflow_ide.invalid:7860")) {
                service.provision(TASK).isMatch("f-1");
            }
            assertThat(proxy.asked()).contains(URI.create("http://langflow_ide.invalid:7860"));
        }
    }

    @Test
    void aHostNameThatIsLostIsNotNoticedWhileFlowsAreKnown(@TempDir Path state) {
        Map<String, String> settings =
                Map.of(
                        "PROVIDERS", "langflow",
                        "STATE_DIR", state.toString(),
                        "CATALOG_TTL_SECONDS", "3600");
        var before = new HashMap<>(settings);
        before.put("LANGFLOW_API_URL", known.url());
        try (RunningService first = RunningService.with(before)) {
            first.provision(TASK).isMatch("f-1");
        }
        var after = new HashMap<>(settings);
        after.put("LANGFLOW_API_URL", "http://" + "a".repeat(64) + ".invalid:7860");
        try (RunningService second = RunningService.with(after)) {
            assertThatJson(refresh(second))
                    .isObject()
                    .containsEntry("status", "stale")
                    .containsEntry("last_error", "unreachable");
            second.provision(TASK).isMatch("f-1").notes("s old");
        }
    }
}
