package io.agentruntime.provision;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.agentruntime.catalog.CatalogView;
import io.agentruntime.catalog.Catalogs;
import io.agentruntime.catalog.Flow;
import io.agentruntime.catalog.ProviderStatus;
import io.agentruntime.problem.RequestProblem;
import io.agentruntime.problem.RequestProblem.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/** What the service knows now: flows and providers. */
public final class Listings {
    private static final int DEFAULT_PAGE = 50;
    private static final int LARGEST_PAGE = 500;

    /** The most that nine digits say. */
    private static final int FARTHEST = 999_999_999;

    private final Catalogs catalogs;

    public Listings(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    /** One page of all flows. */
    public record FlowPage(
            List<Listed> flows,
            int total,
            int limit,
            int offset,
            @JsonProperty("catalog_version") String catalogVersion) {}

    /** One flow as the API shows it. */
    public record Listed(
            @JsonProperty("flow_id") String flowId,
            String name,
            String description,
            List<String> tags,
            @Nullable String project,
            String provider) {}

    /** All providers, in order of preference. */
    public record ProviderList(List<ProviderStatus> providers) {}

    /**
     * @throws RequestProblem invalid-request for a limit or an offset that is none
     */
    public FlowPage flows(
            @Variable("catalog") CatalogView view,
            @Header("limit") @Nullable Object limit,
            @Header("offset") @Nullable Object offset,
            Message message) {
        List<FieldError> errors = new ArrayList<>();
        int size = number("limit", limit, DEFAULT_PAGE, 1, LARGEST_PAGE, errors);
        int from = number("offset", offset, 0, 0, FARTHEST, errors);
        if (!errors.isEmpty()) {
            throw RequestProblem.invalidFields(errors);
        }
        FlowHeaders.set(message, view.snapshot().version(), view.ageSeconds());
        List<Flow> all = view.snapshot().flows();
        return new FlowPage(
                all.stream().skip(from).limit(size).map(Listings::listed).toList(),
                all.size(),
                size,
                from,
                view.snapshot().version());
    }

    public ProviderList providers(Message message) {
        message.removeHeaders("*");
        return new ProviderList(catalogs.statuses());
    }

    /** Refreshes one provider's catalog and tells what is known of it then. */
    public ProviderStatus refresh(@Header("name") String name, Message message) {
        message.removeHeaders("*");
        return catalogs.refreshNow(name);
    }

    private static Listed listed(Flow flow) {
        return new Listed(
                flow.id(),
                flow.name(),
                flow.description(),
                flow.tags(),
                flow.project(),
                flow.provider());
    }

    private static int number(
            String field,
            @Nullable Object given,
            int fallback,
            int least,
            int most,
            List<FieldError> errors) {
        if (given == null) {
            return fallback;
        }
        String text = given.toString().strip();
        if (text.matches("\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        errors.add(new FieldError(field, "must be a whole number from " + least + " to " + most));
        return fallback;
    }
}
