package io.agentruntime.catalog;

import org.apache.camel.impl.engine.DefaultReactiveExecutor;

/**
 * Runs the steps of routes. Camel drops an exchange when it fails where no step can, as at the
 * condition of a doCatch, and whoever waits for it is never answered; a refresh ends at once.
 */
final class LostSteps extends DefaultReactiveExecutor {
    private final Attempts attempts;

    LostSteps(Attempts attempts) {
        this.attempts = attempts;
    }

    @Override
    public void schedule(Runnable steps) {
        super.schedule(watched(steps));
    }

    @Override
    public void scheduleMain(Runnable steps) {
        super.scheduleMain(watched(steps));
    }

    @Override
    public void scheduleSync(Runnable steps) {
        super.scheduleSync(watched(steps));
    }

    @Override
    public void scheduleQueue(Runnable steps) {
        super.scheduleQueue(watched(steps));
    }

    /** The steps are of the same part as those that schedule them, on whichever thread they run. */
    private Runnable watched(Runnable steps) {
        Part of = Part.here();
        return () -> {
            try {
                if (of == null) {
                    steps.run();
                } else {
                    of.take(
                            () -> {
                                steps.run();
                                return true;
                            });
                }
            } catch (RuntimeException e) {
                if (!attempts.lost(of, e)) {
                    throw e;
                }
            }
        };
    }
}
