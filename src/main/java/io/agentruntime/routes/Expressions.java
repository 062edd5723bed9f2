package io.agentruntime.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.ExpressionIllegalSyntaxException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.component.bean.BeanInfo;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.Language;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.component.PropertyConfigurerSupport;
import org.jspecify.annotations.Nullable;

/** What only Camel can tell of a text in a route: whether it is what stands at its place. */
final class Expressions {
    /**
     * Languages that the DSL knows by a word of their own, each of which needs a library; the words
     * mean nothing else.
     */
    static final Set<String> LANGUAGES =
            Set.of(
                    "csimple",
                    "datasonnet",
                    "groovy",
                    "hl7terser",
                    "joor",
                    "jq",
                    "js",
                    "jsonpath",
                    "mvel",
                    "ognl",
                    "python",
                    "spel",
                    "wasm",
                    "xquery",
                    "xtokenize");

    /** Beans are looked up as soon as the text is read, and there are none here. */
    private static final Pattern BEAN = Pattern.compile("\\$\\{bean:[^{}]*}");

    private static final String NO_FUNCTION = "Cannot find SimpleLanguageFunctionFactory";

    /**
     * What Camel reads as a time as it is meant; of much else, such as {@code 250x}, it reads no
     * time at all without a word. Of several units it takes only the last one written out.
     */
    private static final Pattern TIME =
            Pattern.compile(
                    "(?i:-?P.+)|-?\\d+|(\\d+(ms|s|m|h|d))*\\d+(ms|s|sec|m|min|minute|h|hour|d|day)");

    /**
     * A bean, a value that Camel takes as it is written, or one with placeholders within others.
     */
    private static final Pattern NOT_READ = Pattern.compile("^#|^RAW[({]|\\{\\{");

    /** One that holds no other. */
    private static final Pattern FUNCTION = Pattern.compile("\\$\\{(\\w*)[^{}]*}");

    /**
     * Camel takes all of it for the name of what is asked for, but for {@code ${header.x > 0 ? 'a'
     * : 'b'}}.
     */
    private static final Pattern OPERATOR_WITHIN =
            Pattern.compile(
                    "\\$\\{(?:in\\.)?(?:body|bodyAs|headers?|variable|exchangeProperty|exception)\\b[^{}'\"(\\[]*(?:\\([^()]*+\\)[^{}'\"(\\[]*)*\\s"
                            + "(==|!=|=~|>=?|<=?|&&|\\|\\||contains|regex|is)\\s(?![^{}]*\\s\\?\\s)[^{}]*}");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Never started: it parses, and knows which components are there. */
    private final DefaultCamelContext camel = new DefaultCamelContext();

    /** Options that take a time, by component. */
    private final Map<String, Set<String>> times = new HashMap<>();

    private final Map<String, Optional<EndpointUriFactory>> components = new HashMap<>();
    private final Placeholders placeholders;
    private @Nullable Language simple;

    Expressions(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    /** What is wrong with an expression in the simple language, in one line. */
    Optional<String> problem(String text, boolean asPredicate) {
        return placeholders.problem(text, resolved -> syntaxProblem(resolved, asPredicate));
    }

    private Optional<String> syntaxProblem(String text, boolean asPredicate) {
        Matcher within = OPERATOR_WITHIN.matcher(text);
        if (within.find()) {
            return Optional.of("close the brace before " + within.group(1));
        }
        String readable = BEAN.matcher(text).replaceAll("\\${body}");
        if (simple == null) {
            simple = camel.resolveLanguage("simple");
        }
        Optional<String> missing = functionWithoutLibrary(readable, simple);
        if (missing.isPresent()) {
            return missing.map(
                    function ->
                            "the function "
                                    + function
                                    + " is not in the jar: use a method of a bean, or add its library");
        }
        try {
            if (asPredicate) {
                simple.createPredicate(readable);
            } else {
                simple.createExpression(readable);
            }
            return Optional.empty();
        } catch (ExpressionIllegalSyntaxException e) {
            return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** Camel looks for a function around others only when it is called: each is asked for alone. */
    private static Optional<String> functionWithoutLibrary(String text, Language simple) {
        String outer = text;
        Matcher function = FUNCTION.matcher(outer);
        while (function.find()) {
            try {
                simple.createExpression(function.group());
            } catch (ExpressionIllegalSyntaxException e) {
                boolean needsLibrary =
                        e.getCause() instanceof NoSuchLanguageException
                                || e.getCause() instanceof IllegalArgumentException
                                        && e.getMessage().startsWith(NO_FUNCTION);
                if (needsLibrary) {
                    return Optional.of(function.group(1));
                }
            }
            outer = function.replaceFirst("x");
            function = FUNCTION.matcher(outer);
        }
        return Optional.empty();
    }

    boolean isLanguage(String name) {
        try {
            camel.resolveLanguage(name);
            return true;
        } catch (NoSuchLanguageException e) {
            return false;
        }
    }

    boolean isException(String name) {
        Class<?> known = camel.getClassResolver().resolveClass(name);
        return known != null && Throwable.class.isAssignableFrom(known);
    }

    /** Whether expressions can ask a class for this, as a property or a method. */
    boolean canBeAsked(String type, String name) {
        Class<?> known = camel.getClassResolver().resolveClass(type);
        return known == null
                || Stream.of(known.getMethods())
                        .anyMatch(
                                method ->
                                        method.getName().equals(name)
                                                || BeanInfo.getGetterShorthandName(method)
                                                        .equals(name));
    }

    boolean isClass(String name) {
        return camel.getClassResolver().resolveClass(name) != null;
    }

    /** Why a bean's property cannot have this value; empty where only the routes can tell. */
    Optional<String> refusal(Class<?> bean, Method setter, String value) {
        return placeholders.problem(value, resolved -> setterProblem(bean, setter, resolved));
    }

    private Optional<String> setterProblem(Class<?> bean, Method setter, String value) {
        if (value.contains("{{")) {
            return Optional.empty();
        }
        try {
            Object converted =
                    camel.getTypeConverter()
                            .mandatoryConvertTo(setter.getParameterTypes()[0], value);
            setter.invoke(bean.getConstructor().newInstance(), converted);
            return Optional.empty();
        } catch (InvocationTargetException e) {
            return Optional.of(String.valueOf(e.getCause().getMessage()));
        } catch (ReflectiveOperationException notForUs) {
            return Optional.empty();
        } catch (NoTypeConversionAvailableException | TypeConversionException e) {
            return Optional.of("correct it");
        }
    }

    /**
     * What to do about the value of an address's option; empty where it can have it, and where only
     * the running service can tell.
     */
    Optional<String> refusal(String scheme, String option, String value) {
        return placeholders.areKnown(value)
                ? placeholders.problem(value, resolved -> optionProblem(scheme, option, resolved))
                : Optional.empty();
    }

    private Optional<String> optionProblem(String scheme, String option, String value) {
        if (value.isEmpty() || NOT_READ.matcher(value).find()) {
            return Optional.empty();
        }
        boolean time = times.computeIfAbsent(scheme, this::optionsThatTakeATime).contains(option);
        if (time) {
            return isTime(value)
                    ? Optional.empty()
                    : Optional.of("write milliseconds, or a duration such as 2s or 1m30s");
        }
        PropertyConfigurer options =
                PluginHelper.getConfigurerResolver(camel)
                        .resolvePropertyConfigurer(scheme + "-endpoint-configurer", camel);
        Class<?> type =
                options instanceof PropertyConfigurerGetter getter
                        ? getter.getOptionType(option, true)
                        : null;
        boolean judged = type != null && (type.isPrimitive() || type.isEnum());
        return !judged || isOf(type, value) ? Optional.empty() : Optional.of("correct it");
    }

    /** Whether a property may have this value that takes a time. */
    boolean canBeTime(String value) {
        String resolved = placeholders.resolve(value).strip();
        return resolved.startsWith("#") || resolved.contains("{{") || isTime(resolved);
    }

    /** Whether Camel reads this as a time as it is meant. */
    private boolean isTime(String value) {
        return TIME.matcher(value).matches() && isOf(Duration.class, value);
    }

    private boolean isOf(Class<?> type, String value) {
        try {
            PropertyConfigurerSupport.property(camel, type, value);
            return true;
        } catch (RuntimeException notOne) {
            return false;
        }
    }

    /** Only what describes a component tells a time from a number. */
    private Set<String> optionsThatTakeATime(String scheme) {
        try {
            String described = camel.getComponentParameterJsonSchema(scheme);
            JsonNode options = JSON.readTree(described == null ? "" : described).path("properties");
            return options.properties().stream()
                    .filter(option -> option.getValue().path("type").asText().equals("duration"))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new IllegalStateException("what describes " + scheme + " cannot be read", e);
        }
    }

    /** What the options of an address may be called; empty when there is no such component. */
    Optional<EndpointUriFactory> component(String scheme) {
        return components.computeIfAbsent(
                scheme,
                name ->
                        Optional.ofNullable(
                                camel.getCamelContextExtension().getEndpointUriFactory(name)));
    }
}
