package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a name and a description are taken for. */
class LanguageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Leave Request DE Nimmt Urlaubsanträge entgegen und prüft den Resturlaub",
                "Note de frais Saisie et contrôle des notes de frais",
                "Resumen de contratos Resume los puntos clave de un contrato",
                "Wniosek urlopowy Składa wniosek urlopowy"
            })
    void anotherLanguageIsTold(String text) {
        assertThat(Language.isForeign(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Invoice Reader",
                "Stock Check article availability per store",
                "Password Reset AD password reset",
                "Résumé Parser parses résumés into JSON",
                "Café Finder",
                "Meme Tool Create memes.",
                "The voilà déjà-vu finder for the café",
                "请假申请"
            })
    void englishAndWhatSaysTooLittleIsNot(String text) {
        assertThat(Language.isForeign(text)).isFalse();
    }
}
