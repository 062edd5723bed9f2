package io.agentruntime.web;

import io.agentruntime.problem.ProblemWriter;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.request.RequestLine;
import io.agentruntime.settings.OpenPaths;
import io.micrometer.core.instrument.Timer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * In an overload, refuses those on new connections for whom there is no room, with the answer that
 * {@link RequestFrame} gives, for half of what it costs there. Who asks for what is open, or in a
 * way that only the server understands, is none of them.
 */
final class Surplus implements BatchedHttp11.Newcomers {
    private static final Logger log = LoggerFactory.getLogger(RequestLine.LOG);

    private final ConcurrencyLimit places;
    private final Refusals refusals;
    private final OneASecond lines;
    private final ProblemWriter problems;
    private final Timer refused;
    private final OpenPaths paths;

    /** Of this handful, how many more may come in. */
    private int mayCome;

    /**
     * @param lines of all who are refused
     * @param refused how long each took
     * @param paths those that are open are never refused
     */
    Surplus(
            ConcurrencyLimit places,
            Refusals refusals,
            OneASecond lines,
            ProblemWriter problems,
            Timer refused,
            OpenPaths paths) {
        this.places = places;
        this.refusals = refusals;
        this.lines = lines;
        this.problems = problems;
        this.refused = refused;
        this.paths = paths;
    }

    @Override
    public void nextHandful() {
        mayCome = places.room();
    }

    /** While nobody waits any more, the overload is about to end. */
    @Override
    public boolean areTooMany() {
        if (!places.isOverloaded()) {
            return false;
        }
        if (mayCome > 0) {
            mayCome--;
            return false;
        }
        return places.waiting() > 0;
    }

    @Override
    public @Nullable ByteBuffer refusal(ByteBuffer received) {
        long began = System.nanoTime();
        PlainRequest request = PlainRequest.of(received);
        if (request == null || !paths.guards(request.path())) {
            return null;
        }
        String id = RequestFrame.id(request.id());
        RequestProblem problem = refusals.next();
        byte[] answer = answer(request.path(), id, problem);
        long took = System.nanoTime() - began;
        refused.record(took, TimeUnit.NANOSECONDS);
        if (lines.mayLog()) {
            log(request, id, problem, took);
        }
        return ByteBuffer.wrap(answer);
    }

    /** As {@link RequestFrame} would. */
    private void log(PlainRequest request, String id, RequestProblem problem, long nanos) {
        try (var asId = MDC.putCloseable(ProblemWriter.REQUEST_ID, id)) {
            lines.withOthers(
                            log.atWarn()
                                    .addKeyValue("method", request.method())
                                    .addKeyValue("path", RequestFrame.shortened(request.path()))
                                    .addKeyValue("status", problem.type().status())
                                    .addKeyValue("ms", nanos / 1_000_000)
                                    .addKeyValue("problem", problem.type().label()))
                    .log("request");
        }
    }

    /** As Tomcat would send it. */
    private byte[] answer(String path, String id, RequestProblem problem) {
        var head = new StringBuilder(512);
        head.append("HTTP/1.1 ").append(problem.type().status()).append(" \r\n");
        header(head, RequestFrame.ID_HEADER, id);
        byte[] body =
                problems.answer(path, id, problem, (name, value) -> header(head, name, value));
        header(head, "Content-Length", Integer.toString(body.length));
        header(head, "Date", FastHttpDateFormat.getCurrentDate());
        header(head, "Connection", "close");
        head.append("\r\n");
        byte[] begin = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(begin.length + body.length).put(begin).put(body).array();
    }

    private static void header(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
