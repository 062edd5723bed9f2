package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseTransformerV2;
import com.github.tomakehurst.wiremock.http.Response;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** An embedding endpoint as the service sees it: a vector for each text, or a refusal. */
public final class FakeEmbedding implements AutoCloseable {
    private static final String PATH = "/v1/embeddings";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vectors vectors = new Vectors();
    private final WireMockServer server =
            new WireMockServer(
                    options().dynamicPort().bindAddress("127.0.0.1").extensions(vectors));

    private FakeEmbedding() {}

    public static FakeEmbedding start() {
        var embedding = new FakeEmbedding();
        embedding.server.start();
        embedding.isWell();
        return embedding;
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.port() + PATH);
    }

    /** Settings of a service that asks this endpoint for vectors. */
    public Map<String, String> settings() {
        return Map.of("EMBEDDING", address().toString(), "EMBEDDING_MODEL", "some-model");
    }

    /** Answers with a vector for each text, to those who were held too. */
    public void isWell() {
        vectors.held.countDown();
        answers(aResponse().withTransformers(Vectors.NAME));
    }

    /** Answers nobody until it is well. */
    public void holds() {
        vectors.held = new CountDownLatch(1);
    }

    /** Refuses calls that hold a longer text. */
    public void takes(int characters, int refusal) {
        vectors.longest = characters;
        vectors.refusal = refusal;
    }

    public void answers(ResponseDefinitionBuilder answer) {
        server.stubFor(post(urlEqualTo(PATH)).willReturn(answer));
    }

    /** The texts of each call, the first call first. */
    public List<List<String>> calls() {
        List<List<String>> calls = new ArrayList<>();
        server.getAllServeEvents().stream()
                .map(call -> texts(call.getRequest().getBodyAsString()))
                .forEach(texts -> calls.add(0, texts));
        return calls;
    }

    public void forget() {
        server.resetRequests();
    }

    @Override
    public void close() {
        vectors.held.countDown();
        server.stop();
    }

    private static List<String> texts(String body) {
        try {
            List<String> texts = new ArrayList<>();
            JSON.readTree(body).path("input").forEach(text -> texts.add(text.textValue()));
            return texts;
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** A text's vector counts its letters. */
    private static final class Vectors implements ResponseTransformerV2 {
        private static final String NAME = "vectors";

        private volatile int longest = Integer.MAX_VALUE;
        private volatile int refusal = 413;
        private volatile CountDownLatch held = new CountDownLatch(0);

        @Override
        public Response transform(Response response, ServeEvent call) {
            await(held);
            List<String> texts = texts(call.getRequest().getBodyAsString());
            if (texts.stream().anyMatch(text -> text.length() > longest)) {
                return Response.Builder.like(response).but().status(refusal).build();
            }
            ArrayNode data = JSON.createArrayNode();
            for (String text : texts) {
                data.addObject()
                        .put("index", data.size() - 1)
                        .set("embedding", JSON.valueToTree(vector(text)));
            }
            JsonNode answer = JSON.createObjectNode().set("data", data);
            return Response.Builder.like(response).but().body(answer.toString()).build();
        }

        private static void await(CountDownLatch held) {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static float[] vector(String text) {
            float[] vector = new float[26];
            vector[0] = 0.1f;
            text.toLowerCase(Locale.ROOT)
                    .chars()
                    .filter(letter -> letter >= 'a' && letter <= 'z')
                    .forEach(letter -> vector[letter - 'a']++);
            return vector;
        }

        @Override
        public String getName() {
            return NAME;
        }

        @Override
        public boolean applyGlobally() {
            return false;
        }
    }
}
