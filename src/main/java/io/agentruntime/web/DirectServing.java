package io.agentruntime.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves requests on the server's own threads. Camel's default hands every request to a second pool
 * and back again, which costs a seventh of the request, lets health checks queue behind slow calls,
 * and loses what is bound to the thread (the caller, the log context).
 */
final class DirectServing extends SpringBootPlatformHttpEngine {
    private final Runnable whenAnswered;

    /**
     * @param whenAnswered told on the request's thread between its route and the writing of its
     *     answer, which takes as long as the caller takes to read it
     */
    DirectServing(int port, Runnable whenAnswered) {
        super(port);
        this.whenAnswered = whenAnswered;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new Consumer(
                endpoint,
                exchange -> {
                    processor.process(exchange);
                    whenAnswered.run();
                });
    }

    private static final class Consumer extends SpringBootPlatformHttpConsumer {
        private static final Logger log = LoggerFactory.getLogger(DirectServing.class);

        Consumer(PlatformHttpEndpoint endpoint, Processor processor) {
            super(endpoint, processor, Runnable::run);
        }

        /**
         * Answers null, which tells Spring MVC that the request is finished: no asynchronous round
         * follows.
         */
        @Override
        @SuppressWarnings("NullAway")
        public @Nullable CompletableFuture<Void> service(
                HttpServletRequest request, HttpServletResponse response) {
            try {
                handleService(request, response);
            } catch (Exception defect) {
                log.error("A request failed outside its route", defect);
                refuse(response);
            }
            return null;
        }

        private static void refuse(HttpServletResponse response) {
            try {
                if (!response.isCommitted()) {
                    response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                }
            } catch (IOException e) {
                log.debug("the caller did not wait for the answer", e);
            }
        }
    }
}
