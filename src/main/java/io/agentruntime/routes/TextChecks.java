package io.agentruntime.routes;

import io.agentruntime.catalog.FieldPath;
import io.agentruntime.settings.SettingNames;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Placeholders, settings, beans and paths that are named within texts. */
final class TextChecks {
    /** A placeholder without a default; {@code {{?name}}} is optional. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^?{}:][^{}:]*)}}");

    private static final Pattern OPEN_PLACEHOLDER =
            Pattern.compile("\\{\\{(?!.*?}})", Pattern.DOTALL);

    /** A setting, as a shell writes it. */
    private static final Pattern SHELL_VARIABLE =
            Pattern.compile("\\$\\{(" + SettingNames.VARIABLE_PREFIX + "\\w+)}");

    private static final Pattern BEAN_IN_TEXT =
            Pattern.compile("\\$\\{bean:([\\w-]+)(?:\\?method=(\\w+))?");

    private static final Pattern NOT_NAME = Pattern.compile("\\W");

    private static final String SETTING = quoted("([\\w-]+)");
    private static final String ANY = quoted("[^'\"]*");

    /** How routes ask for a setting to the letter, and whether there is one. */
    private static final Pattern VALUE = Pattern.compile("\\bvalue\\(" + SETTING + "\\)");

    private static final List<Pattern> LOGINS =
            Stream.of(
                            "(?:json|form)\\(" + String.join(",", ANY, SETTING, ANY, SETTING),
                            "form\\(" + String.join(",", ANY, SETTING),
                            "basic\\(" + String.join(",", SETTING, SETTING))
                    .map(call -> Pattern.compile("\\b" + call + "\\)"))
                    .toList();

    /** How routes say where a login's answer keeps the token. */
    private static final Pattern TOKEN =
            Pattern.compile("\\bkeepAt\\(" + ANY + "," + quoted("([^'\"]*)"));

    /** A login's answer in the place of that. */
    private static final Pattern NO_PATH =
            Pattern.compile(
                    "\\bkeepAt\\((?:"
                            + ANY
                            + "|[^'\",()]*),\\s*\\$\\{(?:in\\.)?\\w*[bB]ody\\w*\\b");

    private final Placeholders placeholders;
    private final BeanChecks beans;
    private final Findings findings;

    TextChecks(Placeholders placeholders, BeanChecks beans, Findings findings) {
        this.placeholders = placeholders;
        this.beans = beans;
        this.findings = findings;
    }

    private static String quoted(String text) {
        return "\\s*['\"]" + text + "['\"]\\s*";
    }

    /** What is wrong with one text, wherever it stands. */
    void check(RouteFile file, ScalarNode scalar) {
        if (OPEN_PLACEHOLDER.matcher(scalar.getValue()).find()) {
            findings.at(
                    file,
                    scalar,
                    "a placeholder begins with {{ and does not end: close it with }}");
        }
        Matcher variable = SHELL_VARIABLE.matcher(scalar.getValue());
        while (variable.find()) {
            findings.at(
                    file,
                    scalar,
                    variable.group()
                            + " is not read here: write {{"
                            + SettingNames.property(variable.group(1))
                            + "}}");
        }
        Matcher placeholder = PLACEHOLDER.matcher(scalar.getValue());
        while (placeholder.find()) {
            String name = placeholder.group(1).strip();
            if (!placeholders.isKnown(name)) {
                String otherwise =
                        name.startsWith(SettingNames.PROPERTY_PREFIX)
                                ? "set "
                                        + SettingNames.variable(name)
                                        + ", correct the name, or give a default: {{"
                                        + name
                                        + ":}} is empty where nothing is set"
                                : "correct the name; settings begin with "
                                        + SettingNames.PROPERTY_PREFIX;
                String advice =
                        placeholders
                                .meant(name)
                                .map(meant -> "did you mean {{" + meant + "}}?")
                                .orElse(otherwise);
                findings.at(file, scalar, "{{" + name + "}} has no value: " + advice);
            }
        }
        Matcher value = VALUE.matcher(scalar.getValue());
        while (value.find()) {
            setting(file, scalar, value.group(1));
        }
        for (Pattern logIn : LOGINS) {
            Matcher login = logIn.matcher(scalar.getValue());
            while (login.find()) {
                login(
                        file,
                        scalar,
                        IntStream.rangeClosed(1, login.groupCount())
                                .mapToObj(login::group)
                                .toList());
            }
        }
        Matcher token = TOKEN.matcher(scalar.getValue());
        while (token.find()) {
            path(file, scalar, token.group(1));
        }
        if (NO_PATH.matcher(scalar.getValue()).find()) {
            findings.at(
                    file,
                    scalar,
                    "keepAt of tokens takes the name, the path and the answer, and here the answer is in the place of the path: write where the token is, such as keepAt('bots', 'session.ticket', ${body})");
        }
        Matcher bean = BEAN_IN_TEXT.matcher(scalar.getValue());
        while (bean.find()) {
            beans.reference(
                    file,
                    scalar,
                    bean.group(1),
                    bean.group(2) == null ? "" : called(scalar.getValue(), bean.start(2)));
        }
    }

    /** A method's name, and the rest of the text where that begins with what it is given. */
    private static String called(String text, int from) {
        String rest = text.substring(from);
        String name = NOT_NAME.split(rest, 2)[0];
        return rest.startsWith("(", name.length()) ? rest : name;
    }

    private void path(RouteFile file, ScalarNode where, String path) {
        try {
            FieldPath.of(path);
        } catch (IllegalArgumentException notOne) {
            findings.at(file, where, String.valueOf(notOne.getMessage()));
        }
    }

    /** Who asks for one of them logs in only where there is a login, as Langflow's file does. */
    private void login(RouteFile file, ScalarNode where, List<String> names) {
        if (names.stream().noneMatch(name -> isAskedFor(file, name))) {
            names.forEach(name -> setting(file, where, name));
        }
    }

    private static boolean isAskedFor(RouteFile file, String name) {
        Pattern asks = Pattern.compile("\\bisSet\\(" + quoted(Pattern.quote(name)) + "\\)");
        return RouteFile.texts(file.root()).anyMatch(text -> asks.matcher(text.getValue()).find());
    }

    private void setting(RouteFile file, ScalarNode where, String name) {
        String property = SettingNames.PROPERTY_PREFIX + name;
        Optional<String> meant = placeholders.meant(property);
        boolean needsOne = meant.isPresent() || !isAskedFor(file, name);
        if (!placeholders.isKnown(property) && needsOne) {
            findings.at(
                    file,
                    where,
                    "the setting "
                            + name
                            + " has no value: "
                            + meant.map(SettingNames::name)
                                    .map(known -> "did you mean " + known + "?")
                                    .orElse(
                                            "set "
                                                    + SettingNames.variable(property)
                                                    + ", correct the name, or ask before with setting.isSet('"
                                                    + name
                                                    + "')"));
        }
    }
}
