package io.agentruntime.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.agentruntime.settings.Settings;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class DocsPageTest {

    @Test
    void thePageAnswersWithoutARedirect() throws Exception {
        docs("development", "")
                .perform(get("/docs").accept("text/html"))
                .andExpect(status().isOk())
                .andExpect(header().string("Content-Type", "text/html;charset=UTF-8"))
                .andExpect(
                        content().string(Matchers.containsString("docs/assets/swagger-ui-bundle")));
    }

    @Test
    void everyFileThePageNamesIsServed() throws Exception {
        MockMvc docs = docs("development", "");
        String page = docs.perform(get("/docs")).andReturn().getResponse().getContentAsString();
        var names = Pattern.compile("(?:src|href)=\"(docs/[^\"]+)\"").matcher(page);
        int count = 0;
        for (; names.find(); count++) {
            docs.perform(get("/" + names.group(1))).andExpect(status().isOk());
        }
        assertThat(count).isEqualTo(5);
    }

    @Test
    void nothingOfThePageComesFromElsewhereAndNoScriptStandsInIt() throws Exception {
        var answer = docs("development", "").perform(get("/docs")).andReturn().getResponse();
        assertThat(answer.getContentAsString())
                .doesNotContain("://")
                .doesNotContainPattern("<script(?! src=)");
        assertThat(answer.getHeader("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self';", "connect-src 'self'")
                .doesNotContain("unsafe-eval");
    }

    @Test
    void noValidatorIsAskedAndNoTokenIsKept() throws Exception {
        docs("development", "")
                .perform(get("/docs/assets/page.js"))
                .andExpect(content().string(Matchers.containsString("validatorUrl: null")))
                .andExpect(
                        content().string(Matchers.containsString("persistAuthorization: false")));
    }

    @Test
    void aFileIsSentWholeWhateverRangeIsAskedFor() throws Exception {
        for (String range : new String[] {"bytes=0-9", "bytes=99999-", "bytes=zz"}) {
            docs("development", "")
                    .perform(get("/docs/assets/page.js").header("Range", range))
                    .andExpect(status().isOk())
                    .andExpect(header().string("Content-Length", "527"))
                    .andExpect(header().doesNotExist("Content-Range"))
                    .andExpect(header().doesNotExist("Content-Disposition"))
                    .andExpect(content().string(Matchers.endsWith("\n")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docs/assets/swagger-ui.js",
                "/docs/assets/..%2fapplication.yaml",
                "/docs/assets/application.yaml",
                "/docs/assets/",
                "/docs/index.html"
            })
    void anyOtherFileIsNotFound(String path) throws Exception {
        docs("development", "").perform(get(path)).andExpect(status().isNotFound());
    }

    @ParameterizedTest
    @CsvSource({
        "development, '', 200",
        "testing, '', 200",
        "production, '', 404",
        "production, true, 200",
        "development, false, 404"
    })
    void itIsOnUnlessInProductionAndTheSettingWins(String environment, String enabled, int status)
            throws Exception {
        MockMvc docs = docs(environment, enabled);
        docs.perform(get("/docs")).andExpect(status().is(status));
        docs.perform(get("/docs/assets/page.js")).andExpect(status().is(status));
    }

    private static MockMvc docs(String environment, String enabled) throws IOException {
        var spring = new StandardEnvironment();
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(spring.getPropertySources()::addLast);
        spring.getPropertySources()
                .addFirst(
                        new MapPropertySource(
                                "test",
                                Map.of(
                                        "agent-runtime.environment",
                                        environment,
                                        "agent-runtime.docs-enabled",
                                        enabled)));
        return MockMvcBuilders.standaloneSetup(new DocsPage(Settings.read(spring::getProperty)))
                .build();
    }
}
