package io.agentruntime.matching.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The tokenizer of uncased BERT models in plain Java: clean, lower case, no accents, split at
 * spaces and punctuation, then the longest known pieces from the left.
 *
 * <p>Plain Java, as the usual native one needs a recent C library, unpacks itself to disk and calls
 * home.
 */
public final class WordPieces {

    private static final int LONGEST_WORD = 100;

    /** Of uncased BERT, which both models were trained with. */
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    /** Where a {@code tokenizer.json} keeps its pieces. */
    private static final String VOCABULARY = "/model/vocab";

    private final Map<String, Integer> vocabulary;
    private final int unknown;
    private final int begin;
    private final int end;

    private WordPieces(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
        unknown = vocabulary.get("[UNK]");
        begin = vocabulary.get("[CLS]");
        end = vocabulary.get("[SEP]");
    }

    /** Read when first asked for, once for all. */
    private static final class Bert {
        static final WordPieces PIECES = load();

        private static WordPieces load() {
            try (InputStream tokenizer = WordPieces.class.getResourceAsStream(TOKENIZER)) {
                if (tokenizer == null) {
                    throw new IOException("it is not on the classpath");
                }
                return read(tokenizer);
            } catch (IOException e) {
                throw new UncheckedIOException(TOKENIZER + " cannot be read from the jar", e);
            }
        }
    }

    /**
     * Of both models in the jar.
     *
     * @throws UncheckedIOException the jar does not hold them
     */
    public static WordPieces ofBert() {
        return Bert.PIECES;
    }

    /**
     * Whether this is one piece: with 30,000 pieces every common English word is, and hardly any
     * misspelt one.
     *
     * @param word folded
     */
    public boolean isWord(String word) {
        return vocabulary.containsKey(word);
    }

    /** From a {@code tokenizer.json} of the Hugging Face form; read without building its tree. */
    static WordPieces read(InputStream tokenizerJson) throws IOException {
        Map<String, Integer> vocabulary = new HashMap<>(1 << 16);
        try (JsonParser json = new JsonFactory().createParser(tokenizerJson)) {
            boolean inside = false;
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.START_OBJECT) {
                    inside = json.getParsingContext().pathAsPointer().toString().equals(VOCABULARY);
                } else if (json.currentToken() == JsonToken.END_OBJECT) {
                    inside = false;
                } else if (inside && json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    vocabulary.put(json.currentName(), json.getIntValue());
                }
            }
        }
        if (vocabulary.isEmpty()) {
            throw new IOException("the tokenizer holds no vocabulary");
        }
        return new WordPieces(vocabulary);
    }

    /**
     * Ids with the begin and end marks around them, {@code longest} at most: those of the text's
     * beginning.
     *
     * @param text as typed, of any length
     * @param longest in tokens, marks among them; 2 or more
     */
    public long[] encode(String text, int longest) {
        return marked(ids(text).limit(longest - 2));
    }

    /**
     * The same, but of a text that is longer those of its beginning and of its end, half of each.
     */
    public long[] encodeEnds(String text, int longest) {
        long[] all = ids(text).toArray();
        int left = all.length - (longest - 2);
        if (left <= 0) {
            return marked(LongStream.of(all));
        }
        int head = (longest - 2) / 2;
        return marked(
                LongStream.concat(
                        LongStream.of(all).limit(head), LongStream.of(all).skip(head + left)));
    }

    private LongStream ids(String text) {
        return words(text).stream().flatMapToLong(word -> pieces(word).stream().mapToLong(i -> i));
    }

    private long[] marked(LongStream ids) {
        return LongStream.concat(LongStream.concat(LongStream.of(begin), ids), LongStream.of(end))
                .toArray();
    }

    private List<Integer> pieces(String word) {
        if (word.codePointCount(0, word.length()) > LONGEST_WORD) {
            return List.of(unknown);
        }
        List<Integer> pieces = new ArrayList<>(2);
        int start = 0;
        while (start < word.length()) {
            int stop = word.length();
            Integer id = null;
            while (stop > start) {
                String piece = word.substring(start, stop);
                id = vocabulary.get(start == 0 ? piece : "##" + piece);
                if (id != null) {
                    break;
                }
                stop -= Character.charCount(word.codePointBefore(stop));
            }
            if (id == null) {
                return List.of(unknown);
            }
            pieces.add(id);
            start = stop;
        }
        return pieces;
    }

    private static List<String> words(String text) {
        String bare =
                Normalizer.normalize(cleaned(text), Normalizer.Form.NFD)
                        .codePoints()
                        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString()
                        .toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        bare.codePoints()
                .forEach(
                        c -> {
                            boolean space = Character.isWhitespace(c) || Character.isSpaceChar(c);
                            boolean alone = !space && (punctuation(c) || ideograph(c));
                            if (space || alone) {
                                if (!word.isEmpty()) {
                                    words.add(word.toString());
                                    word.setLength(0);
                                }
                                if (alone) {
                                    words.add(Character.toString(c));
                                }
                            } else {
                                word.appendCodePoint(c);
                            }
                        });
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    /** Tabs and line ends are spaces; other controls, invisible and broken characters vanish. */
    private static String cleaned(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            if (c == '\t' || c == '\n' || c == '\r') {
                                clean.append(' ');
                            } else if (c != 0 && c != 0xFFFD && !control(c)) {
                                clean.appendCodePoint(c);
                            }
                        });
        return clean.toString();
    }

    private static boolean control(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.PRIVATE_USE
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED;
    }

    private static boolean punctuation(int c) {
        if (c >= 33 && c <= 47
                || c >= 58 && c <= 64
                || c >= 91 && c <= 96
                || c >= 123 && c <= 126) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                    true;
            default -> false;
        };
    }

    private static boolean ideograph(int c) {
        return c >= 0x4E00 && c <= 0x9FFF
                || c >= 0x3400 && c <= 0x4DBF
                || c >= 0x20000 && c <= 0x2A6DF
                || c >= 0x2A700 && c <= 0x2CEAF
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0x2F800 && c <= 0x2FA1F;
    }
}
