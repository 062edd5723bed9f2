package io.agentruntime.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentruntime.settings.OpenPaths;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What probes are told while the port is open and the routes that answer them are not there yet:
 * the process lives, is not ready, and knows of no provider. In the form of {@link Health}.
 */
final class Starting {
    private record Answer(int status, byte[] body) {}

    private final Map<String, Answer> answers = new HashMap<>();

    Starting(String rootPath, List<String> providers, ObjectMapper json) {
        Map<String, Object> unknown = new LinkedHashMap<>();
        providers.forEach(name -> unknown.put(name, "unknown"));
        Map<String, Object> overview = new LinkedHashMap<>();
        overview.put("status", "degraded");
        overview.put("providers", unknown);
        Answer health = answer(200, overview, json);
        answers.put(OpenPaths.LIVE, answer(200, Map.of("status", "ok"), json));
        answers.put(OpenPaths.READY, answer(503, Map.of("status", "not ready"), json));
        answers.put(OpenPaths.HEALTH, health);
        answers.put(OpenPaths.healthBelow(rootPath), health);
    }

    private static Answer answer(int status, Map<String, Object> body, ObjectMapper json) {
        try {
            return new Answer(status, json.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of strings cannot be written", e);
        }
    }

    /** Answers a probe; false when the request is none. */
    boolean answers(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Answer answer = answers.get(request.getRequestURI());
        String method = request.getMethod();
        if (answer == null || !method.equals("GET") && !method.equals("HEAD")) {
            return false;
        }
        response.setStatus(answer.status);
        response.setContentType("application/json");
        response.setContentLength(answer.body.length);
        if (method.equals("GET")) {
            response.getOutputStream().write(answer.body);
        }
        return true;
    }
}
