package io.agentruntime.catalog;

import java.util.HashMap;
import java.util.Map;

/** Keeps one string of many equal ones: in a list of 100,000 flows they take 30 MB. */
final class SharedTexts {
    private final Map<String, String> texts = new HashMap<>();

    String shared(String text) {
        String before = texts.putIfAbsent(text, text);
        return before == null ? text : before;
    }
}
