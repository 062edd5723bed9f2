package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.junit.jupiter.api.Test;

/** One door, which does not open by itself. */
class UnreadBodiesTest {

    /** Or a thousand strangers a second, who announce a body and send none, would keep all out. */
    @Test
    void whoIsRefusedAndWhoseBodyIsWaitedForLetsTheNextIn() throws Exception {
        var nextCame = new CountDownLatch(1);
        var answered = new CountDownLatch(1);
        try (var executor = new RequestExecutor(1, 2);
                var slow = new SlowSenders()) {
            var bodies = new UnreadBodies(slow, executor);
            bodies.setNext(new Refusal());

            executor.execute(
                    () -> {
                        try {
                            bodies.invoke(withoutItsBody(), response());
                            assertThat(nextCame.getCount()).isZero();
                            answered.countDown();
                        } catch (IOException | ServletException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            executor.execute(nextCame::countDown);

            assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static Request withoutItsBody() {
        var sent = new org.apache.coyote.Request();
        sent.setContentLength(100);
        var request = new Request(new Connector());
        request.setCoyoteRequest(sent);
        return request;
    }

    private static Response response() {
        var response = new Response();
        response.setCoyoteResponse(new org.apache.coyote.Response());
        return response;
    }

    private static final class Refusal extends ValveBase {
        @Override
        public void invoke(Request request, Response response) {
            response.setStatus(401);
        }
    }
}
