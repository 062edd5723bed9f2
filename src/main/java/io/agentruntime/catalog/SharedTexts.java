package io.agentruntime.catalog;

import java.util.HashMap;
import java.util.Map;

/** Keeps one string of many equal ones: half of the strings of a large list are such. */
final class SharedTexts {
    private final Map<String, String> texts = new HashMap<>();

    String shared(String text) {
        String before = texts.putIfAbsent(text, text);
        return before == null ? text : before;
    }
}
