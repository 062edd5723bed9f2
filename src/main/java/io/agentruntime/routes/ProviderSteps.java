package io.agentruntime.routes;

import io.agentruntime.catalog.Part;
import io.agentruntime.problem.RouteFaults;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Stands before each step of a provider's file: no step is taken once the attempt's time is over,
 * the attempt learns which step failed, and no call is made in the character set of the answer
 * before. A step of any other file is only named when it fails.
 */
final class ProviderSteps implements InterceptStrategy {
    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext camel, NamedNode step, Processor target, Processor next) {
        String file = LoadedRoutes.fileName(step.getLocation());
        // Camel counts lines from 0, and a step's value begins below its name
        String place = file + ":" + step.getLineNumber() + ", step " + step.getId();
        if (RouteFiles.provider(file) != null) {
            return new Watched(target, place, step);
        }
        return file.endsWith(RouteFiles.ENDING) ? new Placed(target, place) : target;
    }

    /** Whether a step leads out; what is on the way to another route is still the answer before. */
    private static boolean isCall(NamedNode step) {
        return Steps.isSending(step.getShortName()) && !step.getLabel().contains("direct:");
    }

    private static boolean isOfFallback(NamedNode step) {
        return step.getParent() instanceof CircuitBreakerDefinition breaker
                && breaker.getOnFallback() != null
                && breaker.getOnFallback().getOutputs().contains(step);
    }

    /** A step of a request's route, which is named in the log when it fails. */
    private static final class Placed extends DelegateAsyncProcessor {
        private final String place;

        Placed(Processor step, String place) {
            super(step);
            this.place = place;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return super.process(
                    exchange,
                    sync -> {
                        if (exchange.getException() != null) {
                            RouteFaults.failedIn(place, exchange.getException());
                        }
                        callback.done(sync);
                    });
        }
    }

    private static final class Watched extends DelegateAsyncProcessor {
        private final String place;
        private final boolean isCall;
        private final boolean isTap;

        /** Of a breaker that may not have waited for its call. */
        private final boolean isFallback;

        Watched(Processor target, String place, NamedNode step) {
            super(target);
            this.place = place;
            this.isCall = isCall(step);
            this.isTap = step.getShortName().equals("wireTap");
            this.isFallback = isOfFallback(step);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Part around = Part.of(exchange);
            if (around == null) {
                return super.process(exchange, callback);
            }
            if (around.attempt().ends(exchange)) {
                callback.done(true);
                return true;
            }
            if (isCall) {
                // Camel keeps it beside the headers, where no route removes it
                exchange.removeProperty(ExchangePropertyKey.CHARSET_NAME);
            }
            Part part = (isFallback ? around.giveUp(exchange) : around).begin(exchange);
            if (isTap) {
                part.leave();
            }
            return part.take(() -> take(exchange, callback, part));
        }

        private boolean take(Exchange exchange, AsyncCallback callback, Part part) {
            return super.process(
                    exchange,
                    sync -> {
                        if (exchange.getException() != null) {
                            part.attempt().failedIn(place, exchange.getException());
                        }
                        part.end(exchange, () -> callback.done(sync));
                    });
        }
    }
}
