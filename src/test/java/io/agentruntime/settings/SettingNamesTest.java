package io.agentruntime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

/** Names of settings, and addresses in them. */
class SettingNamesTest {
    @Test
    void anAddressWhoseHostHasAnUnderscoreHasAHostForJavaAndIsFoundByItsOwnName() {
        URI address = URI.create(SettingNames.javaAddress("http://langflow_ide:7860/a_b"));

        assertThat(address.getPort()).isEqualTo(7860);
        assertThat(address.getPath()).isEqualTo("/a_b");
        assertThat(SettingNames.networkHost(address.getHost())).isEqualTo("langflow_ide");
    }
}
