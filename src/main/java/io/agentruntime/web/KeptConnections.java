package io.agentruntime.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Keeps the connection of who is told to come again later. Tomcat would end it, so that those who
 * are refused in an overload come again on new ones, which cost as much as their answers.
 */
final class KeptConnections extends ValveBase {

    KeptConnections() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        if (response.getStatus() == HttpServletResponse.SC_SERVICE_UNAVAILABLE
                && !response.isCommitted()) {
            BatchedHttp11.sendAndKeep(response.getCoyoteResponse(), response::flushBuffer);
        }
    }
}
