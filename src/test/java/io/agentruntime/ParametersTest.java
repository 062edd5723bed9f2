package io.agentruntime;

import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;

import io.agentruntime.FakeLangflow.Row;
import io.agentruntime.RunningService.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters come from the query and the path, and from nowhere else. */
class ParametersTest {
    private static FakeLangflow langflow;
    private static RunningService service;

    @BeforeAll
    static void start() {
        langflow = FakeLangflow.start();
        langflow.lists(
                Row.of("f-1", "Alpha", "Summarizes reports."),
                Row.of("f-2", "Beta", "Sorts tickets."),
                Row.of("f-3", "Gamma", "Translates contracts."));
        service =
                RunningService.with(
                        Map.of(
                                "PROVIDERS",
                                "langflow",
                                "LANGFLOW_API_URL",
                                langflow.url(),
                                "CATALOG_TTL_SECONDS",
                                "3600"));
        service.awaitFlows(3);
    }

    @AfterAll
    static void stop() {
        service.close();
        langflow.close();
    }

    @Test
    void flowsComePageByPage() {
        isPage(service.get("/api/v1/flows"), 50, 0, "f-1", "f-2", "f-3");
        isPage(service.get("/api/v1/flows?limit=2"), 2, 0, "f-1", "f-2");
        isPage(service.get("/api/v1/flows?limit=2&offset=2"), 2, 2, "f-3");
        isPage(service.get("/api/v1/flows?offset=3"), 50, 3);
        isPage(service.get("/api/v1/flows?offset=999999999&limit=500"), 500, 999_999_999);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "501",
                "-1",
                "x",
                "",
                "1.0",
                "1e2",
                "0x1",
                "99999999999",
                "1%00",
                "%D9%A1"
            })
    void aLimitThatIsNoneIsNamed(String limit) {
        service.get("/api/v1/flows?limit=" + limit)
                .isProblem(422, "invalid-request")
                .hasField(
                        "errors",
                        """
                        [{"field": "limit", "message": "must be a whole number from 1 to 500"}]""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "", "1.5", "99999999999", "2147483648"})
    void anOffsetThatIsNoneIsNamed(String offset) {
        service.get("/api/v1/flows?offset=" + offset)
                .isProblem(422, "invalid-request")
                .hasField(
                        "errors",
                        """
                        [{"field": "offset", "message": "must be a whole number from 0 to 999999999"}]""");
    }

    @Test
    void aParameterThatComesTwiceIsNone() {
        service.get("/api/v1/flows?limit=1&limit=2&offset=0&offset=0")
                .isProblem(422, "invalid-request")
                .hasField(
                        "errors",
                        """
                        [{"field": "limit", "message": "must be a whole number from 1 to 500"},
                         {"field": "offset", "message": "must be a whole number from 0 to 999999999"}]""");
    }

    @ParameterizedTest
    @CsvSource({"limit, 1", "limit, x", "offset, 2", "Offset, -1", "CamelHttpQuery, limit=1"})
    void aHeaderIsNoParameter(String name, String value) {
        isPage(
                service.send(service.authorised("/api/v1/flows").header(name, value).GET()),
                50,
                0,
                "f-1",
                "f-2",
                "f-3");
        isPage(
                service.send(
                        service.authorised("/api/v1/flows?limit=2&offset=1")
                                .header(name, value)
                                .GET()),
                2,
                1,
                "f-2",
                "f-3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "name=nobody", "no form at all", "a=%zz", "&&="})
    void neitherIsAFormField(String form) {
        service.send(
                        service.authorised("/api/v1/providers/langflow/refresh?name=nobody")
                                .header("name", "nobody")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(form)))
                .hasStatus(200)
                .hasField("name", "\"langflow\"");
        service.send(
                        service.authorised("/api/v1/providers/nobody/refresh?name=langflow")
                                .header("name", "langflow")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(form)))
                .isProblem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=utf-16",
                "application/json; charset=iso-8859-1",
                "application/json; profile=x"
            })
    void jsonIsUtf8WhateverItsMediaTypeSays(String contentType) {
        service.send(
                        service.authorised("/api/v1/agents/candidates")
                                .header("Content-Type", contentType)
                                .POST(BodyPublishers.ofString("{\"description\": \"résumé\"}")))
                .hasStatus(200);
    }

    private static void isPage(Answer answer, int limit, int offset, String... ids) {
        answer.hasStatus(200)
                .hasField("limit", String.valueOf(limit))
                .hasField("offset", String.valueOf(offset))
                .hasField("total", "3");
        assertThatJson(answer.body())
                .inPath("flows[*].flow_id")
                .isArray()
                .containsExactly((Object[]) ids);
    }
}
