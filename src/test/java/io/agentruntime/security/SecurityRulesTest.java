package io.agentruntime.security;

import static io.agentruntime.security.TokenText.claims;
import static io.agentruntime.security.TokenText.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.settings.OpenPaths;
import io.agentruntime.settings.Settings;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.autoconfigure.web.embedded.EmbeddedWebServerFactoryCustomizerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The rules over a real server and raw sockets: what is sent is what is written here. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "server.address=127.0.0.1",
            "server.max-http-request-header-size=32KB",
            "agent-runtime.root-path=/api/v1",
            "agent-runtime.cors-allow-origins=https://app.test, https://admin.test:8443",
            "spring.main.banner-mode=off"
        })
@ExtendWith(OutputCaptureExtension.class)
class SecurityRulesTest {

    private static final String GOOD = token(claims());
    private static final String M2M =
            token(
                    TokenText.HEADER,
                    claims("sub", "\"conversation\""),
                    Keys.hmac("256", Keys.M2M_SECRET));

    @LocalServerPort int port;
    @Autowired ApplicationContext context;
    @Autowired Seen seen;

    @BeforeEach
    void forget() {
        seen.clear();
    }

    @Test
    void aGoodTokenIsLetInAndTheCallerIsKnown() {
        Answer answer = get("/api/v1/flows", "Authorization: Bearer " + GOOD);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("user ann user ann user ann");
    }

    @Test
    void aMachinesTokenIsKnownAsAMachines() {
        assertThat(get("/api/v1/flows", "Authorization: Bearer " + M2M).body())
                .isEqualTo("m2m conversation m2m conversation m2m conversation");
    }

    @Test
    void theCallerIsStillKnownWhenAnotherThreadAnswers() {
        Answer answer = get("/api/v1/later", "Authorization: Bearer " + GOOD);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("user ann");
    }

    @Test
    void aSubjectCannotForgeALogLine() {
        String claims =
                claims(
                        "sub",
                        "\"ann\\r\\nERROR forged\\u0007\\u2028\\u202e" + "x".repeat(99) + "\"");

        assertThat(get("/api/v1/logged", "Authorization: Bearer " + token(claims)).body())
                .isEqualTo("ann??ERROR forged???" + "x".repeat(44));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER", "bEaReR"})
    void theSchemeIsKnownInAnyCase(String scheme) {
        assertThat(get("/api/v1/flows", "Authorization: " + scheme + " " + GOOD).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"authorization", "AUTHORIZATION"})
    void theHeadersNameIsKnownInAnyCase(String name) {
        assertThat(get("/api/v1/flows", name + ": Bearer " + GOOD).status()).isEqualTo(200);
    }

    static Stream<String[]> noTokenShown() {
        return Stream.of(
                carried("nothing"),
                carried("another scheme", "Authorization: Basic YW5uOmFubg=="),
                carried("a token without a scheme", "Authorization: " + GOOD),
                carried("a scheme that only begins right", "Authorization: BearerToken " + GOOD),
                carried("the DPoP scheme", "Authorization: DPoP " + GOOD),
                carried("the scheme JWT", "Authorization: JWT " + GOOD),
                carried("the scheme Token", "Authorization: Token " + GOOD),
                carried("an empty header", "Authorization:"),
                carried("a header of blanks", "Authorization:   "),
                carried("a cookie", "Cookie: access_token=" + GOOD),
                carried("a cookie named Authorization", "Cookie: Authorization=Bearer " + GOOD),
                carried("a proxy's header", "Proxy-Authorization: Bearer " + GOOD),
                carried("a forwarded header", "X-Forwarded-Authorization: Bearer " + GOOD),
                carried("a header of our own invention", "X-Authorization: Bearer " + GOOD),
                carried("an access token header", "X-Access-Token: " + GOOD),
                carried("an API key", "x-api-key: " + GOOD),
                carried("a trailing header", "Trailer: Authorization"),
                carried("the word in the next header", "X-Note: a", "X-Other: Bearer " + GOOD));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noTokenShown")
    void whatIsNoBearerHeaderIsNoToken(String name, String headers) {
        Answer answer = get("/api/v1/flows", headers);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(answer.body()).contains("urn:ars:problem:unauthenticated");
    }

    static Stream<String[]> badTokenShown() {
        return Stream.of(
                carried("the scheme alone", "Authorization: Bearer"),
                carried("the scheme and a colon", "Authorization: Bearer: " + GOOD),
                carried("two blanks", "Authorization: Bearer  " + GOOD),
                carried("a tab", "Authorization: Bearer\t" + GOOD),
                carried("quotes", "Authorization: Bearer \"" + GOOD + "\""),
                carried("single quotes", "Authorization: Bearer '" + GOOD + "'"),
                carried("angle brackets", "Authorization: Bearer <" + GOOD + ">"),
                carried("the scheme twice", "Authorization: Bearer Bearer " + GOOD),
                carried("something after a blank", "Authorization: Bearer " + GOOD + " x"),
                carried("a parameter after it", "Authorization: Bearer " + GOOD + ",realm=x"),
                carried("a parameter name before it", "Authorization: Bearer token=" + GOOD),
                carried("two in one header", "Authorization: Bearer " + GOOD + ", Bearer " + GOOD),
                carried("a semicolon", "Authorization: Bearer " + GOOD + ";"),
                carried("padding", "Authorization: Bearer " + GOOD + "="),
                carried("a plus sign", "Authorization: Bearer +" + GOOD),
                carried("percent escapes", "Authorization: Bearer " + GOOD.replace(".", "%2E")),
                carried("a letter outside ASCII", "Authorization: Bearer é" + GOOD),
                carried("null", "Authorization: Bearer null"),
                carried("undefined", "Authorization: Bearer undefined"),
                carried(
                        "two headers, both good",
                        "Authorization: Bearer " + GOOD,
                        "Authorization: Bearer " + GOOD),
                carried(
                        "two headers, the first good",
                        "Authorization: Bearer " + GOOD,
                        "Authorization: Basic x"),
                carried(
                        "two headers, the last good",
                        "Authorization: Basic x",
                        "authorization: Bearer " + GOOD),
                carried(
                        "two headers, one empty",
                        "Authorization:",
                        "Authorization: Bearer " + GOOD),
                carried("10 KiB", "Authorization: Bearer " + "a".repeat(10 * 1024)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokenShown")
    void aBearerHeaderThatIsNotOneTokenIsABadToken(String name, String headers) {
        Answer answer = get("/api/v1/flows", headers);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
    }

    /** The table of refused tokens once more, as far as it can be written into a header. */
    @Test
    void noTokenOfTheTableIsLetIn() {
        List<TokenRefusalTest.Row> sendable =
                TokenRefusalTest.rows()
                        .filter(r -> r.verifier() == TokenRefusalTest.HS256)
                        .filter(r -> r.token().length() < 16 * 1024)
                        .filter(r -> r.token().chars().allMatch(c -> c > ' ' && c < 0x7f))
                        .toList();
        assertThat(sendable).hasSizeGreaterThan(130);

        for (TokenRefusalTest.Row row : sendable) {
            Answer answer = get("/api/v1/flows", "Authorization: Bearer " + row.token());

            assertThat(answer.status()).as(row.name()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate"))
                    .as(row.name())
                    .isEqualTo("Bearer error=\"invalid_token\"");
        }
        assertThat(seen.callers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access_token=",
                "token=",
                "jwt=",
                "authorization=Bearer%20",
                "Authorization=Bearer+"
            })
    void aTokenInTheQueryIsIgnored(String parameter) {
        Answer answer = get("/api/v1/flows?" + parameter + GOOD, "");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @Test
    void aTokenInAFormIsIgnored() {
        String form = "access_token=" + GOOD;

        assertThat(
                        post(
                                        "/api/v1/flows",
                                        form,
                                        "Content-Type: application/x-www-form-urlencoded")
                                .status())
                .isEqualTo(401);
    }

    @Test
    void aTokenInTheAddressIsIgnored() {
        assertThat(
                        exchange(
                                        "GET http://ann:"
                                                + GOOD
                                                + "@127.0.0.1/api/v1/flows HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                                .status())
                .isIn(400, 401);
    }

    @Test
    void theRefusalComesBeforeTheBody() throws IOException {
        try (Socket socket = connected()) {
            write(
                    socket,
                    "POST /api/v1/agents/provision HTTP/1.1\r\nHost: ars\r\n"
                            + "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{");

            assertThat(new Scanner(socket.getInputStream(), StandardCharsets.UTF_8).nextLine())
                    .startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void theRefusalComesBeforeTheBodyIsJudged() {
        assertThat(post("/api/v1/agents/provision", "{not json", "Content-Type: text/xml").status())
                .isEqualTo(401);
        assertThat(
                        post(
                                        "/api/v1/agents/provision",
                                        "{}",
                                        "Content-Type: text/xml",
                                        "Authorization: Bearer " + GOOD)
                                .status())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health",
                "/api/v1/health",
                "/health/live",
                "/health/ready",
                "/openapi.json",
                "/docs",
                "/docs/index.html"
            })
    void theOpenPathsNeedNoTokenAndLookAtNone(String path) {
        assertThat(get(path, "").status()).isEqualTo(200);
        assertThat(exchange("HEAD", path, "", "").status()).isEqualTo(200);
        assertThat(get(path, "Authorization: Bearer nonsense").status()).isEqualTo(200);
        assertThat(get(path, "Authorization: Bearer " + GOOD).body()).isEqualTo("open to null");
        assertThat(post(path, "x", "Content-Type: text/plain").status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1",
                "/api/v1/",
                "/api/v1/flows",
                "/api/v1/flows/",
                "/api/v1/unknown",
                "/api/v1/health/",
                "/api/v1/health/live",
                "/api/v1/healthy",
                "/api/v1/docs",
                "/api/v1/HEALTH",
                "/api/v1/%66lows",
                "/%61pi/v1/flows",
                "/api/v1/flows?x=/health",
                "/api/v1/flows#/health"
            })
    void everythingElseUnderTheRootNeedsAToken(String path) {
        assertThat(get(path, "").status()).isIn(401, 400);
        assertThat(exchange("HEAD", path, "", "").status()).isIn(401, 400);
        assertThat(exchange("OPTIONS", path, "", "").status()).isIn(401, 400);
        assertThat(exchange("DELETE", path, "", "").status()).isIn(401, 400);
        assertThat(seen.callers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/unknown", "/api/v1"})
    void anUnknownPathUnderTheRootIsUnknownToThoseLetInOnly(String path) {
        assertThat(get(path, "").status()).isEqualTo(401);
        assertThat(get(path, "Authorization: Bearer " + GOOD).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/admin",
                "/error",
                "/actuator",
                "/actuator/prometheus",
                "/api",
                "/api/v2/flows",
                "/API/v1/flows",
                "/health/other",
                "/docsx",
                "/login",
                "/api/../api/v1/flows",
                "/api/v1/health/../flows",
                "/health/../api/v1/flows",
                "/docs/../api/v1/flows",
                "/api/v1//flows",
                "//api/v1/flows",
                "/api/v1/flows;x=1",
                "/api/v1;/flows",
                "/health;/../api/v1/flows",
                "/api/v1/health%2f..%2fflows",
                "/api/v1/%2e%2e/v1/flows",
                "/api%2fv1%2fflows",
                "/api/v1/flows%00",
                "/api/v1/flows%0a",
                "/api/v1/%252e%252e/flows",
                "/api\\v1\\flows"
            })
    void whatNoRuleNamesDoesNotExistWithOrWithoutAToken(String path) {
        assertThat(get(path, "").status()).isIn(404, 400);
        assertThat(get(path, "Authorization: Bearer " + GOOD).status()).isIn(404, 400);
        assertThat(seen.callers()).isEmpty();
    }

    @Test
    void aMethodNobodyKnowsIsNotAllowed() {
        assertThat(exchange("FOO", "/api/v1/flows", "", "").status()).isEqualTo(405);
        assertThat(exchange("TRACE", "/api/v1/flows", "", "").status()).isEqualTo(405);
    }

    @Test
    void aHeaderInUtf8IsNoReasonToRefuse() {
        assertThat(
                        get("/api/v1/headers", "Authorization: Bearer " + GOOD, "X-Name: Strauß")
                                .status())
                .isEqualTo(200);
    }

    @Test
    void noSessionIsMadeAndAnswersAreNotKept() {
        for (Answer answer :
                List.of(
                        get("/api/v1/flows", ""),
                        get("/api/v1/flows", "Authorization: Bearer " + GOOD),
                        get("/health", ""),
                        get("/unknown", ""))) {
            assertThat(answer.header("Set-Cookie")).isEmpty();
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        }
    }

    @Test
    void aPageOfAnAllowedOriginMayAsk() {
        Answer asked =
                exchange(
                        "OPTIONS",
                        "/api/v1/agents/provision",
                        "",
                        "Origin: https://app.test",
                        "Access-Control-Request-Method: POST",
                        "Access-Control-Request-Headers: authorization, content-type");

        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.header("Access-Control-Allow-Origin")).isEqualTo("https://app.test");
        assertThat(asked.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(asked.header("Access-Control-Allow-Headers"))
                .contains("authorization", "content-type");
        assertThat(asked.header("Access-Control-Allow-Credentials")).isEmpty();
    }

    @Test
    void aPageOfAnAllowedOriginMayReadRefusalsToo() {
        Answer refused = get("/api/v1/flows", "Origin: https://admin.test:8443");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("Access-Control-Allow-Origin"))
                .isEqualTo("https://admin.test:8443");
        assertThat(refused.header("Access-Control-Expose-Headers"))
                .contains("X-Request-ID", "Allow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1//flows", "/api/v1/flows;x"})
    void aPageOfAnAllowedOriginMayReadThatAPathIsUnknownHoweverOdd(String path) {
        Answer refused = get(path, "Origin: https://app.test");

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo("https://app.test");
        assertThat(refused.header("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.test",
                "http://app.test",
                "https://app.test.evil.test",
                "https://app.test:444",
                "null",
                "https://",
                "://",
                "%%%",
                "https://[",
                "http://ars:99999999999",
                "http://ars:",
                "https://app.test https://evil.test"
            })
    void aPageOfAnotherOriginIsGrantedNothing(String origin) {
        Answer asked =
                exchange(
                        "OPTIONS",
                        "/api/v1/agents/provision",
                        "",
                        "Origin: " + origin,
                        "Access-Control-Request-Method: POST");
        Answer refused = get("/api/v1/flows", "Origin: " + origin);
        Answer answered =
                get("/api/v1/flows", "Origin: " + origin, "Authorization: Bearer " + GOOD);

        assertThat(List.of(asked, refused, answered))
                .allSatisfy(a -> assertThat(a.header("Access-Control-Allow-Origin")).isEmpty());
        assertThat(refused.status()).isEqualTo(401);
        assertThat(answered.status()).isEqualTo(200);
    }

    @Test
    void aTokenInTheWrongPlaceIsNotLogged(CapturedOutput log) {
        String token = token(claims("jti", "\"" + UUID.randomUUID() + "\""));
        get("/api/v1/flows", "Cookie: Authorization=Bearer " + token);
        get("/api/v1/flows?access_token=" + token, "");
        get("/api/v1/flows", "Authorization: Bearer " + token + " " + token);
        get("/api/v1/flows", "Authorization: Bearer " + token);

        assertThat(log.getAll()).doesNotContain(token, token.split("\\.")[2]);
    }

    @Test
    void nobodyCanLogInAnyOtherWay() {
        assertThat(context.getBeanProvider(UserDetailsService.class).getIfAvailable()).isNull();
    }

    private static String[] carried(String name, String... headers) {
        return new String[] {name, String.join("\r\n", headers)};
    }

    private Answer get(String path, String... headers) {
        return exchange("GET", path, "", headers);
    }

    private Answer post(String path, String body, String... headers) {
        return exchange("POST", path, body, headers);
    }

    private Answer exchange(String method, String path, String body, String... headers) {
        String given = String.join("\r\n", headers);
        return exchange(
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: ars\r\nConnection: close\r\n"
                        + (given.isEmpty() ? "" : given + "\r\n")
                        + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
                        + "\r\n"
                        + body);
    }

    private Answer exchange(String request) {
        try (Socket socket = connected()) {
            write(socket, request);
            return Answer.read(socket.getInputStream());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void write(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    record Answer(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        static Answer read(InputStream in) throws IOException {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            String[] lines = text.substring(0, end).split("\r\n");
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.merge(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip(),
                        (a, b) -> a + ", " + b);
            }
            String body = text.substring(end + 4);
            if ("chunked".equals(headers.get("Transfer-Encoding"))) {
                body = body.replaceAll("(?m)^[0-9a-f]+\r\n", "").replace("\r\n", "");
            }
            return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, body);
        }
    }

    /** Everyone who got as far as a handler that needs a token. */
    static final class Seen {
        private final Map<String, Boolean> callers = new ConcurrentHashMap<>();

        void add(String caller) {
            callers.put(caller, true);
        }

        List<String> callers() {
            return List.copyOf(callers.keySet());
        }

        void clear() {
            callers.clear();
        }
    }

    @SpringBootConfiguration
    @ImportAutoConfiguration({
        EmbeddedWebServerFactoryCustomizerAutoConfiguration.class,
        ServletWebServerFactoryAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        JacksonAutoConfiguration.class,
        SecurityAutoConfiguration.class,
        UserDetailsServiceAutoConfiguration.class,
        SecurityFilterAutoConfiguration.class
    })
    @Import({SecurityRules.class, Endpoints.class, Errors.class, ProblemWriter.class})
    static class App {

        @Bean
        TokenVerifier tokenVerifier() {
            return TokenVerifier.of(
                    List.of(
                            settings(CallerKind.USER, Keys.USER_SECRET),
                            settings(CallerKind.M2M, Keys.M2M_SECRET)),
                    TokenText.CLOCK,
                    Duration.ZERO);
        }

        @Bean
        Settings settings(Environment environment) {
            return Settings.read(environment::getProperty);
        }

        @Bean
        OpenPaths openPaths() {
            return new OpenPaths("/api/v1");
        }

        @Bean
        Seen seen() {
            return new Seen();
        }

        private static TokenSettings settings(CallerKind kind, String secret) {
            return TokenSettingsForTests.of(
                    kind, "HS256", secret, TokenText.ISSUER, TokenText.AUDIENCE);
        }
    }

    @RestController
    static class Endpoints {

        private final Seen seen;

        Endpoints(Seen seen) {
            this.seen = seen;
        }

        @GetMapping("/api/v1/flows")
        String flows(HttpServletRequest request) {
            Caller attribute = Caller.of(request);
            Caller principal =
                    (Caller) SecurityContextHolder.getContext().getAuthentication().getPrincipal();
            seen.add(attribute.subject());
            return "%s %s %s %s %s %s"
                    .formatted(
                            attribute.kind().label(),
                            attribute.subject(),
                            principal.kind().label(),
                            principal.subject(),
                            MDC.get("caller_kind"),
                            MDC.get("caller_subject"));
        }

        @GetMapping("/api/v1/later")
        Callable<String> later(HttpServletRequest request) {
            return () -> Caller.of(request).kind().label() + " " + Caller.of(request).subject();
        }

        @GetMapping("/api/v1/logged")
        String logged() {
            return MDC.get("caller_subject");
        }

        @GetMapping("/api/v1/headers")
        int headers(HttpServletRequest request) {
            return Collections.list(request.getHeaderNames()).stream()
                    .mapToInt(n -> Collections.list(request.getHeaders(n)).size())
                    .sum();
        }

        @PostMapping(path = "/api/v1/agents/provision", consumes = "application/json")
        String provision(@RequestBody String body) {
            seen.add("provision");
            return body;
        }

        @PostMapping("/api/v1/flows")
        String form(@RequestParam Map<String, String> form) {
            seen.add("form");
            return "";
        }

        @GetMapping({
            "/health",
            "/health/live",
            "/health/ready",
            "/api/v1/health",
            "/openapi.json",
            "/docs",
            "/docs/index.html"
        })
        String open() {
            return "open to " + MDC.get("caller_kind");
        }

        /** Somebody forgot to think about who may call this. */
        @GetMapping({"/admin", "/", "/actuator", "/actuator/prometheus"})
        String forgotten() {
            seen.add("forgotten");
            return "secrets";
        }
    }

    @RestController
    static class Errors implements ErrorController {

        @RequestMapping("/error")
        ResponseEntity<String> error(HttpServletRequest request) {
            Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
            return ResponseEntity.status(status == null ? 500 : (Integer) status).body("error");
        }
    }
}
