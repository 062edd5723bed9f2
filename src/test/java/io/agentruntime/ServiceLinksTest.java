package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
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

    @Test
    void aServiceInKubernetesOfTheSameNameSetsNoPort(CapturedOutput log) {
        try (var service = RunningService.withVariables(LINKS)) {
            assertThat(service.context().getBean(Settings.class).port()).isEqualTo(8000);
            assertThat(ofTheManagementPort(service).getProperty("agent-runtime.port"))
                    .isEqualTo("8000");
            assertThat(ofTheManagementPort(service).getProperty("agent-runtime.management-port"))
                    .isEqualTo("8001");
            await().untilAsserted(
                            () ->
                                    service.provision("summarize financial documents")
                                            .hasStatus(200));
        }
        assertThat(log.getOut().lines())
                .filteredOn(line -> line.contains("enableServiceLinks: false"))
                .singleElement()
                .asString()
                .contains(
                        "INFO",
                        "AGENT_RUNTIME_SERVICE_PORT",
                        "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT");
        assertThat(log.getOut()).doesNotContain("WARN");
    }

    /** As Spring Boot makes it: the process's variables first, links and all. */
    private static StandardEnvironment ofTheManagementPort(RunningService service) {
        var environment = new StandardEnvironment();
        String system = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(system, new SystemEnvironmentPropertySource(system, LINKS));
        environment.merge(service.context().getEnvironment());
        return environment;
    }
}
