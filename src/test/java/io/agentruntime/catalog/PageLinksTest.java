package io.agentruntime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider's links and cursors lead from page to page, and never away from it. */
class PageLinksTest {
    private static final String ADDRESS = "http://bots.example:9000/v2/bots?limit=50";

    /** The pages after these answers, which hold a row and a link each. */
    private static Pages after(Paging paging, List<String> links) throws IOException {
        return pages(
                paging,
                IntStream.range(0, links.size())
                        .mapToObj(
                                row ->
                                        "{\"bots\": [{\"id\": %d}], \"links\": {\"next\": \"%s\"}}"
                                                .formatted(row, links.get(row)))
                        .toArray(String[]::new));
    }

    private static Pages pages(Paging paging, String... pages) throws IOException {
        try (var camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            paging.begin(exchange);
            for (String page : pages) {
                exchange.getMessage().setBody(page.getBytes(StandardCharsets.UTF_8));
                paging.add(exchange);
            }
            return exchange.getVariable(Paging.PAGES, Pages.class);
        }
    }

    private static Paging paging(String address) {
        var paging = new Paging();
        paging.setList("bots");
        paging.setLink("links.next");
        paging.setAddress(address);
        return paging;
    }

    @Test
    void theFirstPageIsAtTheAddressThatTheFileGives() throws IOException {
        Pages pages = after(paging(ADDRESS), List.of());
        assertThat(pages.isMore()).isTrue();
        assertThat(pages.getAddress()).isEqualTo(ADDRESS);
    }

    @ParameterizedTest
    @CsvSource({
        "http://bots.example:9000/v2/bots?page=2, http://bots.example:9000/v2/bots?page=2",
        "HTTP://BOTS.example:9000/v2/bots?page=2, HTTP://BOTS.example:9000/v2/bots?page=2",
        "//bots.example:9000/v2/bots?page=2, http://bots.example:9000/v2/bots?page=2",
        "/v2/bots?page[number]=2&a=%26, http://bots.example:9000/v2/bots?page[number]=2&a=%26",
        "?page=2, http://bots.example:9000/v2/bots?page=2",
        "more/2, http://bots.example:9000/v2/more/2",
    })
    void aLinkIsFollowedInWhateverFormItComes(String link, String address) throws IOException {
        Pages pages = after(paging(ADDRESS), List.of(link));
        assertThat(pages.isMore()).isTrue();
        assertThat(pages.getAddress()).isEqualToIgnoringCase(address);
        assertThat(pages.getNext()).isEmpty();
    }

    @Test
    void aHostsNameMayHaveAnUnderscore() throws IOException {
        Paging paging = paging("http://bots--underscore--one:9000/v2/bots");
        assertThat(after(paging, List.of("http://bots_one:9000/v2/bots?page=2")).getAddress())
                .isEqualTo("http://bots--underscore--one:9000/v2/bots?page=2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://else.example:9000/v2/bots",
                "//else.example:9000/v2/bots",
                "https://bots.example:9000/v2/bots",
                "http://bots.example/v2/bots",
                "http://bots.example:9001/v2/bots",
                "http://bots.example:9000@else.example/",
                "http://else_where:9000/v2/bots",
                "file:///etc/hosts",
                "javascript:alert(1)",
                "/v2/bots?key={{agent-runtime.bots-token}}",
                "http://",
                "%%",
            })
    void aLinkThatLeadsElsewhereIsNotFollowed(String link) {
        assertThatThrownBy(() -> after(paging(ADDRESS), List.of(link)))
                .isInstanceOf(ProviderFailure.class)
                .hasMessageStartingWith("malformed: the link to the next page");
    }

    @Test
    void linksInCirclesAreMalformed() {
        assertThatThrownBy(() -> after(paging(ADDRESS), List.of("?page=2", "?page=3", "?page=2")))
                .hasMessageContaining("the same cursor or link came twice");
    }

    @Test
    void anEmptyPageWithTheCursorThatItWasAskedWithIsTheLast() throws IOException {
        var paging = new Paging();
        paging.setList("bots");
        paging.setCursor("next");
        assertThat(pages(paging, "{\"bots\": [{\"id\": 1}], \"next\": \"a\"}").isMore()).isTrue();
        Pages pages =
                pages(
                        paging,
                        "{\"bots\": [{\"id\": 1}], \"next\": \"a\"}",
                        "{\"bots\": [], \"next\": \"a\"}");
        assertThat(pages.isMore()).isFalse();
        assertThat(pages.rows()).hasSize(1);
    }

    @Test
    void aPageWithRowsAndTheCursorThatItWasAskedWithIsNotTheLast() {
        var paging = new Paging();
        paging.setList("bots");
        paging.setCursor("next");
        assertThatThrownBy(
                        () ->
                                pages(
                                        paging,
                                        "{\"bots\": [{\"id\": 1}], \"next\": \"a\"}",
                                        "{\"bots\": [{\"id\": 2}], \"next\": \"a\"}"))
                .hasMessageContaining("the same cursor or link came twice");
    }

    @Test
    void pagesAreCountedFromOneAndFromNought() throws IOException {
        var paging = new Paging();
        paging.setList("bots");
        assertThat(pages(paging).getNumber()).isEqualTo(1);
        assertThat(pages(paging).getIndex()).isZero();
        Pages pages = pages(paging, "{\"bots\": [{\"id\": 1}]}");
        assertThat(pages.getNumber()).isEqualTo(2);
        assertThat(pages.getIndex()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, true", "null, true"})
    void pagesEndWhereAnAnswerSaysThatThereIsNoMore(String said, boolean isMore)
            throws IOException {
        var paging = new Paging();
        paging.setList("bots");
        paging.setMore("meta.has_more");
        String page = "{\"bots\": [{\"id\": 1}], \"meta\": {\"has_more\": %s}, \"next\": \"a\"}";
        assertThat(pages(paging, page.formatted(said)).isMore()).isEqualTo(isMore);
        paging.setCursor("next");
        assertThat(pages(paging, page.formatted(said)).isMore()).isEqualTo(isMore);
    }

    @Test
    void linksWithoutAnAddressToBeginWithAreToldSo() {
        var paging = new Paging();
        paging.setLink("links.next");
        assertThatThrownBy(() -> after(paging, List.of()))
                .hasMessageContaining("give the paging bean its address");
    }

    @Test
    void aLinkThatIsTakenForACursorIsToldSo() {
        var paging = new Paging();
        paging.setList("bots");
        paging.setCursor("links.next");
        assertThatThrownBy(() -> after(paging, List.of(ADDRESS, ADDRESS)))
                .hasMessageContaining("set link and address of the paging bean instead of cursor");
    }

    @Test
    void aCursorThatIsFalseIsNone() throws IOException {
        for (boolean link : new boolean[] {true, false}) {
            Paging paging = pagingWithNext(link);
            Pages pages = pages(paging, "{\"bots\": [{\"id\": 1}], \"next\": false}");
            assertThat(pages.isMore()).isFalse();
            assertThat(pages.rows()).hasSize(1);
        }
    }

    /** Were it taken for none, the first page would pass for all of the list. */
    @Test
    void aCursorThatIsTrueIsMalformed() {
        for (boolean link : new boolean[] {true, false}) {
            Paging paging = pagingWithNext(link);
            assertThatThrownBy(() -> pages(paging, "{\"bots\": [{\"id\": 1}], \"next\": true}"))
                    .hasMessageStartingWith("malformed: ")
                    .hasMessageContaining("next is true, which is no cursor or link")
                    .hasMessageContaining("more of the paging bean");
        }
    }

    /** The same, of links as HAL writes them and of cursors of several values. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"href\": \"/v2/bots?page=2\"}", "{\"href\": null}", "[123, \"x\"]"})
    void aCursorThatIsAnObjectOrAListIsMalformed(String next) {
        for (boolean link : new boolean[] {true, false}) {
            Paging paging = pagingWithNext(link);
            assertThatThrownBy(
                            () ->
                                    pages(
                                            paging,
                                            "{\"bots\": [{\"id\": 1}], \"next\": " + next + "}"))
                    .hasMessageStartingWith("malformed: ")
                    .hasMessageContaining("next holds an object or a list")
                    .hasMessageContaining("such as links.next.href");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]"})
    void anEmptyObjectOrListInThePlaceOfACursorIsNone(String next) throws IOException {
        for (boolean link : new boolean[] {true, false}) {
            Paging paging = pagingWithNext(link);
            assertThat(pages(paging, "{\"bots\": [{\"id\": 1}], \"next\": " + next + "}").isMore())
                    .isFalse();
        }
    }

    @Test
    void whatIsInThePlaceOfACursorDoesNotCountWhereAnAnswerIsTheLast() throws IOException {
        for (boolean link : new boolean[] {true, false}) {
            Paging paging = pagingWithNext(link);
            paging.setMore("more");
            String row = "{\"id\": 1, \"next\": {\"step\": 2}}";
            String last = "{\"bots\": [%s], \"next\": {\"href\": null}, \"more\": false}";
            assertThat(pages(paging, last.formatted(row)).isMore()).isFalse();
            assertThat(pages(paging, "[" + row + "]").isMore()).isFalse();
        }
    }

    @Test
    void aLinkInAnObjectIsFollowedWhereThePathLeadsToIt() throws IOException {
        Paging paging = paging(ADDRESS);
        paging.setLink("links.next.href");
        Pages pages =
                pages(
                        paging,
                        "{\"bots\": [{\"id\": 1}], \"links\": {\"next\": {\"href\": \"?page=2\"}}}");
        assertThat(pages.getAddress()).endsWith("?page=2");
    }

    private static Paging pagingWithNext(boolean link) {
        var paging = new Paging();
        paging.setList("bots");
        if (link) {
            paging.setAddress(ADDRESS);
            paging.setLink("next");
        } else {
            paging.setCursor("next");
        }
        return paging;
    }
}
