package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused without a server, and what only a server can read. */
class PlainRequestTest {
    private static @Nullable PlainRequest read(String received) {
        return PlainRequest.of(
                ByteBuffer.wrap(received.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer());
    }

    @Test
    void aRequestWithABodyThatHasComeIsPlain() {
        assertThat(
                        read(
                                "POST /api/v1/agents/provision HTTP/1.1\r\nHost: x\r\n"
                                        + "Authorization: Bearer a.b.c\r\nx-request-id:  one \r\n"
                                        + "X-Request-ID: two\r\nCONTENT-LENGTH: 2\r\n\r\n{}"))
                .isEqualTo(new PlainRequest("POST", "/api/v1/agents/provision", "one"));
    }

    @Test
    void aRequestWithoutABodyIsPlain() {
        assertThat(read("GET /api/v1/flows HTTP/1.1\r\nHost: x\r\n\r\n"))
                .isEqualTo(new PlainRequest("GET", "/api/v1/flows", null));
        assertThat(read("POST /api/v1/refresh HTTP/1.1\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo(new PlainRequest("POST", "/api/v1/refresh", null));
    }

    @Test
    void aLongPathIsReadToItsEnd() {
        String path = "/a".repeat(4_000);

        assertThat(read("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .isEqualTo(new PlainRequest("GET", path, null));
        assertThat(read("GET " + path + "/ HTTP/1.1\r\nHost: x\r\n\r\n")).isNull();
        assertThat(read("GET " + "/".repeat(8_000) + " HTTP/1.1\r\n\r\n")).isNull();
    }

    /** A body of two bytes in three is whole: its length counts bytes. */
    @Test
    void aLengthCountsBytes() {
        assertThat(read("POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\n\u00e9")).isNotNull();
        assertThat(read("POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\n\u00e9")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "POST",
                "POST /a HTTP/1.1\r\nHost: x\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{",
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}P",
                "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n",
            })
    void whatIsMoreOrLessThanARequestIsNot(String received) {
        assertThat(read(received)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD /a HTTP/1.1",
                "OPTIONS /a HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "post /a HTTP/1.1",
                "POST /a HTTP/1.0",
                "POST /a HTTP/2.0",
                "POST /a",
                "POST  /a HTTP/1.1",
                "POST http://x/a HTTP/1.1",
                "POST a HTTP/1.1",
                "POST / HTTP/1.1",
                "POST /a/ HTTP/1.1",
                "POST //a HTTP/1.1",
                "POST /a//b HTTP/1.1",
                "POST /a/../b HTTP/1.1",
                "POST /a/./b HTTP/1.1",
                "POST /%61 HTTP/1.1",
                "POST /a;b HTTP/1.1",
                "POST /a?b HTTP/1.1",
                "POST /a#b HTTP/1.1",
                "POST /\u00e4 HTTP/1.1",
                "\r\nPOST /a HTTP/1.1",
            })
    void otherLinesAreNot(String line) {
        assertThat(read(line + "\r\nHost: x\r\n\r\n")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked",
                "transfer-encoding: identity",
                "Expect: 100-continue",
                "Upgrade: h2c",
                "Origin: https://page.example",
                "Content-Length: -0",
                "Content-Length: +0",
                "Content-Length: 0x0",
                "Content-Length: 0, 0",
                "Content-Length:",
                "Content-Length: 0000000000",
                "Content-Length: 0\r\nContent-Length: 0",
                "no header",
                ": nameless",
            })
    void headersThatAServerHasToReadAreNot(String header) {
        assertThat(read("POST /a HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n")).isNull();
    }
}
