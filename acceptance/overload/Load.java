import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Callers that send the same request again and again: one thread, one selector, so that the load costs little beside the
 * service it is put on.
 *
 * <p>{@code java Load.java PORT REQUEST_FILE CALLERS SECONDS TOLD|AT_ONCE|PER_SECOND LEAD_SECONDS} where the file holds a
 * whole HTTP request; seven zeros in it are replaced by a number that no other request has. Each caller sends again as
 * soon as it has its answer; if that is a refusal (503), when it is told to, or at once too. With a number instead, so
 * many requests are sent each second, whatever becomes of them, each by a caller that waits for no answer, as many as it
 * takes ({@code CALLERS} is 0 then), on its own connection if it still has one. What is sent in the lead counts for
 * nothing; at the end all answers are waited for. Prints one line of JSON: answers by status, each with count and
 * percentiles in milliseconds; requests that got no answer; how many per second were answered with 200.
 */
final class Load {
    private static final long CONNECT_AGAIN_NANOS = 50_000_000;

    /** What has no answer so long after the last request was sent gets none. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final InetSocketAddress address;
    private final byte[] request;
    private final int numberAt;
    private final boolean asTold;
    private final long gap;
    private final Selector selector = Selector.open();
    private final Map<String, Times> times = new TreeMap<>();
    private final List<Caller> pausing = new ArrayList<>();
    private final Deque<Caller> free = new ArrayDeque<>();
    private long began;
    private int cut;
    private int number;

    /** Requests that are sent and not answered. */
    private int waiting;

    /** Nothing is sent any more. */
    private boolean over;

    private Load(int port, byte[] request, String when) throws IOException {
        this.address = new InetSocketAddress("127.0.0.1", port);
        this.request = request;
        this.numberAt = new String(request, StandardCharsets.ISO_8859_1).indexOf("0000000");
        this.number = (int) (System.nanoTime() / 1000 % 1_000_000) * 9;
        this.asTold = when.equals("TOLD");
        this.gap = when.matches("[0-9.]+") ? (long) (1e9 / Double.parseDouble(when)) : 0;
    }

    public static void main(String[] given) throws IOException {
        var load =
                new Load(
                        Integer.parseInt(given[0]),
                        Files.readAllBytes(Path.of(given[1])),
                        given[4]);
        load.run(Integer.parseInt(given[2]), Double.parseDouble(given[3]), Double.parseDouble(given[5]));
    }

    private void run(int callers, double seconds, double lead) throws IOException {
        began = System.nanoTime() + (long) (lead * 1e9);
        long end = began + (long) (seconds * 1e9);
        for (int i = 0; i < callers; i++) {
            new Caller().connect();
        }
        long due = System.nanoTime();
        while (System.nanoTime() < end) {
            wake();
            for (; gap > 0 && due <= System.nanoTime(); due += gap) {
                (free.isEmpty() ? new Caller() : free.removeLast()).again();
            }
            look(pausing.isEmpty() && gap == 0 ? 100 : 1);
        }
        double took = (System.nanoTime() - began) / 1e9;
        int ok = times.containsKey("200") ? times.get("200").size : 0;
        int answers = times.values().stream().mapToInt(it -> it.size).sum();
        over = true;
        while (waiting > 0 && System.nanoTime() - end < PATIENCE_NANOS) {
            look(100);
        }
        cut += waiting;
        var line = new StringBuilder("{");
        times.forEach((status, all) -> line.append("\"").append(status).append("\": ").append(all).append(", "));
        System.out.printf(
                "%s\"cut\": %d, \"ok_per_second\": %.1f, \"answers_per_second\": %.1f}%n",
                line,
                cut,
                ok / took,
                answers / took);
    }

    private void look(long millis) throws IOException {
        selector.select(millis);
        for (SelectionKey key : selector.selectedKeys()) {
            ((Caller) key.attachment()).ready(key);
        }
        selector.selectedKeys().clear();
    }

    private void wake() throws IOException {
        long now = System.nanoTime();
        for (int i = pausing.size() - 1; i >= 0; i--) {
            Caller caller = pausing.get(i);
            if (caller.until <= now) {
                pausing.set(i, pausing.get(pausing.size() - 1));
                pausing.remove(pausing.size() - 1);
                caller.again();
            }
        }
    }

    /** One connection, one request under way. */
    private final class Caller {
        private final ByteBuffer answer = ByteBuffer.allocate(16 * 1024);
        private SocketChannel channel;
        private ByteBuffer toSend;
        private long sent;
        private long until;
        private boolean waits;

        void connect() throws IOException {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_CONNECT, this);
            if (channel.connect(address)) {
                send();
            }
        }

        void again() throws IOException {
            if (channel == null) {
                connect();
            } else {
                send();
            }
        }

        void ready(SelectionKey key) throws IOException {
            try {
                if (key.isValid() && key.isConnectable()) {
                    channel.finishConnect();
                    send();
                } else if (key.isValid() && key.isWritable()) {
                    write(key);
                } else if (key.isValid()) {
                    read();
                }
            } catch (IOException e) {
                cut++;
                settled();
                lost(CONNECT_AGAIN_NANOS);
            }
        }

        private void send() throws IOException {
            if (over) {
                channel.close();
                return;
            }
            waits = true;
            waiting++;
            toSend = ByteBuffer.wrap(numbered());
            answer.clear();
            sent = System.nanoTime();
            write(channel.keyFor(selector));
        }

        private void settled() {
            waiting -= waits ? 1 : 0;
            waits = false;
        }

        private byte[] numbered() {
            if (numberAt < 0) {
                return request;
            }
            byte[] own = request.clone();
            number++;
            for (int digit = 6, rest = number; digit >= 0; digit--, rest /= 10) {
                own[numberAt + digit] = (byte) ('0' + rest % 10);
            }
            return own;
        }

        private void write(SelectionKey key) throws IOException {
            channel.write(toSend);
            key.interestOps(toSend.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }

        private void read() throws IOException {
            if (channel.read(answer) < 0) {
                throw new IOException("closed");
            }
            String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            if (head < 0 || !whole(text, head + 4)) {
                return;
            }
            settled();
            String status = text.substring(9, 12);
            if (sent - began >= 0) {
                times.computeIfAbsent(status, it -> new Times()).add(System.nanoTime() - sent);
            }
            boolean closes = text.substring(0, head).toLowerCase(java.util.Locale.ROOT).contains("\r\nconnection: close");
            long wait = status.equals("503") && asTold ? retryAfter(text.substring(0, head)) : 0;
            if (closes) {
                lost(wait);
            } else if (wait > 0 || gap > 0) {
                pausesFor(wait);
            } else {
                send();
            }
        }

        /** In nanoseconds. */
        private static long retryAfter(String head) {
            int from = head.indexOf("Retry-After: ") + "Retry-After: ".length();
            return Long.parseLong(head.substring(from, head.indexOf("\r\n", from))) * 1_000_000_000;
        }

        private static boolean whole(String text, int body) {
            String head = text.substring(0, body).toLowerCase(java.util.Locale.ROOT);
            int at = head.indexOf("\r\ncontent-length: ");
            if (at >= 0) {
                int from = at + "\r\ncontent-length: ".length();
                return text.length() - body >= Integer.parseInt(head.substring(from, head.indexOf("\r\n", from)));
            }
            return text.endsWith("\r\n0\r\n\r\n");
        }

        private void lost(long wait) throws IOException {
            channel.close();
            channel = null;
            pausesFor(wait);
        }

        private void pausesFor(long wait) {
            // Requests come at their own times then, not when this caller is ready
            if (gap > 0) {
                free.addLast(this);
                return;
            }
            until = System.nanoTime() + wait;
            pausing.add(this);
        }
    }

    /** Latencies in nanoseconds. */
    private static final class Times {
        private long[] all = new long[1024];
        private int size;

        void add(long nanos) {
            if (size == all.length) {
                all = Arrays.copyOf(all, size * 2);
            }
            all[size++] = nanos;
        }

        private double at(double part) {
            return all[Math.min(size - 1, (int) (size * part))] / 1e6;
        }

        @Override
        public String toString() {
            Arrays.sort(all, 0, size);
            return String.format(
                    java.util.Locale.ROOT,
                    "{\"count\": %d, \"p50\": %.2f, \"p99\": %.2f, \"max\": %.2f}",
                    size,
                    at(0.5),
                    at(0.99),
                    at(1));
        }
    }
}
