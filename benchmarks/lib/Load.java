import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Sends requests over kept-open connections from one thread, checks every answer, and says how long they took.
 *
 * <p>Reads commands, one a line: {@code port connections seconds rate file}. A rate of 0 sends the next request on a
 * connection when its answer is there; else so many are sent a second, and time counts from when a request was due, so
 * that a server that stalls is charged for all who waited; so is it for what the machine keeps from this loop, which is
 * therefore told too: it never waits, so that a round of a millisecond and more is one in which it did not run. The file holds a request a line, taken in turn: the bytes to
 * send and the answer to expect, both in base64; the answer is a status and a body, {@code 200 {...}}, or after
 * {@code ~} a regular expression for them. Answers with one line of JSON.
 */
final class Load {
    private record Request(byte[] bytes, int status, byte[] body, Pattern pattern) {}

    private static final class Connection {
        final SocketChannel channel;
        final ByteBuffer in = ByteBuffer.allocate(1 << 20);
        Request sent;
        long began;
        boolean last;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private static final long STALL_NANOS = 1_000_000;

    private static final Map<String, Integer> POSITIONS = new HashMap<>();

    /** Where each file is gone on with: a text that is new must not come again with the next command. */
    private static int next;

    private final Selector selector = Selector.open();
    private final List<Request> requests;
    private final int port;
    private final double nanosBetween;
    private long[] took = new long[1 << 16];
    private int answered;
    private int wrong;
    private int reconnects;
    private long stalled;
    private String firstWrong = "";

    private Load(int port, double rate, List<Request> requests) throws IOException {
        this.port = port;
        this.nanosBetween = rate > 0 ? 1e9 / rate : 0;
        this.requests = requests;
    }

    public static void main(String[] args) throws IOException {
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String known = "";
        List<Request> requests = List.of();
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] part = line.split(" ", 5);
            if (!part[4].equals(known)) {
                requests = read(Path.of(part[4]));
                known = part[4];
                next = POSITIONS.getOrDefault(known, 0);
            }
            var load = new Load(Integer.parseInt(part[0]), Double.parseDouble(part[3]), requests);
            System.out.println(load.run(Integer.parseInt(part[1]), Double.parseDouble(part[2])));
            POSITIONS.put(known, next);
        }
    }

    private static List<Request> read(Path file) throws IOException {
        List<Request> requests = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] part = line.split(" ");
            byte[] bytes = Base64.getDecoder().decode(part[0]);
            String expected = new String(Base64.getDecoder().decode(part[1]), StandardCharsets.UTF_8);
            requests.add(
                    expected.startsWith("~")
                            ? new Request(bytes, 0, null, Pattern.compile(expected.substring(1), Pattern.DOTALL))
                            : new Request(
                                    bytes,
                                    Integer.parseInt(expected.substring(0, 3)),
                                    expected.substring(4).getBytes(StandardCharsets.UTF_8),
                                    null));
        }
        return requests;
    }

    private String run(int count, double seconds) throws IOException {
        List<Connection> idle = new ArrayList<>();
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Connection connection = connect();
            all.add(connection);
            idle.add(connection);
        }
        long began = System.nanoTime();
        long end = began + (long) (seconds * 1e9);
        long due = 0;
        int busy = 0;
        long before = began;
        while (true) {
            long now = System.nanoTime();
            if (now - before > STALL_NANOS) {
                stalled += now - before;
            }
            before = now;
            if (now >= end && busy == 0) {
                break;
            }
            if (now >= end + 20_000_000_000L) {
                wrong(busy + " answers never came");
                break;
            }
            while (now < end && !idle.isEmpty()) {
                long at = now;
                if (nanosBetween > 0) {
                    at = began + (long) (due * nanosBetween);
                    if (at > now) {
                        break;
                    }
                    due++;
                }
                send(idle.remove(idle.size() - 1), at);
                busy++;
                now = System.nanoTime();
            }
            // Waiting in the kernel costs up to a tick too much when a rate is to be kept.
            if (nanosBetween > 0) {
                selector.selectNow();
            } else {
                selector.select(1000);
            }
            var ready = selector.selectedKeys().iterator();
            while (ready.hasNext()) {
                SelectionKey key = ready.next();
                ready.remove();
                Connection connection = (Connection) key.attachment();
                int read = connection.channel.read(connection.in);
                boolean closed = read < 0;
                if (closed && connection.sent == null) {
                    key.cancel();
                    connection.channel.close();
                    idle.remove(connection);
                    idle.add(connect());
                    reconnects++;
                } else if (closed) {
                    wrong("the connection was closed instead of an answer");
                    key.cancel();
                    connection.channel.close();
                    idle.add(connect());
                    busy--;
                } else if (answered(connection)) {
                    if (connection.last) {
                        key.cancel();
                        connection.channel.close();
                        idle.add(connect());
                        reconnects++;
                    } else {
                        idle.add(connection);
                    }
                    busy--;
                }
            }
        }
        double took = (System.nanoTime() - began) / 1e9;
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        return report(took);
    }

    private Connection connect() throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        var connection = new Connection(channel);
        channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    private void send(Connection connection, long at) throws IOException {
        Request request = requests.get(next++ % requests.size());
        connection.sent = request;
        connection.began = at;
        ByteBuffer out = ByteBuffer.wrap(request.bytes);
        while (out.hasRemaining()) {
            connection.channel.write(out);
        }
    }

    /** True when the answer is there as a whole; judges it then. */
    private boolean answered(Connection connection) {
        byte[] bytes = connection.in.array();
        int length = connection.in.position();
        int head = end(bytes, length);
        if (head < 0) {
            return false;
        }
        String headers = new String(bytes, 0, head, StandardCharsets.ISO_8859_1).toLowerCase(java.util.Locale.ROOT);
        byte[] body;
        int at = headers.indexOf("\r\ncontent-length:");
        if (at >= 0) {
            int stop = headers.indexOf("\r\n", at + 17);
            int size = Integer.parseInt(headers.substring(at + 17, stop < 0 ? headers.length() : stop).strip());
            if (length < head + 4 + size) {
                return false;
            }
            body = Arrays.copyOfRange(bytes, head + 4, head + 4 + size);
        } else {
            body = chunks(bytes, head + 4, length);
            if (body == null) {
                return false;
            }
        }
        if (answered == took.length) {
            took = Arrays.copyOf(took, took.length * 2);
        }
        took[answered++] = System.nanoTime() - connection.began;
        judge(connection.sent, Integer.parseInt(headers.substring(9, 12)), body);
        connection.last = headers.contains("\r\nconnection: close");
        connection.in.clear();
        connection.sent = null;
        return true;
    }

    private void judge(Request request, int status, byte[] body) {
        boolean right =
                request.pattern != null
                        ? request.pattern.matcher(status + " " + new String(body, StandardCharsets.UTF_8)).matches()
                        : status == request.status && Arrays.equals(body, request.body);
        if (!right) {
            wrong(status + " " + new String(body, StandardCharsets.UTF_8));
        }
    }

    private void wrong(String what) {
        if (wrong++ == 0) {
            firstWrong = what;
        }
    }

    private static int end(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i - 3;
            }
        }
        return -1;
    }

    /** A chunked body put together; null while its last chunk is not there. */
    private static byte[] chunks(byte[] bytes, int from, int length) {
        var body = new java.io.ByteArrayOutputStream();
        int at = from;
        while (true) {
            int line = at;
            while (line + 1 < length && (bytes[line] != '\r' || bytes[line + 1] != '\n')) {
                line++;
            }
            if (line + 1 >= length) {
                return null;
            }
            int size = Integer.parseInt(new String(bytes, at, line - at, StandardCharsets.ISO_8859_1).strip(), 16);
            if (length < line + 2 + size + 2) {
                return null;
            }
            if (size == 0) {
                return body.toByteArray();
            }
            body.write(bytes, line + 2, size);
            at = line + 2 + size + 2;
        }
    }

    private String report(double seconds) {
        long[] sorted = Arrays.copyOf(took, answered);
        Arrays.sort(sorted);
        return String.format(
                java.util.Locale.ROOT,
                "{\"answers\":%d,\"seconds\":%.4f,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"stalled\":%.5f,\"wrong\":%d,\"reconnects\":%d,\"first_wrong\":\"%s\"}",
                answered,
                seconds,
                micros(sorted, 0.5),
                micros(sorted, 0.99),
                micros(sorted, 0.999),
                nanosBetween > 0 ? stalled / 1e9 / seconds : 0,
                wrong,
                reconnects,
                Base64.getEncoder().encodeToString(firstWrong.getBytes(StandardCharsets.UTF_8)));
    }

    private static double micros(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e3;
    }
}
