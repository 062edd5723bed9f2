package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Answers what the servlet container and Spring MVC refuse, in the one error format of the API. */
@Controller
final class ContainerProblems implements ErrorController {
    private static final Logger log = LoggerFactory.getLogger(ContainerProblems.class);

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
            log.error("A defect of this service failed a request", defect);
        }
        problems.write(request, response, RequestProblem.of(type, ContainerProblems.detail(type)));
    }

    static String detail(ProblemType type) {
        return switch (type) {
            case NOT_FOUND -> "There is nothing at this path.";
            case METHOD_NOT_ALLOWED ->
                    "This path does not take this method; the Allow header lists those it takes.";
            case NOT_ACCEPTABLE -> "This path answers with application/json only.";
            case UNSUPPORTED_MEDIA_TYPE -> "This path takes application/json only.";
            case INTERNAL -> "The service met a defect of its own; the log has it.";
            case BAD_REQUEST -> "The request line or a header breaks the rules of HTTP.";
            default -> type.title() + ".";
        };
    }
}
