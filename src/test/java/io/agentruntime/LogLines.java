package io.agentruntime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What the service logs while this is open; open it after the service has started. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    private LogLines() {}

    public static LogLines open() {
        var lines = new LogLines();
        lines.setContext(root().getLoggerContext());
        lines.start();
        root().addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        events.add(event);
    }

    /** Everything as text: level, logger, message, pairs, context, stack trace. */
    public List<String> all() {
        return events.stream().map(LogLines::text).toList();
    }

    /** What belongs to the request of this id. */
    public List<String> ofRequest(String id) {
        return events.stream()
                .filter(it -> id.equals(it.getMDCPropertyMap().get("request_id")))
                .map(LogLines::text)
                .toList();
    }

    /** What is worth an operator's attention. */
    public List<String> warnings() {
        return events.stream()
                .filter(it -> it.getLevel().isGreaterOrEqual(Level.WARN))
                .map(LogLines::text)
                .toList();
    }

    public void clear() {
        events.clear();
    }

    @Override
    public void close() {
        root().detachAppender(this);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static String text(ILoggingEvent event) {
        return event.getLevel()
                + " "
                + event.getLoggerName()
                + ": "
                + event.getFormattedMessage()
                + " "
                + event.getKeyValuePairs()
                + " "
                + event.getMDCPropertyMap()
                + (event.getThrowableProxy() == null
                        ? ""
                        : " " + ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
}
