package io.agentruntime.matching.text;

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
                "Wniosek urlopowy Składa wniosek urlopowy",
                "İzin Talebi Çalışanın izin talebini gönderir",
                "Contracten Controleert het contract voor de klant",
                "Angebote Prüft Angebote an Kunden in Hamburg und schreibt sie um",
                "Solicitud de vacaciones Presenta una solicitud de vacaciones",
                "Bestellstatus Zeigt den Status einer Bestellung"
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
                "请假申请",
                "AI Ad Writer AI generated ad copy",
                "AI Recruiter AI agent for scheduling interviews",
                "AI Sales Agent AI SDR",
                "Customer Care AI",
                "EU VAT Check DE",
                "U.S. Payroll",
                "E-Mail Triage Sorts e-mail by topic",
                "T&E Approval Checks T&E claims",
                "R&D Digest Weekly R&D news",
                "Café Résumé",
                "De\uFB01ne Work\uFB02ows",
                "Doc Translator en-de de-es es-en",
                "HubSpot Onboarding AI onboarding, AI care",
                "São Paulo Zürich Łódź Sales Report",
                "Rio de la Plata Harbour News",
                "Crème brûlée recipes à la carte in Orléans and Besançon",
                "Pâtisserie Crème Brûlée Menu",
                "Malmö Göteborg Århus shipments",
                "Hors d'œuvres Catering Quotes"
            })
    void englishAndWhatSaysTooLittleIsNot(String text) {
        assertThat(Language.isForeign(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return my spending on flights",
                "free time in august please",
                "next friday I will be absent, file it",
                "what does Urlaubsantrag mean",
                "vacation request",
                "good morning"
            })
    void anEnglishTextIsTold(String text) {
        assertThat(Language.isEnglish(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "123",
                "Was kannst du",
                "Was nun",
                "So ein Tag",
                "Guten Morgen",
                "Ciao a tutti",
                "On y va",
                "No me gusta",
                "Hoe laat is het",
                "Do zobaczenia jutro",
                "Merhaba"
            })
    void aTextWithAWordThatIsEnglishTooIsNotEnglish(String text) {
        assertThat(Language.isEnglish(text)).isFalse();
    }
}
