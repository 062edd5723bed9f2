package io.agentruntime.routes;

import java.util.List;
import java.util.stream.Collectors;

/** Route files that cannot be used; stops the start. */
public final class InvalidRoutes extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidRoutes(List<Finding> findings) {
        super(findings.stream().map(Finding::toString).collect(Collectors.joining("\n")));
    }
}
