package io.agentruntime;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the service. */
@SpringBootApplication
public class AgentRuntimeService {
    public static void main(String[] args) {
        Shutdown.on(SpringApplication.run(AgentRuntimeService.class, args));
    }
}
