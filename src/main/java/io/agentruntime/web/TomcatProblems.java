package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.util.UUID;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that are so broken that Tomcat refuses them before any application sees them.
 */
final class TomcatProblems extends ErrorReportValve {
    private final ProblemWriter problems;

    TomcatProblems(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        String id = UUID.randomUUID().toString();
        request.setAttribute(ProblemWriter.REQUEST_ID, id);
        // Nothing of the request is repeated: what came in was not HTTP, and may be anything.
        request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, "");
        try {
            response.setHeader(RequestFrame.ID_HEADER, id);
            problems.write(
                    request, response, ContainerProblems.problem(ProblemType.ofStatus(status)));
            response.finishResponse();
        } catch (IOException e) {
            container
                    .getLogger()
                    .debug("the sender of a broken request did not wait for the answer", e);
        }
    }
}
