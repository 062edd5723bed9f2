package io.agentruntime.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A list of English flows with one in another script or language, which the models cannot read: it
 * is found by its words, and by nothing that merely looks like it.
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
        assertThat(index.match(task, any -> true, 1).lacking())
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
        List<Entry> entries = new ArrayList<>();
        for (String flow : ENGLISH) {
            String[] parts = flow.split(": ");
            entries.add(entry(parts[0], parts[1]));
        }
        entries.addAll(List.of(others));
        return Settled.index(matching, entries);
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
        List<Candidate> best = index.match(text, any -> true, 1).candidates();
        return best.isEmpty() ? new Candidate(0, 0, "nothing") : best.get(0);
    }
}
