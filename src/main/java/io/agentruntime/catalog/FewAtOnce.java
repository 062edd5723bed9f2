package io.agentruntime.catalog;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for a route that asks its provider for each flow by itself: four calls at once are a load
 * on none. A route file declares it as a bean, so that no provider waits for the calls of another.
 * Threads that are idle end by themselves, and with them all that is left of a bean that was
 * exchanged.
 */
public final class FewAtOnce extends ThreadPoolExecutor {
    private static final int CALLS = 4;
    private static final int IDLE_SECONDS = 10;

    public FewAtOnce() {
        this(
                run -> {
                    var thread = new Thread(run, "provider-details");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    FewAtOnce(ThreadFactory threads) {
        super(CALLS, CALLS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        allowCoreThreadTimeOut(true);
    }

    /**
     * What the system gives no thread for waits for those that there are: Camel would wait for its
     * end without end.
     *
     * @throws OutOfMemoryError when there is not one
     */
    @Override
    public void execute(Runnable call) {
        try {
            super.execute(call);
        } catch (OutOfMemoryError e) {
            getQueue().add(call);
            // Looked at after: a thread that ends now sees it in the queue
            if (getPoolSize() == 0 && remove(call)) {
                throw e;
            }
        }
    }
}
