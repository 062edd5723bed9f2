package io.agentruntime.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * Tokens made of anything. The first byte chooses: what follows is the token itself, or a header
 * and claims with a zero byte between them, which are signed with the right secret so that the
 * reading of claims is reached.
 */
public final class TokenFuzz {
    private static final Keys.Signer SIGN = Keys.hmac("256", Keys.USER_SECRET);
    private static final TokenVerifier VERIFIER = TokenRefusalTest.HS256;

    private TokenFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        boolean signed = (input[0] & 1) == 1;
        String token = signed ? sign(rest) : new String(rest, ISO_8859_1);
        try {
            Caller caller = VERIFIER.verify(token);
            if (!signed) {
                throw new AssertionError("accepted without the secret: " + token);
            }
            if (caller.kind() != CallerKind.USER) {
                throw new AssertionError("of another kind: " + caller);
            }
        } catch (InvalidToken refused) {
            if (refused.getMessage() == null
                    || refused.getMessage().chars().anyMatch(c -> c < ' ')) {
                throw new AssertionError("a refusal that forges the log", refused);
            }
        }
    }

    private static String sign(byte[] parts) {
        int middle = 0;
        while (middle < parts.length && parts[middle] != 0) {
            middle++;
        }
        String header = TokenText.base64(Arrays.copyOf(parts, middle));
        String claims =
                TokenText.base64(
                        Arrays.copyOfRange(
                                parts, Math.min(middle + 1, parts.length), parts.length));
        return TokenText.signed(header + "." + claims, SIGN);
    }
}
