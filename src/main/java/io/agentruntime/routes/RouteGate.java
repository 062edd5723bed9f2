package io.agentruntime.routes;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Requests pass here one beside the other, and wait while routes are exchanged: each is served by
 * the old ones or by the new ones, never by half of each.
 */
final class RouteGate implements Filter {
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        gate.readLock().lock();
        try {
            chain.doFilter(request, response);
        } finally {
            gate.readLock().unlock();
        }
    }

    /**
     * Runs something while no request is under way.
     *
     * @return false when the requests under way did not end in time, and it was not run
     */
    boolean closedFor(Duration patience, Runnable exchange) throws InterruptedException {
        if (!gate.writeLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        try {
            exchange.run();
            return true;
        } finally {
            gate.writeLock().unlock();
        }
    }
}
