package io.agentruntime.security;

/** Why a token is refused; a closed list, so that nothing of a token can reach a log through it. */
public enum Refusal {
    TWO_HEADERS("more than one Authorization header"),
    NOT_BEARER("the Authorization header is not one bearer token"),
    TOO_LONG("longer than 8 KiB"),
    SEGMENTS("not three segments"),
    ENCODING("a segment is not canonical base64url"),
    HEADER("the header is not a strict JSON object"),
    CLAIMS("the claims are not a strict JSON object"),
    HEADER_MEMBER("a header member that is not understood here or has the wrong type"),
    CLAIM_TYPE("a claim has the wrong type"),
    ALGORITHM("not the configured algorithm"),
    NO_EXPIRY("no exp"),
    EXPIRED("expired"),
    NOT_YET("not valid yet"),
    ISSUER("not the configured issuer"),
    AUDIENCE("not for the configured audience"),
    NO_KEY("no key is known to check it with"),
    SIGNATURE("the signature does not fit");

    private final String text;

    Refusal(String text) {
        this.text = text;
    }

    /** A phrase for the log; never for the caller. */
    public String text() {
        return text;
    }
}
