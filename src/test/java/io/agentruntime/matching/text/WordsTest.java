package io.agentruntime.matching.text;

import static java.text.Normalizer.normalize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.text.Normalizer.Form;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and texts as words. */
class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "ResumeTool, Resume Tool",
        "chat_with_docs, chat with docs",
        "AutoInfra1, Auto Infra 1",
        "PDFReader, PDF Reader",
        "HTTPServer2Go, HTTP Server 2Go",
        "a1, a1",
        "aB1, a B1",
        "ab12cd3, ab 12cd 3",
        "_x_, x",
        "ÜberÄnderung, Über Änderung",
        "GPT, GPT"
    })
    void aNameIsSeveralWords(String name, String words) {
        assertThat(Words.spaced(name)).isEqualTo(words);
    }

    /** The same said with patterns, which take several times as long. */
    private static String spaced(String name) {
        return name.replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " ")
                .replaceAll("(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})", " ")
                .replaceAll("(?<=\\p{L}{2})(?=\\p{Nd})", " ")
                .replace('_', ' ')
                .trim();
    }

    @Test
    void aSentenceIsTheSameWithAndWithoutPictographs() {
        assertThat(Words.plain("Daily numbers please 🙏🏽 ❤️")).isEqualTo("daily numbers please");
        assertThat(Words.plain("🚀 Launch ✅ now")).isEqualTo("launch now");
        assertThat(Words.plain("⏰ ⭐ ⏳ ▶️ ⬇️ ↩️ ⬜ Launch now‼️ 1️⃣")).isEqualTo("launch now 1");
        assertThat(Words.plain("© 5 € → 3²")).isEqualTo("© 5 € → 32");
    }

    @Test
    void anyNameIsTheSameWordsAsPatternsMakeOfIt() {
        String[] letters = {
            "a", "b", "A", "B", "1", "٣", "_", " ", "-", "é", "É", "字", "ǅ", "\uD800"
        };
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                name.append(letters[random.nextInt(letters.length)]);
            }
            assertThat(Words.spaced(name.toString())).isEqualTo(spaced(name.toString()));
        }
    }

    @Test
    void aPlainTextHasSingleSpacesAndNoneAround() {
        assertThat(Words.plain(" \t Send\u00a0\u200b an\r\n\n  ＩＮＶＯＩＣＥ , now! "))
                .isEqualTo("send an invoice , now!");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Write a letter for Emily!!! | write a letter for emily!",
                "Write a letter for Emily !! | write a letter for emily !",
                "Write a letter for Emily… | write a letter for emily.",
                "Write a letter... for Emily | write a letter. for emily",
                "Can you write it?!?! | can you write it?",
                "Can you write it!? | can you write it?",
                "**Write a letter for Emily!!!** | write a letter for emily!",
                "Write **a letter** for **Emily**, please | write a letter for emily, please",
                "__Write a letter__ for Emily | write a letter for emily",
                "\"Write a letter for Emily\" | write a letter for emily",
                "“Write a letter for Emily.” | write a letter for emily.",
                "„Write a letter for Emily“. | write a letter for emily.",
                "« Write a letter for Emily » | write a letter for emily",
                "**\"Write a letter\"** | write a letter",
                "\"**Write a letter**\" | write a letter"
            })
    void marksAreReadOnceAndNoneThatSayNothing(String text, String plain) {
        assertThat(Words.plain(text)).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "why does __init__ call __new__",
                "what does __init__ and __call__ do",
                "a**b is not b**a",
                "2**3**4",
                "2 ** 3 ** 4",
                "call f(**one) and f(**other)",
                "x = **one, y = **other",
                "find *.txt and **/*.md or src/**/*.java",
                "translate \"yes\" and \"no\"",
                "\"yes\" and \"no\"",
                "what does \"yes\" mean?",
                "don't touch the customers' names",
                "'tis the customers'",
                "count 1...10 and main..feature",
                "cd ../.. and ls ..",
                "a 27\" screen",
                "*** stars ***",
                "is it done? send it!"
            })
    void marksOfCodeAndOfWordsStay(String text) {
        assertThat(Words.plain(text)).isEqualTo(text);
    }

    /** A caller may send any. */
    @ParameterizedTest
    @ValueSource(strings = {"!", "a!", "**a", "__a b ", "\"a", "a ", "?.", "**", "*a"})
    void manyMarksTakeNoTime(String mark) {
        String text = mark.repeat(Words.LONGEST_TEXT / mark.length());

        assertTimeout(Duration.ofSeconds(1), () -> Words.plain(text));
    }

    @ParameterizedTest
    @CsvSource({
        "Résumé, re\u0301sume\u0301, resume",
        "ÅNGSTRÖM, angstrom, angstrom",
        "Ευχαριστώ, ΕΥΧΑΡΙΣΤΩ, ευχαριστω",
        "Πρόϋπολογισμός, προυπολογισμος, προυπολογισμοσ",
        "Ёлка, елка, елка",
        "за\u0301явка, заявка, заявка",
        "שָׁלוֹם, שלום, שלום",
        "مُحَمَّد, محمد, محمد",
        "ｶﾞｲﾄﾞ, ガイド, ガイド",
        "葛\uDB40\uDD00, 葛, 葛",
        "1\uFE0F\u20E3, 1, 1"
    })
    void anAccentIsForgiven(String one, String other, String folded) {
        assertThat(Words.fold(one)).isEqualTo(folded);
        assertThat(Words.fold(other)).isEqualTo(folded);
    }

    @ParameterizedTest
    @CsvSource({
        "クラブ, グラフ",
        "パス, バス",
        "バス, ハス",
        "फूल, फल",
        "कमी, काम",
        "ขาว, ข่าว",
        "বাড়ি, বড়",
        "ມື, ມື້"
    })
    void aMarkThatIsALetterIsNone(String one, String other) {
        assertThat(Words.fold(one)).isNotEqualTo(Words.fold(other)).isEqualTo(one);
        assertThat(Words.fold(other)).isEqualTo(other);
    }

    @ParameterizedTest
    @CsvSource({
        "读取发票, 读 取 发 票",
        "グラフ, グ ラ フ",
        "ข่าว, ข่ ่า าว",
        "ก, ก",
        "कमी काम, कमी काम",
        "한국어 앱, 한국어 앱"
    })
    void ofScriptsWithoutSpacesLettersOrPairsOfThemAreWords(String text, String words) {
        assertThat(Words.split(text).stream().map(word -> normalize(word, Form.NFC)))
                .containsExactly(words.split(" "));
    }

    @Test
    void aMarkBehindNoLetterIsNoWord() {
        assertThat(Words.fold("\u0301 \u0E48 \u093E \u3099!")).isEmpty();
        assertThat(Words.fold("a \u0E48b")).isEqualTo("a b");
    }

    /** One of them is eighteen letters. */
    @Test
    void aTextOfLigaturesIsNoLongerThanOneOfLetters() {
        String ligatures = "\uFDFA".repeat(Words.LONGEST_TEXT);

        assertThat(Words.fold(ligatures)).hasSizeLessThanOrEqualTo(Words.LONGEST_TEXT);
        assertThat(Words.plain(ligatures)).hasSizeLessThanOrEqualTo(Words.LONGEST_TEXT);
    }

    @Test
    void fourThousandCodePointsAreReadAndNoMore() {
        String text = "\uD83D\uDE00".repeat(3_995) + "tasks";
        assertThat(Words.fold(text)).isEqualTo("tasks");
        assertThat(Words.plain(text)).endsWith("tasks");
        assertThat(Words.fold("x" + text)).isEqualTo("x task");
    }
}
