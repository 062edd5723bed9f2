package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.matching.meaning.InProcessEmbedding;
import io.agentruntime.matching.meaning.TextEmbedding;
import io.agentruntime.matching.text.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What shares a word with a flow and what it does are told apart by reading both together. */
class RelevanceTest {

    private static final List<Entry> CATALOG =
            Stream.of(
                            "Laptop Order: Orders a laptop for an employee once the manager has approved it.",
                            "Invoice Reader: Reads supplier invoices and extracts the amount, the VAT and the due date.",
                            "Meeting Notes: Turns the recording of a meeting into minutes with decisions and tasks.",
                            "Leave Request: Hands in a request for holidays and checks how many days are left.",
                            "Contract Review: Compares a contract with our standard clauses and lists what differs.",
                            "Travel Booking: Books trains and hotels for business trips.",
                            "Release Notes: Writes release notes from the merged pull requests of a milestone.",
                            "Customer Mail: Drafts a reply to a customer's complaint.")
                    .map(flow -> flow.split(": "))
                    .map(flow -> entry(flow[0], flow[1]))
                    .toList();

    private static FlowMatching matching;
    private static CatalogIndex index;

    @BeforeAll
    static void load() {
        matching = FlowMatching.inProcess(Optional.empty(), () -> {});
        index = (CatalogIndex) Settled.index(matching, CATALOG);
    }

    @AfterAll
    static void close() {
        matching.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "read the gas meter",
                "the hotel was nice",
                "holiday homes in Denmark",
                "order a parking permit",
                "book a meeting room",
                "who signed the contract?",
                "our contract with the cleaner ends in May"
            })
    void whatSharesNoMoreThanAWordWithAFlowIsNoMatch(String text) {
        assertThat(first(text).confidence()).isLessThan(0.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    order a notebook for the new colleague | Laptop Order
                    read the invoice and tell me the amount | Invoice Reader
                    write the minutes of yesterday's meeting | Meeting Notes
                    file my holiday from 3 to 7 May | Leave Request
                    check this contract against our clauses | Contract Review
                    book a train to Hamburg | Travel Booking
                    answer this angry customer | Customer Mail
                    """)
    void whatAFlowDoesIsAMatch(String text, String flow) {
        assertThat(CATALOG.get(first(text).position()).name()).isEqualTo(flow);
        assertThat(first(text).confidence()).isGreaterThan(0.5);
    }

    @Test
    void aFlowIsReadTogetherWithATextInWhateverOrderTextsCome() {
        double alone = relevance(CATALOG, "order a desk chair");
        relevance(CATALOG, "order a laptop");

        assertThat(relevance(CATALOG, "order a desk chair")).isEqualTo(alone);
        assertThat(alone).isBetween(-6.0, 6.0).isNotZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    no description | | order a laptop
                    a flow in another language | Bestellt einen Laptop für Mitarbeiter und prüft die Freigabe | order a laptop
                    a text in another language | Orders a laptop for an employee | bitte einen Laptop für mich bestellen
                    """)
    void whatTheModelCannotReadIsJudgedWithoutIt(String why, String description, String text) {
        List<Entry> flows = new ArrayList<>(CATALOG.subList(1, CATALOG.size()));
        flows.add(0, entry("Laptop Order", description == null ? "" : description));

        assertThat(relevance(flows, text)).as(why).isZero();
    }

    @Test
    void aLongTextIsJudgedWithoutIt() {
        assertThat(
                        relevance(
                                CATALOG,
                                "order a laptop " + "because the old one is slow ".repeat(12)))
                .isZero();
    }

    @Test
    void aTextThatIsLikeAnExampleIsJudgedWithoutIt() {
        Entry laptops = CATALOG.get(0);
        List<Entry> flows = new ArrayList<>(CATALOG);
        flows.set(
                0,
                new Entry(
                        laptops.key(),
                        laptops.name(),
                        laptops.description(),
                        List.of(),
                        List.of("my machine is too slow, get me another")));

        assertThat(relevance(flows, "this machine is far too slow, get me another one")).isZero();
        assertThat(relevance(flows, "order a laptop for the new employee")).isNotZero();
    }

    @Test
    void aTextInCapitalsIsJudgedAsInSmallLetters() {
        assertThat(first("READ THE GAS METER")).isEqualTo(first("read the gas meter"));
    }

    @Test
    void whileAFlowCannotBeReadWordsDecideAndNothingIsKept() {
        String text = "read the gas meter";
        var failing = new AtomicBoolean(true);
        try (FlowMatching broken = hasty(() -> new Failing(InProcessEmbedding.open(), failing));
                FlowMatching whole = hasty(InProcessEmbedding::open);
                FlowMatching lexical = FlowMatching.lexical()) {
            FlowIndex index = broken.build(CATALOG);

            FlowIndex.Matches matches = index.match(text, any -> true, 1, Doubts.USUAL);

            assertThat(matches.lacking()).isEqualTo(FlowIndex.Lacking.MODEL);
            assertThat(matches.candidates())
                    .isEqualTo(lexical.build(CATALOG).rank(text, any -> true, 1));
            failing.set(false);
            List<Candidate> read = whole.build(CATALOG).rank(text, any -> true, 1);
            Awaitility.await()
                    .untilAsserted(
                            () ->
                                    assertThat(index.rank(text, any -> true, 1))
                                            .isEqualTo(read)
                                            .isNotEqualTo(matches.candidates()));
        }
    }

    private static FlowMatching hasty(Supplier<TextEmbedding> model) {
        return new FlowMatching(model, null, true, Optional.empty(), Duration.ofMillis(10));
    }

    /** A model that reads texts but no flows for a while. */
    private record Failing(TextEmbedding there, AtomicBoolean failing) implements TextEmbedding {
        @Override
        public List<float[]> embed(List<String> texts) {
            return there.embed(texts);
        }

        @Override
        public Reading read(String text) {
            return there.read(text);
        }

        @Override
        public byte[] tokens(String flow) {
            if (failing.get()) {
                throw new EmbeddingFailure("out of memory");
            }
            return there.tokens(flow);
        }

        @Override
        public String model() {
            return there.model();
        }

        @Override
        public void close() {
            there.close();
        }
    }

    private static double relevance(List<Entry> flows, String text) {
        CatalogIndex of = (CatalogIndex) Settled.index(matching, flows);
        Evidence evidence = of.evidence(text, any -> true, 2);
        assertThat(flows.get(evidence.bests().offered().positions()[0]).name())
                .isEqualTo("Laptop Order");
        return of.features(evidence, 0)[Confidence.RELEVANCE];
    }

    private static Candidate first(String text) {
        return index.match(text, any -> true, 1, Doubts.USUAL).candidates().get(0);
    }

    private static Entry entry(String name, String description) {
        return new Entry(name, name, description, List.of(), List.of());
    }
}
