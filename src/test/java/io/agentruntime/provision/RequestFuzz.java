package io.agentruntime.provision;

import io.agentruntime.problem.ProblemType;
import io.agentruntime.problem.RequestProblem;
import java.util.Set;

/** Request bodies made of anything: read to the letter of the API, or refused with 400 or 422. */
public final class RequestFuzz {
    private static final RequestReader READER = new RequestReader();
    private static final Set<ProblemType> REFUSALS =
            Set.of(ProblemType.MALFORMED_BODY, ProblemType.INVALID_REQUEST);

    private RequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            check(READER.readWithLimit(input));
            check(READER.read(input));
        } catch (RequestProblem refused) {
            if (!REFUSALS.contains(refused.type())) {
                throw new AssertionError("refused as " + refused.type(), refused);
            }
        }
    }

    private static void check(ProvisionRequest request) {
        String text = request.description();
        String hint = request.projectHint();
        boolean right =
                !text.isBlank()
                        && text.codePointCount(0, text.length()) <= 4_000
                        && (hint == null
                                || !hint.isBlank() && hint.codePointCount(0, hint.length()) <= 200)
                        && request.limit() >= 1
                        && request.limit() <= 50;
        if (!right) {
            throw new AssertionError("let through: " + request);
        }
    }
}
