package io.agentruntime;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Langflow as the service sees it: token, flow list, projects; and every way it can misbehave.
 */
public final class FakeLangflow implements AutoCloseable {
    public static final String TOKEN = "fake-langflow-token";
    public static final String LOGIN = "/api/v1/auto_login";
    public static final String FLOWS = "/api/v1/flows/";
    public static final String PROJECTS = "/api/v1/projects/";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final WireMockServer server;

    private FakeLangflow(WireMockServer server) {
        this.server = server;
    }

    /** A row of Langflow's header-only list. */
    public record Row(
            String id, String name, @Nullable String description, @Nullable String folderId) {
        public static Row of(String id, String name, String description) {
            return new Row(id, name, description, null);
        }
    }

    /** Starts one that lets anybody log in and has no flows. */
    public static FakeLangflow start() {
        var server = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
        server.start();
        var langflow = new FakeLangflow(server);
        langflow.isWell();
        langflow.lists(List.of());
        langflow.hasProjects(Map.of());
        return langflow;
    }

    public WireMockServer server() {
        return server;
    }

    public String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** Settings of a service that uses this Langflow and asks it every second. */
    public Map<String, String> settings() {
        return Map.of(
                "PROVIDERS", "langflow", "LANGFLOW_API_URL", url(), "CATALOG_TTL_SECONDS", "1");
    }

    /** Lets anybody log in. */
    public void isWell() {
        server.stubFor(
                get(urlPathEqualTo(LOGIN))
                        .willReturn(
                                okJson(
                                        """
                                        {"access_token": "%s", "refresh_token": null, "token_type": "bearer"}"""
                                                .formatted(TOKEN))));
    }

    public void lists(Row... rows) {
        lists(List.of(rows));
    }

    public void lists(List<Row> rows) {
        ArrayNode list = JSON.createArrayNode();
        for (Row row : rows) {
            ObjectNode node = list.addObject();
            node.put("id", row.id());
            node.put("name", row.name());
            node.put("folder_id", row.folderId());
            node.put("is_component", false);
            node.put("description", row.description());
            node.putNull("data");
            node.put("access_type", "PRIVATE");
            node.putArray("tags");
        }
        answersList(okJson(list.toString()));
    }

    public void hasProjects(Map<String, String> namesById) {
        ArrayNode list = JSON.createArrayNode();
        namesById.forEach((id, name) -> list.addObject().put("id", id).put("name", name));
        server.stubFor(get(urlPathEqualTo(PROJECTS)).willReturn(okJson(list.toString())));
    }

    /** Whatever the list call is to be answered with. */
    public void answersList(ResponseDefinitionBuilder answer) {
        server.stubFor(get(urlPathEqualTo(FLOWS)).willReturn(answer));
    }

    /** Every connection is reset until {@link #recovers}. */
    public void isDown() {
        server.stubFor(
                any(anyUrl())
                        .atPriority(1)
                        .withMetadata(Map.of("outage", true))
                        .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    }

    /** Every answer takes this long until {@link #recovers}. */
    public void hangs(int millis) {
        server.stubFor(
                any(anyUrl())
                        .atPriority(1)
                        .withMetadata(Map.of("outage", true))
                        .willReturn(aResponse().withFixedDelay(millis)));
    }

    /** Ends {@link #isDown} or {@link #hangs}. */
    public void recovers() {
        server.removeStubsByMetadata(
                com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath("$.outage"));
    }

    public int logins() {
        return calls(LOGIN);
    }

    public int listCalls() {
        return calls(FLOWS);
    }

    public int projectCalls() {
        return calls(PROJECTS);
    }

    private int calls(String path) {
        return server.countRequestsMatching(getRequestedFor(urlPathEqualTo(path)).build())
                .getCount();
    }

    @Override
    public void close() {
        server.stop();
    }
}
