package io.agentruntime.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import io.swagger.v3.core.util.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.model.Model;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.openapi.BeanConfig;
import org.apache.camel.openapi.RestOpenApiReader;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI document of the API. Paths, methods, parameters and summaries are those of the REST
 * routes, so that an operation added there is in it; {@code openapi.yaml} adds schemas, examples
 * and answers.
 */
public final class ApiDocument {
    private static final String ADDITIONS = "/openapi.yaml";

    private final CamelContext camel;
    private final boolean enabled;
    private final String rootPath;
    private final String version;
    private byte @Nullable [] rendered;
    private List<RestDefinition> described = List.of();

    /**
     * @param version of the service
     */
    ApiDocument(CamelContext camel, boolean enabled, String rootPath, String version) {
        this.camel = camel;
        this.enabled = enabled;
        this.rootPath = rootPath;
        this.version = version;
    }

    /** The document as JSON. @throws RequestProblem not-found when it is switched off */
    public byte[] serve(Message message) {
        if (!enabled) {
            throw RequestProblem.of(ProblemType.NOT_FOUND);
        }
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        return rendered();
    }

    /**
     * Made when it is first asked for, as most processes are never asked, and anew when the
     * operations were exchanged.
     */
    private synchronized byte[] rendered() {
        byte[] known = rendered;
        List<RestDefinition> operations = List.copyOf(operations());
        if (known == null || !operations.equals(described)) {
            known = document().toPrettyString().getBytes(StandardCharsets.UTF_8);
            rendered = known;
            described = operations;
        }
        return known;
    }

    private ObjectNode document() {
        ObjectNode document = declared();
        ObjectNode additions = additions();
        ObjectNode common = (ObjectNode) additions.remove("common");
        ObjectNode operations = (ObjectNode) additions.remove("operations");
        merge(document, additions);
        document.withObject("/info").put("version", version);
        document.set("paths", withSingleSlash((ObjectNode) document.path("paths")));
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                complete((ObjectNode) operation, common, operations);
            }
        }
        return document;
    }

    /** Below the very root, Camel begins a path with two. */
    private static ObjectNode withSingleSlash(ObjectNode paths) {
        ObjectNode single = paths.objectNode();
        paths.fields()
                .forEachRemaining(
                        path ->
                                single.set(
                                        path.getKey().replaceFirst("^/+", "/"), path.getValue()));
        return single;
    }

    private ObjectNode declared() {
        // The reader leaves out undocumented operations, but not the tags made of their paths.
        List<RestDefinition> documented =
                operations().stream().filter(rest -> !"false".equals(rest.getApiDocs())).toList();
        try {
            return Json.mapper()
                    .valueToTree(
                            new RestOpenApiReader()
                                    .read(
                                            camel,
                                            documented,
                                            new BeanConfig(),
                                            camel.getName(),
                                            camel.getClassResolver()));
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("the REST routes cannot be described", e);
        }
    }

    private List<RestDefinition> operations() {
        return camel.getCamelContextExtension().getContextPlugin(Model.class).getRestDefinitions();
    }

    private ObjectNode additions() {
        try (InputStream file = ApiDocument.class.getResourceAsStream(ADDITIONS)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new ObjectMapper()
                    .valueToTree(
                            new Yaml(new SafeConstructor(new LoaderOptions()))
                                    .load(text.replace("{ROOT}", rootPath)));
        } catch (IOException e) {
            throw new IllegalStateException(ADDITIONS + " cannot be read", e);
        }
    }

    private static void complete(ObjectNode operation, ObjectNode common, ObjectNode operations) {
        operation.remove("x-camelContextId");
        // Camel's placeholder for "no answer declared"
        ((ObjectNode) operation.path("responses")).remove("default");
        JsonNode own = operations.path(operation.path("operationId").asText());
        boolean open = own.path("security").isArray() && own.path("security").isEmpty();
        merge(operation, common.path("every"));
        if (!open) {
            merge(operation, common.path("with-token"));
        }
        if (own.has("requestBody")) {
            merge(operation, common.path("with-body"));
        }
        merge(operation, own);
    }

    /**
     * Adds to an object, deeply. Parameters are told apart by name; a reference stands alone, since
     * OpenAPI 3.0 ignores what is beside it.
     */
    private static void merge(ObjectNode into, JsonNode more) {
        more.properties()
                .forEach(
                        field -> {
                            JsonNode there = into.path(field.getKey());
                            JsonNode added = field.getValue();
                            if (field.getKey().equals("parameters") && there.isArray()) {
                                mergeNamed(there, added);
                            } else if (there.isObject()
                                    && added.isObject()
                                    && !there.has("$ref")
                                    && !added.has("$ref")) {
                                merge((ObjectNode) there, added);
                            } else {
                                into.set(field.getKey(), added.deepCopy());
                            }
                        });
    }

    private static void mergeNamed(JsonNode into, JsonNode more) {
        for (JsonNode there : into) {
            for (JsonNode added : more) {
                if (added.path("name").equals(there.path("name"))) {
                    merge((ObjectNode) there, added);
                }
            }
        }
    }
}
