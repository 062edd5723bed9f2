package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.request.RequestLine;
import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.util.UUID;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Answers requests that are so broken that Tomcat refuses them before any application sees them.
 */
final class TomcatProblems extends ErrorReportValve {
    private static final Logger log = LoggerFactory.getLogger(RequestLine.LOG);

    private final ProblemWriter problems;
    private final OneASecond lines = new OneASecond();

    TomcatProblems(ProblemWriter problems) {
        this.problems = problems;
    }

    private void say(int status, ProblemType problem) {
        if (lines.mayLog()) {
            lines.withOthers(
                            log.atInfo()
                                    .addKeyValue("status", status)
                                    .addKeyValue("problem", problem.label()))
                    .log("request");
        }
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
        ProblemType problem = ProblemType.ofStatus(status);
        try (var asId = MDC.putCloseable(ProblemWriter.REQUEST_ID, id)) {
            say(status, problem);
            response.setHeader(RequestFrame.ID_HEADER, id);
            problems.write(request, response, ContainerProblems.problem(problem));
            response.finishResponse();
        } catch (IOException e) {
            container
                    .getLogger()
                    .debug("the sender of a broken request did not wait for the answer", e);
        }
    }
}
