package io.agentruntime.catalog;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;

/**
 * A parser that fails after so many tokens. Three bytes of JSON become fifty of memory when each is
 * a list of its own: a limit of bytes alone lets a provider fill the heap.
 */
final class TokenLimit extends JsonParserDelegate {
    /** A node for each token; Langflow's largest flow, with its component code, has 30,000. */
    static final int MOST_IN_ROW = 300_000;

    /** 50 MB as a tree. */
    static final int MOST_IN_DOCUMENT = 1_000_000;

    private int left;

    TokenLimit(JsonParser parser, int most) {
        super(parser);
        this.left = most;
    }

    /** From here on, so many. */
    void allow(int most) {
        left = most;
    }

    @Override
    public JsonToken nextToken() throws IOException {
        if (--left < 0) {
            throw new SizeLimit.Exceeded();
        }
        return super.nextToken();
    }

    @Override
    public JsonToken nextValue() throws IOException {
        JsonToken token = nextToken();
        return token == JsonToken.FIELD_NAME ? nextToken() : token;
    }
}
