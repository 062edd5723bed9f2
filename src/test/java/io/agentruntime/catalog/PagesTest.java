package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the pages of one list may hold together. */
class PagesTest {
    private final Pages pages = new Pages(new Paging());

    @Test
    void moreRowsThanAListMayHaveFlowsAreTooLarge() {
        add(0, 60_000);
        add(60_000, FlowReader.MOST_FLOWS);
        add(0, 1);
        assertThat(pages.rows()).hasSize(FlowReader.MOST_FLOWS);

        assertThatThrownBy(() -> add(FlowReader.MOST_FLOWS, FlowReader.MOST_FLOWS + 1))
                .isInstanceOf(ProviderFailure.class)
                .hasMessage("too-large: all pages together have more than 100000 rows");
    }

    private void add(int from, int to) {
        List<JsonNode> page =
                IntStream.range(from, to)
                        .<JsonNode>mapToObj(JsonNodeFactory.instance::numberNode)
                        .toList();
        pages.add(page, null, -1, true, page.size());
    }
}
