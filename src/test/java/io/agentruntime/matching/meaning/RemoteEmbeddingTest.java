package io.agentruntime.matching.meaning;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.agentruntime.FakeEmbedding;
import io.agentruntime.matching.FlowIndex;
import io.agentruntime.matching.FlowMatching;
import io.agentruntime.matching.SemanticState;
import io.agentruntime.matching.meaning.TextEmbedding.EmbeddingFailure;
import io.agentruntime.matching.text.Entry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteEmbeddingTest {
    private static final String PATH = "/v1/embeddings";

    /** Nothing is slow, unless the machine is. */
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private static final Duration IMPATIENT = Duration.ofMillis(400);

    private static final List<Entry> CATALOG =
            List.of(
                    new Entry("a", "Invoice Reader", "Reads invoices", List.of(), List.of()),
                    new Entry("b", "Travel Planner", "Plans trips", List.of(), List.of()));

    private WireMockServer endpoint;

    @BeforeEach
    void start() {
        endpoint = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
        endpoint.start();
    }

    @AfterEach
    void stop() {
        endpoint.stop();
    }

    @Test
    void textsGoInOneCallAndVectorsComeBackInTheirOrderAtLengthOne() {
        answers(
                okJson(
                        """
                        {"data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 4]}]}"""));
        List<float[]> vectors = embedding(Optional.of("fake-key")).embed(List.of("one", "two"));
        assertThat(vectors.get(0)).containsExactly(0.6f, 0.8f);
        assertThat(vectors.get(1)).containsExactly(0f, 1f);
        endpoint.verify(
                1,
                postRequestedFor(urlEqualTo(PATH))
                        .withHeader("Authorization", equalTo("Bearer fake-key"))
                        .withRequestBody(matchingJsonPath("$.model", equalTo("some-model")))
                        .withRequestBody(matchingJsonPath("$.input[0]", equalTo("one")))
                        .withRequestBody(matchingJsonPath("$.input[1]", equalTo("two"))));
    }

    @Test
    void withoutAKeyNoneIsSent() {
        answers(okJson(vectors(1, "[1, 0]")));
        embedding(Optional.empty()).embed(List.of("one"));
        endpoint.verify(postRequestedFor(urlEqualTo(PATH)).withHeader("Authorization", absent()));
    }

    @Test
    void manyTextsGoInSeveralCalls() {
        answers(okJson(vectors(32, "[1, 0]")));
        List<String> texts = IntStream.range(0, 64).mapToObj(i -> "text " + i).toList();
        assertThat(embedding(Optional.empty()).embed(texts)).hasSize(64);
        endpoint.verify(2, postRequestedFor(urlEqualTo(PATH)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "{\"data\": ",
                "[]",
                "null",
                "\"text\"",
                "<html>sign in</html>",
                "{}",
                "{\"data\": []}",
                "{\"data\": [{\"index\": 0}]}",
                "{\"data\": [{\"index\": 7, \"embedding\": [1, 0]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": []}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": [\"a\", \"b\"]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": [0, 0]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": [1e999, 0]}]}",
                "{\"error\": {\"message\": \"no such model\"}}"
            })
    void nonsenseIsAFailureAndNeverAVector(String body) {
        answers(okJson(body));
        assertThatThrownBy(() -> embedding(Optional.empty()).embed(List.of("one")))
                .isInstanceOf(EmbeddingFailure.class)
                .hasMessageStartingWith("the embedding endpoint");
    }

    @Test
    void vectorsOfDifferentLengthsAreAFailure() {
        answers(
                okJson(
                        """
                        {"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [1, 0, 0]}]}"""));
        assertThatThrownBy(() -> embedding(Optional.empty()).embed(List.of("one", "two")))
                .isInstanceOf(EmbeddingFailure.class);
    }

    @Test
    void whatIsSlowRefusedOrCutOffIsAFailureThatNamesNoAddress() {
        for (ResponseDefinitionBuilder trouble :
                List.of(
                        okJson(vectors(1, "[1, 0]")).withFixedDelay(5_000),
                        okJson(vectors(1, "[1, 0]")).withChunkedDribbleDelay(50, 10_000),
                        aResponse().withStatus(401),
                        aResponse().withStatus(500),
                        aResponse().withStatus(302).withHeader("Location", "/elsewhere"),
                        aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
                        aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK))) {
            answers(trouble);
            assertThatThrownBy(
                            () ->
                                    embedding(address(), Optional.empty(), IMPATIENT)
                                            .embed(List.of("one")))
                    .isInstanceOf(EmbeddingFailure.class)
                    .hasMessageNotContaining("127.0.0.1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, EMBEDDING_MODEL",
        "401, EMBEDDING_API_KEY",
        "403, EMBEDDING_API_KEY",
        "404, EMBEDDING_MODEL",
        "429, EMBEDDING",
        "500, EMBEDDING"
    })
    void aRefusalNamesTheSettingToLookAt(int status, String setting) {
        answers(aResponse().withStatus(status));
        assertThatThrownBy(() -> embedding(Optional.empty()).embed(List.of("one")))
                .hasMessageContaining("the embedding endpoint answered " + status)
                .hasMessageMatching(".*check AGENT_RUNTIME_SERVICE_" + setting + "\\b.*");
    }

    @Test
    void whileTheEndpointIsDownTextsAreMatchedByWordsAndTheStateSaysSo() {
        answers(aResponse().withStatus(503));
        try (FlowMatching matching = matching()) {
            FlowIndex index = matching.build(CATALOG);
            assertThat(matching.state()).isEqualTo(SemanticState.FAILED);
            assertThat(index.rank("invoice reader", any -> true, 1).get(0).position()).isZero();

            answers(okJson(vectors(4, "[1, 0]")));
            matching.build(CATALOG);
            assertThat(matching.state()).isEqualTo(SemanticState.READY);
        }
    }

    @Test
    void aModelThatChangesTheLengthOfItsVectorsIsAFailureAndNoError() {
        answers(okJson(vectors(4, "[1, 0]")));
        try (FlowMatching matching = matching()) {
            FlowIndex index = matching.build(CATALOG);
            assertThat(matching.state()).isEqualTo(SemanticState.READY);
            answers(okJson(vectors(1, "[1, 0, 0]")));
            assertThat(index.rank("plan my trip", any -> true, 1).get(0).position()).isOne();
            assertThat(matching.state()).isEqualTo(SemanticState.FAILED);
        }
    }

    @Test
    void aTextSeenBeforeIsNotSentAgain() {
        answers(okJson(vectors(4, "[1, 0]")));
        try (FlowMatching matching = matching()) {
            FlowIndex index = matching.build(CATALOG);
            answers(okJson(vectors(1, "[1, 0]")));
            index.rank("plan my holidays", any -> true, 1);
            int calls = endpoint.getAllServeEvents().size();
            index.rank("plan my holidays", any -> true, 1);
            index.rank("Plan my holidays", any -> true, 2);
            assertThat(endpoint.getAllServeEvents()).hasSize(calls);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void aTextThatIsTooLongIsReadByItsBeginningAndTheOthersWhole(int refusal) {
        try (FakeEmbedding limited = FakeEmbedding.start()) {
            limited.takes(600, refusal);
            String longText = "read the invoice ".repeat(100);
            List<String> texts = new ArrayList<>(List.of("one", "two", "three", longText, "four"));
            List<float[]> vectors = embedding(limited).embed(texts);

            assertThat(limited.calls()).contains(List.of("one", "two"), List.of("three"));
            String read =
                    limited.calls().stream()
                            .map(call -> call.get(0))
                            .filter(longText::startsWith)
                            .min(Comparator.comparingInt(String::length))
                            .get();
            assertThat(read)
                    .hasSizeBetween(200, 600)
                    .matches("(read the invoice )*(read|read the|read the invoice)");
            texts.set(3, read);
            assertThat(vectors).containsExactlyElementsOf(embedding(limited).embed(texts));
            assertThat(vectors.get(3))
                    .isEqualTo(embedding(limited).embed(List.of(longText)).get(0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "🧾", "字", "word "})
    void theBeginningOfATextIsTextAlso(String unit) {
        try (FakeEmbedding limited = FakeEmbedding.start()) {
            limited.takes(250, 413);
            embedding(limited).embed(List.of(("a" + unit.repeat(300)).strip()));
            assertThat(limited.calls())
                    .allSatisfy(
                            call ->
                                    assertThat(call.get(0))
                                            .matches("a(" + unit + ")*" + unit.strip()));
        }
    }

    @Test
    void whatIsRefusedHoweverLittleItIsEndsAfterAFewCallsAndKeepsItsStatus() {
        try (FakeEmbedding other = FakeEmbedding.start()) {
            other.answers(aResponse().withStatus(400));
            List<String> texts = IntStream.range(0, 32).mapToObj(i -> "text ".repeat(200)).toList();
            assertThatThrownBy(() -> embedding(other).embed(texts))
                    .isInstanceOf(EmbeddingFailure.class)
                    .hasMessageContaining("answered 400");
            assertThat(other.calls()).hasSizeLessThan(10);
            other.forget();
            other.answers(aResponse().withStatus(404));
            assertThatThrownBy(() -> embedding(other).embed(texts))
                    .hasMessageContaining("answered 404");
            assertThat(other.calls()).hasSize(1);
        }
    }

    @Test
    void aTextIsNotAskedForLongerThanOneCallMayLast() {
        try (FakeEmbedding slow = FakeEmbedding.start()) {
            slow.answers(aResponse().withStatus(413).withFixedDelay(150));
            RemoteEmbedding impatient = embedding(slow.address(), Optional.empty(), IMPATIENT);
            assertThatThrownBy(() -> impatient.embed(List.of("text ".repeat(2_000))))
                    .isInstanceOf(EmbeddingFailure.class)
                    .hasMessageContaining("in time");
        }
    }

    private static RemoteEmbedding embedding(FakeEmbedding endpoint) {
        return embedding(endpoint.address(), Optional.empty(), PATIENT);
    }

    private FlowMatching matching() {
        return FlowMatching.semantic(() -> embedding(Optional.empty()), Optional.empty());
    }

    private RemoteEmbedding embedding(Optional<String> key) {
        return embedding(address(), key, PATIENT);
    }

    private static RemoteEmbedding embedding(URI address, Optional<String> key, Duration longest) {
        return new RemoteEmbedding(address, "some-model", key, longest);
    }

    private URI address() {
        return URI.create(endpoint.baseUrl() + PATH);
    }

    private void answers(ResponseDefinitionBuilder answer) {
        endpoint.stubFor(post(urlEqualTo(PATH)).willReturn(answer));
    }

    private static String vectors(int count, String vector) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"index\": " + i + ", \"embedding\": " + vector + "}")
                .collect(Collectors.joining(", ", "{\"data\": [", "]}"));
    }
}
