package io.agentruntime.web;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.request.RequestLine;
import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Answers requests that are so broken that Tomcat refuses them before any application sees them.
 */
final class TomcatProblems extends ErrorReportValve {
    private static final Logger log = LoggerFactory.getLogger(RequestLine.LOG);

    private static final long SAID_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ProblemWriter problems;
    private final AtomicLong said = new AtomicLong(System.nanoTime() - SAID_EVERY_NANOS);
    private final LongAdder unsaid = new LongAdder();

    TomcatProblems(ProblemWriter problems) {
        this.problems = problems;
    }

    /** Once in a second: strangers may send many. */
    private void say(int status, ProblemType problem) {
        long last = said.get();
        long now = System.nanoTime();
        if (now - last < SAID_EVERY_NANOS || !said.compareAndSet(last, now)) {
            unsaid.increment();
            return;
        }
        LoggingEventBuilder line =
                log.atInfo().addKeyValue("status", status).addKeyValue("problem", problem.label());
        long others = unsaid.sumThenReset();
        if (others > 0) {
            line = line.addKeyValue("others_refused", others);
        }
        line.log("request");
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
