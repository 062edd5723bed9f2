package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentruntime.matching.text.Entry;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Flows in another script or language, which the models cannot read, alone and among English ones:
 * they are found by their words, and by nothing that merely looks like it.
 */
class OtherLanguagesTest {
    private static final List<String> ENGLISH =
            List.of(
                    "Invoice Reader: Reads invoices and extracts amounts",
                    "Meeting Notes: Summarises meetings",
                    "Password Reset: Resets a password",
                    "Travel Booking: Books flights and hotels",
                    "Contract Review: Reviews contracts for risks",
                    "Blog Writer: Writes blog posts",
                    "Lead Scoring: Scores sales leads",
                    "CV Screening: Screens CVs");

    private static FlowMatching matching;

    @BeforeAll
    static void load() {
        matching = FlowMatching.inProcess(Optional.empty(), () -> {});
    }

    @AfterAll
    static void close() {
        matching.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Заявка на отпуск | Оформляет заявку на отпуск сотрудника | Привет | Расскажи анекдот | оформи заявку на отпуск
                    休暇申請 | 従業員の休暇申請を提出する | こんにちは | 今日の天気は | 休暇を申請したい
                    휴가 신청 | 직원의 휴가 신청서를 제출합니다 | 안녕하세요 | 오늘 날씨 어때 | 휴가 신청해줘
                    طلب إجازة | يقدم طلب إجازة للموظف | مرحبا | كيف الطقس اليوم | أريد طلب إجازة
                    בקשת חופשה | מגיש בקשת חופשה לעובד | שלום | מה מזג האוויר היום | אני רוצה בקשת חופשה
                    Αίτηση άδειας | Υποβάλλει αίτηση άδειας εργαζομένου | Γεια σου | Τι καιρό κάνει | θέλω αίτηση άδειας
                    छुट्टी का अनुरोध | कर्मचारी की छुट्टी का अनुरोध जमा करता है | नमस्ते | आज मौसम कैसा है | छुट्टी का अनुरोध करो
                    请假 | 提交请假申请 | 你好 | 今天天气怎么样 | 我想请假
                    ลางาน | ยื่นคำขอลางานของพนักงาน | สวัสดี | ขอบคุณ | ขอลางาน
                    請假申請 | 提交員工的請假申請 | 謝謝 | 講個笑話 | 我想請假
                    """)
    void aFlowInAnotherScriptIsFoundByItsWordsAndIsNoAnswerToAGreeting(
            String name, String description, String greeting, String other, String task) {
        FlowIndex index = englishAnd(entry(name, description));

        findsTheLast(index, task, greeting, other);
        assertThat(index.match(task, any -> true, 1, Doubts.USUAL).lacking())
                .isEqualTo(FlowIndex.Lacking.NOTHING);
    }

    /** Approval is no payment, nor leave a break: each has one vowel of the other's changed. */
    @ParameterizedTest
    @CsvSource({
        "결제 요청, 비용의 결제를 요청합니다, 결재 요청해줘",
        "급여 명세, 직원의 급여 명세를 보냅니다, 급유 명세 보내줘",
        "휴가 신청, 직원의 휴가를 신청합니다, 휴게 신청"
    })
    void aKoreanWordWithAnotherVowelIsAnotherWord(String name, String description, String other) {
        Candidate first = first(englishAnd(entry(name, description)), other);

        assertThat(first.why()).doesNotContain(other.substring(0, 2));
        assertThat(first.why()).isEqualTo(Normalizer.normalize(first.why(), Normalizer.Form.NFC));
    }

    @Test
    void whatIsPastedInAnotherScriptDoesNotHideAnEnglishTask() {
        String chinese = "我们公司的员工下周去北京参加会议，会议将持续三天，请大家提前做好准备。";
        FlowIndex index = englishAnd(entry("请假", "提交请假申请"));

        Candidate first = first(index, "I need somewhere to stay:\n\n" + chinese.repeat(4));

        assertThat(first.why()).startsWith("meaning of \"Travel Booking\"");
        assertThat(first).isEqualTo(first(index, "I need somewhere to stay:"));
    }

    /** To the models, what they do not read is all the same. */
    @Test
    void whatIsPastedInEnglishDoesNotHaveAnotherScriptReadByMeaning() {
        FlowIndex index = englishAnd(entry("请假", "提交请假申请"));

        Candidate first =
                first(
                        index,
                        "你好,请看这封邮件:\n\n"
                                + "Dear team, the delivery of the spare parts is late again. "
                                        .repeat(5));

        assertThat(first.why()).doesNotStartWith("meaning of");
        assertThat(first.confidence()).isLessThan(0.5);
    }

    /** As people write them, without spaces around the English word. */
    @ParameterizedTest
    @CsvSource({
        "在Jira创建工单, Jira Ticket Creator",
        "把发票导出到SAP, SAP Export",
        "GitHubのプルリクをレビューして, GitHub Review",
        "ช่วยตรวจGitHubให้หน่อย, GitHub Review"
    })
    void anEnglishWordAmongLettersOfAnotherScriptIsFound(String task, String name) {
        List<String> names = List.of("Jira Ticket Creator", "SAP Export", "GitHub Review");
        FlowIndex index = englishAnd(names.stream().map(it -> entry(it, it)).toArray(Entry[]::new));

        assertThat(first(index, task).position()).isEqualTo(ENGLISH.size() + names.indexOf(name));
    }

    /** To English models, all that is in another language is alike. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Urlaubsantrag | Reicht einen Urlaubsantrag ein | Erzähl mir einen Witz | Wie wird das Wetter heute | Urlaubsantrag einreichen bitte
                    Demande de congés | Dépose une demande de congés | Que peux-tu faire | Bonjour | déposer une demande de congés
                    Solicitud de vacaciones | Presenta una solicitud de vacaciones | Qué hora es | Muchas gracias | presentar una solicitud de vacaciones
                    Pedido de férias | Envia um pedido de férias | Muito obrigado | Que horas são | quero tirar férias na próxima semana
                    Richiesta ferie | Invia una richiesta di ferie | Raccontami una barzelletta | Che ore sono | inviare una richiesta di ferie
                    Wniosek urlopowy | Składa wniosek urlopowy | Dziękuję bardzo | Jestem głodny | złożyć wniosek urlopowy
                    İzin Talebi | Çalışanın izin talebini gönderir | Günaydın | Bugün hava nasıl | izin talebi gönder
                    """)
    void aFlowInAnotherLanguageAmongEnglishOnesIsFoundWhereWordsSpeakForIt(
            String name, String description, String greeting, String other, String task) {
        FlowIndex index = englishAnd(entry(name, description));

        findsTheLast(index, task, greeting, other);
    }

    private static final List<String> GERMAN =
            List.of(
                    "Urlaubsantrag: Stellt einen Antrag auf Urlaub für Mitarbeiter",
                    "Rechnungsleser: Liest Lieferant, Beträge und Fälligkeiten aus Rechnungen",
                    "Bewerber vorsortieren: Vergleicht Lebensläufe mit den Anforderungen einer Stelle",
                    "Umsatzprognose: Sagt den Umsatz des nächsten Quartals voraus",
                    "Übersetzer: Übersetzt Texte aus dem Deutschen ins Englische",
                    "Reisekosten: Prüft und erstattet Belege von Dienstreisen",
                    "Stellenanzeigen: Schreibt Stellenanzeigen nach einem kurzen Profil");

    private static final List<String> FRENCH =
            List.of(
                    "Demande de congés: Dépose une demande de congés pour un salarié",
                    "Lecture de factures: Extrait le fournisseur, les montants et les échéances des factures",
                    "Comptes rendus: Rédige des comptes rendus de réunion à partir de notes",
                    "Prévision des ventes: Prévoit le chiffre d'affaires du prochain trimestre",
                    "Tri des candidatures: Compare les CV avec les exigences d'un poste",
                    "Traduction: Traduit des textes du français vers l'anglais",
                    "Devis: Rédige des devis à partir de quelques mots");

    private static final List<String> SPANISH =
            List.of(
                    "Solicitud de vacaciones: Presenta una solicitud de vacaciones de un empleado",
                    "Lector de facturas: Extrae proveedor, importes y vencimientos de las facturas",
                    "Contraseña olvidada: Restablece la contraseña de un empleado",
                    "Filtro de candidatos: Compara currículos con los requisitos de un puesto",
                    "Revisión de contratos: Busca riesgos y plazos en los contratos",
                    "Previsión de ventas: Prevé los ingresos del próximo trimestre",
                    "Traductor: Traduce textos del español al inglés");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ich liebe dich",
                "buch mir einen Tisch für zwei",
                "wer hat gestern das Spiel gewonnen",
                "wie alt ist der Papst",
                "Wie wird das Wetter morgen in Köln",
                "bestell mir eine Pizza",
                "Guten Morgen, wie geht es dir"
            })
    void whatNoGermanFlowIsForIsNoMatchInAGermanList(String text) {
        assertThat(first(list(GERMAN), text).confidence()).isLessThan(0.5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quel temps fait-il à Paris",
                "écris un poème sur la mer",
                "qui a gagné le match hier soir",
                "mon chien est malade",
                "que puis-je cuisiner ce soir",
                "à quelle heure part le train pour Nice",
                "bonjour tout le monde"
            })
    void whatNoFrenchFlowIsForIsNoMatchInAFrenchList(String text) {
        assertThat(first(list(FRENCH), text).confidence()).isLessThan(0.5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qué tiempo hace en Madrid",
                "mi perro está enfermo",
                "qué puedo cocinar esta noche",
                "cuántos años tiene el papa",
                "escribe un poema sobre el mar",
                "quién ganó el partido ayer",
                "hola a todos"
            })
    void whatNoSpanishFlowIsForIsNoMatchInASpanishList(String text) {
        assertThat(first(list(SPANISH), text).confidence()).isLessThan(0.5);
    }

    @ParameterizedTest
    @CsvSource({
        "Ich möchte Urlaub beantragen, Urlaubsantrag",
        "lies diese Rechnung aus, Rechnungsleser",
        "übersetze diesen Absatz ins Englische, Übersetzer",
        "wie viel verkaufen wir im nächsten Quartal, Umsatzprognose",
        "je voudrais poser des congés, Demande de congés",
        "lis cette facture, Lecture de factures",
        "résume la réunion de ce matin, Comptes rendus",
        "combien allons-nous vendre au prochain trimestre, Prévision des ventes",
        "quiero pedir vacaciones, Solicitud de vacaciones",
        "lee esta factura, Lector de facturas",
        "he olvidado mi contraseña, Contraseña olvidada",
        "qué riesgos tiene este contrato, Revisión de contratos"
    })
    void aTaskIsFoundInAListOfItsLanguage(String task, String name) {
        List<String> flows =
                Stream.of(GERMAN, FRENCH, SPANISH)
                        .filter(list -> list.stream().anyMatch(flow -> flow.startsWith(name + ":")))
                        .findFirst()
                        .orElseThrow();

        Candidate first = first(list(flows), task);

        assertThat(first.confidence()).isGreaterThan(0.5);
        assertThat(flows.get(first.position())).startsWith(name + ":");
    }

    private static final List<String> JAPANESE =
            List.of(
                    "パスワード再設定: パスワードを再設定します。社員番号を入力してください。",
                    "休暇申請: 休暇を申請します。日付を教えてください。",
                    "請求書読み取り: 請求書から金額と支払期日を読み取ります。",
                    "議事録作成: 会議の文字起こしから議事録を作ります。",
                    "経費精算: 出張の経費を精算します。",
                    "翻訳: 日本語の文章を英語に翻訳します。",
                    "求人票作成: 求人票を書きます。");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "明日の天気を教えてください",
                "おすすめの映画を教えてください",
                "詩を書いてください",
                "ピザを注文してください",
                "音楽をかけてください",
                "こんにちは、元気ですか"
            })
    void theEndingsOfJapaneseWordsSpeakForNoFlow(String text) {
        assertThat(first(list(JAPANESE), text).confidence()).isLessThan(0.5);
    }

    @ParameterizedTest
    @CsvSource({
        "休暇を申請したい, 1",
        "パスワードを忘れました, 0",
        "この請求書を読み取って, 2",
        "英語に翻訳してください, 5",
        "出張の経費を精算したい, 4"
    })
    void aJapaneseTaskIsFoundInAJapaneseList(String task, int flow) {
        Candidate first = first(list(JAPANESE), task);

        assertThat(first.confidence()).isGreaterThan(0.5);
        assertThat(first.position()).isEqualTo(flow);
    }

    @Test
    void aNameOfSyllablesAloneIsFoundByIt() {
        Candidate first = first(englishAnd(entry("おみくじ", "おみくじをひく")), "おみくじ");

        assertThat(first.position()).isEqualTo(ENGLISH.size());
        assertThat(first.confidence()).isGreaterThan(0.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    AI Ad Writer | AI generated ad copy | draft advertisements for google
                    AI Recruiter | AI agent for scheduling interviews | set up appointments with job candidates
                    """)
    void anEnglishFlowOfAbbreviationsIsFoundByItsMeaning(
            String name, String description, String task) {
        findsTheLast(englishAnd(entry(name, description)), task);
    }

    /** The rule is against small talk in the flow's own language. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Servicio al cliente | Responde a preguntas de los clientes sobre sus pedidos | answer questions of customers about orders
                    Servicio al cliente | Responde a preguntas de los clientes sobre sus pedidos | customer service
                    """)
    void aFlowInAnotherLanguageIsFoundByTheMeaningOfAnEnglishText(
            String name, String description, String task) {
        findsTheLast(englishAnd(entry(name, description)), task);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Urlaubsantrag | Reicht einen Urlaubsantrag für Mitarbeiter ein und prüft den Resturlaub | holidays | Guten Morgen | Wie wird das Wetter heute
                    İzin Talebi | Çalışanın izin talebini gönderir | holidays | Günaydın | Yarın görüşürüz
                    Wniosek urlopowy | Składa wniosek urlopowy | timeoff | Jestem głodny | Jaka jest dziś pogoda
                    """)
    void aFlowInAnotherLanguageIsFoundByTheMeaningOfItsEnglishExamples(
            String name, String description, String task, String greeting, String other) {
        List<String> examples =
                List.of("I want to take a few days off", "book my vacation", "request leave");
        FlowIndex index = englishAnd(new Entry(name, name, description, List.of(), examples));

        findsTheLast(index, task, greeting, other);
    }

    private static FlowIndex englishAnd(Entry... others) {
        return Settled.index(matching, Stream.concat(entries(ENGLISH), Stream.of(others)).toList());
    }

    private static FlowIndex list(List<String> flows) {
        return Settled.index(matching, entries(flows).toList());
    }

    private static Stream<Entry> entries(List<String> flows) {
        return flows.stream().map(flow -> flow.split(": ")).map(flow -> entry(flow[0], flow[1]));
    }

    private static Entry entry(String name, String description) {
        return new Entry(name, name, description, List.of(), List.of());
    }

    private static void findsTheLast(FlowIndex index, String task, String... offTopic) {
        for (String text : offTopic) {
            assertThat(first(index, text).confidence()).as(text).isLessThan(0.5);
        }
        assertThat(first(index, task).confidence()).as(task).isGreaterThan(0.5);
        assertThat(first(index, task).position()).isEqualTo(ENGLISH.size());
    }

    /** One of no confidence where words alone are to decide and there are none. */
    private static Candidate first(FlowIndex index, String text) {
        List<Candidate> best = index.match(text, any -> true, 1, Doubts.USUAL).candidates();
        return best.isEmpty() ? new Candidate(0, 0, "nothing") : best.get(0);
    }
}
