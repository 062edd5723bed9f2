package io.agentruntime;

import io.agentruntime.settings.Settings.PropertySource;
import java.util.Map;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The settings as they come with the service, but for a few. */
public final class DefaultSettingsForTests {
    private DefaultSettingsForTests() {}

    /**
     * @param few full names of variables
     */
    public static PropertySource with(Map<String, String> few) {
        return DefaultSettings.over(environment(few));
    }

    /**
     * With what a start derives from them.
     *
     * @param few full names of variables
     */
    public static PropertySource ofAStartWith(Map<String, String> few) {
        return DefaultSettings.of(environment(few));
    }

    private static StandardEnvironment environment(Map<String, String> few) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("few", Map.copyOf(few)));
        return environment;
    }
}
