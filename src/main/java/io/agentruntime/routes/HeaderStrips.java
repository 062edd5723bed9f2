package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;

import io.agentruntime.routes.RouteFile.Entry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** Whether nothing of one call reaches the next: headers are removed before each outbound call. */
final class HeaderStrips {
    private final Map<String, Node> routes;
    private final Addresses addresses;
    private final Findings findings;

    /**
     * @param routes by the address that they begin with
     */
    HeaderStrips(Map<String, Node> routes, Addresses addresses, Findings findings) {
        this.routes = routes;
        this.addresses = addresses;
        this.findings = findings;
    }

    /** Finds the outbound calls in these steps that would carry headers along. */
    void check(RouteFile file, @Nullable Node steps) {
        walk(file, steps, false, new HashSet<>());
    }

    /**
     * Follows the steps in order.
     *
     * @param file where to find what is wrong; null to look only
     * @param stripped whether headers were removed since the last outbound call
     * @param seen routes that are being followed
     * @return the same after these steps
     */
    private boolean walk(
            @Nullable RouteFile file, @Nullable Node steps, boolean stripped, Set<String> seen) {
        boolean now = stripped;
        for (Entry step : entries(steps)) {
            now = step(file, step, now, seen);
        }
        return now;
    }

    private boolean step(@Nullable RouteFile file, Entry step, boolean stripped, Set<String> seen) {
        if (step.key().equals("removeHeaders")) {
            boolean all =
                    text(step.value(), "pattern").equals("*")
                            && text(step.value(), "excludePattern").isEmpty();
            return stripped || all;
        }
        List<String> uris = Steps.destinations(step, addresses);
        if (!uris.isEmpty()) {
            boolean copies = step.key().equals("recipientList");
            boolean sent = stripped;
            for (String uri : uris) {
                sent = send(file, step, uri, copies ? stripped : sent, seen);
            }
            return sent;
        }
        boolean after = stripped;
        boolean sure = false;
        for (Steps.Branch branch : Steps.within(step.value())) {
            boolean before = stripped && !branch.afterFailure();
            boolean left = walk(file, branch.steps(), before, seen);
            if (step.key().equals("loop")) {
                left = walk(file, branch.steps(), left, seen);
            }
            after = sure ? after && left : left;
            sure = true;
        }
        return Steps.someRunOf(step) ? after : after && stripped;
    }

    private boolean send(
            @Nullable RouteFile file, Entry step, String uri, boolean stripped, Set<String> seen) {
        if (uri.startsWith("direct:")) {
            return follow(uri, stripped, seen);
        }
        if (!isOutbound(uri)) {
            return stripped;
        }
        if (!stripped && file != null) {
            findings.hint(
                    file,
                    step.keyNode(),
                    "headers of the call before would be sent to this address: put removeHeaders with pattern \"*\" before it");
        }
        return false;
    }

    private boolean follow(String uri, boolean stripped, Set<String> seen) {
        String name = Addresses.name(uri);
        Node route = routes.get(name);
        if (route == null || !seen.add(name)) {
            return stripped;
        }
        boolean after = walk(null, at(route, "from", "steps"), stripped, seen);
        seen.remove(name);
        return after;
    }

    /** Placeholders and variables may hold anything, and mostly hold the address of a provider. */
    static boolean isOutbound(String uri) {
        return uri.startsWith("http:")
                || uri.startsWith("https:")
                || uri.startsWith("{{")
                || uri.startsWith("${");
    }
}
