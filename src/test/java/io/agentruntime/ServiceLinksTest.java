package io.agentruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentruntime.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Kubernetes tells each pod where the Services of its namespace are, in variables that begin with
 * the Service's name.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceLinksTest {
    @Test
    void aServiceInKubernetesOfTheSameNameSetsNoPort(CapturedOutput log) {
        try (var service =
                RunningService.withVariables(
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
                                "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT",
                                        "tcp://10.96.12.8:8001"))) {
            assertThat(service.context().getBean(Settings.class).port()).isEqualTo(8000);
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
}
