package io.agentruntime.settings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What routes ask about settings: {@code setting.isSet('langflow-api-key')}. */
public final class RouteSettings {
    private final Settings.PropertySource properties;

    public RouteSettings(Settings.PropertySource properties) {
        this.properties = properties;
    }

    /** True when the setting has a value that is not blank. */
    public boolean isSet(String name) {
        return !text(name).isBlank();
    }

    /**
     * A key or token for a header, without what may surround it in a file of secrets. Unlike a
     * placeholder it is taken to the letter, whatever signs it holds.
     */
    public String value(String name) {
        return text(name).strip();
    }

    /** True when the setting is one of {@code true}, {@code yes}, {@code on}, {@code 1}. */
    public boolean isTrue(String name) {
        return isSet(name)
                && YesOrNo.of(text(name))
                        .orElseThrow(
                                () ->
                                        new InvalidSetting(
                                                SettingNames.PROPERTY_PREFIX + name,
                                                "must be true or false"));
    }

    public boolean isFalse(String name) {
        return !isTrue(name);
    }

    /** A form body of one setting. */
    public String form(String field, String setting) {
        return URLEncoder.encode(field, StandardCharsets.UTF_8)
                + "="
                + URLEncoder.encode(text(setting), StandardCharsets.UTF_8);
    }

    /** A form body of two settings, such as a login's {@code username} and {@code password}. */
    public String form(String field, String setting, String secondField, String secondSetting) {
        return form(field, setting) + "&" + form(secondField, secondSetting);
    }

    /** A JSON body of two settings, for a login that wants one. */
    public String json(String field, String setting, String secondField, String secondSetting) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(field, text(setting))
                .put(secondField, text(secondSetting))
                .toString();
    }

    /** A header {@code Authorization} of two settings, for HTTP Basic as RFC 7617 has it. */
    public String basic(String userSetting, String passwordSetting) {
        String credential = text(userSetting) + ":" + text(passwordSetting);
        return "Basic "
                + Base64.getEncoder().encodeToString(credential.getBytes(StandardCharsets.UTF_8));
    }

    /** Where a provider's flows are from as it is set up now: its address, and its user. */
    public String origin(String provider) {
        return Stream.of("api-url", "username", "dir")
                .map(name -> value(provider + "-" + name))
                .collect(Collectors.joining("\n"));
    }

    /** Which of a provider's flows are offered as it is set up now. */
    public String choice(String provider) {
        return Boolean.toString(isTrue(provider + "-include-examples"));
    }

    private String text(String name) {
        @Nullable String value = properties.get(SettingNames.PROPERTY_PREFIX + name);
        return value == null ? "" : value;
    }
}
