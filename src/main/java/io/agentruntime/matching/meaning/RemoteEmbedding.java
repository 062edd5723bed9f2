package io.agentruntime.matching.meaning;

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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Vectors from any endpoint that speaks OpenAI's {@code POST /v1/embeddings}. */
public final class RemoteEmbedding implements TextEmbedding {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Texts in one call; endpoints refuse more than a few dozen to a few thousand. */
    private static final int BATCH = 32;

    /**
     * What endpoints answer when a text, or all of a call, is more than they take; some say so of
     * other things, too.
     */
    private static final Set<Integer> TOO_MUCH = Set.of(400, 413, 422);

    /** Characters that every model takes: the smallest of them reads 256 tokens. */
    private static final int SHORTEST = 250;

    private static final String CHECK_ADDRESS = " (check AGENT_RUNTIME_SERVICE_EMBEDDING)";

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
     * @param timeout for each call, and for one text however often it is asked for
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
            List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
            vectors.addAll(read(batch, System.nanoTime() + batch.size() * timeout.toNanos()));
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

    /**
     * Of several texts that are refused, one may be too long: each half is asked for alone. One
     * that is refused alone is read by its beginning, as endpoints that cut texts themselves do.
     *
     * @param deadline on the clock of {@link System#nanoTime}
     */
    private List<float[]> read(List<String> texts, long deadline) {
        Answer answer = ask(texts, deadline);
        if (answer.status() == 200) {
            return vectors(answer, texts.size());
        }
        String first = texts.get(0);
        boolean divisible = texts.size() > 1 || first.length() > SHORTEST;
        if (!divisible || !TOO_MUCH.contains(answer.status())) {
            throw new EmbeddingFailure(
                    "the embedding endpoint answered " + answer.status() + hint(answer.status()));
        }
        if (texts.size() == 1) {
            return read(List.of(beginning(first)), deadline);
        }
        int middle = texts.size() / 2;
        List<float[]> vectors = new ArrayList<>(read(texts.subList(0, middle), deadline));
        vectors.addAll(read(texts.subList(middle, texts.size()), deadline));
        return vectors;
    }

    private static String hint(int status) {
        return switch (status) {
            case 401, 403 -> " (check AGENT_RUNTIME_SERVICE_EMBEDDING_API_KEY)";
            case 400, 404, 413, 422 ->
                    " (check AGENT_RUNTIME_SERVICE_EMBEDDING_MODEL and AGENT_RUNTIME_SERVICE_EMBEDDING)";
            default -> " (see its own log, and check AGENT_RUNTIME_SERVICE_EMBEDDING)";
        };
    }

    /** The first half of a text, to the end of a word. */
    private static String beginning(String text) {
        int half = Math.max(SHORTEST, text.length() / 2);
        int end = half;
        while (end > half / 2 && !Character.isWhitespace(text.charAt(end))) {
            end--;
        }
        if (end > half / 2) {
            return text.substring(0, end);
        }
        // Both halves of a surrogate pair, or none
        return text.substring(0, Character.isLowSurrogate(text.charAt(half)) ? half - 1 : half);
    }

    private record Answer(int status, byte[] body) {}

    private Answer ask(List<String> texts, long deadline) {
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
            long left = Math.min(timeout.toNanos(), deadline - System.nanoTime());
            return ask(request.build(), left);
        } catch (IOException e) {
            throw new EmbeddingFailure(
                    "the embedding endpoint does not answer: "
                            + e.getClass().getSimpleName()
                            + CHECK_ADDRESS,
                    e);
        }
    }

    /** The whole answer, within the time: a request's own timeout ends with the first byte. */
    private Answer ask(HttpRequest request, long nanos) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> response =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        CompletableFuture<Answer> answer = response.thenApplyAsync(RemoteEmbedding::answer);
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new EmbeddingFailure(
                    "the embedding endpoint does not answer in time (check its load, or raise AGENT_RUNTIME_SERVICE_PROVIDER_TIMEOUT_MS)",
                    e);
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
            if (!answer.isDone()) {
                response.thenAccept(RemoteEmbedding::hangUp);
                response.cancel(true);
            }
        }
    }

    private static Answer answer(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            int status = response.statusCode();
            byte[] bytes = status == 200 ? body.readNBytes(MOST_BYTES + 1) : new byte[0];
            if (bytes.length > MOST_BYTES) {
                throw new EmbeddingFailure("the embedding endpoint's answer is too large");
            }
            return new Answer(status, bytes);
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

    private static List<float[]> vectors(Answer answer, int expected) {
        float[][] vectors = new float[expected][];
        for (JsonNode row : json(answer).path("data")) {
            int index = row.path("index").asInt(-1);
            JsonNode numbers = row.path("embedding");
            if (index < 0 || index >= expected || numbers.isEmpty()) {
                throw new EmbeddingFailure(
                        "the embedding endpoint's answer has another shape" + CHECK_ADDRESS);
            }
            vectors[index] = vector(numbers);
        }
        return Arrays.asList(vectors);
    }

    private static JsonNode json(Answer answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new EmbeddingFailure(
                    "the embedding endpoint's answer is not JSON" + CHECK_ADDRESS, e);
        }
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
