package io.agentruntime.problem;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Turns what went wrong in a route into the answer of the request that entered it. */
public final class RouteProblems {
    private static final Logger log = LoggerFactory.getLogger(RouteProblems.class);

    private final ProblemWriter writer;

    RouteProblems(ProblemWriter writer) {
        this.writer = writer;
    }

    /** Sets status, headers and body of the answer from the exception that another route met. */
    public void answer(
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable caught, Exchange exchange) {
        RequestProblem problem = problem(caught, exchange);
        HttpServletRequest request =
                ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes())
                        .getRequest();
        Message answer = exchange.getMessage();
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, problem.type().status());
        answer.setBody(writer.answer(request, problem, answer::setHeader));
    }

    private static RequestProblem problem(Throwable caught, Exchange exchange) {
        for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
            if (cause instanceof RequestProblem problem) {
                return problem;
            }
        }
        RouteFaults.log(
                log,
                "A defect failed a request, in the route "
                        + exchange.getProperty(ExchangePropertyKey.FAILURE_ROUTE_ID),
                caught);
        return RequestProblem.of(ProblemType.INTERNAL);
    }
}
