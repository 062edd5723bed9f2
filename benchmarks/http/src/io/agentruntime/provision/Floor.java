package io.agentruntime.provision;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.agentruntime.security.InvalidToken;
import io.agentruntime.security.TokenVerifier;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The least that answers the same bytes: the JDK's own server, the service's token check, and a map from a request's
 * body to its answer. No limits, no log, no measurement.
 */
final class Floor {
    public static void main(String[] args) throws IOException {
        Peer peer = new Peer(new File(args[1]));
        TokenVerifier tokens = Peer.tokens(args[2]);
        ObjectMapper json = new ObjectMapper();
        Map<String, byte[]> answers = new ConcurrentHashMap<>();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 512);
        server.createContext(
                "/api/v1/agents/provision",
                exchange -> {
                    try (exchange) {
                        tokens.verify(exchange.getRequestHeaders().getFirst("Authorization").substring(7));
                        byte[] body = exchange.getRequestBody().readAllBytes();
                        byte[] answer =
                                answers.computeIfAbsent(
                                        new String(body, java.nio.charset.StandardCharsets.UTF_8),
                                        text -> written(json, peer.answer(peer.reader.read(body))));
                        exchange.getResponseHeaders().set("Content-Type", "application/json");
                        exchange.sendResponseHeaders(200, answer.length);
                        exchange.getResponseBody().write(answer);
                    } catch (InvalidToken e) {
                        exchange.sendResponseHeaders(401, -1);
                    }
                });
        server.start();
    }

    private static byte[] written(ObjectMapper json, Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
