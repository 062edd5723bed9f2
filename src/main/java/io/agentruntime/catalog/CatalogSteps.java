package io.agentruntime.catalog;

import io.agentruntime.problem.RequestProblem;
import org.apache.camel.Exchange;

/**
 * What a request asks of the catalog. The answer is left as the variable {@code catalog}, beside
 * the body, which stays what it is.
 */
public final class CatalogSteps {
    private static final String CATALOG = "catalog";

    private final Catalogs catalogs;

    CatalogSteps(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    /**
     * What to answer from now.
     *
     * @throws RequestProblem when no list is known and none came in time
     */
    public void current(Exchange exchange) {
        exchange.setVariable(CATALOG, catalogs.current());
    }

    /** A second look after nothing was found; see {@link Catalogs#lookAgain}. */
    public void lookAgain(Exchange exchange) {
        exchange.setVariable(
                CATALOG, catalogs.lookAgain(exchange.getVariable(CATALOG, CatalogView.class)));
    }
}
