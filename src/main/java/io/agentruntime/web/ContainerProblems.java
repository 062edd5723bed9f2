package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Answers what the servlet container and Spring MVC refuse, in the one error format of the API. */
@Controller
final class ContainerProblems implements ErrorController {
    private static final Logger log = LoggerFactory.getLogger(ContainerProblems.class);

    /** Request attribute with a problem that is known better than by its status. */
    static final String KNOWN = ContainerProblems.class.getName();

    private final ProblemWriter problems;

    ContainerProblems(ProblemWriter problems) {
        this.problems = problems;
    }

    @RequestMapping("${server.error.path:/error}")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object thrown = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        ProblemType type =
                status instanceof Integer code ? ProblemType.ofStatus(code) : ProblemType.NOT_FOUND;
        if (type == ProblemType.INTERNAL && thrown instanceof Throwable defect) {
            // The frame around the request is left, and the log context with it
            MDC.put(
                    ProblemWriter.REQUEST_ID,
                    (String) request.getAttribute(ProblemWriter.REQUEST_ID));
            log.error("A defect of this service failed a request", defect);
            MDC.remove(ProblemWriter.REQUEST_ID);
        }
        Object known = request.getAttribute(KNOWN);
        problems.write(
                request,
                response,
                known instanceof RequestProblem problem ? problem : problem(type));
    }

    /** What is known by its type alone: who is refused for want of room may come back soon. */
    static RequestProblem problem(ProblemType type) {
        return type == ProblemType.OVERLOADED
                ? RequestProblem.retryLater(type, type.detail(), Duration.ofSeconds(1))
                : RequestProblem.of(type);
    }
}
