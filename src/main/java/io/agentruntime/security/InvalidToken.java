package io.agentruntime.security;

import java.util.Map;
import java.util.stream.Collectors;

/** The token does not say who is calling; the message is for the log and holds nothing of it. */
public final class InvalidToken extends Exception {

    private InvalidToken(String message) {
        // Thrown as often as anyone likes to send garbage: no stack trace, no suppression list.
        super(message, null, false, false);
    }

    static InvalidToken because(Refusal refusal) {
        return new InvalidToken(refusal.text());
    }

    /** When the token is well-formed, each kind has its own reason. */
    static InvalidToken because(Map<CallerKind, Refusal> refusals) {
        return new InvalidToken(
                refusals.entrySet().stream()
                        .map(e -> e.getKey().label() + ": " + e.getValue().text())
                        .collect(Collectors.joining("; ")));
    }
}
