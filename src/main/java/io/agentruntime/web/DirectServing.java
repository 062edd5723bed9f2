package io.agentruntime.web;

import io.agentruntime.problem.RouteFaults;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.ExchangeHelper;
import org.apache.catalina.Globals;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerAdapter;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Serves requests on the server's own threads, and gives routes what they need and no more: the
 * body's bytes, and path and query parameters as headers. The answer is sent in one piece, with its
 * length.
 *
 * <p>Camel's default hands every request to a second pool and back again, which costs a seventh of
 * the request, lets health checks queue behind slow calls, and loses what is bound to the thread
 * (the caller, the log context). It also copies all headers in, tokens among them, and sends every
 * answer in two parts.
 */
final class DirectServing extends SpringBootPlatformHttpEngine {
    /** The route that answers what any other fails with. */
    private static final String PROBLEM = "direct:problem";

    private final ProducerTemplate routes;
    private final Runnable whenAnswered;

    /**
     * @param routes to ask one for the answer to a failure
     * @param whenAnswered told on the request's thread between its route and the writing of its
     *     answer, which takes as long as the caller takes to read it
     */
    DirectServing(int port, ProducerTemplate routes, Runnable whenAnswered) {
        super(port);
        this.routes = routes;
        this.whenAnswered = whenAnswered;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new Consumer(endpoint, processor, routes, whenAnswered);
    }

    /** Whether a route stands behind it that has not been taken away. */
    static boolean isServing(HandlerMethod method) {
        return method.getBean() instanceof Consumer route && route.isStarted();
    }

    /**
     * Calls a route without Spring's machinery for methods of controllers, which nothing here
     * needs.
     */
    static final class Adapter implements HandlerAdapter, Ordered {
        @Override
        public boolean supports(Object handler) {
            return handler instanceof HandlerMethod method && method.getBean() instanceof Consumer;
        }

        @Override
        public @Nullable ModelAndView handle(
                HttpServletRequest request, HttpServletResponse response, Object handler) {
            ((Consumer) ((HandlerMethod) handler).getBean()).service(request, response);
            return null;
        }

        @Override
        @Deprecated
        public long getLastModified(HttpServletRequest request, Object handler) {
            return -1;
        }

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }

    private static final class Consumer extends SpringBootPlatformHttpConsumer {
        private static final Logger log = LoggerFactory.getLogger(DirectServing.class);

        /** What routes set is few names, again and again; more than these are judged each time. */
        private static final int KNOWN_NAMES = 100;

        private final HeaderFilterStrategy headers;
        private final Map<String, Boolean> answered = new ConcurrentHashMap<>();
        private final ProducerTemplate routes;
        private final Runnable whenAnswered;

        Consumer(
                PlatformHttpEndpoint endpoint,
                Processor processor,
                ProducerTemplate routes,
                Runnable whenAnswered) {
            super(endpoint, processor, Runnable::run);
            this.routes = routes;
            this.whenAnswered = whenAnswered;
            headers = endpoint.getHeaderFilterStrategy();
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
                // Routes end before the server does
                if (!isStarted()) {
                    response.sendError(HttpServletResponse.SC_NOT_FOUND);
                    return null;
                }
                handleService(request, response);
            } catch (ClientAbortException hungUp) {
                log.debug("the caller did not wait for the answer", hungUp);
            } catch (Exception defect) {
                RouteFaults.log(log, "A request failed outside its route", defect);
                refuse(response);
            }
            return null;
        }

        @Override
        protected void handleService(HttpServletRequest request, HttpServletResponse response)
                throws Exception {
            if (request.getQueryString() != null && !isReadable(request)) {
                response.sendError(HttpServletResponse.SC_BAD_REQUEST);
                return;
            }
            Exchange exchange = createExchange(false);
            try {
                // Steps change the one message there is, instead of a copy with its headers each
                exchange.setPattern(ExchangePattern.InOnly);
                fill(exchange, request);
                Map<String, Object> received = received(exchange.getMessage());
                getProcessor().process(exchange);
                boolean failed = exchange.getException() != null;
                Exchange answered = failed ? problem(exchange) : exchange;
                whenAnswered.run();
                if (!failed) {
                    withhold(received, exchange.getMessage());
                }
                write(answered, response);
            } finally {
                releaseExchange(exchange, false);
            }
        }

        /** What one route failed with, as the answer of another, which knows no more of it. */
        private Exchange problem(Exchange failed) throws Exception {
            Object route = failed.getProperty(ExchangePropertyKey.FAILURE_ROUTE_ID);
            Exchange answered =
                    routes.send(
                            PROBLEM,
                            exchange -> {
                                exchange.setProperty(
                                        ExchangePropertyKey.EXCEPTION_CAUGHT,
                                        failed.getException());
                                exchange.setProperty(
                                        ExchangePropertyKey.FAILURE_ROUTE_ID,
                                        route == null ? failed.getFromRouteId() : route);
                            });
            if (answered.getException() != null) {
                throw answered.getException();
            }
            return answered;
        }

        /** Tomcat leaves out parameters that it cannot decode, as if they had not been sent. */
        private static boolean isReadable(HttpServletRequest request) {
            request.getParameterMap();
            return request.getAttribute(Globals.PARAMETER_PARSE_FAILED_ATTR) == null;
        }

        private void fill(Exchange exchange, HttpServletRequest request) {
            exchange.getIn().setBody(BodyLimit.body(request));
            if (request.getQueryString() != null) {
                request.getParameterMap()
                        .forEach(
                                (name, values) ->
                                        receive(
                                                exchange,
                                                name,
                                                values.length == 1 ? values[0] : List.of(values)));
            }
            if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                    instanceof Map<?, ?> variables) {
                variables.forEach((name, value) -> receive(exchange, name.toString(), value));
            }
        }

        /** Callers cannot set what Camel itself reads. */
        private void receive(Exchange exchange, String name, Object value) {
            if (!headers.applyFilterToExternalHeaders(name, value, exchange)) {
                exchange.getIn().setHeader(name, value);
            }
        }

        private static Map<String, Object> received(Message request) {
            return request.hasHeaders() ? new HashMap<>(request.getHeaders()) : Map.of();
        }

        /**
         * What came in and was left as it is, is not for the caller: as a response header it could
         * replace one of those that protect the answer. Sent is what the route itself set, under
         * whatever name.
         */
        private static void withhold(Map<String, Object> received, Message answer) {
            received.forEach(
                    (name, value) -> {
                        if (answer.getHeader(name) == value) {
                            answer.removeHeader(name);
                        }
                    });
        }

        private void write(Exchange exchange, HttpServletResponse response) throws Exception {
            Message answer = exchange.getMessage();
            for (Map.Entry<String, Object> header : answer.getHeaders().entrySet()) {
                Object value = header.getValue();
                if (value != null && isAnswered(header.getKey(), value, exchange)) {
                    response.setHeader(header.getKey(), value.toString());
                }
            }
            Integer status = answer.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
            if (status != null) {
                response.setStatus(status);
            }
            String type = ExchangeHelper.getContentType(exchange);
            if (type != null) {
                response.setContentType(type);
            }
            Object body = answer.getBody();
            if (body instanceof InputStream stream) {
                stream.transferTo(response.getOutputStream());
            } else {
                byte[] bytes = body == null ? new byte[0] : answer.getMandatoryBody(byte[].class);
                response.setContentLength(bytes.length);
                response.getOutputStream().write(bytes);
            }
        }

        /**
         * Whether a header is for the caller; its name decides. Camel takes Cache-Control for the
         * connection's own, as it does Date.
         */
        private boolean isAnswered(String name, Object value, Exchange exchange) {
            Boolean known = answered.get(name);
            if (known == null) {
                known =
                        name.equalsIgnoreCase("Cache-Control")
                                || !headers.applyFilterToCamelHeaders(name, value, exchange);
                if (answered.size() < KNOWN_NAMES) {
                    answered.put(name, known);
                }
            }
            return known;
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
