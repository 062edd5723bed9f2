package io.agentruntime.matching;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Vectors from any endpoint that speaks OpenAI's {@code POST /v1/embeddings}. */
public final class RemoteEmbedding implements TextEmbedding {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Texts in one call; endpoints refuse more than a few dozen to a few thousand. */
    private static final int BATCH = 32;

    /** An answer of {@link #BATCH} vectors of 4,096 numbers is under 3 MB. */
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    /** Numbers beyond are no part of any model's vector. */
    private static final float MOST = 1e12f;

    private final HttpClient client;
    private final URI address;
    private final String model;
    private final Optional<String> key;
    private final Duration timeout;

    /**
     * @param address the full address, {@code http://localhost:11434/v1/embeddings} for example
     * @param model the model's name as the endpoint knows it
     * @param key sent as a bearer token, if any
     * @param timeout for each call
     */
    public RemoteEmbedding(URI address, String model, Optional<String> key, Duration timeout) {
        this.address = address;
        this.model = model;
        this.key = key;
        this.timeout = timeout;
        // HTTP/1.1: the upgrade to HTTP/2 that this client asks for by default loses bodies at some
        // servers.
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(timeout)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    @Override
    public String model() {
        return "remote/" + model;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += BATCH) {
            vectors.addAll(call(texts.subList(from, Math.min(texts.size(), from + BATCH))));
        }
        requireEven(vectors);
        return vectors;
    }

    private static void requireEven(List<float[]> vectors) {
        for (float[] vector : vectors) {
            if (vector == null || vector.length != vectors.get(0).length) {
                throw new EmbeddingFailure(
                        "the embedding endpoint answered too few or uneven vectors");
            }
        }
    }

    private List<float[]> call(List<String> texts) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(address)
                            .timeout(timeout)
                            .header("Content-Type", "application/json")
                            .POST(
                                    HttpRequest.BodyPublishers.ofByteArray(
                                            JSON.writeValueAsBytes(
                                                    Map.of("model", model, "input", texts))));
            key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
            return vectors(JSON.readTree(ask(request.build())), texts.size());
        } catch (JsonProcessingException e) {
            throw new EmbeddingFailure("the embedding endpoint's answer is not JSON", e);
        } catch (IOException e) {
            throw new EmbeddingFailure(
                    "the embedding endpoint does not answer: " + e.getClass().getSimpleName(), e);
        }
    }

    /** The whole answer, within the timeout: a request's own timeout ends with the first byte. */
    private byte[] ask(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> response =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        CompletableFuture<byte[]> body = response.thenApplyAsync(RemoteEmbedding::read);
        try {
            return body.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new EmbeddingFailure("the embedding endpoint does not answer in time", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof EmbeddingFailure failure) {
                throw failure;
            }
            throw cause instanceof IOException broken ? broken : new IOException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddingFailure("interrupted while the embedding endpoint was asked", e);
        } finally {
            if (!body.isDone()) {
                response.thenAccept(RemoteEmbedding::hangUp);
                response.cancel(true);
            }
        }
    }

    private static byte[] read(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new EmbeddingFailure(
                        "the embedding endpoint answered " + response.statusCode());
            }
            byte[] bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new EmbeddingFailure("the embedding endpoint's answer is too large");
            }
            return bytes;
        } catch (IOException e) {
            throw new EmbeddingFailure("the embedding endpoint's answer was cut off", e);
        }
    }

    private static void hangUp(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException e) {
            // Nobody waits for it any more.
        }
    }

    private static List<float[]> vectors(JsonNode answer, int expected) {
        float[][] vectors = new float[expected][];
        for (JsonNode row : answer.path("data")) {
            int index = row.path("index").asInt(-1);
            JsonNode numbers = row.path("embedding");
            if (index < 0 || index >= expected || numbers.isEmpty()) {
                throw new EmbeddingFailure("the embedding endpoint's answer has another shape");
            }
            vectors[index] = vector(numbers);
        }
        return Arrays.asList(vectors);
    }

    private static float[] vector(JsonNode numbers) {
        float[] vector = new float[numbers.size()];
        float largest = 0;
        for (int i = 0; i < vector.length; i++) {
            // NaN where there is no number
            vector[i] = (float) numbers.get(i).asDouble(Double.NaN);
            largest = Math.max(largest, Math.abs(vector[i]));
        }
        if (!(largest > 0 && largest < MOST)) {
            throw new EmbeddingFailure("the embedding endpoint answered what is no vector");
        }
        return Vectors.unit(vector);
    }
}
