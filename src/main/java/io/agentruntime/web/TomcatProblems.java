package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that are so broken that Tomcat refuses them before any application sees them.
 */
public final class TomcatProblems extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemType type = ProblemType.ofStatus(status);
        // Nothing of the request is repeated: what came in was not HTTP, and may be anything.
        String id = UUID.randomUUID().toString();
        String body =
                """
                {"type":"%s","title":"%s","status":%d,"detail":"%s","instance":"","request_id":"%s"}"""
                        .formatted(
                                type.urn(),
                                type.title(),
                                type.status(),
                                ContainerProblems.detail(type),
                                id);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try {
            response.setStatus(type.status());
            response.setHeader(RequestFrame.ID_HEADER, id);
            response.setContentType("application/problem+json");
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
            response.finishResponse();
        } catch (IOException e) {
            container
                    .getLogger()
                    .debug("the sender of a broken request did not wait for the answer", e);
        }
    }
}
