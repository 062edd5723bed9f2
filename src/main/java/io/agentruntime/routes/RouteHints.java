package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.entries;

import io.agentruntime.routes.RouteFile.Entry;
import io.agentruntime.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** What of route files works and may not be meant; it is told when asked for, and stops nothing. */
final class RouteHints {
    private final Findings hints = new Findings();
    private final Addresses addresses;

    private RouteHints(Settings.PropertySource settings) {
        var placeholders = new Placeholders(settings);
        addresses = new Addresses(new Expressions(placeholders), placeholders);
    }

    /**
     * @param contents of files, by file name; what cannot be read is passed over
     */
    static List<Finding> of(Map<String, String> contents, Settings.PropertySource settings) {
        var hints = new RouteHints(settings);
        contents.entrySet().stream()
                .filter(file -> RouteFiles.provider(file.getKey()) != null)
                .flatMap(
                        file -> RouteFile.parse(file.getKey(), file.getValue(), any -> {}).stream())
                .forEach(hints::look);
        return hints.hints.sorted();
    }

    private void look(RouteFile file) {
        for (Node route : file.routes()) {
            if (!saysWhatIsRepeated(route)) {
                calls(at(route, "from", "steps"))
                        .forEach(
                                call ->
                                        hints.at(
                                                file,
                                                call.keyNode(),
                                                "nothing of this call is repeated: set routeConfigurationId: provider-retries in its route, or errorHandler: {noErrorHandler: {}} where that is meant"));
            }
        }
    }

    private static boolean saysWhatIsRepeated(Node route) {
        return at(route, "errorHandler") != null || at(route, "routeConfigurationId") != null;
    }

    private Stream<Entry> calls(@Nullable Node steps) {
        return entries(steps).stream()
                .flatMap(
                        step ->
                                Stream.concat(
                                        Stream.of(step).filter(this::isCall),
                                        Steps.within(step.value()).stream()
                                                .flatMap(branch -> calls(branch.steps()))));
    }

    private boolean isCall(Entry step) {
        return HeaderStrips.isOutbound(Steps.destination(step, addresses));
    }
}
