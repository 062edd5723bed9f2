package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Kubernetes tells each pod where the Services of its namespace are, in variables that begin with
 * the Service's name.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceLinksTest {
    private static final Map<String, Object> LINKS =
            Map.of(
                    "AGENT_RUNTIME_SERVICE_SERVICE_HOST", "10.96.12.7",
                    "AGENT_RUNTIME_SERVICE_SERVICE_PORT", "8000",
                    "AGENT_RUNTIME_SERVICE_SERVICE_PORT_HTTP", "8000",
                    "AGENT_RUNTIME_SERVICE_PORT", "tcp://10.96.12.7:8000",
                    "AGENT_RUNTIME_SERVICE_PORT_8000_TCP", "tcp://10.96.12.7:8000",
                    "AGENT_RUNTIME_SERVICE_PORT_8000_TCP_PROTO", "tcp",
                    "AGENT_RUNTIME_SERVICE_PORT_8000_TCP_PORT", "8000",
                    "AGENT_RUNTIME_SERVICE_PORT_8000_TCP_ADDR", "10.96.12.7",
                    "AGENT_RUNTIME_SERVICE_MANAGEMENT_SERVICE_PORT", "8001",
                    "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT", "tcp://10.96.12.8:8001");

    /** The names of the second one are what Spring would read the settings from as well. */
    private static final Map<String, Object> SHORTER_LINKS =
            Map.of(
                    "AGENT_RUNTIME_SERVICE_HOST", "10.96.12.7",
                    "AGENT_RUNTIME_SERVICE_PORT", "80",
                    "AGENT_RUNTIME_SERVICE_PORT_HTTP", "80",
                    "AGENT_RUNTIME_PORT", "tcp://10.96.12.7:80",
                    "AGENT_RUNTIME_PORT_80_TCP", "tcp://10.96.12.7:80",
                    "AGENT_RUNTIME_MANAGEMENT_SERVICE_HOST", "10.96.12.8",
                    "AGENT_RUNTIME_MANAGEMENT_SERVICE_PORT", "8001",
                    "AGENT_RUNTIME_MANAGEMENT_PORT", "tcp://10.96.12.8:8001");

    /** Spring would read the settings from the names of this one, too. */
    private static final Map<String, Object> LINKS_WITHOUT_A_HYPHEN =
            Map.of(
                    "AGENTRUNTIME_SERVICE_HOST", "10.96.12.7",
                    "AGENTRUNTIME_SERVICE_PORT", "8000",
                    "AGENTRUNTIME_PORT", "tcp://10.96.12.7:8000",
                    "AGENTRUNTIME_PORT_8000_TCP", "tcp://10.96.12.7:8000",
                    "AGENTRUNTIME_MANAGEMENT_PORT", "tcp://10.96.12.8:8001");

    static Stream<Map<String, Object>> links() {
        return Stream.of(LINKS, SHORTER_LINKS);
    }

    @Test
    void aPortThatIsNotTheServicesIsChosen() {
        Map<String, Object> links = new HashMap<>(SHORTER_LINKS);
        links.put("AGENT_RUNTIME_SERVICE_PORT", "8080");
        try (var service = RunningService.withVariables(links)) {
            assertThat(service.context().getBean(Settings.class).port()).isEqualTo(8080);
        }
    }

    @Test
    void aServiceInKubernetesWhoseNameHasNoHyphenSetsNoPort(CapturedOutput log) {
        try (var service = RunningService.withVariables(LINKS_WITHOUT_A_HYPHEN)) {
            assertThat(service.context().getBean(Settings.class).port()).isEqualTo(8000);
        }
        assertThat(log.getOut()).doesNotContain("WARN");
    }

    /** Such as are set for another program of the same pod. */
    @Test
    void aVariableThatIsNotOfTheServiceSetsNoPort() {
        Map<String, Object> others =
                Map.of(
                        "LISTEN_PORT", "tcp://10.96.12.9:80",
                        "LISTEN_MANAGEMENT_PORT", "0.0.0.0:81");
        try (var service = RunningService.withVariables(others)) {
            assertThat(service.context().getBean(Settings.class).port()).isEqualTo(8000);
            assertThatPortsAreTheServices(service, others);
        }
    }

    @ParameterizedTest
    @MethodSource("links")
    void aServiceInKubernetesOfTheSameNameSetsNoPort(
            Map<String, Object> links, CapturedOutput log) {
        try (var service = RunningService.withVariables(links)) {
            assertThat(service.context().getBean(Settings.class).port()).isEqualTo(8000);
            assertThatPortsAreTheServices(service, links);
            await().untilAsserted(
                            () ->
                                    service.provision("summarize financial documents")
                                            .hasStatus(200));
        }
        assertThat(log.getOut().lines())
                .filteredOn(line -> line.contains("enableServiceLinks: false"))
                .singleElement()
                .asString()
                .contains("INFO", "AGENT_RUNTIME_SERVICE_PORT");
        assertThat(log.getOut()).doesNotContain("WARN");
    }

    /** What application.yaml says of them; the tests' own ports come from elsewhere. */
    private static void assertThatPortsAreTheServices(
            RunningService service, Map<String, Object> variables) {
        StandardEnvironment management = ofTheManagementPort(service, variables);
        PropertySource<?> yaml =
                management.getPropertySources().stream()
                        .filter(OriginTrackedMapPropertySource.class::isInstance)
                        .findFirst()
                        .orElseThrow();
        assertThat(List.of("server.port", "management.server.port"))
                .extracting(yaml::getProperty)
                .extracting(port -> management.resolvePlaceholders(String.valueOf(port)))
                .containsExactly("8000", "8001");
    }

    /** As Spring Boot makes it: the process's variables first, links and all. */
    private static StandardEnvironment ofTheManagementPort(
            RunningService service, Map<String, Object> links) {
        var environment = new StandardEnvironment();
        String system = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(system, new SystemEnvironmentPropertySource(system, links));
        environment.merge(service.context().getEnvironment());
        return environment;
    }
}
