package io.agentruntime.catalog;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * Provider answers made of anything: flows that can be offered, or a failure with a cause. The
 * first byte chooses the way: a whole list, a list with names of projects, or a page of a list.
 */
public final class FlowListFuzz {
    private static final FlowReader READER = new FlowReader();
    private static final FlowMapping MAPPING = new FlowMapping();
    private static final DefaultCamelContext CAMEL = new DefaultCamelContext();

    private FlowListFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] answer = Arrays.copyOfRange(input, 1, input.length);
        try {
            switch (input[0] & 3) {
                case 0 -> check(read(answer, null));
                case 1 -> check(read(answer, new ByteArrayInputStream(answer)));
                default -> check(read(paged(answer), null));
            }
        } catch (ProviderFailure failure) {
            if (failure.hint().isBlank() || failure.hint().chars().anyMatch(c -> c < ' ')) {
                throw new AssertionError("a hint that forges the log", failure);
            }
        }
    }

    private static FlowList read(byte[] answer, @Nullable InputStream projects) {
        return READER.read("fuzz", new ByteArrayInputStream(answer), MAPPING, projects, List.of());
    }

    private static byte[] paged(byte[] answer) {
        var paging = new Paging();
        Exchange exchange = new DefaultExchange(CAMEL);
        paging.begin(exchange);
        exchange.getMessage().setBody(answer);
        paging.add(exchange);
        Pages pages = exchange.getVariable(Paging.PAGES, Pages.class);
        pages.getNext();
        return pages.getList();
    }

    private static void check(FlowList list) {
        Set<String> ids = new HashSet<>();
        for (Flow flow : list.flows()) {
            boolean right =
                    !flow.id().isBlank()
                            && ids.add(flow.id())
                            && !flow.name().isBlank()
                            && (flow.name() + flow.description() + flow.tags() + flow.project())
                                    .chars()
                                    .noneMatch(Character::isISOControl);
            if (!right) {
                throw new AssertionError("not to be offered: " + flow);
            }
        }
        CatalogVersion.of(list.flows());
    }
}
