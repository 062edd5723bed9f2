package io.agentruntime.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Whether the tokens that routes send are those that routes keep: of another name there is none.
 */
final class TokenChecks {
    private static final String BEAN = "tokens";

    private static final Pattern CALL =
            Pattern.compile("(keep|keepAt|get)\\(\\s*(?:(['\"])(.*?)\\2)?", Pattern.DOTALL);

    private final Findings findings;
    private final Set<String> kept = new TreeSet<>();
    private final List<Asked> asked = new ArrayList<>();

    /** Whether a name is known only when the routes run. */
    private boolean isOpen;

    private record Asked(RouteFile file, Node where, String name) {}

    TokenChecks(Findings findings) {
        this.findings = findings;
    }

    /** Takes note of a call. */
    void called(RouteFile file, Node where, String bean, String method) {
        Matcher call = CALL.matcher(method);
        if (!bean.equals(BEAN) || !call.lookingAt()) {
            return;
        }
        String name = call.group(3);
        boolean keeps = !call.group(1).equals("get");
        if (name == null || name.contains("$") || name.contains("{{")) {
            isOpen |= keeps;
        } else if (keeps) {
            kept.add(name);
        } else {
            asked.add(new Asked(file, where, name));
        }
    }

    /** Takes note of a call of which is known only when it is made what it does. */
    void unread(String bean) {
        isOpen |= bean.equals(BEAN);
    }

    /**
     * All calls are known.
     *
     * @param providers whose files there are: that a token is of another one is told already
     */
    void end(Set<String> providers) {
        if (!isOpen) {
            asked.stream()
                    .filter(one -> !kept.contains(one.name) && !isOfAnother(one, providers))
                    .forEach(this::sayNothingKeeps);
        }
    }

    private static boolean isOfAnother(Asked one, Set<String> providers) {
        return providers.contains(one.name)
                && !one.name.equals(RouteFiles.provider(one.file.name()));
    }

    private void sayNothingKeeps(Asked one) {
        findings.hint(
                one.file,
                one.where,
                "nothing here keeps a token called "
                        + one.name
                        + ": "
                        + Findings.didYouMean(one.name, kept, "keep it with tokens.keep"));
    }
}
