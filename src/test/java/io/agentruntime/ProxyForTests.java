package io.agentruntime;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** While it is open, Java sends all but loopback through what listens at a port of this machine. */
public final class ProxyForTests extends ProxySelector implements AutoCloseable {
    private final ProxySelector before = ProxySelector.getDefault();
    private final InetSocketAddress address;
    private final List<URI> asked = new CopyOnWriteArrayList<>();

    public ProxyForTests(int port) {
        address = new InetSocketAddress("127.0.0.1", port);
        ProxySelector.setDefault(this);
    }

    /** For which addresses it was asked; not for those of bare sockets. */
    public List<URI> asked() {
        return List.copyOf(asked);
    }

    @Override
    public List<Proxy> select(URI target) {
        if (!"socket".equals(target.getScheme())) {
            asked.add(target);
        }
        boolean loopback = List.of("127.0.0.1", "localhost").contains("" + target.getHost());
        return List.of(loopback ? Proxy.NO_PROXY : new Proxy(Proxy.Type.HTTP, address));
    }

    @Override
    public void connectFailed(URI target, SocketAddress proxy, IOException failure) {
        throw new AssertionError(failure);
    }

    @Override
    public void close() {
        ProxySelector.setDefault(before);
    }
}
