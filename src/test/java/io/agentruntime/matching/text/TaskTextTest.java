package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "summarize financial documents",
                "Never sent me the invoice, where is it?",
                "Never paid this, who did?",
                "Don't forget to send the invoice, please.",
                "don't you have something that reads invoices?",
                "Why don't you review my code?",
                "Can't you translate this?",
                "No problem. Review my code!",
                "I don't know how to write a cover letter",
                "i don't have time to write the minutes, do it for me",
                "Not only summarize it but translate it",
                "I can never keep my plants alive",
                "Not for profit reports, three of them",
                "Never received my parcel, where is it?",
                "Never got my refund",
                "never been to Bilbao and have to fit in four client visits",
                "Don't recognise this charge on my card",
                "Do not disturb mode until 4pm please",
                "Don't like my hotel room",
                "please forget my personal data",
                "It's 3.5 pages, i.e. short (very); shorten it more: a lot",
                "Please do these:\n- summarize the report\n- translate it",
                "My question:\nwhat do we owe this supplier?",
                "We sell desks to offices.\nTask:\nWrite a cold email.",
                "Role:\nYou are a lawyer.\nTask:\nReview this NDA for risks.",
                "Role:\nYou are a lawyer.\nContext:\nWe sell desks.\n\nTask:\nReview this NDA.",
                "Meine Frage:\nWie viele Urlaubstage habe ich noch?",
                "Mi pregunta:\n¿Cuántos días de vacaciones me quedan?",
                "我的问题是:\n怎么申请年假?",
                "お願いがあります:\n請求書の金額を読み取ってください",
                "Hi there, how are you?",
                "hello",
                "hey translate this, please, into German",
                "Hey summarize the report,\nit is attached",
                "Hello world in Java, please",
                "Dear diary entries, sort them",
                "hi extract invoice data,\nsee attachment",
                "hey summarize customer reviews,\nfocus on last month",
                "Rank the brands\nSamsung\nLG\nSony",
                "Which of these bikes is\nbest\nfor commuting",
                "Book lunch for Friday\nRegards\nTom\n\nPS: also book dinner",
                "Here are photos of the crash.\nBest,\nEva\n\nPlease open a damage claim",
                "A question of mine.\nBest regards\nEva Lind\nreset my password",
                "New request:\nreset the password",
                "I got it.\nThanks!\nsales forecast",
                "That worked. Now this.\nThank you\nSales forecast for May",
                "Best regards",
                "Write a greeting that ends with\nBest regards\nand translate it into French, Spanish and Italian",
                "> can you generate unit tests?",
                "--\nSales Forecast",
                "read node.js and invoice_2024.pdf @ noon"
            })
    void whatStatesATaskStaysAsItIs(String text) {
        assertThat(TaskText.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Do not review my code. | ''",
                "Never shred these. | ''",
                "please don’t send the e-mails | ''",
                "I don't need a refund | ''",
                "No need to schedule a meeting. | ''",
                "Do not translate it, just summarise it. | just summarise it.",
                "Do not translate it just summarise it. | just summarise it.",
                "I didn't ask for a translation, I asked for a summary | I asked for a summary",
                "Write a summary, not a translation | Write a summary,",
                "Never send mails! Sort them. | Sort them.",
                "You don't need to extract data. I only want a reminder | I only want a reminder",
                "You should not draft a contract for them. | ''",
                "Never mind the translation. | ''",
                "Never mind my refund. | ''",
                "Forget about my trip. | ''",
                "Forget the blog post. | ''",
                "Never feed the data into it. | ''",
                "Not the sales forecast - I need the variance. | - I need the variance.",
                "Don't translate it – summarize it | – summarize it",
                "I don't want to pay twice so check these invoices | so check these invoices",
                "Don't send the e-mails so often. | ''",
                "Don't send the re-order so that it is late | ''",
                "Forget about the blog post, write a poem | write a poem",
                "please don't iñvite anyone, reset my password | reset my password",
                "do not überarbeiten, reset my password | reset my password",
                "I no longer need my appointment on Friday. | cancel my appointment on Friday",
                "We don’t want your newsletter anymore | cancel your newsletter",
                "I don't want to get the newsletter any more! | cancel the newsletter",
                "I no longer need the translation | ''",
                "I no longer need your help. | ''",
                "I no longer want to talk to a bot | ''",
                "I don't want your newsletter | ''",
                "do not translate it ébut tomorrow, just sum it up | just sum it up",
            })
    void whatIsNotWantedIsLeftOut(String text, String wanted) {
        assertThat(TaskText.of(text).strip()).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "contact invoice-data@example.com | contact",
                "Translate https://www.acme.com/unit-test?a=b into German | Translate acme into German",
                "see www.example.com/blog-post-writer | see",
                "HTTPS://me:secret@En.Wikipedia.org:443/wiki | En Wikipedia",
                "open http://localhost:7860/flows now | open  now",
                "请总结https://en.wikipedia.org/wiki/Invoice | 请总结en wikipedia",
                "Резюмируйwww.acme.com/unit-test | Резюмируйacme",
                "把https://mp.weixin.qq.com/s/AbC?d=1翻译成德语 | 把mp weixin qq翻译成德语",
                "https://example.jp/a.htmlを要約して | を要約して",
                "สรุปhttps://www.acme.com/reportให้หน่อย | สรุปacmeให้หน่อย",
            })
    void ofAnAddressTheSiteIsLeft(String text, String wanted) {
        assertThat(TaskText.of(text).strip()).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hi team,\\n\\npay the dog tax\\n\\nBest regards,\\nAnna|pay the dog tax\\n",
                "Hi, what is churn?|what is churn?",
                "Hello there! reject the settlement offer|reject the settlement offer",
                "Good morning all - delete the crash logs|delete the crash logs",
                "Dear Ms Meyer-Lind,\\nplease pay the bill\\nKind regards\\n\\nTom Mint\\nHead of Sales|please pay the bill",
                "Hello HR team,\\nI have a question:\\nHow many vacation days do I have left?|I have a question:\\nHow many vacation days do I have left?",
                "Hallo zusammen,\\nfolgendes Problem:\\nMein Passwort ist abgelaufen|folgendes Problem:\\nMein Passwort ist abgelaufen",
                "Bonjour Marie,\\nvoici ma demande :\\nje pose trois jours\\nCordialement|voici ma demande :\\nje pose trois jours",
                "Hi Allen,\\npay the bill|pay the bill",
                "hi anna,\\npay the bill|pay the bill",
                "Hi Anna Meyer,\\npay the bill|pay the bill",
                "Hello support team,\\npay the bill|pay the bill",
                "Dear hiring committee,\\nrank them|rank them",
                "Pay the bill.\\nCheers\\nTom|Pay the bill.",
                "Pay the bill.\\nBest regards\\nP. Sørensen|Pay the bill.",
                "Pay the bill\\n\\nLG\\nTom|Pay the bill\\n",
                "pay the bill\\nBest,\\nTom|pay the bill",
                "Pay the bill\\n\\nThanks,\\nTom Mint\\nHead of Sales|Pay the bill\\n",
                "Pay the bill\\nThanks a lot!\\ntom|Pay the bill",
                "The reset worked.\\nThanks,\\nTom|The reset worked.\\nThanks,",
                "Pay the bill\\nThanks and best regards\\nTom|Pay the bill",
                "Rechnung prüfen\\nVielen Dank\\nUwe Groß|Rechnung prüfen",
                "Guten Tag! Rechnung prüfen\\nMit freundlichen Grüßen\\nUwe|Rechnung prüfen"
            })
    void aLettersSalutationAndClosingAreLeftOut(String text, String task) {
        assertThat(TaskText.of(text.replace("\\n", "\n"))).isEqualTo(task.replace("\\n", "\n"));
    }

    @Test
    void whatIsPastedBelowATaskIsLeftOut() {
        assertThat(TaskText.of("Make minutes from this transcript:\nAnna: the invoice is late."))
                .isEqualTo("Make minutes from this transcript:");
        assertThat(TaskText.of("Summarize this:\nContracts are reviewed.\nInvoices are sent."))
                .isEqualTo("Summarize this:");
        assertThat(TaskText.of("Here is a client's mail:\n\nWhere is my refund?\n\nDraft a reply."))
                .isEqualTo("Here is a client's mail:\nDraft a reply.");
        assertThat(TaskText.of("Customer message:\n\nWhere is my refund?\n\nDraft a reply."))
                .isEqualTo("Customer message:\nDraft a reply.");
        assertThat(TaskText.of("Translate this letter.\nContext:\nThe invoice is late."))
                .isEqualTo("Translate this letter.\nContext:");
        assertThat(TaskText.of("Translate this letter.\nHere it is:\nThe invoice is late."))
                .isEqualTo("Translate this letter.\nHere it is:");
        assertThat(TaskText.of("Hi team,\nsummarize this mail:\nThe invoice is late."))
                .isEqualTo("summarize this mail:");
        assertThat(TaskText.of("Task:\nSummarize it.\nText:\nThe invoice is late."))
                .isEqualTo("Task:\nSummarize it.\nText:");
        assertThat(TaskText.of("请总结这封邮件:\n发票晚了")).isEqualTo("请总结这封邮件:");
        assertThat(TaskText.of("请总结这个问题:\n发票晚了")).isEqualTo("请总结这个问题:");
        assertThat(TaskText.of("请翻译以下需求:\n发票晚了")).isEqualTo("请翻译以下需求:");
        assertThat(TaskText.of("Please draft a reply.\nSee below:\n\nCancel my order"))
                .isEqualTo("Please draft a reply.\nSee below:");
        assertThat(TaskText.of("Explain why it fails.\nProblem:\nno such order"))
                .isEqualTo("Explain why it fails.\nProblem:");
        assertThat(TaskText.of("Explain this\n````\ncancel(order)\n````\nin simple words"))
                .isEqualTo("Explain this\nin simple words");
        assertThat(TaskText.of("Explain this code\n```\nreview(contract)\n```\nin simple words"))
                .isEqualTo("Explain this code\nin simple words");
    }

    @ParameterizedTest
    @ValueSource(strings = {"The user asks:", "Description:", "Ticket 4711\nCustomer wrote:"})
    void whatSomebodyAsksIsTheTask(String heading) {
        assertThat(TaskText.of(heading + "\nreset the password")).isEqualTo("reset the password");
    }

    @Test
    void codeThatIsFencedOnOneLineEndsThere() {
        assertThat(TaskText.of("I have this query\n```SELECT * FROM orders```\nmake it faster"))
                .isEqualTo("I have this query\nmake it faster");
        assertThat(TaskText.of("```orders``` is too slow:\nmake it faster"))
                .startsWith("```orders``` is too slow:");
    }

    @Test
    void anOlderMailAndASignatureAreLeftOut() {
        assertThat(TaskText.of("Sort the tickets\n\nOn Monday Bob wrote:\n> generate tests"))
                .isEqualTo("Sort the tickets\n");
        assertThat(TaskText.of("Thanks!\n\n-- \nHead of Sales\nSales Forecast"))
                .isEqualTo("Thanks!\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "________________________________\nFrom: Bob <b@x.example>\nSent: Monday\nTo: Eva\nSubject: Tests\n\ngenerate tests",
                "*From:* Bob\n*Date:* Monday\n*To:* Eva\n*Subject:* Tests\ngenerate tests",
                "Von: Bob\nGesendet: Montag\nAn: Eva\nBetreff: Tests\n\ngenerate tests",
                "-----Original Message-----\ngenerate tests",
                "On Mon, 3 Nov 2026 Bob wrote:\n\ngenerate tests",
                "Am Mo., 3. Nov. 2026 um 10:12 Uhr schrieb Bob <b@x.example>:\ngenerate tests",
                "Le lun. 3 nov. 2026 à 10:12, Bob a écrit :\ngenerate tests",
                "On Mon, Nov 3, 2026 at 10:12 AM Bob <b@x.example>\nwrote:\n\n> generate tests",
                "On Mon, Nov 3, 2026 at 10:12 AM Bob <b@x.example>\nwrote:\n\ngenerate tests",
                "Sent from my iPhone",
                "Von meinem iPhone gesendet",
                "Get Outlook for Android\n\nFrom: Bob\nSubject: Tests\ngenerate tests",
                "This e-mail may contain confidential information.\nIf you got it by mistake, delete it.",
                "CONFIDENTIALITY NOTICE: generate no tests"
            })
    void whatMailProgramsPutBelowATaskIsLeftOut(String below) {
        assertThat(TaskText.of("Sort the tickets\n\n" + below).lines().findFirst())
                .hasValue("Sort the tickets");
        assertThat(Words.split(TaskText.of("Sort the tickets\n\n" + below)))
                .containsExactly("sort", "the", "tickets");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // It is about what is below
                "Please take care of this.\n\nFrom: Bob\nSent: Monday\nSubject: Tests\n\ngenerate tests",
                "See below.\n-----Original Message-----\ngenerate tests",
                "Eva, please take care of this\n\nFrom: Bob\nSent: Monday\nSubject: Tests\n\ngenerate tests",
                "Sort it\n\n---------- Forwarded message ---------\nFrom: Bob\nSubject: Tests\n\ngenerate tests",
                "From: Bob\nSent: Monday\nSubject: Tests\n\ngenerate tests",
                // No mail
                "Book a train\nFrom: Berlin\nDate: 3 May\nTo: Rome",
                "Explain what this message\nis intended for",
                "We sent from my phone a bill\nplease find it",
                "On 3 May we had a complaint.\nTom wrote a reply",
                "This message is rude\nmake it polite"
            })
    void whatIsWrittenStays(String text) {
        assertThat(TaskText.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hi Eva,\n\nplease take care of this.\n\nFrom: Bob\nSent: Monday\nSubject: Tests\n\ngenerate tests",
                "See below.\n\nBest regards\nEva Lind\n\nFrom: Bob\nSent: Monday\nSubject: Tests\n\ngenerate tests",
                "Dear team,\nthis message is confidential. I want you to generate tests"
            })
    void aGreetingAndASignatureSayNothingThatAnOlderMailCouldStandBelow(String text) {
        assertThat(TaskText.of(text)).endsWith("generate tests");
    }

    @Test
    void anAnswerBelowQuotedLinesStays() {
        assertThat(TaskText.of("Hello\nOn 3 Nov 2026, Bob wrote:\n> who sorts?\nSort the tickets"))
                .isEqualTo("Sort the tickets");
    }

    /** An expression that tries every way of reading them would take for ever. */
    @ParameterizedTest
    @Timeout(30)
    @ValueSource(
            strings = {
                "a",
                "no ",
                "do not ",
                "i do not ",
                "a@",
                "a.",
                "https://",
                "x:\n",
                "\u3099",
                "\n> ",
                "please ",
                "never ",
                "so ",
                " - ",
                "Context:\n",
                "问题",
                "On 1:11 @",
                "On 1:11 @\n",
                "From: a\n",
                "This mail ",
                "Thanks\nA\n",
                "Von meinem a ",
                "i no longer want my ",
                "i don't                                        ",
                "i don't want my any more "
            })
    void textsOfAnyKindAreReadInOneGo(String unit) {
        String text = unit.repeat(4_000 / unit.length());
        assertThat(text).contains(TaskText.of(text).strip());
    }

    /** Patterns take a piece of the stack for each repetition; so little is left to none. */
    @Test
    void noTextIsTooLongToBeUnderstood() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread small =
                new Thread(
                        null,
                        () ->
                                List.of("is ", "to ", "must be ", "flow ", "the ", "a ", "do not ")
                                        .forEach(
                                                word -> {
                                                    String many = word.repeat(1_330);
                                                    Injection.isAttempted(
                                                            "matched "
                                                                    + many
                                                                    + "return ignore "
                                                                    + many);
                                                    TaskText.of("please " + many + "\n" + many);
                                                }),
                        "small-stack",
                        256 * 1024);
        small.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
        small.start();
        small.join();

        assertThat(thrown.get()).isNull();
    }
}
