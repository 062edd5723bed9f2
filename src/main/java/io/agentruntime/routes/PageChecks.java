package io.agentruntime.routes;

import static io.agentruntime.routes.RouteFile.allEntries;
import static io.agentruntime.routes.RouteFile.at;
import static io.agentruntime.routes.RouteFile.elements;
import static io.agentruntime.routes.RouteFile.entries;
import static io.agentruntime.routes.RouteFile.text;
import static io.agentruntime.routes.RouteFile.texts;

import io.agentruntime.catalog.Pages;
import io.agentruntime.catalog.Paging;
import io.agentruntime.routes.RouteFile.Entry;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** What files with a paging bean ask of its pages, and whether their loops come to an end. */
final class PageChecks {
    private static final Pattern ASKED = Pattern.compile("\\$\\{variable\\.pages\\??\\.(\\w+)");
    private static final Pattern GETTER = Pattern.compile("(?:is|get)([A-Z])(\\w*)");
    private static final String MORE = "variable.pages.more";

    /** What pages are asked for, as the routes' README names it. */
    private static final Set<String> PROPERTIES =
            Arrays.stream(Pages.class.getDeclaredMethods())
                    .filter(method -> Modifier.isPublic(method.getModifiers()))
                    .map(Method::getName)
                    .map(GETTER::matcher)
                    .filter(Matcher::matches)
                    .map(getter -> getter.group(1).toLowerCase(Locale.ROOT) + getter.group(2))
                    .collect(Collectors.toCollection(TreeSet::new));

    private final Map<String, Node> routes;
    private final Addresses addresses;
    private final Findings findings;

    /**
     * @param routes by where they begin
     */
    PageChecks(Map<String, Node> routes, Addresses addresses, Findings findings) {
        this.routes = routes;
        this.addresses = addresses;
        this.findings = findings;
    }

    void check(RouteFile file) {
        Set<String> pagings =
                file.beans().stream()
                        .filter(bean -> BeanChecks.type(bean).equals(Paging.class.getName()))
                        .map(bean -> text(bean, "name"))
                        .collect(Collectors.toSet());
        if (!pagings.isEmpty()) {
            texts(file.root()).forEach(text -> properties(file, text));
            allEntries(file.root())
                    .filter(entry -> entry.key().equals("loop"))
                    .forEach(loop -> loop(file, loop, pagings));
        }
    }

    private void properties(RouteFile file, ScalarNode scalar) {
        Matcher asked = ASKED.matcher(scalar.getValue());
        while (asked.find()) {
            String name = asked.group(1);
            if (!PROPERTIES.contains(name) && !GETTER.matcher(name).matches()) {
                findings.at(
                        file,
                        scalar,
                        "pages have no "
                                + name
                                + ": "
                                + Findings.didYouMean(
                                        name,
                                        PROPERTIES,
                                        "use one of " + String.join(", ", PROPERTIES)));
            }
        }
    }

    private void loop(RouteFile file, Entry loop, Set<String> pagings) {
        boolean asksForMore =
                entries(loop.value()).stream()
                        .filter(part -> !part.key().equals("steps"))
                        .anyMatch(part -> RouteFile.mentions(part.value(), MORE));
        String until = text(loop.value(), "doWhile");
        if (asksForMore && !until.equalsIgnoreCase("true") && !until.contains("{{")) {
            findings.at(
                    file,
                    loop.keyNode(),
                    "this loop asks once how often, not each time whether there is more: add doWhile: true");
        }
        String step = "add a step bean with ref " + String.join(" or ", new TreeSet<>(pagings));
        if (asksForMore && !calls("add", at(loop.value(), "steps"), pagings, new HashSet<>())) {
            findings.at(
                    file,
                    loop.keyNode(),
                    "this loop asks for more pages and adds none, so it would not end: "
                            + step
                            + " and method add after the call");
        }
        if (asksForMore && !calls("begin", file.root(), pagings, new HashSet<>())) {
            findings.at(
                    file,
                    loop.keyNode(),
                    "nothing begins the pages, so this loop would ask for none: "
                            + step
                            + " and method begin before it");
        }
    }

    /** Whether a method may be called here, or in a route that these steps send to. */
    private boolean calls(
            String method, @Nullable Node node, Set<String> pagings, Set<String> seen) {
        if (node instanceof ScalarNode scalar) {
            return calls(method, scalar.getValue(), pagings);
        }
        return elements(node).stream().anyMatch(element -> calls(method, element, pagings, seen))
                || entries(node).stream().anyMatch(entry -> calls(method, entry, pagings, seen));
    }

    private boolean calls(String method, Entry entry, Set<String> pagings, Set<String> seen) {
        boolean here =
                pagings.contains(text(entry.value(), "ref"))
                        && text(entry.value(), "method").matches(method + "\\b.*");
        return here
                || Steps.destinations(entry, addresses).stream()
                        .anyMatch(whole -> leads(method, whole, pagings, seen))
                || calls(method, entry.value(), pagings, seen);
    }

    private boolean leads(String method, String whole, Set<String> pagings, Set<String> seen) {
        String destination = Addresses.name(whole);
        return destination.contains("${")
                || seen.add(destination) && calls(method, routes.get(destination), pagings, seen)
                || calls(method, whole, pagings);
    }

    private static boolean calls(String method, String text, Set<String> pagings) {
        return pagings.stream()
                .map(name -> "bean:" + name + "?method=" + method)
                .anyMatch(text::contains);
    }
}
