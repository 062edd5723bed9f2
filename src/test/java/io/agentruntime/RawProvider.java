package io.agentruntime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A Langflow made of nothing but sockets, so that it can misbehave below HTTP: every answer is
 * bytes, sent, held back or torn as a test wishes. One request per connection.
 */
public final class RawProvider implements AutoCloseable {
    /** What a connection does once its request is read. */
    @FunctionalInterface
    public interface Reply {
        void to(Socket connection) throws IOException;
    }

    private static final char TLS_RECORD = 0x16;

    private static final String TOKEN =
            "{\"access_token\": \"fake-langflow-token\", \"token_type\": \"bearer\"}";

    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Socket> open = new ConcurrentLinkedQueue<>();
    private final int port;
    private final boolean https;
    private volatile @Nullable SSLContext tls;
    private ServerSocket door;
    private Thread doorkeeper;

    private RawProvider(@Nullable SSLContext tls) {
        this.tls = tls;
        https = tls != null;
        door = listen(0);
        doorkeeper = keeperOf(door);
        port = door.getLocalPort();
    }

    public static RawProvider start() {
        return start(null);
    }

    /** One at an https address, with this certificate. */
    public static RawProvider start(@Nullable SSLContext tls) {
        var provider = new RawProvider(tls);
        provider.logsIn();
        provider.on(FakeLangflow.PROJECTS, answer(200, "application/json", "[]"));
        return provider;
    }

    public String url() {
        return (https ? "https" : "http") + "://127.0.0.1:" + port;
    }

    /** From now on it has this certificate, or speaks plain HTTP. */
    public void speaks(@Nullable SSLContext as) {
        tls = as;
    }

    /** Lets anybody log in. */
    public void logsIn() {
        on(FakeLangflow.LOGIN, answer(200, "application/json", TOKEN));
    }

    public void on(String path, Reply reply) {
        replies.put(path, reply);
    }

    public void lists(Reply reply) {
        on(FakeLangflow.FLOWS, reply);
    }

    /** How often a path was asked since {@link #forget}. */
    public int calls(String path) {
        return (int) requests.stream().filter(head -> path(head).equals(path)).count();
    }

    /** Heads of the requests since {@link #forget}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public void forget() {
        requests.clear();
    }

    /**
     * From now on connections are refused. The system takes them in until the thread that waits for
     * them has noticed, so this waits for that thread.
     */
    public void hangsUp() {
        try {
            door.close();
            doorkeeper.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends {@link #hangsUp}. */
    public void comesBack() {
        if (door.isClosed()) {
            door = listen(port);
            doorkeeper = keeperOf(door);
        }
    }

    /** Ends the connections there are. */
    public void cutsConnections() {
        for (Socket connection : open) {
            try {
                connection.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        hangsUp();
        cutsConnections();
    }

    /** A whole and proper answer. */
    public static Reply answer(int status, String type, String body) {
        return answer(status, "Content-Type: " + type + "\r\n", body.getBytes(UTF_8));
    }

    /** A whole answer with these header lines, each ended. */
    public static Reply answer(int status, String headers, byte[] body) {
        return connection -> {
            OutputStream out = connection.getOutputStream();
            out.write(head(status, headers + "Content-Length: " + body.length + "\r\n"));
            out.write(body);
            out.flush();
        };
    }

    /** A flow list, with any headers or faults left out. */
    public static Reply list(String json) {
        return answer(200, "application/json", json);
    }

    /** These bytes, then the end of the connection. */
    public static Reply bytes(String head, byte[] body) {
        return connection -> {
            OutputStream out = connection.getOutputStream();
            out.write(head.getBytes(ISO_8859_1));
            out.write(body);
            out.flush();
        };
    }

    /** Takes the request and says nothing until the caller gives up. */
    public static Reply silence() {
        return connection -> connection.getInputStream().readAllBytes();
    }

    /** A proper head, then one byte a second. */
    public static Reply drip() {
        return connection -> {
            OutputStream out = connection.getOutputStream();
            out.write(head(200, "Content-Type: application/json\r\nContent-Length: 1000000\r\n"));
            out.flush();
            connection.setSoTimeout(1000);
            while (true) {
                out.write('[');
                out.flush();
                try {
                    if (connection.getInputStream().read() < 0) {
                        return;
                    }
                } catch (java.net.SocketTimeoutException aSecondIsOver) {
                    continue;
                }
            }
        };
    }

    /** Resets the connection. */
    public static Reply reset() {
        return connection -> connection.setSoLinger(true, 0);
    }

    public static byte[] head(int status, String headers) {
        return ("HTTP/1.1 " + status + " Fake\r\nConnection: close\r\n" + headers + "\r\n")
                .getBytes(ISO_8859_1);
    }

    public static byte[] gzip(byte[] plain) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private ServerSocket listen(int on) {
        try {
            var listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), on));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Thread keeperOf(ServerSocket listening) {
        return daemon(() -> accept(listening));
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket connection = listening.accept();
                open.add(connection);
                daemon(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket accepted) {
        try (accepted;
                Socket connection = asSpoken(accepted)) {
            String head = readHead(connection.getInputStream());
            if (head.isEmpty()) {
                return;
            }
            requests.add(head);
            replies.getOrDefault(path(head), answer(404, "application/json", "{}")).to(connection);
        } catch (IOException callerGaveUp) {
            return;
        } finally {
            open.remove(accepted);
        }
    }

    private Socket asSpoken(Socket accepted) throws IOException {
        SSLContext as = tls;
        if (as == null) {
            return accepted;
        }
        var secured = (SSLSocket) as.getSocketFactory().createSocket(accepted, null, port, true);
        secured.setUseClientMode(false);
        return secured;
    }

    private static String readHead(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int one = in.read();
            if (one < 0) {
                return "";
            }
            head.append((char) one);
            if (head.charAt(0) == TLS_RECORD) {
                return "NOT /http";
            }
        }
        return head.toString();
    }

    private static String path(String head) {
        return head.split(" ", 3)[1].replaceFirst("\\?.*", "");
    }

    private static Thread daemon(Runnable run) {
        var thread = new Thread(run, "raw-provider");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
